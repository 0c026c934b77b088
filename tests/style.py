#!/usr/bin/python3
# gst-stylegan: the style of the sources
# SPDX-License-Identifier: LGPL-2.1-or-later
"""style.py [--fix] [--verbose] [FILE...]

Checks the form of all sources: C as GNU indent writes it with GStreamer's
flags, lengths of functions and files, blanks, licence lines, and words that have
no place in a library. --fix lets indent rewrite the C files.

Exits with 77, "skipped", where indent is not installed.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOPS = ['engine', 'gst', 'kernels', 'tests', 'pipelines', 'docs', '.ci']
# gst-indent's.
FLAGS = ['--braces-on-if-line', '--case-brace-indentation0',
         '--case-indentation2', '--braces-after-struct-decl-line',
         '--line-length80', '--no-tabs', '--cuddle-else',
         '--dont-line-up-parentheses', '--continuation-indentation4',
         '--honour-newlines', '--tab-size8', '--indent-level2',
         '--leave-preprocessor-space']
FUNCTION_GOAL, FUNCTION_MAX = 80, 100
FILE_MAX = 900
FORBIDDEN = re.compile(r'\b(printf|fprintf|puts|g_print|g_printerr|abort|exit'
                       r'|_exit|g_error|g_assert\w*)\s*\(')
SPDX = 'SPDX-License-Identifier: LGPL-2.1-or-later'


def files():
    for top in TOPS:
        for folder, dirs, names in os.walk(os.path.join(ROOT, top)):
            dirs[:] = sorted(d for d in dirs if d != '__pycache__')
            for name in sorted(names):
                yield os.path.join(folder, name)
    for name in ('meson.build', 'meson_options.txt', 'README.md'):
        if os.path.exists(os.path.join(ROOT, name)):
            yield os.path.join(ROOT, name)


def relative(path):
    return os.path.relpath(path, ROOT)


# What indent takes for something else stays as it is written: names alone on a
# line, macros in column 0 (declarations to us, calls to it), prototypes with an
# attribute (definitions to it).
KEEP = re.compile(r'^(?:G_BEGIN_DECLS|G_END_DECLS|typedef .*__attribute__.*'
                  r'|[A-Z][A-Z0-9_]+ \([^;{}]*?\);?'
                  r'|\w[^;{}#]*\)\s+G_GNUC_[A-Z_]+(?: \([^)]*\))?;)$', re.M)


def indent(text):
    """What indent makes of it; twice, as it is not idempotent."""
    kept = []

    def keep(match, group=0):
        kept.append(match.group(group))
        return f'#pragma KEEP {len(kept) - 1}'

    # Macro calls with designated arguments: indent breaks lines behind the =.
    text = re.sub(r'^( +)([A-Z][A-Z_]+ \([^;]*?[ ,(]\.\w+ =[^;]*?\);)$',
                  lambda m: f'{m.group(1)}KEEP{keep(m, 2)[13:]} ();', text,
                  flags=re.M)
    # `.name =` in initialisers is a member access to indent; $ is a letter.
    text = re.sub(r'(?<=[\s{,(])\.(?=[a-z]\w*(\[[^]]*\]|\.\w+)* =)', '$', text)
    text = KEEP.sub(keep, text)
    text = re.sub(r'\b([A-Z_]+_NAME) \((\w+)\)', r'\1$$\2$', text)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'x.c')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        for _ in range(2):
            subprocess.run(['indent'] + FLAGS + [path], check=True,
                           capture_output=True,
                           env={**os.environ, 'VERSION_CONTROL': 'none'})
        with open(path, encoding='utf-8') as file:
            text = file.read()
    text = re.sub(r'\bKEEP(\d+) \(\);', lambda m: kept[int(m.group(1))], text)
    text = re.sub(r'^#pragma KEEP (\d+)$', lambda m: kept[int(m.group(1))], text,
                  flags=re.M)
    text = re.sub(r'([A-Z_]+_NAME)\$\$(\w+?)\$', r'\1 (\2)', text)
    return re.sub(r'\$(?=[a-z])', '.', text)


def blackened(text):
    """Without blanks, and without the stars that wrapped comments gain."""
    return re.sub(r'[\s*]', '', text)


def check_indent(path, text, fix):
    try:
        formatted = indent(text)
    except subprocess.CalledProcessError as error:
        return [f'{relative(path)}: indent fails: {error.stderr.decode()}']
    if formatted == text:
        return []
    if blackened(formatted) != blackened(text):
        return [f'{relative(path)}: indent changes more than blanks; put what it '
                'does not understand between INDENT-OFF and INDENT-ON']
    if fix:
        with open(path, 'w', encoding='utf-8') as file:
            file.write(formatted)
        return []
    a, b = text.split('\n'), formatted.split('\n')
    line = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y),
                min(len(a), len(b)))
    should = b[line] if line < len(b) else ''
    return [f'{relative(path)}:{line + 1}: indent writes: {should.strip()!r}']


def functions(text):
    """(name, first line, lines) of each function: a name in column 0 that a
    line of "{" in column 0 follows, up to "}" in column 0."""
    lines = text.split('\n')
    name, start = None, 0
    for number, line in enumerate(lines):
        match = re.match(r'(\w+) \(', line)
        if match:
            name, start = match.group(1), number
        elif line == '}' and name:
            yield name, start + 1, number - start + 1
            name = None
        elif line.startswith('}'):
            name = None


def check_lengths(path, text):
    problems, notes = [], []
    n_lines = text.count('\n')
    where = relative(path)
    if n_lines > FILE_MAX:
        problems.append(f'{where}: {n_lines} lines, {FILE_MAX} at most')
    for name, line, length in functions(text):
        note = f'{where}:{line}: {name} () has {length} lines'
        if length > FUNCTION_MAX:
            problems.append(f'{note}, {FUNCTION_MAX} at most')
        elif length > FUNCTION_GOAL:
            notes.append(f'{note}; {FUNCTION_GOAL} is the rule')
    return problems, notes


def without_comments(text):
    """The same with comments and strings blanked out, line by line."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, lambda m: re.sub(r'[^\n]', ' ', m.group()), text,
                  flags=re.S)


