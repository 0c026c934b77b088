#!/usr/bin/python3
# gst-stylegan: gst-styletrain train as several processes
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-ranks-tool.py TOOL LOSS_NETWORK [unittest's arguments]

Two ranks on this machine: the same weights as one with twice the batch; killed,
interrupted and gone on with.
"""
import array
import glob
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

TOOL, LOSS = [os.path.abspath(path) for path in sys.argv[1:3]]
# More ranks than cores, in a container, as root, with no network.
MPIRUN = ['mpirun', '--allow-run-as-root', '--oversubscribe', '--bind-to',
          'none', '--mca', 'btl', 'self,vader,tcp', '--mca',
          'btl_tcp_if_include', 'lo', '--mca', 'oob_tcp_if_include', 'lo',
          '--mca', 'plm_rsh_agent', '', '-n', '2']
# Of a training that is ended in its middle: enough for that on a fast machine.
STEPS = 60
FEW = 15
# Short steps: an untrained network blows up what rounding leaves behind.
QUICK = ['--network', 'nano', '--size', '32', '--style-size', '32', '--threads',
         '1', '--loss-network', LOSS, '--metrics-every', '1', '--rate', '3e-5',
         '--checkpoint-every', '5', '--checkpoint-minutes', '0']


def launch(words, path):
    subprocess.run(['gst-launch-1.0', '-q', *words.split(), '!', 'filesink',
                    f'location={path}'], check=True, timeout=120)


def make_pictures(folder):
    os.mkdir(f'{folder}/content')
    size = 'videoconvert ! video/x-raw,width=96,height=64'
    for name, pattern in [('style', 'zone-plate kx2=20 ky2=20'),
                          ('content/a', 'smpte'), ('content/b', 'circular'),
                          ('content/c', 'snow')]:
        launch(f'videotestsrc num-buffers=1 pattern={pattern} ! {size} ! pngenc',
               f'{folder}/{name}.png')
    launch(f'videotestsrc num-buffers=20 pattern=ball ! {size} ! jpegenc ! '
           'avimux', f'{folder}/content/d.avi')


def run(args, folder):
    """Exit code, stderr."""
    result = subprocess.run(args, cwd=folder, stderr=subprocess.PIPE,
                            text=True, timeout=300)
    return result.returncode, result.stderr


def skip_reason():
    try:
        code, words = run([*MPIRUN, TOOL, 'train', '--style', LOSS,
                           '--content', '/nowhere'], '/')
    except FileNotFoundError:
        return 'no mpirun'
    return 'built without MPI' if 'built without MPI' in words else None


def children(pid):
    found = []
    for path in glob.glob(f'/proc/{pid}/task/*/children'):
        with open(path, encoding='ascii') as file:
            found += [int(word) for word in file.read().split()]
    return found


def is_running(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


class Ranks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reason = skip_reason()
        if reason:
            raise unittest.SkipTest(reason)
        cls.temporary = tempfile.TemporaryDirectory()
        cls.top = os.path.realpath(cls.temporary.name)
        make_pictures(cls.top)
        code, words = run([*MPIRUN, TOOL, *cls.arguments('two')], cls.top)
        if code:
            sys.exit(f'the first training failed: {words}')
        cls.words = words

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @staticmethod
    def arguments(folder, steps=STEPS, batch=2):
        return ['train', '--style', 'style.png', '--content', 'content', '-o',
                f'{folder}/m.onnx', '--steps', str(steps), '--batch',
                str(batch), *QUICK]

    def read(self, *parts):
        with open(os.path.join(self.top, *parts), 'rb') as file:
            return file.read()

    def parameters(self, folder, step):
        data = self.read(folder, 'm.checkpoint', f'step-{step:09}.safetensors')
        length, = struct.unpack('<Q', data[:8])
        begin, end = json.loads(data[8:8 + length])['adam.parameters'][
            'data_offsets']
        return array.array('f', data[8 + length + begin:8 + length + end])

    def lines(self, folder):
        try:
            return self.read(folder, 'm.metrics.jsonl').count(b'\n')
        except FileNotFoundError:
            return 0

    def start(self, folder, n_lines, args=None):
        """Until the metrics have n_lines; then the last rank is stopped, for which
        the others wait, so that no machine is too fast for what comes next.
        The process and its ranks."""
        process = subprocess.Popen(
            [*MPIRUN, TOOL, *(args or self.arguments(folder))], cwd=self.top,
            stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while self.lines(folder) < n_lines and process.poll() is None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        ranks = children(process.pid)
        self.assertEqual(len(ranks), 2)
        os.kill(ranks[-1], signal.SIGSTOP)
        return process, ranks

    def end(self, process, ranks):
        """All of them have. What they said."""
        words = process.communicate(timeout=120)[1]
        deadline = time.monotonic() + 30
        while any(is_running(pid) for pid in ranks):
            self.assertLess(time.monotonic(), deadline, words)
            time.sleep(0.05)
        self.assertNotEqual(process.returncode, 0)
        return words

    def assert_goes_on_to_the_same(self, folder):
        code, words = run([*MPIRUN, TOOL, 'train', '--resume',
                           f'{folder}/m.checkpoint'], self.top)
        self.assertEqual(code, 0, words)
        self.assertIn('going on after step', words)
        self.assertEqual(self.read(folder, 'm.onnx'),
                         self.read('two', 'm.onnx'))
        steps = [json.loads(line)['step'] for line
                 in self.read(folder, 'm.metrics.jsonl').splitlines()]
        self.assertEqual(steps, list(range(1, STEPS + 1)))

    def test_same_as_one(self):
        code, words = run([TOOL, *self.arguments('one', FEW, 4)], self.top)
        self.assertEqual(code, 0, words)
        code, words = run([*MPIRUN, TOOL, *self.arguments('few', FEW)],
                          self.top)
        self.assertEqual(code, 0, words)
        one, two = [self.parameters(folder, FEW) for folder in ('one', 'few')]
        before = self.parameters('one', FEW - 5)
        apart, way = [sum((a - b) ** 2 for a, b in zip(x, y)) ** 0.5
                      for x, y in ((one, two), (one, before))]
        self.assertGreater(way, 1e-4)
        self.assertLess(apart, 0.2 * way)
        rows = [json.loads(self.read(folder, 'm.metrics.jsonl').splitlines()[-1])
                for folder in ('one', 'few')]
        self.assertAlmostEqual(rows[0]['total'] / rows[1]['total'], 1, 3)

    def test_one_speaks_and_writes(self):
        self.assertEqual(self.words.count(f'step {STEPS}/{STEPS}'), 1)
        self.assertEqual(self.words.count('The model is'), 1)
        self.assertEqual(set(os.listdir(os.path.join(self.top, 'two'))),
                         {'m.onnx', 'm.recipe', 'm.metrics.jsonl',
                          'm.loss.svg', 'm.preview.png', 'm.checkpoint'})
        code, words = run([*MPIRUN, TOOL, 'train', '--resume',
                           'two/m.checkpoint'], self.top)
        self.assertEqual(code, 0, words)
        self.assertEqual(words.count('already finished'), 1)

    def test_killed(self):
        process, ranks = self.start('killed', 7)
        os.kill(ranks[-1], signal.SIGKILL)
        self.end(process, ranks)
        self.assert_goes_on_to_the_same('killed')

    def test_interrupted(self):
        """Ctrl-C ends all, and leaves what --resume needs. First mpirun has ranks that
        are stopped go on, for a second: a training that is not over then."""
        process, ranks = self.start('interrupted', 7,
                                    self.arguments('interrupted', 100000))
        process.send_signal(signal.SIGINT)
        self.end(process, ranks)
        process, ranks = self.start(
            'interrupted', self.lines('interrupted') + 3,
            ['train', '--resume', 'interrupted/m.checkpoint'])
        process.send_signal(signal.SIGUSR1)
        time.sleep(0.5)
        os.kill(ranks[-1], signal.SIGCONT)
        words = self.end(process, ranks)
        self.assertIn('going on after step', words)
        self.assertIn('all is saved', words)
        steps = [json.loads(line)['step'] for line
                 in self.read('interrupted', 'm.metrics.jsonl').splitlines()]
        self.assertEqual(steps, list(range(1, len(steps) + 1)))

    def test_asked_to_end(self):
        """SIGUSR1 goes to all; a signal to one of them does as well."""
        for folder, to_one in [('asked', False), ('one-asked', True)]:
            process, ranks = self.start(folder, 3)
            if to_one:
                os.kill(ranks[1], signal.SIGUSR1)
            else:
                process.send_signal(signal.SIGUSR1)
                time.sleep(0.5)     # mpirun passes it on
            os.kill(ranks[-1], signal.SIGCONT)
            words = self.end(process, ranks)
            self.assertIn('all is saved', words)
            self.assertRegex(words, r'mpirun -n 2 .* --resume')
            last = json.loads(self.read(folder, 'm.metrics.jsonl')
                              .splitlines()[-1])['step']
            self.parameters(folder, last)
            self.assert_goes_on_to_the_same(folder)

    def test_one_cannot(self):
        """What only one rank meets ends all."""
        args = [word for word in MPIRUN if word not in ('-n', '2')]
        code, words = run(
            [*args, '-n', '1', TOOL, *self.arguments('none'), ':', '-n', '1',
             TOOL, *self.arguments('none'), '--content', 'style.png'], self.top)
        self.assertNotEqual(code, 0)
        self.assertRegex(words, 'rank 1: .*not that of rank 0')
        self.assertFalse(os.path.exists(f'{self.top}/none/m.onnx'))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
