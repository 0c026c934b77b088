#!/usr/bin/python3
# gst-stylegan: a loss network of our own, and training with the one that ships
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-distill-tool.py TOOL LOSS_NETWORK [unittest's arguments]

gst-styletrain distill on pictures made here, and gst-styletrain train without a
--loss-network, whose model is played by stylegan and run by ONNX Runtime.
"""
import os
import signal
import subprocess
import sys
import tempfile
import unittest

TOOL, LOSS = [os.path.abspath(path) for path in sys.argv[1:3]]
QUICK = ['--batch', '2', '--size', '64', '--threads', '1']


def run(*args, cwd=None, timeout=300):
    """Exit code, stderr."""
    result = subprocess.run([TOOL, *args], cwd=cwd, text=True, timeout=timeout,
                            capture_output=True)
    return result.returncode, result.stderr


def launch(*words):
    subprocess.run(['gst-launch-1.0', '-q', *' '.join(words).split()],
                   check=True, timeout=120, stdin=subprocess.DEVNULL)


def make_pictures(folder):
    os.mkdir(f'{folder}/content')
    launch('videotestsrc pattern=zone-plate kx2=20 ky2=20 num-buffers=1 ! '
           'video/x-raw,width=80,height=64 ! videoconvert ! pngenc ! filesink',
           f'location={folder}/style.png')
    for name, pattern in [('a.png', 'smpte'), ('b.png', 'circular')]:
        launch(f'videotestsrc pattern={pattern} num-buffers=1 ! video/x-raw,'
               'width=96,height=72 ! videoconvert ! pngenc ! filesink',
               f'location={folder}/content/{name}')
    for name, pattern in [('c.avi', 'ball'), ('d.avi', 'spokes')]:
        launch(f'videotestsrc pattern={pattern} num-buffers=20 ! video/x-raw,'
               'width=96,height=72,framerate=25/1 ! videoconvert ! jpegenc ! '
               'avimux ! filesink', f'location={folder}/content/{name}')


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.top = os.path.realpath(cls.temporary.name)
        make_pictures(cls.top)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def read(self, name):
        with open(f'{self.top}/{name}', 'rb') as file:
            return file.read()

    def failed(self, expected, code, *args):
        got, err = run(*args, cwd=self.top)
        self.assertEqual(got, code, err)
        self.assertRegex(err, expected)


class Distill(Case):
    def arguments(self, name, *more):
        return ['distill', '--teacher', LOSS, '--content', 'content', '-o',
                f'{name}.onnx', '--steps', '12', *QUICK, *more]

    def test_recipe(self):
        """The same from options and from a recipe in another folder."""
        code, err = run(*self.arguments('whole', '--license', 'CC0-1.0'),
                        cwd=self.top)
        self.assertEqual(code, 0, err)
        self.assertIn('2 photos, 2 clips', err)
        self.assertIn('step 12/12', err)
        self.assertIn('--loss-network whole.onnx', err)
        whole = self.read('whole.onnx')
        for text in (b'CC0-1.0', b'stylegan.style_layers', b'relu1,relu2,relu4,relu6'):
            self.assertIn(text, whole)
        self.assertIn(b'"style":', self.read('whole.metrics.jsonl'))
        self.assertIn(b'<svg', self.read('whole.loss.svg'))
        os.mkdir(f'{self.top}/in')
        with open(f'{self.top}/in/x.recipe', 'w', encoding='utf-8') as file:
            file.write('[distill]\n'
                       f'teacher={os.path.relpath(LOSS, self.top + "/in")};\n'
                       'content=../content;\noutput=../other.onnx\nsteps=9\n'
                       'batch=2\nsize=64\nlicense=CC0-1.0\n')
        code, err = run('distill', '--recipe', 'in/x.recipe', '--steps', '12',
                        '--threads', '1', cwd=self.top)
        self.assertEqual(code, 0, err)
        other = self.read('other.onnx')
        at = other.index(b'stylegan.style_layers')
        # weights; the metadata has the recipe's checksum besides
        self.assertEqual(other[:at - 64], whole[:at - 64])

        code, err = run('train', '--style', 'style.png', '--content', 'content',
                        '--loss-network', './whole.onnx', '-o', 'm.onnx',
                        '--network', 'nano', '--steps', '2', '--style-size',
                        '64', *QUICK, cwd=self.top)
        self.assertEqual(code, 0, err)

    def test_interrupted(self):
        args = self.arguments('i', '--steps', '100000')
        process = subprocess.Popen([TOOL, *args], cwd=self.top, text=True,
                                   stderr=subprocess.PIPE)
        while 'step' not in process.stderr.readline():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        words = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, 128 + signal.SIGINT, words)
        self.assertIn('--resume', words)
        checkpoint = self.read('i.checkpoint.safetensors')
        self.assertFalse(os.path.exists(f'{self.top}/i.onnx'))
        self.failed('unfinished', 1, *args)
        self.failed('was made with .*seed 1', 2, *args, '--resume', '--seed', '2')
        self.failed('was made with .*content', 2, *args, '--resume', 'style.png')
        self.assertEqual(self.read('i.checkpoint.safetensors'), checkpoint)
        code, err = run(*args, '--resume', '--steps', '1', cwd=self.top)
        self.assertEqual(code, 0, err)
        self.assertTrue(os.path.exists(f'{self.top}/i.onnx'))
        self.assertFalse(os.path.exists(f'{self.top}/i.checkpoint.safetensors'))
        self.failed('to go on from', 1, *args, '--resume')

    def test_wrong(self):
        self.failed('--teacher', 2, 'distill')
        self.failed('--content', 2, 'distill', '-t', LOSS)
        self.failed('-o LOSS.onnx', 2, 'distill', '-t', LOSS, 'content')
        self.failed('none.onnx', 1, *self.arguments('w', '--teacher', 'none.onnx'))
        for option, value in [('batch', '3'), ('size', '60'), ('rate', '0'),
                              ('steps', '0'), ('seed', '-1'), ('backend', 'gpu')]:
            self.failed(option, 2, *self.arguments('w', f'--{option}', value))
        for text, expected in [('[distill]\nstep=3\n', 'did you mean "steps"'),
                               ('[distill]\nsteps=x\n', 'steps: '),
                               ('[train]\nsteps=3\n', 'distill'),
                               ('steps=3\n', 'group')]:
            with open(f'{self.top}/bad.recipe', 'w', encoding='utf-8') as file:
                file.write(text)
            self.failed(f'bad.recipe: .*{expected}', 2, 'distill', '--recipe',
                        'bad.recipe')
        self.assertFalse(os.path.exists(f'{self.top}/w.onnx'))

    def test_manual(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            '../../docs/gst-styletrain.1')
        with open(path, encoding='utf-8') as file:
            manual = file.read().replace('\\', '')
        self.assertIn('gst-styletrain distill', manual)
        for option in ('teacher', 'recipe', 'resume', 'rate'):
            self.assertIn(f'--{option}', manual)


class WithoutLossNetwork(Case):
    """A fresh machine: nothing but the tool, the style and the content."""

    def test_train_and_play(self):
        code, err = run('train', '--style', 'style.png', '--content', 'content',
                        '-o', 'm.onnx', '--network', 'nano', '--steps', '6',
                        '--style-size', '64', '--metrics-every', '1', *QUICK,
                        cwd=self.top)
        self.assertEqual(code, 0, err)
        self.assertIn('step 6/6', err)
        model = f'{self.top}/m.onnx'
        if os.environ.get('SG_SANITIZED'):
            self.skipTest('gst-launch-1.0 cannot load a sanitized plugin')
        launch('videotestsrc num-buffers=3 ! video/x-raw,width=96,height=72 ! '
               f'videoconvert ! stylegan backend=cpu model={model} ! fakesink')
        self.compare(model)

    def compare(self, model):
        """stylegan's picture with ONNX Runtime's."""
        try:
            import numpy
            import onnxruntime
        except ImportError as reason:
            self.skipTest(f'ONNX Runtime is needed ({reason})')
        name = f'{self.top}/%s.rgb'
        launch('videotestsrc pattern=smpte num-buffers=1 ! video/x-raw,format=RGB,'
               'width=96,height=72 ! tee name=t ! queue ! filesink location='
               + name % 'in', 't. ! queue ! stylegan backend=cpu temporal=off '
               f'model={model} ! video/x-raw,format=RGB ! filesink location='
               + name % 'out')
        pictures = [numpy.fromfile(name % word, numpy.uint8).reshape(72, 96, 3)
                    for word in ('in', 'out')]
        session = onnxruntime.InferenceSession(model)
        x = pictures[0].transpose(2, 0, 1)[None].astype(numpy.float32) / 255
        y = session.run(None, {session.get_inputs()[0].name: x})[0][0]
        # the element's pictures have 8 bits
        difference = numpy.abs(pictures[1].transpose(2, 0, 1) / 255 - y)
        self.assertLess(difference.max(), 0.5 / 255 + 1e-3)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
