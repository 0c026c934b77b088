#!/usr/bin/python3
# gst-stylegan: gst-styletrain evaluate from the command line
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-evaluate.py TOOL LOSS_NETWORK MODEL OTHER [unittest's arguments]

The command on two tiny clips and a photo made here.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.dom.minidom

TOOL, LOSS, MODEL, OTHER = [os.path.abspath(path) for path in sys.argv[1:5]]
QUICK = ['--size', '64', '--frames', '3', '--speed-size', '64x48', '--quick',
         '--clips', '2', '--threads', '1', '--backend', 'cpu']
TIMED = ['ms', 'ms_filtered', 'fps', 'fps_filtered']


def run(*args, cwd=None):
    """Exit code, stdout, stderr."""
    result = subprocess.run([TOOL, 'evaluate', *args], cwd=cwd, text=True,
                            capture_output=True, timeout=300)
    return result.returncode, result.stdout, result.stderr


def launch(source, encoder, path):
    subprocess.run(
        ['gst-launch-1.0', '-q', *f'videotestsrc {source} ! video/x-raw,'
         f'width=96,height=64,framerate=25/1 ! videoconvert ! {encoder} ! '
         f'filesink location={path}'.split()], check=True, timeout=120)


class Evaluate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.content = f'{cls.folder.name}/content'
        cls.style = f'{cls.folder.name}/style.png'
        os.mkdir(cls.content)
        launch('pattern=zone-plate kx2=20 ky2=20 num-buffers=1', 'pngenc',
               cls.style)
        launch('pattern=smpte num-buffers=1', 'pngenc', f'{cls.content}/a.png')
        for clip in ('b & <c>', 'd'):
            launch('pattern=ball num-buffers=8', 'jpegenc ! avimux',
                   f'{cls.folder.name}/clip.avi')
            os.rename(f'{cls.folder.name}/clip.avi',
                      f'{cls.content}/{clip}.avi')
        with open(f'{cls.content}/note.txt', 'w', encoding='utf-8') as file:
            file.write('no picture\n')

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def evaluate(self, *args):
        code, out, err = run(MODEL, '--content', self.content, *QUICK, *args)
        self.assertEqual(code, 0, err)
        return out, err

    def check_page(self, page):
        """Well-formed, and everything is in it."""
        document = xml.dom.minidom.parseString(page)
        self.assertNotRegex(page.lower(), r'https?:|<script|<link|@import')
        images = document.getElementsByTagName('img')
        for image in images:
            self.assertRegex(image.getAttribute('src'),
                             r'^data:image/(png|jpeg);base64,[\w+/]+=*$')
        return document, images

    def test_against(self):
        with tempfile.TemporaryDirectory() as folder:
            page, numbers = f'{folder}/x.html', f'{folder}/x.json'
            out, err = self.evaluate('--against', OTHER, '--style', self.style,
                                     '--loss-network', LOSS, '-o', page,
                                     '--json', numbers)
            self.assertEqual(sorted(os.listdir(folder)), ['x.html', 'x.json'])
            with open(numbers, encoding='utf-8') as file:
                data = json.load(file)
            with open(page, encoding='utf-8') as file:
                page = file.read()
        self.assertRegex(err, r'not used: .*note.txt: neither a picture')
        self.assertIn('1 photos, 2 clips', err)
        self.check_numbers(data)
        for name in ['style distance', 'content distance', 'lattice 2 px',
                     'lattice 4 px', 'shift 0.5 px', 'root warping error',
                     'flicker to contrast, filtered', 'noise gain',
                     'frames per second']:
            self.assertRegex(out, rf'(?m)^  {name}[^-]*\d  +\S+x?$')
        self.assertRegex(out, r'parameters +81128 +81128 +1.00x')
        self.assertRegex(out, r'shift 1-3 px, dB .* [+-]\d+\.\d\n')
        document, images = self.check_page(page)
        # style; photo and crop, of it and two models; gradients; 5 videos of 5
        self.assertEqual(len(images), 1 + 6 + 2 + 25)
        self.assertEqual(len(document.getElementsByTagName('tr')),
                         1 + 7 + 27)
        self.assertIn('b &amp; &lt;c&gt;.avi', page)

    def check_numbers(self, data):
        self.assertEqual(len(data['models']), 2)
        for values in data['models']:
            for key, value in values.items():
                self.assertIsNotNone(value, key)
            self.assertLess(values['synth_warp_filtered'], values['synth_warp'])
            self.assertAlmostEqual(values['fps'], 1000 / values['ms'], 3)
            self.assertEqual(values['parameters'], 81128)
        self.assertEqual(data['models'][0]['bytes'], os.path.getsize(MODEL))
        a, b = [values['synth_warp'] for values in data['models']]
        self.assertAlmostEqual(data['ratio']['synth_warp'], a / b, 5)
        self.assertIsNone(data['ratio']['shift_half'])
        self.assertEqual([p['picture'] for p in data['pictures']],
                         [f'{self.content}/a.png'])
        self.assertAlmostEqual(data['pictures'][0]['style'][1],
                               data['models'][1]['style'], 6)
        self.assertEqual([v['generated'] for v in data['videos']],
                         [True] * 3 + [False] * 2)
        # the noise is for the noise gain alone
        for lane, key in enumerate(['synth_warp', 'synth_warp_filtered']):
            self.assertAlmostEqual(
                data['models'][0][key],
                sum(v['warp'][lane] for v in data['videos'][:2]) / 2, 6)

    def test_same_again(self):
        """Without style, and by the seed."""
        with tempfile.TemporaryDirectory() as folder:
            data = []
            for name, seed in [('a', 1), ('b', 1), ('c', 2)]:
                _, err = self.evaluate('--loss-network', LOSS, '--seed',
                                       str(seed), '--json', f'{folder}/{name}')
                self.assertIn('no --style: style distance is not', err)
                with open(f'{folder}/{name}', encoding='utf-8') as file:
                    values = json.load(file)
                self.assertNotIn('ratio', values)
                self.assertIsNone(values['models'][0]['style'])
                self.assertIsNotNone(values['models'][0]['content'])
                for key in TIMED:
                    values['models'][0].pop(key)
                data.append(values)
            self.assertEqual(data[0], data[1])
            self.assertNotEqual(data[0]['videos'], data[2]['videos'])

    def test_pictures_only(self):
        with tempfile.TemporaryDirectory() as folder:
            out, _ = self.evaluate('--loss-network', LOSS, '--frames', '0',
                                   '-o', f'{folder}/x.html')
            self.assertRegex(out, r'lattice 2 px, /255 +\d')
            self.assertRegex(out, r'root warping error +-\n')
            self.assertRegex(out, r'time per frame, ms +-\n')
            with open(f'{folder}/x.html', encoding='utf-8') as file:
                _, images = self.check_page(file.read())
            self.assertEqual(len(images), 4 + 1)

    def test_clips_only(self):
        """Then their frames are the pictures."""
        with tempfile.TemporaryDirectory() as folder:
            code, _, err = run(MODEL, '--content', f'{self.content}/d.avi',
                               *QUICK, '--loss-network', LOSS, '-q',
                               '-o', f'{folder}/x.html')
            self.assertEqual((code, err), (0, ''))
            with open(f'{folder}/x.html', encoding='utf-8') as file:
                self.check_page(file.read())

    def wrong(self, expected, *args, code=1):
        with tempfile.TemporaryDirectory() as folder:
            got, out, err = run(*args, cwd=folder)
            self.assertEqual(got, code, err)
            self.assertRegex(err, expected)
            self.assertEqual(out, '')
            self.assertEqual(os.listdir(folder), [])

    def test_wrong(self):
        content = ['--content', self.content, '-o', 'x.html', '--json', 'x']
        self.wrong('which model', *content, code=2)
        self.wrong('one model at a time', MODEL, OTHER, *content, code=2)
        self.wrong('--content', MODEL, code=2)
        self.wrong('--size: 3 is not in 64', MODEL, *content, '--size', '3',
                   code=2)
        self.wrong('--frames: a video has two', MODEL, *content, '--frames',
                   '1', code=2)
        self.wrong('speed-size.*WIDTHxHEIGHT', MODEL, *content, '--speed-size',
                   '640', code=2)
        self.wrong('--backend: "gpu" is none', MODEL, *content, '--backend',
                   'gpu', code=2)
        self.wrong('none.onnx', 'none.onnx', *content)
        self.wrong('style.png', self.style, *content)
        self.wrong('net.onnx.*a style model gives an image', LOSS, *content)
        self.wrong('none.onnx', MODEL, '--against', 'none.onnx', *content)
        self.wrong('style.png', MODEL, *content, '--loss-network', self.style)
        self.wrong('"none.onnx" is not installed', MODEL, *content,
                   '--loss-network', 'none.onnx')
        self.wrong('none.jpg', MODEL, *content, '--loss-network', LOSS,
                   '--style', 'none.jpg')
        self.wrong('too little content.*note.txt: neither', MODEL, '--content',
                   f'{self.content}/note.txt', '--loss-network', LOSS)
        self.wrong('folder is not there', MODEL, *content[:2], '-o',
                   'none/x.html')

    def test_interrupted(self):
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(
                [TOOL, 'evaluate', MODEL, '--content', self.content, '-o',
                 'x.html', '--json', 'x.json', '--frames', '1000',
                 '--loss-network', LOSS], cwd=folder, stderr=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True)
            for line in process.stderr:
                if line.startswith('content:'):
                    break
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, -signal.SIGINT)
            self.assertEqual(out, '')
            self.assertEqual(os.listdir(folder), [])

    def test_manual(self):
        """Has all options."""
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            '../../docs/gst-styletrain.1')
        with open(path, encoding='utf-8') as file:
            manual = file.read().replace('\\', '')
        manual = manual[manual.index('OPTIONS OF EVALUATE'):]
        options = re.findall(r'--[a-z-]+', run('--help')[1])
        self.assertGreater(len(options), 15)
        for option in set(options) - {'--help'}:
            self.assertIn(option, manual)


unittest.main(argv=sys.argv[:1] + sys.argv[5:])
