#!/usr/bin/python3
# gst-stylegan tests: writes ONNX's own node tests as folders
# SPDX-License-Identifier: LGPL-2.1-or-later
"""onnx-node-cases.py DIR [PATTERN]

Makes DIR/<case>/model.onnx and DIR/<case>/test_data_set_N/{input,output}_K.pb
from the generator in Debian's python3-onnx, for tests/onnx-node-runner. PATTERN
is a regular expression that names must match. Exits with 77, which means
"skipped", where python3-onnx is not installed.
"""
import os
import re
import sys
import warnings

SKIP = 77


def collect():
    warnings.simplefilter('ignore')
    try:
        import numpy
    except ImportError as reason:
        skip(reason)
    # Names that numpy 1.24 removed and onnx 1.12 still uses.
    for name, kind in (('float', float), ('int', int), ('bool', bool),
                       ('object', object), ('str', str), ('complex', complex)):
        if name not in numpy.__dict__:
            setattr(numpy, name, kind)
    try:
        from onnx.backend.test.case.node import collect_testcases
    except ImportError as reason:
        skip(reason)
    return collect_testcases(None)


def skip(reason):
    print('skipped: python3-onnx is needed (%s)' % reason)
    sys.exit(SKIP)


def to_proto(value, name, type_proto):
    """None for what is neither a tensor nor a sequence or optional of them."""
    from onnx import TensorProto, numpy_helper
    if isinstance(value, TensorProto):
        return value
    kind = type_proto.WhichOneof('value')
    if kind == 'sequence_type':
        return numpy_helper.from_list(value, name)
    if kind == 'optional_type':
        return numpy_helper.from_optional(value, name)
    if kind == 'tensor_type':
        import numpy
        proto = numpy_helper.from_array(numpy.asarray(value), name)
        # numpy has no bfloat16; the bits come as uint16.
        if type_proto.tensor_type.elem_type == TensorProto.BFLOAT16:
            proto.data_type = TensorProto.BFLOAT16
        return proto
    return None


def write_values(folder, kind, values, infos):
    for k, (value, info) in enumerate(zip(values, infos)):
        proto = to_proto(value, info.name, info.type)
        if proto is not None:
            path = os.path.join(folder, '%s_%d.pb' % (kind, k))
            with open(path, 'wb') as file:
                file.write(proto.SerializeToString())


def write_case(parent, case):
    folder = os.path.join(parent, case.name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'model.onnx'), 'wb') as file:
        file.write(case.model.SerializeToString())
    for n, (inputs, outputs) in enumerate(case.data_sets):
        sets = os.path.join(folder, 'test_data_set_%d' % n)
        os.makedirs(sets, exist_ok=True)
        write_values(sets, 'input', inputs, case.model.graph.input)
        write_values(sets, 'output', outputs, case.model.graph.output)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    pattern = re.compile(sys.argv[2] if len(sys.argv) > 2 else '')
    cases = [case for case in collect() if pattern.search(case.name)]
    for case in cases:
        write_case(sys.argv[1], case)
    print('%d cases in %s' % (len(cases), sys.argv[1]))


if __name__ == '__main__':
    main()
