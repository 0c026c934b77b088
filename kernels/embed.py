#!/usr/bin/python3
# gst-stylegan: SPIR-V files to one C file
# SPDX-License-Identifier: LGPL-2.1-or-later
"""embed.py OUTPUT NAME... -- SPIRV..."""
import hashlib
import struct
import sys

OP_DECORATE, DECORATION_BINDING = 71, 33        # of the SPIR-V specification


def bindings(words):
    """How many bindings the shader has: the highest number and one."""
    count, at = 0, 5                            # behind the header
    while at < len(words):
        length, opcode = words[at] >> 16, words[at] & 0xffff
        if length == 0:
            sys.exit('malformed SPIR-V')
        if opcode == OP_DECORATE and words[at + 2] == DECORATION_BINDING:
            count = max(count, words[at + 3] + 1)
        at += length
    return count


arguments = sys.argv[2:]
names, paths = arguments[:arguments.index('--')], arguments[arguments.index('--') + 1:]
digest = hashlib.sha256()
with open(sys.argv[1], 'w', encoding='ascii') as out:
    out.write('/* made by kernels/embed.py */\n#include "vulkan/shaders.h"\n\n')
    rows = []
    for index, path in enumerate(paths):
        with open(path, 'rb') as file:
            data = file.read()
        digest.update(names[index].encode() + data)
        words = struct.unpack(f'={len(data) // 4}I', data)
        rows.append(f'{{"{names[index]}", shader_{index}, {len(data)}, {bindings(words)}}},\n')
        out.write(f'static const guint32 shader_{index}[] = {{\n')
        for i in range(0, len(words), 10):
            out.write(','.join(hex(w) for w in words[i:i + 10]) + ',\n')
        out.write('};\n')
    out.write('const SgVkShader vk_shaders[] = {\n')
    out.writelines(rows)
    out.write(f'}};\nconst guint vk_n_shaders = {len(names)};\n')
    out.write(f'const gchar vk_shaders_hash[] = "{digest.hexdigest()}";\n')
