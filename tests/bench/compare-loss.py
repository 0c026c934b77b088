#!/usr/bin/python3
# gst-stylegan: how alike two loss networks judge
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-loss.py LOSS.onnx...

Style and content distances of many pairs of pictures as each network sees them and as
SqueezeNet 1.1 does, for layers of the same resolution and all of those together:
Spearman's rank correlation, and the spread (standard deviation) of the logarithm of
their ratio. Pictures: photographs, noisy, blurred, mixed, and stylised by
the models there are; each by each painting (style) and by its photograph (content).
Wants python3-numpy, Pillow, onnx, onnxruntime, and the test data beside the project.
"""
import glob
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from PIL import Image, ImageFilter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get('SG_TEST_DATA', ROOT + '/../shared/data')
TEACHER = DATA + '/perceptual/squeezenet1_1.onnx'
SIDE = 240
OPTIONS = ort.SessionOptions()
OPTIONS.intra_op_num_threads = 1
OPTIONS.log_severity_level = 3


def caffe(x):
    return x[::-1] * 255 - np.array([104, 117, 123], np.float32)[:, None, None]


class Loss:
    """Features of [3,H,W] in 0..1."""

    def __init__(self, path):
        model = onnx.load(path)
        keys = {p.key: p.value for p in model.metadata_props}
        made = {o: n for n in model.graph.node for o in n.output}
        if 'stylegan.style_layers' in keys:
            style = keys['stylegan.style_layers'].split(',')
            content = keys['stylegan.content_layers']
            self.convert = lambda x: x
        else:
            style = [self.output(made, name, op) for name, op in [
                ('conv1', 'Relu'), ('fire3', 'Concat'), ('fire4', 'Concat'),
                ('fire5', 'Concat')]]
            content = style[1]
            self.convert = caffe
        self.content = style.index(content)
        del model.graph.output[:], model.graph.value_info[:]
        for name in style:
            model.graph.output.append(
                onnx.helper.make_tensor_value_info(name, 1, None))
        for i, dim in enumerate(model.graph.input[0].type.tensor_type.shape.dim):
            if i != 1:
                dim.dim_param = f'd{i}'
        self.session = ort.InferenceSession(model.SerializeToString(), OPTIONS)
        self.name = self.session.get_inputs()[0].name

    @staticmethod
    def output(made, name, op):
        return next(o for o, n in made.items()
                    if n.op_type == op and name in n.name + o)

    def __call__(self, x):
        x = np.ascontiguousarray(self.convert(x)[None], np.float32)
        return [f[0] for f in self.session.run(None, {self.name: x})]


def load(path, side):
    picture = Image.open(path).convert('RGB')
    k = side / min(picture.size)
    return picture.resize([round(v * k) for v in picture.size], Image.LANCZOS)


def array(picture):
    a = np.asarray(picture).astype(np.float32).transpose(2, 0, 1) / 255
    return a[:, :a.shape[1] // 8 * 8, :a.shape[2] // 8 * 8]


def stylisers():
    paths = [DATA + '/models/fst_wave.onnx', DATA + '/models/fns8_opset13.onnx']
    for path in paths + sorted(glob.glob(ROOT + '/gst/styles/*-*.onnx')):
        keys = {p.key: p.value for p in onnx.load(path).metadata_props}
        scale = 1 if keys.get('Image.NominalPixelRange') == 'Normalized_0_1' else 255
        session = ort.InferenceSession(path, OPTIONS)

        def run(x, session=session, scale=scale):
            name = session.get_inputs()[0].name
            y = session.run(None, {name: (x * scale)[None].astype(np.float32)})
            return np.clip(y[0][0] / scale, 0, 1)
        yield run


def pictures():
    """(number of the photograph, picture)"""
    random = np.random.default_rng(1)
    photos = [load(p, SIDE) for p in sorted(glob.glob(DATA + '/photos/*'))]
    models = list(stylisers())
    for i, photo in enumerate(photos):
        x = array(photo)
        yield i, x
        for deviation in (0.02, 0.06, 0.15):
            yield i, np.clip(x + random.normal(0, deviation, x.shape), 0, 1)
        for radius in (1, 3, 8):
            yield i, array(photo.filter(ImageFilter.GaussianBlur(radius)))
        for model in models:
            y = model(x)[:, :x.shape[1], :x.shape[2]]
            yield i, y
            yield i, (x + y) / 2


def grams(features):
    flat = [f.reshape(f.shape[0], -1) for f in features]
    return [f @ f.T / f.shape[1] for f in flat]


def style_distances(a, b):
    """Of each layer."""
    return [((g - t) ** 2).sum() / (t ** 2).sum() for g, t in zip(a, b)]


def content_distance(a, b):
    mean = b.mean((1, 2), keepdims=True)
    return ((a - b) ** 2).sum() / ((b - mean) ** 2).sum()


def judge(loss, shown, paintings):
    """Distances [layer, picture, painting] and [picture], widths of the layers."""
    targets = [grams(loss(x)) for x in paintings]
    style, content, originals = [], [], {}
    for i, x in shown:
        features = loss(x)
        of_x = grams(features)
        style.append([style_distances(of_x, t) for t in targets])
        if i in originals:
            content.append(content_distance(features[loss.content], originals[i]))
        else:
            originals[i] = features[loss.content]
    return (np.moveaxis(np.array(style), 2, 0), np.array(content),
            [f.shape[2] for f in features])


def pair_layers(mine, theirs):
    """Those of the same resolution; several of the teacher become their mean."""
    for i, width in enumerate(mine[2]):
        same = [k for k, other in enumerate(theirs[2]) if 0.75 < other / width < 1.33]
        if same:
            yield mine[0][i], np.mean([theirs[0][k] for k in same], 0)


def ranks(a):
    return np.argsort(np.argsort(a))


def line(mine, theirs):
    correlation = np.corrcoef(ranks(mine), ranks(theirs))[0, 1]
    return f'{correlation:.3f} spread {np.std(np.log(mine / theirs)):.2f}'


def main():
    shown = list(pictures())
    paintings = [array(load(p, 320)) for p in sorted(glob.glob(DATA + '/paintings/*'))]
    theirs = judge(Loss(TEACHER), shown, paintings)
    print(f'{len(shown)} pictures, {len(paintings)} paintings')
    for path in sys.argv[1:]:
        mine = judge(Loss(path), shown, paintings)
        pairs = list(pair_layers(mine, theirs))
        for a, b in pairs:
            print(f'{path}: layer, style {line(a.ravel(), b.ravel())}')
        all_mine, all_theirs = (np.mean(v, 0) for v in zip(*pairs))
        within = [np.corrcoef(ranks(a), ranks(b))[0, 1]
                  for a, b in zip(all_mine.T, all_theirs.T)]
        print(f'{path}: style {line(all_mine.ravel(), all_theirs.ravel())}, '
              f'per painting {min(within):.3f} .. {max(within):.3f}; '
              f'content {line(mine[1], theirs[1])}', flush=True)


main()
