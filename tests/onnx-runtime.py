#!/usr/bin/python3
# gst-stylegan tests: what ONNX's own checker and ONNX Runtime say to our files
# SPDX-License-Identifier: LGPL-2.1-or-later
"""onnx-runtime.py CHECKOP [TEST-ONNX-WRITE]

Has both programs keep the models that they write, each in a folder with the data
of inputs and outputs, and runs onnx.checker and ONNX Runtime on them. Exits with
77, "skipped", where Python's onnx is not installed; where onnxruntime is not, only
the checker runs.
"""
import os
import subprocess
import sys
import tempfile

SKIP = 77
# Of the largest number of an output. Both calculate in f32; models of 16 layers
# with norms lose some digits.
TOLERANCE = 1e-3

# Where others calculate otherwise, whatever the file says.
KNOWN = {
    'grid_sample_far': 'coordinates far outside lose their last digits in f32',
    'resize_cubic-align-corners-1.5x': 'a size that the scale does not meet',
    'resize_linear-align-corners-1.5x': 'a size that the scale does not meet',
    'resize_nearest-align-corners-1.5x': 'a size that the scale does not meet',
}

try:
    import numpy
    import onnx
except ImportError as reason:
    print('skipped: Python\'s onnx is needed (%s)' % reason)
    sys.exit(SKIP)
try:
    import onnxruntime
    onnxruntime.set_default_logger_severity(4)
except ImportError as reason:
    onnxruntime = None
    print('ONNX Runtime is not installed, only the checker runs (%s)' % reason)


def dtype_of(value):
    kind = value.type.tensor_type.elem_type
    if hasattr(onnx.helper, 'tensor_dtype_to_np_dtype'):
        return numpy.dtype(onnx.helper.tensor_dtype_to_np_dtype(kind))
    return numpy.dtype(onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[kind])


def is_newer(model):
    """Than the onnx that is installed, which cannot check it then."""
    return (model.ir_version > onnx.IR_VERSION or model.opset_import[0].version
            > onnx.defs.onnx_opset_version())


def read(folder, kind, i, value):
    with open('%s/%s_%d.bin' % (folder, kind, i), 'rb') as file:
        return numpy.frombuffer(file.read(), dtype_of(value))


def reshape(data, value):
    """As the file says; where height and width are free the picture is square."""
    dims = value.type.tensor_type.shape.dim
    shape = [dim.dim_value or 1 for dim in dims]
    side = round((data.size / max(numpy.prod(shape), 1)) ** 0.5)
    return data.reshape([side if dim.dim_param in ('height', 'width')
                         or dim.dim_param.endswith(('_height', '_width'))
                         else dim.dim_value if dim.HasField('dim_value')
                         else 1 for dim in dims])


def compare(got, expected):
    """None, or what is wrong."""
    got = numpy.asarray(got).ravel()
    if got.dtype != expected.dtype or got.size != expected.size:
        return 'is %s [%d] instead of %s [%d]' % (
            got.dtype, got.size, expected.dtype, expected.size)
    if got.size == 0:
        return None
    got = got.astype(numpy.float64)
    expected = expected.astype(numpy.float64)
    same = (got == expected) | (numpy.isnan(got) & numpy.isnan(expected))
    scale = numpy.max(numpy.abs(numpy.where(numpy.isfinite(expected),
                                            expected, 0)))
    with numpy.errstate(invalid='ignore'):
        wrong = ~same & ~(numpy.abs(got - expected)
                          <= TOLERANCE * max(scale, 1e-6))
    if not wrong.any():
        return None
    at = int(numpy.argmax(wrong))
    return 'element %d is %g instead of %g (%d wrong)' % (
        at, got[at], expected[at], wrong.sum())


def run(folder, model):
    """None, or what is wrong; raises where ONNX Runtime cannot run it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # what an optimiser makes of it is not ours
    options.graph_optimization_level = \
        onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        folder + '/model.onnx', options, providers=['CPUExecutionProvider'])
    feed = {}
    for i, value in enumerate(model.graph.input):
        feed[value.name] = reshape(read(folder, 'input', i, value), value)
    for i, got in enumerate(session.run(None, feed)):
        value = model.graph.output[i]
        wrong = compare(got, read(folder, 'output', i, value))
        if wrong:
            return 'output %d: %s' % (i, wrong)
    return None


def main():
    n_checked = n_run = n_wrong = n_newer = 0
    reasons = {}
    with tempfile.TemporaryDirectory() as top:
        subprocess.run([sys.argv[1], '--onnx-dir', top], check=True,
                       stdout=subprocess.DEVNULL)
        if len(sys.argv) > 2:
            subprocess.run([sys.argv[2]], check=True,
                           stdout=subprocess.DEVNULL,
                           env=dict(os.environ, SG_TEST_ONNX_DIR=top))
        for name in sorted(os.listdir(top)):
            folder = os.path.join(top, name)
            model = onnx.load(folder + '/model.onnx')
            wrong = None
            if is_newer(model):
                n_newer += 1
                continue
            try:
                onnx.checker.check_model(model, full_check=True)
                n_checked += 1
            except Exception as problem:
                wrong = 'the checker says: %s' % problem
            if onnxruntime and not wrong:
                try:
                    wrong = run(folder, model)
                    n_run += 1
                except Exception as problem:
                    reason = str(problem).split('\n')[0]
                    reasons.setdefault(type(problem).__name__, []).append(
                        '%s: %s' % (name, reason))
            if wrong and name in KNOWN and 'checker' not in wrong:
                print('known: %s: %s (%s)' % (name, wrong, KNOWN[name]))
            elif wrong:
                n_wrong += 1
                print('FAIL %s: %s' % (name, wrong))
    for kind in reasons:
        for reason in reasons[kind]:
            print('%s %s' % (kind, reason))
    print('%d files checked, %d run, %d wrong; %d too new for onnx %s'
          % (n_checked, n_run, n_wrong, n_newer, onnx.__version__))
    return 1 if n_wrong or n_checked == 0 else 0


sys.exit(main())
