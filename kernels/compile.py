#!/usr/bin/python3
# gst-stylegan: GLSL to checked SPIR-V
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compile.py GLSLC SPIRV_VAL INPUT OUTPUT DEPFILE [-DNAME=VALUE...]"""
import os
import subprocess
import sys

glslc, spirv_val, source, output, depfile = sys.argv[1:6]
TARGET = 'vulkan1.1'
command = [glslc, f'--target-env={TARGET}', '-O', '-Werror', '-MD', '-MF', depfile,
           '-I', os.path.dirname(os.path.abspath(__file__)), *sys.argv[6:],
           source, '-o', output]
for step in (command, [spirv_val, '--target-env', TARGET, output]):
    if subprocess.run(step, check=False).returncode:
        if os.path.exists(output):
            os.remove(output)
        sys.exit(f'{source}: {os.path.basename(step[0])} failed')
