#!/usr/bin/python3
# gst-stylegan: gst-styletrain paint from the command line
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-paint-tool.py TOOL LOSS_NETWORK [unittest's arguments]

The command on two small pictures made here.
"""
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOOL, LOSS = [os.path.abspath(path) for path in sys.argv[1:3]]
QUICK = ['--size', '64', '--steps', '6', '--threads', '1', '--loss-network',
         LOSS, '--backend', 'cpu']


def limited(kind, limit):
    def set_limit():
        resource.setrlimit(kind, (limit, limit))
    return set_limit


class Paint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.top = os.path.realpath(cls.temporary.name)
        for name, pattern in [('style.png', 'zone-plate kx2=20 ky2=20'),
                              ('photo.png', 'smpte')]:
            subprocess.run(
                ['gst-launch-1.0', '-q', *f'videotestsrc num-buffers=1 pattern='
                 f'{pattern} ! video/x-raw,width=96,height=64 ! videoconvert ! '
                 f'pngenc ! filesink location={cls.top}/{name}'.split()],
                check=True, timeout=120)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def run_tool(self, *args, preexec=None, content='photo.png',
                 style='style.png'):
        """Exit code, stderr."""
        result = subprocess.run(
            [TOOL, 'paint', '--content', content, '--style', style, *args],
            cwd=self.top, text=True, capture_output=True, timeout=300,
            preexec_fn=preexec)
        self.assertEqual(result.stdout, '')
        return result.returncode, result.stderr

    def paint(self, *args, **options):
        code, words = self.run_tool(*QUICK, *args, **options)
        self.assertEqual(code, 0, words)
        return words

    def failed(self, expected, *args, code=1, **options):
        got, words = self.run_tool(*QUICK, *args, **options)
        self.assertEqual(got, code, words)
        self.assertRegex(words, expected)
        self.assertFalse(os.path.exists(f'{self.top}/none.png'))

    def read(self, name):
        with open(f'{self.top}/{name}', 'rb') as file:
            return file.read()

    def size(self, name):
        data = self.read(name)
        self.assertEqual(data[:8], b'\x89PNG\r\n\x1a\n')
        return (int.from_bytes(data[16:20], 'big'),
                int.from_bytes(data[20:24], 'big'))

    def test_paints(self):
        words = self.paint('-o', 'a.png', '--save-every', '4')
        self.assertIn('painting at 64x43', words)
        self.assertRegex(words, r'step 6/6.* style .* content .* total')
        self.assertIn('The painting is a.png', words)
        self.assertEqual(self.size('a.png'), (64, 43))
        self.assertEqual(self.size('a-0004.png'), (64, 43))
        self.assertFalse(os.path.exists(f'{self.top}/a-0006.png'))
        self.paint('-o', 'same.png')
        self.assertEqual(self.read('a.png'), self.read('same.png'))
        self.paint('-o', 'other.png', '--seed', '2')
        self.assertNotEqual(self.read('a.png'), self.read('other.png'))

    def test_options(self):
        self.assertEqual(self.paint('-q', '-o', 'b.jpg', '--init', 'noise',
                                    '--preserve-colors', '--style-strength',
                                    '3', '--style-size', '48'), '')
        self.assertEqual(self.read('b.jpg')[:3], b'\xff\xd8\xff')
        self.paint('-o', 'c.png', '--init', 'b.jpg')

    def test_wrong(self):
        for expected, args in [
                ('must end with .png', ['-o', 'x.gif']),
                ('Name a file with -o', []),
                ('--size: 16 is not in', ['-o', 'none.png', '--size', '16']),
                ('--steps: 0 is not in', ['-o', 'none.png', '--steps', '0']),
                ('--rate: nan', ['-o', 'none.png', '--rate', 'nan']),
                ('--backend: wants', ['-o', 'none.png', '--backend', 'gpu']),
                ('belongs to no option', ['-o', 'none.png', 'x.jpg'])]:
            self.failed(expected, *args, code=2)
        self.failed('/nowhere: the painting cannot', '-o', '/nowhere/none.png')
        self.failed('none.jpg: ', '-o', 'none.png', content='none.jpg')
        self.failed('test-paint-tool.py: ', '-o', 'none.png',
                    style=os.path.abspath(__file__))
        self.failed('No such file', '-o', 'none.png', '--loss-network',
                    './none.onnx')

    @unittest.skipIf(os.environ.get('SG_SANITIZED'),
                     'sanitizers need more addresses than any limit')
    def test_does_not_fit(self):
        self.failed('choose a smaller --size: painting at', '-o', 'none.png',
                    '--size', '4096',
                    preexec=limited(resource.RLIMIT_AS, 2 << 30))

    def test_disk_full(self):
        self.paint('-o', 'old.png')
        before = self.read('old.png')
        self.failed('old.png', '-o', 'old.png', '--seed', '3',
                    preexec=limited(resource.RLIMIT_FSIZE, 100))
        self.assertEqual(self.read('old.png'), before)

    def test_interrupted(self):
        process = subprocess.Popen(
            [TOOL, 'paint', '--content', 'photo.png', '--style', 'style.png',
             '-o', 'd.png', *QUICK, '--steps', '100000', '--save-every', '1'],
            cwd=self.top, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while not os.path.exists(f'{self.top}/d-0002.png'):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        words = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, 128 + signal.SIGINT, words)
        self.assertIn('What there was of it is d.png', words)
        self.assertEqual(self.size('d.png'), (64, 43))

    def test_manual(self):
        """Has all options."""
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            '../../docs/gst-styletrain.1')
        with open(path, encoding='utf-8') as file:
            manual = file.read().replace('\\', '')
        result = subprocess.run([TOOL, 'paint', '--help'], text=True,
                                capture_output=True, check=True)
        section = manual.split('.SH OPTIONS OF PAINT')[1].split('.SH ')[0]
        options = set(re.findall(r'--[a-z-]+', result.stdout)) - {'--help'}
        self.assertGreater(len(options), 15)
        for option in options:
            self.assertIn(option, section)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
