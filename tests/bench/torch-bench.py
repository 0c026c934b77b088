#!/usr/bin/env python3
# gst-stylegan: the same networks in PyTorch, as fast as it runs them
# SPDX-License-Identifier: LGPL-2.1-or-later
"""torch-bench.py [--size WxH] [--device cuda|cpu] [--runs N] [--json] MODEL.onnx...

Milliseconds per frame of image-to-image models in PyTorch: what our own engine is
measured against on a GPU. Each model is read with the package onnx, what depends on
constants only is computed once, and the rest is called node by node through
torch.nn.functional, in fp32 and in fp16 with channels_last; on CUDA as it is, as a
CUDA graph, and through torch.compile (mode max-autotune). Times are medians of CUDA
events; inputs are random. The best of them counts.
"""
import argparse
import json
import statistics
import sys
import time

import numpy as np
import onnx
from onnx import numpy_helper

import torch
import torch.nn.functional as F


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


# What exporters write around pads and sizes: computed with numpy.
CONSTANT = {
    'Constant': lambda a, x: numpy_helper.to_array(a['value']),
    'Identity': lambda a, x: x[0],
    'Cast': lambda a, x: x[0].astype(onnx.helper.tensor_dtype_to_np_dtype(a['to'])
                                     if hasattr(onnx.helper, 'tensor_dtype_to_np_dtype')
                                     else onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[a['to']]),
    'Concat': lambda a, x: np.concatenate(x, a['axis']),
    'Reshape': lambda a, x: x[0].reshape(x[1]),
    'Transpose': lambda a, x: x[0].transpose(a['perm']),
    'ConstantOfShape': lambda a, x: np.full(
        x[0], numpy_helper.to_array(a['value'])[0] if 'value' in a else 0.0),
    'Unsqueeze': lambda a, x: np.expand_dims(x[0], tuple(x[1] if len(x) > 1 else a['axes'])),
    'Slice': lambda a, x: slice_constant(*x),
}


def slice_constant(data, starts, ends, axes=None, steps=None):
    index = [slice(None)] * data.ndim
    axes = range(len(starts)) if axes is None else axes
    for i, axis in enumerate(axes):
        step = 1 if steps is None else int(steps[i])
        end = int(ends[i])
        # before the first element, going backwards
        end = None if step < 0 and end < -data.shape[axis] else end
        index[axis] = slice(int(starts[i]), end, step)
    return data[tuple(index)]


def conv(a, x):
    pads = a.get('pads', [0, 0, 0, 0])
    if pads[:2] != pads[2:]:
        x[0] = F.pad(x[0], (pads[1], pads[3], pads[0], pads[2]))
        pads = [0, 0, 0, 0]
    return F.conv2d(x[0], x[1], x[2] if len(x) > 2 else None, a.get('strides', [1, 1]),
                    pads[:2], a.get('dilations', [1, 1]), a.get('group', 1))


def pad(a, x):
    p = [int(v) for v in (x[1] if len(x) > 1 else a['pads'])]
    mode = a.get('mode', b'constant').decode()
    mode = {'edge': 'replicate'}.get(mode, mode)
    return F.pad(x[0], (p[3], p[7], p[2], p[6]), mode=mode)


def resize(a, x):
    scales = next(v for v in x[1:] if v is not None and len(v) == 4)
    return F.interpolate(x[0], scale_factor=(float(scales[2]), float(scales[3])),
                         mode=a.get('mode', b'nearest').decode())


IMAGE = {
    'Conv': conv,
    'Pad': pad,
    'Resize': resize,
    'Upsample': resize,
    'InstanceNormalization': lambda a, x: F.instance_norm(
        x[0], weight=x[1], bias=x[2], eps=a.get('epsilon', 1e-5)),
    'Relu': lambda a, x: F.relu(x[0]),
    'Tanh': lambda a, x: torch.tanh(x[0]),
    'Sigmoid': lambda a, x: torch.sigmoid(x[0]),
    'Add': lambda a, x: x[0] + x[1],
    'Mul': lambda a, x: x[0] * x[1],
    'Sub': lambda a, x: x[0] - x[1],
    'Clip': lambda a, x: torch.clamp(x[0], *[float(v) for v in x[1:3]]),
    'DepthToSpace': lambda a, x: F.pixel_shuffle(x[0], a['blocksize']),
}


