#!/usr/bin/python3
# gst-stylegan: golden training steps with the losses, by PyTorch
# SPDX-License-Identifier: LGPL-2.1-or-later
"""make-loss.py FOLDER

Writes FOLDER/net.onnx, a small loss network of random weights, and FOLDER/curve.json:
every term of the loss over ten steps of Adam of two convolutions, in double. The numbers
that go in are those of <sg/rng.h>, which is repeated here, so that tests/golden/loss.c
makes the same. PyTorch 1.13, onnx 1.12.
"""
import json
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

SIZE, BATCH, STYLE, STEPS, RATE, SEED = 32, 4, 40, 10, 0.01, 11
WEIGHTS = {'reconstruction': 0.5, 'content': 1, 'style': 5, 'color': 0.3, 'tv': 2,
           'checkerboard': 1, 'range': 1, 'temporal': 3}
VIEW_STREAM = 0x6c6f7373 << 32
MASK, GOLDEN = 2 ** 64 - 1, 0x9e3779b97f4a7c15


def mix(z):
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & MASK
    z = (z ^ z >> 27) * 0x94d049bb133111eb & MASK
    return z ^ z >> 31


class Rng:
    def __init__(self, seed, a, b):
        self.key = mix((mix((mix((seed + GOLDEN) & MASK) + a + GOLDEN) & MASK)
                        + b + GOLDEN) & MASK)
        self.counter = 0

    def next(self):
        self.counter += 1
        return mix((self.key + self.counter * GOLDEN) & MASK)

    def uniform(self):
        return (self.next() >> 11) * 2.0 ** -53


def numbers(stream, shape, low, high):
    """What fill () of loss.c makes: floats."""
    rng = Rng(SEED, 0, stream)
    values = [low + (high - low) * rng.uniform() for _ in range(int(np.prod(shape)))]
    return np.array(values, np.float64).astype(np.float32).reshape(shape)


def write_network(path):
    rng = np.random.default_rng(3)
    w = {'w1': rng.normal(0, 0.4, (5, 3, 3, 3)), 'b1': rng.normal(0, 0.1, 5),
         'w2': rng.normal(0, 0.3, (6, 5, 3, 3)), 'b2': rng.normal(0, 0.1, 6)}
    w = {k: v.astype(np.float32) for k, v in w.items()}
    nodes = [
        helper.make_node('Conv', ['image', 'w1', 'b1'], ['c1'], strides=[2, 2]),
        helper.make_node('Relu', ['c1'], ['relu1']),
        helper.make_node('MaxPool', ['relu1'], ['p1'], kernel_shape=[3, 3],
                         strides=[2, 2], ceil_mode=1),
        helper.make_node('Conv', ['p1', 'w2', 'b2'], ['c2'], pads=[1, 1, 1, 1]),
        helper.make_node('Relu', ['c2'], ['relu2'])]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, 'loss', [info('image', TensorProto.FLOAT, ['N', 3, 'H', 'W'])],
        [info('relu2', TensorProto.FLOAT, ['N', 6, 'h', 'w'])],
        [numpy_helper.from_array(v, k) for k, v in w.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 8
    helper.set_model_props(model, {
        'stylegan.style_layers': 'relu1*2,relu2', 'stylegan.content_layers': 'relu2',
        'stylegan.input': 'imagenet'})
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return {k: torch.from_numpy(v).double() for k, v in w.items()}


def features(x, w):
    mean = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)
    x = (x - mean) / deviation
    a = F.relu(F.conv2d(x, w['w1'], w['b1'], stride=2))
    p = F.max_pool2d(a, 3, 2, ceil_mode=True)
    return a, F.relu(F.conv2d(p, w['w2'], w['b2'], padding=1))


def gram(f):
    flat = f.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def gram_distance(f, target):
    return (((gram(f) - target) ** 2).sum((1, 2)) / (target ** 2).sum()).mean()


def content(fy, fx):
    unit = ((fx - fx.mean((2, 3), keepdim=True)) ** 2).sum((1, 2, 3)) \
        + 0.05 * (fx ** 2).sum((1, 2, 3))
    return (((fy - fx) ** 2).sum((1, 2, 3)) / unit).mean()


def colours(x):
    for size in (1, 4, 16):
        flat = (F.avg_pool2d(x, size) if size > 1 else x).flatten(2)
        mean = flat.mean(2, keepdim=True)
        yield mean, (flat - mean) @ (flat - mean).transpose(1, 2) / flat.shape[2]


