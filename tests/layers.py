#!/usr/bin/python3
# gst-stylegan: who may include whom
# SPDX-License-Identifier: LGPL-2.1-or-later
"""layers.py [--list]

Checks that every #include of engine/ and gst/ is one that the tables below
allow, and that each public header compiles alone. --list prints the pairs in
use. The compiler is $CC, else cc.
"""
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Folder of engine/ -> folders of engine/ that it may include beside itself.
# Public headers (<sg/...>) have an order of their own, below.
ALLOWED = {
    'base': [],
    'tensor': ['base'],
    'graph': ['base', 'tensor'],
    'ops': ['base', 'tensor', 'graph'],
    'onnx': ['base', 'tensor', 'graph', 'ops'],
    'backend': ['base', 'tensor', 'graph'],
    # Of ops, only attribute structs (headers); of each other, nothing.
    'ref': ['base', 'tensor', 'graph', 'ops', 'backend'],
    'cpu': ['base', 'tensor', 'graph', 'ops', 'backend'],
    'vulkan': ['base', 'tensor', 'graph', 'ops', 'backend'],
    'plan': ['base', 'tensor', 'graph', 'ops', 'backend'],
    'video': ['base', 'tensor', 'graph', 'ops', 'plan'],
    'train': ['base', 'tensor', 'graph', 'ops', 'plan'],
    'measure': ['base', 'tensor', 'graph', 'ops', 'plan', 'train'],
}
# Public header -> folder that implements it: a folder may include the headers
# of what it may include otherwise.
PUBLIC = {
    'error': 'base', 'rng': 'base', 'threads': 'base', 'tensor': 'tensor', 'graph': 'graph',
    'device': 'backend', 'image': 'backend', 'onnx': 'onnx',
    'session': 'plan', 'stylizer': 'video', 'train': 'train', 'ranks': 'train', 'distill': 'train', 'paint': 'train',
    'measure': 'measure', 'synthflow': 'measure',
}
# ... and these besides: the pixels of a session and of a stylizer's model.
PUBLIC_BESIDES = {
    'video': ['backend', 'onnx'],
    'train': ['backend', 'onnx'],
    'measure': ['backend', 'onnx'],
}
# What shaders and C share, kernels/push/*.h: found through the include path kernels/.
PUSH = ['vulkan']
# Foreign headers: pattern -> folders that may have them.
FOREIGN = [
    (r'gst/', ['gst', 'gst/styletrain', 'gst/styleplay']),
    (r'(vulkan/|volk\.h)', ['vulkan']),
    (r'(dnnl|oneapi/dnnl/)', ['cpu']),
    (r'(protobuf-c/|onnx/onnx\.pb-c\.h)', ['onnx']),
    (r'json-glib/', ['train']),
    (r'mpi\.h', ['train']),
    (r'orc/', ['cpu', 'video']),
    (r'(glib|glib-unix|gio|gmodule|gobject|glib-object)(/|\.h)', None),
    # Of C and POSIX.
    (r'(assert|errno|fcntl|fenv|float|inttypes|limits|locale|math|pthread|sched'
     r'|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib'
     r'|string|termios|time|unistd|cpuid|dlfcn|endian|malloc)\.h', None),
    (r'sys/', None),
    (r'(immintrin|x86intrin|arm_neon)\.h', ['cpu', 'cpu/simd']),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def sources():
    for top in ('engine', 'gst'):
        for folder, dirs, files in os.walk(os.path.join(ROOT, top)):
            dirs.sort()
            for name in sorted(files):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def folder_of(path):
    """engine/cpu/simd/x.c -> cpu; engine/include/sg/x.h -> its implementer."""
    parts = path.split('/')
    if parts[0] == 'gst':
        return 'gst'
    if parts[1] == 'include':
        return PUBLIC.get(parts[-1][:-2], '?' + parts[-1])
    return parts[1]


def problem_with(path, quote, name):
    """What is wrong with including `name` in `path`, or None."""
    folder = folder_of(path)
    if name.startswith('sg/'):
        header = name[3:-2]
        if header not in PUBLIC:
            return 'is not a public header'
        owner = PUBLIC[header]
        if folder == 'gst' or owner == folder:
            return None
        if owner in ALLOWED.get(folder, []) \
                or owner in PUBLIC_BESIDES.get(folder, []):
            return None
        return f'{folder} must not know {owner}'
    if folder == 'gst':
        beside = os.path.join(ROOT, os.path.dirname(path), name)
        inside = os.path.join(ROOT, 'gst', name)
        if quote == '"' and (os.path.exists(beside) or os.path.exists(inside)
                             or name == 'config.h'):
            return None
    for pattern, folders in FOREIGN:
        if re.match(pattern, name):
            if folders is None or folder in folders:
                return None
            return f'belongs into {", ".join(folders)} only'
    if folder == 'gst':
        return 'gst may include <sg/...> and itself only'
    if os.path.exists(os.path.join(ROOT, 'kernels', name)):
        if folder in PUSH and quote == '"':
            return None
        return f'is for {", ".join(PUSH)} only'
    owner = name.split('/')[0]
    if '/' not in name or owner not in ALLOWED:
        beside = os.path.join(ROOT, os.path.dirname(path), name)
        if quote == '"' and os.path.exists(beside):
            return None
        return 'is in no table of this check'
    if path.startswith('engine/include/'):
        return 'is no public header'
    if owner == folder or owner in ALLOWED[folder]:
        return None
    return f'{folder} must not include {owner}'


def check_includes(pairs):
    wrong = 0
    for path in sources():
        if folder_of(path) not in list(ALLOWED) + ['gst']:
            print(f'{path}: {folder_of(path)} is a folder that no table has')
            wrong += 1
            continue
        with open(os.path.join(ROOT, path), encoding='utf-8') as file:
            text = file.read()
        for match in INCLUDE.finditer(text):
            quote, name = match.groups()
            line = text.count('\n', 0, match.start(2)) + 1
            problem = problem_with(path, quote, name)
            pairs.add((folder_of(path), name.split('/')[0]))
            if problem:
                print(f'{path}:{line}: "{name}" {problem}')
                wrong += 1
    return wrong


def check_headers():
    """Each public header must compile with nothing before it."""
    compiler = shlex.split(os.environ.get('CC', 'cc'))
    flags = shlex.split(subprocess.run(['pkg-config', '--cflags', 'glib-2.0'],
                                       capture_output=True, text=True,
                                       check=True).stdout)
    wrong = 0
    include = os.path.join(ROOT, 'engine/include')
    for header in sorted(glob.glob(os.path.join(include, 'sg/*.h'))):
        name = os.path.relpath(header, include)
        with tempfile.NamedTemporaryFile('w', suffix='.c') as file:
            file.write(f'#include <{name}>\nint sg_dummy;\n')
            file.flush()
            result = subprocess.run(
                compiler + ['-std=c11', '-pedantic-errors', '-Wall', '-Wextra',
                            '-Werror', '-fsyntax-only', '-I', include] + flags
                + [file.name], capture_output=True, text=True)
        if result.returncode:
            print(f'{name} does not compile alone:\n{result.stderr}')
            wrong += 1
    return wrong


def main():
    pairs = set()
    wrong = check_includes(pairs) + check_headers()
    if '--list' in sys.argv:
        for a, b in sorted(pairs):
            print(a, '->', b)
    print('layers:', f'{wrong} wrong' if wrong else 'all as they should be')
    return 1 if wrong else 0


sys.exit(main())