class Model(torch.nn.Module):
    """The nodes that see the image; weights as buffers."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        known = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.image = next(i.name for i in graph.input if i.name not in known)
        self.output = graph.output[0].name
        self.steps = []
        for node in graph.node:
            a = attributes(node)
            if all(n in known or not n for n in node.input):
                if node.op_type not in CONSTANT:
                    sys.exit(f'{path}: {node.op_type} of constants is not known here')
                known[node.output[0]] = CONSTANT[node.op_type](
                    a, [known.get(n) for n in node.input])
            elif node.op_type not in IMAGE:
                sys.exit(f'{path}: {node.op_type} is not known here')
            else:
                self.add_step(node, a, known)

    def add_step(self, node, a, known):
        if node.op_type == 'DepthToSpace' and a.get('mode', b'DCR') != b'CRD':
            sys.exit('only DepthToSpace in mode CRD is known here')
        if node.op_type == 'Identity':
            return
        inputs = []
        for name in node.input:
            value = known.get(name)
            if value is not None and value.dtype.kind == 'f' \
                    and node.op_type not in ('Pad', 'Resize', 'Upsample', 'Clip'):
                key = 'w' + str(len(self._buffers))
                self.register_buffer(key, torch.tensor(np.array(value)))
                inputs.append(('weight', key))
            elif value is not None or not name:
                inputs.append(('constant', value))
            else:
                inputs.append(('value', name))
        self.steps.append((IMAGE[node.op_type], a, inputs, node.output[0]))

    def forward(self, image):
        values = {self.image: image}
        for function, a, inputs, output in self.steps:
            args = [values[v] if kind == 'value' else getattr(self, v) if kind == 'weight'
                    else v for kind, v in inputs]
            values[output] = function(a, args)
        return values[self.output]


def milliseconds(call, runs, device):
    for _ in range(5):
        call()
    times = []
    if device == 'cuda':
        torch.cuda.synchronize()
        for _ in range(runs):
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            call()
            end.record()
            end.synchronize()
            times.append(begin.elapsed_time(end))
    else:
        for _ in range(runs):
            begin = time.perf_counter()
            call()
            times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


def graphed(model, x):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            model(x)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        model(x)
    return graph.replay


def ways(model, x, device, dtype):
    """Name and callable of every way to run it, fastest last as a rule."""
    yield 'eager', lambda: model(x)
    if device != 'cuda':
        return
    yield 'CUDA graph', graphed(model, x)
    if dtype == torch.float16:
        compiled = torch.compile(model, mode='max-autotune')
        yield 'compiled', lambda: compiled(x)


def bench(path, options):
    width, height = (int(v) for v in options.size.split('x'))
    result = {}
    for name, dtype in (('fp32', torch.float32), ('fp16', torch.float16)):
        if options.device == 'cpu' and name == 'fp16':
            continue
        model = Model(path).to(options.device, dtype).eval()
        x = torch.rand(1, 3, height, width, device=options.device, dtype=dtype) * 255
        if options.device == 'cuda':
            model = model.to(memory_format=torch.channels_last)
            x = x.contiguous(memory_format=torch.channels_last)
        for way, call in ways(model, x, options.device, dtype):
            try:
                result[f'{name} {way}'] = milliseconds(call, options.runs, options.device)
            except Exception as problem:    # torch.compile needs what may not be there
                print(f'{path}: {name} {way}: {problem}', file=sys.stderr)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--size', default='1920x1080', help='frame, WxH (default %(default)s)')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--runs', type=int, default=50)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('models', nargs='+', metavar='MODEL.onnx')
    options = parser.parse_args()
    torch.backends.cudnn.benchmark = True
    results = {}
    with torch.inference_mode():
        for path in options.models:
            results[path] = bench(path, options)
            if not options.json:
                for way, ms in results[path].items():
                    print(f'{path} {options.size} PyTorch {torch.__version__} {way}: {ms:.3f} ms')
    if options.json:
        print(json.dumps(results))


if __name__ == '__main__':
    main()
