#!/usr/bin/python3
# gst-stylegan: golden gradients, by PyTorch
# SPDX-License-Identifier: LGPL-2.1-or-later
"""make-gradients.py > gradients/tiny.json

A style network small enough to be written down, a loss network that is smaller,
content and Gram loss: parameters, images, loss, the gradients of all parameters in
one row, and the loss over ten steps of Adam. In double, of numbers that are floats.
tests/golden/gradients.c builds the same and compares. PyTorch 1.13.
"""
import json
import sys

import torch
import torch.nn.functional as F

SHAPES = [  # in the order of the row of parameters
    (8, 3, 3, 3), (8,), (8,), (8,),             # convolution, norm
    (12, 8, 3, 3), (12,), (12,), (12,),         # to half the size
    (12, 12, 3, 3), (12,), (12,),               # residual block, no bias
    (12, 3, 3, 3), (3,),                        # transposed, to the size again
    (3, 3, 3, 3), (3,),
]
LOSS_SHAPES = [(6, 3, 3, 3), (6,), (8, 6, 3, 3), (8,)]
RATE, STEPS = 0.01, 10


def norm(x, scale, bias):
    return F.instance_norm(x, weight=scale, bias=bias, eps=1e-5)


def generator(x, p):
    p = iter(p)
    x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), next(p), next(p))
    x = F.relu(norm(x, next(p), next(p)))
    x = F.conv2d(x, next(p), next(p), stride=2, padding=1)
    x = F.leaky_relu(norm(x, next(p), next(p)), 0.2)
    y = F.conv2d(x, next(p), padding=2, dilation=2)
    x = x + F.relu(norm(y, next(p), next(p)))
    x = F.conv_transpose2d(x, next(p), next(p), stride=2, padding=1,
                           output_padding=1)
    x = F.interpolate(x, scale_factor=2, mode='nearest')
    x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), next(p), next(p))
    return F.avg_pool2d(torch.tanh(x), 2)


def features(x, w):
    a = F.relu(F.conv2d(x, w[0], w[1], padding=1))
    b = F.relu(F.conv2d(F.max_pool2d(a, 2), w[2], w[3], padding=1))
    return a, b


def gram(f):
    flat = f.reshape(f.shape[1], -1)
    return flat @ flat.T / flat.shape[1]


def loss_of(x, style, p, w):
    got, content, want = (features(v, w) for v in (generator(x, p), x, style))
    loss = ((got[1] - content[1]) ** 2).mean()
    for a, b in zip(got, want):
        loss = loss + ((gram(a) - gram(b)) ** 2).sum() / (gram(b) ** 2).sum()
    return loss


def floats(tensor):
    return [float('%.9g' % v) for v in tensor.reshape(-1).tolist()]


def main():
    torch.manual_seed(5)

    def random(shape):
        fan = max(1, torch.Size(shape[1:]).numel())
        return torch.randn(shape).mul(fan ** -0.5).double()

    parameters = [random(s) for s in SHAPES]
    for i in (2, 6, 9):         # scales of norms
        parameters[i] = parameters[i].float().mul(0.2).add(1).double()
    for p in parameters:
        p.requires_grad_(True)
    weights = [random(s) for s in LOSS_SHAPES]
    x, style = (torch.rand(1, 3, 12, 16).double() for _ in range(2))
    start = torch.cat([p.detach().reshape(-1).clone() for p in parameters])
    adam = torch.optim.Adam(parameters, lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    losses, gradients = [], None
    for _ in range(STEPS):
        adam.zero_grad()
        loss = loss_of(x, style, parameters, weights)
        loss.backward()
        if gradients is None:
            gradients = torch.cat([p.grad.reshape(-1) for p in parameters])
        losses.append(loss.item())
        adam.step()
    json.dump({'shapes': SHAPES, 'parameters': floats(start),
               'gradients': floats(gradients),
               'weights': floats(torch.cat([w.reshape(-1) for w in weights])),
               'x': floats(x), 'style': floats(style), 'rate': RATE,
               'losses': losses}, sys.stdout)
    print()


main()