def check_words(path, text):
    where = relative(path)
    if not where.startswith(('engine/', 'gst/')) \
            or where.startswith(('gst/styletrain/', 'gst/styleplay/')):
        return []
    plain = without_comments(text)
    return [f'{where}:{plain.count(chr(10), 0, m.start()) + 1}: '
            f'{m.group(1)} () has no place here'
            for m in FORBIDDEN.finditer(plain)]


def check_text(path, text):
    where = relative(path)
    problems = []
    for number, line in enumerate(text.split('\n'), 1):
        if line != line.rstrip() and not where.endswith('.md'):
            problems.append(f'{where}:{number}: blanks at the end')
        if '\t' in line:
            problems.append(f'{where}:{number}: a tab')
    if text and not text.endswith('\n'):
        problems.append(f'{where}: no newline at the end')
    if text.endswith('\n\n'):
        problems.append(f'{where}: empty lines at the end')
    head = '\n'.join(text.split('\n')[:15])
    if where.endswith(('.c', '.h', '.py', '.sh', '.comp', '.orc')) \
            and SPDX not in head:
        problems.append(f'{where}: no "{SPDX}" at the top')
    return problems


def check(path, fix):
    try:
        with open(path, encoding='utf-8') as file:
            text = file.read()
    except UnicodeDecodeError:
        return [], []           # a picture, a model
    problems, notes = check_text(path, text), []
    if path.endswith(('.c', '.h')):
        problems += check_words(path, text)
        lengths, notes = check_lengths(path, text)
        problems += lengths
        problems += check_indent(path, text, fix)
    return problems, notes


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith('-')]
    options = {a for a in sys.argv[1:] if a.startswith('-')}
    if options - {'--fix', '--verbose'}:
        print(__doc__)
        return 2
    if shutil.which('indent') is None:
        print('skipped: install indent')
        return 77
    wrong = n_files = 0
    for path in [os.path.abspath(a) for a in arguments] or files():
        problems, notes = check(path, '--fix' in options)
        n_files += 1
        wrong += len(problems)
        for problem in problems + (notes if '--verbose' in options else []):
            print(problem)
    print(f'style: {n_files} files,', f'{wrong} wrong' if wrong else 'all fine')
    return 1 if wrong else 0


sys.exit(main())