def colour_distance(y, s):
    parts = [((m - mt) ** 2).sum((1, 2)) / ct[0].trace()
             + ((c - ct) ** 2).sum((1, 2)) / (ct ** 2).sum()
             for (m, c), (mt, ct) in zip(colours(y), colours(s))]
    return sum(parts).mean() / 3


def variation(x):
    return (x[:, :, 1:] - x[:, :, :-1]).abs().mean((1, 2, 3)) \
        + (x[..., 1:] - x[..., :-1]).abs().mean((1, 2, 3))


def phases(x, grid):
    """Mean square deviation of the phases in windows of 32 px."""
    n, c, h, w = x.shape
    x = x.reshape(n, c, h // 32, 32 // grid, grid, w // 32, 32 // grid, grid)
    x = x.mean((3, 6)).permute(0, 2, 4, 1, 3, 5).flatten(4).flatten(1, 2)
    return ((x - x.mean(3, keepdim=True)) ** 2).mean((2, 3))


def checkerboard(y, x):
    above = sum(F.relu(phases(y, g) - phases(x, g)) for g in (2, 4)).mean(1)
    return ((above + 1e-6).sqrt() - 1e-3).mean()


def temporal(y, flow, mask):
    first, second = y.chunk(2)
    rows, columns = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE),
                                   indexing='ij')
    grid = torch.stack([columns + flow[:, 0], rows + flow[:, 1]], -1)
    moved = F.grid_sample(first, grid * 2 / (SIZE - 1) - 1, mode='bilinear',
                          padding_mode='border', align_corners=True)
    return ((second - moved).abs() * mask).mean()


def generator(x, p):
    return x + F.conv2d(F.relu(F.conv2d(x, p[0], p[1], padding=1)), p[2], p[3],
                        padding=1)


def terms(y, x, style, flow, mask, w, step):
    rng = Rng(SEED, step, VIEW_STREAM)
    row, column = rng.next() % 8, rng.next() % 8
    look = np.s_[:, :, row:row + SIZE - 8, column:column + SIZE - 8]
    fy, fx, fs = features(y[look], w), features(x[look], w), features(style, w)
    distances = [gram_distance(a, gram(b)) for a, b in zip(fy, fs)]
    return {'reconstruction': (y - x).abs().mean(), 'content': content(fy[1], fx[1]),
            'style': (2 * distances[0] + distances[1]) / 3,
            'color': colour_distance(y, style),
            'tv': F.relu(variation(y) - variation(x)).mean(),
            'checkerboard': checkerboard(y, x),
            'range': (F.relu(-y) + F.relu(y - 1)).square().mean() / 0.01,
            'temporal': temporal(y, flow, mask)}


def main():
    folder = sys.argv[1]
    w = write_network(folder + '/net.onnx')

    def tensor(*args):
        return torch.from_numpy(numbers(*args)).double()

    p = [tensor(1, (6, 3, 3, 3), -0.3, 0.3), tensor(2, (6,), -0.1, 0.1),
         tensor(3, (3, 6, 3, 3), -0.2, 0.2), tensor(4, (3,), -0.1, 0.1)]
    x = tensor(5, (BATCH, 3, SIZE, SIZE), 0, 1)
    flow = tensor(6, (BATCH // 2, 2, SIZE, SIZE), -3, 3)
    mask = tensor(7, (BATCH // 2, 1, SIZE, SIZE), 0, 1)
    style = np.floor(numbers(8, (3, STYLE, STYLE), 0, 256))
    style = torch.from_numpy(style).double()[None] / 255
    for q in p:
        q.requires_grad_(True)
    adam = torch.optim.Adam(p, lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    curve = []
    for step in range(STEPS):
        adam.zero_grad()
        values = terms(generator(x, p), x, style, flow, mask, w, step)
        loss = sum(WEIGHTS[k] * v for k, v in values.items())
        loss.backward()
        curve.append({**{k: v.item() for k, v in values.items()},
                      'total': loss.item()})
        adam.step()
    with open(folder + '/curve.json', 'w', encoding='utf-8') as file:
        json.dump({'weights': WEIGHTS, 'rate': RATE, 'seed': SEED, 'curve': curve},
                  file, indent=1)
        file.write('\n')


main()
