#!/usr/bin/python3
# gst-stylegan: gst-styletrain from the command line
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-tool.py TOOL LOSS_NETWORK [unittest's arguments]

Options and recipes; a training of some steps on pictures made here, interrupted,
killed, damaged and gone on with in all ways.
"""
import glob
import json
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.dom.minidom

TOOL, LOSS = [os.path.abspath(path) for path in sys.argv[1:3]]
COMMANDS = ['train', 'paint', 'info']
STEPS = 40
# Small and quick; pictures and metrics that can be looked at between.
QUICK = ['--network', 'nano', '--size', '32', '--style-size', '32', '--batch',
         '2', '--threads', '1', '--loss-network', LOSS, '--metrics-every', '1']
FSIZE_LIMIT = 20000     # bytes, less than a checkpoint


def run(*args, cwd=None, limit=None):
    """Exit code, stdout, stderr."""
    def set_limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    result = subprocess.run([TOOL, *args], cwd=cwd, text=True,
                            capture_output=True, timeout=300,
                            preexec_fn=set_limit if limit else None)
    return result.returncode, result.stdout, result.stderr


def make_pictures(folder):
    def launch(source, size, encoder, name):
        width, height = size
        subprocess.run(
            ['gst-launch-1.0', '-q', *f'videotestsrc {source} ! video/x-raw,'
             f'width={width},height={height},framerate=25/1 ! videoconvert ! '
             f'{encoder} ! filesink location={folder}/{name}'.split()],
            check=True, timeout=120)
    os.mkdir(f'{folder}/content')
    launch('pattern=zone-plate kx2=20 ky2=20 num-buffers=1', (48, 48),
           'pngenc', 'style.png')
    launch('pattern=smpte num-buffers=1', (96, 64), 'pngenc', 'content/a.png')
    launch('pattern=ball num-buffers=20', (96, 64), 'jpegenc ! avimux',
           'content/b.avi')
    with open(f'{folder}/content/note.txt', 'w', encoding='utf-8') as file:
        file.write('no picture\n')


class Options(unittest.TestCase):
    def wrong(self, expected, *args, code=2):
        got, out, err = run(*args)
        self.assertEqual(got, code, err)
        self.assertRegex(err, expected)
        self.assertEqual(out, '')

    def test_help(self):
        for args in [['--help'], ['help']]:
            code, out, err = run(*args)
            self.assertEqual((code, err), (0, ''))
            for command in COMMANDS:
                self.assertIn(command, out)
        for command in COMMANDS:
            code, out, err = run(command, '--help')
            self.assertEqual((code, err), (0, ''))
            self.assertIn(f'gst-styletrain {command}', out)
            self.assertEqual(run('help', command), (code, out, err))
        self.assertRegex(run('--version')[1], r'^gst-styletrain \d')

    def test_manual(self):
        """Has all options."""
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            '../../docs/gst-styletrain.1')
        with open(path, encoding='utf-8') as file:
            manual = file.read().replace('\\', '')
        options = re.findall(r'--[a-z-]+', run('train', '--help')[1])
        self.assertGreater(len(options), 30)
        for option in set(options) - {'--help'}:
            self.assertIn(option, manual)

    def test_wrong(self):
        self.wrong('Usage')
        self.wrong('did you mean "train"', 'trian')
        self.wrong('did you mean "train"', 'help', 'trian')
        self.wrong('did you mean --style', 'train', '--sytle', 'x')
        self.wrong('which style', 'train')
        self.wrong('--content', 'train', '--style', LOSS)
        self.wrong('no file .*none.jpg', 'train', '--style', 'none.jpg',
                   '--content', 'x')
        self.wrong('belongs to no option', 'train', 'x.mp4')
        self.wrong('--style: the name is empty', 'train', '--style', '')
        for option, value, expected in [
                ('network', 'smal', 'did you mean "small"'),
                ('network', 'x', 'nano, small'), ('steps', '0', r'1 \.\. '),
                ('steps', '1e3x', 'whole number'), ('steps', '1.5', 'whole'),
                ('seed', '-1', '2.64'), ('temporal', 'nan', 'number'),
                ('size', '36', 'multiple of 8'), ('batch', '3', 'even'),
                ('backend', 'gpu', 'none of auto')]:
            self.wrong(f'--{option}.*{expected}', 'train', '--style', LOSS,
                       '--content', '.', f'--{option}', value)

    def test_recipe(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            os.mkdir(f'{folder}/in')
            args = ['--style', 'a.jpg', '--content', 'b', 'c;d', 'e,f',
                    'file:///g', '--steps', '123', '--temporal', '0.1',
                    '--seed', str(2 ** 64 - 1), '--license', 'CC-BY 4.0; yes',
                    '-o', 'in/x.onnx', '--preview', 'ü.png']
            code, text, err = run('train', '--print-recipe', *args, cwd=folder)
            self.assertEqual((code, err), (0, ''))
            self.assertIn('steps=123\n', text)
            self.assertIn('content=b;c\\;d;e,f;file:///g;\n', text)
            with open(f'{folder}/x.recipe', 'w', encoding='utf-8') as file:
                file.write(text)
            recipe = ['train', '--print-recipe', '--recipe']
            self.assertEqual(run(*recipe, 'x.recipe', cwd=folder)[1], text)
            # names are relative to the recipe, wherever it is used
            inside = run(*recipe, '../x.recipe', cwd=f'{folder}/in')[1]
            self.assertIn('\nstyle=../a.jpg;\n', inside)
            self.assertIn('\noutput=x.onnx\n', inside)
            more = run(*recipe, 'x.recipe', '--steps', '7', '--content=z',
                       '--style', 'y', cwd=folder)[1]
            self.assertEqual(more, re.sub('(?m)^style=.*', 'style=y;', re.sub(
                'content=.*', 'content=z;', text.replace('123', '7'))))

    def test_wrong_recipe(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f'{folder}/x.recipe'
            for text, expected in [
                    ('[train]\nstpes=3\n', 'stpes: .*did you mean "steps"'),
                    ('[train]\nsteps=x\n', 'steps: "x" is not'),
                    ('[train]\nresume=true\n', 'resume: .*command line only'),
                    ('[other]\nsteps=3\n', r'\[other\]'),
                    ('steps=3\n', 'x.recipe: '), ('\xff[', 'x.recipe: ')]:
                with open(path, 'w', encoding='latin-1') as file:
                    file.write(text)
                self.wrong(f'x.recipe: .*{expected}|{expected}', 'train',
                           '--recipe', path)
            self.wrong('none.recipe', 'train', '--recipe', 'none.recipe')
            self.wrong('not the checkpoint folder', 'train', '--resume',
                       folder)


class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.top = os.path.realpath(cls.temporary.name)
        make_pictures(cls.top)
        cls.random = random.Random()
        code, _, err = run(*cls.arguments('whole'))
        if code:
            sys.exit(f'the first training failed: {err}')
        cls.first_words = err

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def arguments(cls, folder, *more):
        return ['train', '--style', f'{cls.top}/style.png', '--content',
                f'{cls.top}/content', '-o', f'{cls.top}/{folder}/m.onnx',
                '--steps', str(STEPS), '--checkpoint-every', '5',
                '--checkpoint-minutes', '0', '--preview-every', '20', *QUICK,
                *more]

    def path(self, *parts):
        return os.path.join(self.top, *parts)

    def read(self, *parts):
        with open(self.path(*parts), 'rb') as file:
            return file.read()

    def lines(self, folder):
        try:
            return self.read(folder, 'm.metrics.jsonl').count(b'\n')
        except FileNotFoundError:
            return 0

    def steps(self, folder):
        return [json.loads(line)['step'] for line
                in self.read(folder, 'm.metrics.jsonl').splitlines()]

    def checkpoints(self, folder):
        return sorted(glob.glob(self.path(folder, 'm.checkpoint',
                                          'step-*.safetensors')))

    def resume(self, folder, *more, **options):
        return run('train', '--resume', self.path(folder, 'm.checkpoint'),
                   *more, **options)

    def start(self, args, folder, n_lines):
        """Until the metrics have n_lines."""
        process = subprocess.Popen([TOOL, *args], stderr=subprocess.PIPE,
                                   text=True)
        deadline = time.monotonic() + 120
        while self.lines(folder) < n_lines and process.poll() is None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.002)
        return process

    def begin_and_kill(self, folder, n_lines, *more):
        process = self.start(self.arguments(folder, *more), folder, n_lines)
        process.kill()
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def assert_same_as_whole(self, folder):
        self.assertEqual(self.read(folder, 'm.onnx'),
                         self.read('whole', 'm.onnx'))
        self.assertEqual(self.steps(folder), list(range(1, STEPS + 1)))

    def test_what_is_written(self):
        words = self.first_words
        self.assertIn('note.txt', words)
        self.assertIn('1 photos, 1 clips', words)
        self.assertIn(f'step {STEPS}/{STEPS}', words)
        self.assertIn('stylegan model=', words)
        self.assertNotIn('\033', words)
        names = {'m.onnx', 'm.recipe', 'm.metrics.jsonl', 'm.loss.svg',
                 'm.preview.png', 'm.checkpoint'}
        self.assertEqual(set(os.listdir(self.path('whole'))), names)
        rows = [json.loads(line) for line
                in self.read('whole', 'm.metrics.jsonl').splitlines()]
        self.assertEqual([row['step'] for row in rows],
                         list(range(1, STEPS + 1)))
        for key in ('total', 'content', 'style', 'rate', 'weight_style'):
            self.assertIsInstance(rows[-1][key], (int, float))
        svg = xml.dom.minidom.parse(self.path('whole', 'm.loss.svg'))
        self.assertGreater(len(svg.getElementsByTagName('polyline')), 3)
        self.assertEqual(self.read('whole', 'm.preview.png')[:8],
                         b'\x89PNG\r\n\x1a\n')
        self.assertEqual([os.path.basename(name) for name
                          in self.checkpoints('whole')],
                         [f'step-{step:09}.safetensors'
                          for step in (STEPS - 5, STEPS)])

    def recipe_hash(self, folder):
        code, out, err = run('info', self.path(folder, 'm.onnx'))
        self.assertEqual(code, 0, err)
        return re.search('recipe_sha256 +([0-9a-f]{64})', out).group(1)

    def test_recipe_hash(self):
        """Depends on contents and options, not on where things are."""
        shutil.copytree(self.path('content'), self.path('away', 'content'))
        shutil.copy(self.path('style.png'), self.path('away', 'style.png'))
        args = self.arguments('moved')
        for i, arg in enumerate(args):
            if arg in (self.path('style.png'), self.path('content')):
                args[i] = self.path('away', os.path.basename(arg))
        code, _, err = run(*args)
        self.assertEqual(code, 0, err)
        self.assertEqual(self.recipe_hash('moved'), self.recipe_hash('whole'))
        self.assertEqual(self.read('moved', 'm.onnx'),
                         self.read('whole', 'm.onnx'))
        with open(self.path('away', 'content', 'a.png'), 'ab') as file:
            file.write(b' ')
        code, _, err = run(*args)
        self.assertEqual(code, 0, err)
        self.assertNotEqual(self.recipe_hash('moved'),
                            self.recipe_hash('whole'))

    def test_finished(self):
        before = self.read('whole', 'm.onnx')
        for args in [['train', '--resume', self.path('whole', 'm.checkpoint')],
                     self.arguments('whole', '--resume')]:
            code, _, err = run(*args)
            self.assertEqual(code, 0, err)
            self.assertIn('already finished', err)
        self.assertEqual(self.read('whole', 'm.onnx'), before)
        shutil.copytree(self.path('whole'), self.path('longer'))
        code, _, err = self.resume('longer', '--steps', str(STEPS + 2), '-o',
                                   self.path('longer', 'm.onnx'))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.steps('longer'), list(range(1, STEPS + 3)))

    def test_killed(self):
        folder = 'killed'
        at = sorted(self.random.sample(range(1, STEPS - 8), 2))
        self.begin_and_kill(folder, at[0])
        process = self.start(['train', '--resume',
                              self.path(folder, 'm.checkpoint')], folder,
                             at[1])
        process.kill()
        process.communicate()
        code, _, err = self.resume(folder)
        self.assertEqual(code, 0, f'killed at {at}: {err}')
        self.assert_same_as_whole(folder)

    def test_damaged(self):
        folder = 'damaged'
        self.begin_and_kill(folder, 22)
        newest = self.checkpoints(folder)[-1]
        self.assertEqual(len(self.checkpoints(folder)), 2)
        os.truncate(newest, os.path.getsize(newest) * 2 // 3)
        code, _, err = self.resume(folder)
        self.assertEqual(code, 0, err)
        self.assertRegex(err, os.path.basename(newest) + '(.|\n)*before it')
        self.assert_same_as_whole(folder)

    def test_interrupted(self):
        folder = 'interrupted'
        process = self.start(self.arguments(folder), folder, 3)
        code, _, err = run(*self.arguments(folder))
        self.assertEqual(code, 1)
        self.assertIn('another training', err)
        process.send_signal(signal.SIGINT)
        words = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, 128 + signal.SIGINT, words)
        steps = self.steps(folder)
        self.assertIn(f'step-{steps[-1]:09}', self.checkpoints(folder)[-1])

        # neither lost nor taken for another one
        code, _, err = run(*self.arguments(folder))
        self.assertEqual(code, 1)
        self.assertIn('unfinished', err)
        code, _, err = self.resume(folder, '--batch', '4')
        self.assertEqual(code, 1)
        self.assertIn('--batch is 4, was 2', err)

        command = shlex.split(words.splitlines()[-1])
        self.assertEqual(command[1:3], ['train', '--resume'])
        result = subprocess.run(command, capture_output=True, text=True,
                                timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_as_whole(folder)

    def test_other_content(self):
        folder = 'other'
        shutil.copytree(self.path('content'), self.path('content2'))
        args = self.arguments(folder, '--content', self.path('content2'))
        args.remove(self.path('content'))
        args.remove('--content')
        process = self.start(args, folder, 6)
        process.terminate()
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        shutil.copy(self.path('style.png'), self.path('content2', 'new.png'))
        code, _, err = self.resume(folder)
        self.assertEqual(code, 1)
        self.assertIn('2 photos and 1 clips, were 1 and 1', err)
        os.unlink(self.path('content2', 'new.png'))
        self.assertEqual(self.resume(folder)[0], 0)

    def test_disk_full(self):
        folder = 'full'
        self.begin_and_kill(folder, 12)
        before = self.checkpoints(folder)
        code, _, err = self.resume(folder, limit=FSIZE_LIMIT)
        self.assertEqual(code, 1, err)
        self.assertRegex(err, r'last good state is that of step \d+')
        self.assertEqual(self.checkpoints(folder), before)
        code, _, err = self.resume(folder)
        self.assertEqual(code, 0, err)
        self.assert_same_as_whole(folder)

    def test_nothing_to_train_with(self):
        os.mkdir(self.path('empty'))
        args = ['train', '--style', self.path('style.png'), '--content',
                self.path('empty'), '-o', self.path('none', 'm.onnx'), *QUICK]
        code, _, err = run(*args)
        self.assertEqual(code, 1)
        self.assertIn('too little', err)
        self.assertFalse(os.path.exists(self.path('none', 'm.onnx')))

    def test_several_styles(self):
        shutil.copy(self.path('content', 'a.png'), self.path('other.png'))
        args = ['train', '--style', self.path('style.png'),
                self.path('other.png'), '--content', self.path('content'),
                '--steps', '2', '--quiet', *QUICK]
        code, _, err = run(*args, '-o', self.path('x.onnx'))
        self.assertEqual(code, 2)
        self.assertIn('folder', err)
        code, _, err = run(*args, '-o', self.path('several'))
        self.assertEqual(code, 0, err)
        for name in ('style', 'other'):
            self.assertTrue(os.path.exists(self.path('several',
                                                     f'{name}.onnx')))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
