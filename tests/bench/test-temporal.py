#!/usr/bin/python3
# gst-stylegan: bench-temporal from end to end
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-temporal.py BENCH_TEMPORAL MAKE_MODEL

A model whose numbers are known (a negative, blurred by the mean of 3x3 pixels)
through all presets, without test data.
"""
import json
import os
import subprocess
import sys
import tempfile

PRESETS = ['static', 'slow', 'medium', 'fast', 'very-fast', 'zoom', 'rotation',
           'non-rigid', 'static-noise-2', 'static-noise-4', 'exposure', 'cut',
           'fade', 'flash']


def check(what, value, low, high):
    if value is None or not low <= value <= high:
        sys.exit(f'{what}: {value} is not in {low} .. {high}')


def check_off(rows):
    still = rows['static', 'off']
    check('static, e_stab', still['e_stab'], 0, 0)
    check('static, drift', still['drift'], 0, 1e-6)
    check('static, sharpness', still['sharpness'], 0.999, 1.001)
    noisy = rows['static-noise-4', 'off']
    # nine numbers averaged: a third; rounding to 8 bit adds a little
    check('noise gain', noisy['noise_gain'], 0.31, 0.38)
    check('flicker of noise by its cause', noisy['e_stab'] / noisy['e_id'],
          0.31, 0.38)
    # sqrt(2) * 4/255 / 3 and the rounding
    check('noise, root of E_warp', noisy['root_e_warp'], 0.0074, 0.0083)
    check('cut', rows['cut', 'off']['cut'], 0, 0)
    for name in PRESETS:
        row = rows[name, 'off']
        if row['ghost_change'] is not None:
            check(f'{name}, ghosts', row['ghost_change'], 0, 0)
        if row['ghost_ratio'] is not None:
            check(f'{name}, ghost ratio', row['ghost_ratio'], 1, 1)
        check(f'{name}, identity', row['e_id'],
              0 if name == 'static' else 0.002, 0.06)
        # the convolution sees black around the frame: what leaves it changes
        check(f'{name}, e_stab', row['e_stab'], 0 if name == 'static'
              else 0.001, 0.1)
    check('exposure, a blur is steadier', rows['exposure', 'off']['e_stab'],
          0.001, rows['exposure', 'off']['e_id'] * 1.001)
    for name in ('medium', 'fast', 'cut'):
        check(f'{name}, ghosts were looked for',
              rows[name, 'off']['ghost_ratio'], 1, 1)


def main():
    bench, make_model = sys.argv[1:3]
    env = dict(os.environ, SG_TEST_DATA=os.devnull)
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, 'negative.onnx')
        subprocess.run([make_model, model], check=True)
        small = [bench, model, '-s', '112x80', '-n', '12', '-q', '-b', 'cpu']
        made = subprocess.run(small + ['--json', '--out', folder], env=env,
                              check=True, stdout=subprocess.PIPE)
        results = json.loads(made.stdout)['results']
        rows = {(row['source'], row['mode']): row for row in results}
        if [name for name, mode in rows if mode == 'off'] != PRESETS:
            sys.exit(f'other presets than expected: {list(rows)}')
        check_off(rows)
        for name in PRESETS:
            for kind in ('slices', 'frame'):
                path = os.path.join(folder, f'negative-{name}-{kind}.png')
                with open(path, 'rb') as file:
                    if file.read(4) != b'\x89PNG':
                        sys.exit(f'{path} is no PNG file')
        again = subprocess.run(small + ['--json', '-p', 'fast'], env=env,
                               check=True, stdout=subprocess.PIPE)
        again = json.loads(again.stdout)['results']
        for a, b in zip(again, [r for r in results if r['source'] == 'fast']):
            a.pop('ms'), b.pop('ms')
            if a != b:
                sys.exit(f'two runs differ: {a} {b}')
        for wrong, status in (['-p', 'no-such'], 2), (['no-clip.avi'], 1):
            run = subprocess.run(small + ['-p', 'none'] + wrong, env=env,
                                 stderr=subprocess.PIPE, check=False)
            if run.returncode != status or not run.stderr:
                sys.exit(f'{wrong}: status {run.returncode}')


main()
