#!/usr/bin/env python3
# gst-stylegan: a style network with its norms' statistics fixed
# SPDX-License-Identifier: LGPL-2.1-or-later
"""fold-norms.py MODEL OUT PHOTO...

Writes MODEL with every instance norm replaced by a norm with the mean statistics of the
photographs (means of the means, geometric means of the variances), as folding them into the
weights would have it; see docs/decisions/0009-no-folded-norms.md. Compare with
`gst-styletrain evaluate OUT --against MODEL`. Needs onnx, onnxruntime, numpy and Pillow.
"""
import copy
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from PIL import Image

SHORT = 320     # px, of the photographs' shorter side
EPSILON = 1e-5  # of the norms


def load(path):
    image = Image.open(path).convert('RGB')
    scale = SHORT / min(image.size)
    image = image.resize([round(side * scale) // 8 * 8 for side in image.size], Image.LANCZOS)
    return np.asarray(image, np.float32).transpose(2, 0, 1)[None] / 255


def norms(model):
    return [n for n in model.graph.node if n.op_type == 'InstanceNormalization']


def statistics(model, photos):
    """Mean and variance of each channel in front of each norm."""
    probe = copy.deepcopy(model)
    names = [n.input[0] for n in norms(model)]
    for name in names:
        probe.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(probe.SerializeToString())
    runs = [session.run(names, {session.get_inputs()[0].name: load(p)}) for p in photos]
    return [(np.mean([r[k].mean((0, 2, 3)) for r in runs], 0),
             np.exp(np.mean([np.log(r[k].var((0, 2, 3)) + EPSILON) for r in runs], 0)))
            for k in range(len(names))]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    model = onnx.load(sys.argv[1])
    found = statistics(model, sys.argv[3:])
    for k, (node, (mean, variance)) in enumerate(zip(norms(model), found)):
        for name, values in (('mean', mean), ('variance', variance)):
            node.input.append(f'folded.{k}.{name}')
            model.graph.initializer.append(
                numpy_helper.from_array(values.astype(np.float32), node.input[-1]))
        node.op_type = 'BatchNormalization'
    onnx.save(model, sys.argv[2])


if __name__ == '__main__':
    main()
