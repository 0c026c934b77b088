#!/usr/bin/python3
# gst-stylegan: how long a training step takes in PyTorch
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bench-train-step.py [--batch N] [--size S] [--threads N] [--runs N]

The step of bench-train-step.c (network small) in PyTorch, eager: forward and backward.
"""
import argparse
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F


def conv(x, w, stride=1, dilation=1, groups=1, bias=None):
    n = w.shape[2] // 2 * dilation
    return F.conv2d(F.pad(x, (n, n, n, n), 'reflect') if n else x, w, bias, stride, 0,
                    dilation, groups)


class Small(nn.Module):
    """science.md 5.1, small-D."""

    def __init__(self):
        super().__init__()
        self.w, self.norms = nn.ParameterList(), nn.ParameterList()
        sizes = [(24, 12), (48, 24)] + 10 * [(48, 48)] + [(24, 48), (3, 24)]
        for m, c in sizes:
            self.w.append(nn.Parameter(torch.randn(m, c, 3, 3) * (2 / (9 * c)) ** .5))
            self.norms.append(nn.Parameter(torch.ones(m)))
            self.norms.append(nn.Parameter(torch.zeros(m)))
        row = torch.tensor([0.25, 0.5, 0.25])
        self.register_buffer('binomial', (row[:, None] * row[None])[None, None])

    def norm(self, i, x):
        return F.instance_norm(x, weight=self.norms[2 * i], bias=self.norms[2 * i + 1])

    def smooth(self, x):
        return conv(x, self.binomial.expand(x.shape[1], 1, 3, 3), groups=x.shape[1])

    def forward(self, x):
        x = F.relu(self.norm(0, conv(F.pixel_unshuffle(x, 2), self.w[0])))
        x = F.relu(self.norm(1, conv(x, self.w[1], 2)))
        for i, d in enumerate((1, 1, 2, 2, 1)):
            k = 2 + 2 * i
            y = F.relu(self.norm(k, conv(x, self.w[k], dilation=d)))
            x = x + self.norm(k + 1, conv(y, self.w[k + 1], dilation=d))
        x = self.smooth(conv(F.interpolate(x, scale_factor=2), self.w[12]))
        x = F.relu(self.norm(12, x))
        x = conv(F.interpolate(x, scale_factor=2), self.w[13], bias=self.norms[27])
        return self.smooth(x)


class Loss:
    def __init__(self):
        shapes = [(64, 3, 3)]
        for c, s, e in ((64, 16, 64), (128, 16, 64), (128, 32, 128), (256, 32, 128)):
            shapes += [(s, c, 1), (e, s, 1), (e, s, 3)]
        self.w = [torch.randn(m, c, k, k) * 1.4 / (c * k * k) ** .5 for m, c, k in shapes]
        self.b = [torch.full((m,), 0.01) for m, _, _ in shapes]

    def conv(self, x, i, stride=1, pad=0):
        return F.relu(F.conv2d(x, self.w[i], self.b[i], stride, pad))

    def fire(self, x, i):
        x = self.conv(x, i)
        return torch.cat([self.conv(x, i + 1), self.conv(x, i + 2, 1, 1)], 1)

    def features(self, x):
        conv1 = self.conv(x, 0, 2)
        fire3 = self.fire(self.fire(F.max_pool2d(conv1, 3, 2, ceil_mode=True), 1), 4)
        fire4 = self.fire(F.max_pool2d(fire3, 3, 2, ceil_mode=True), 7)
        return conv1, fire3, fire4, self.fire(fire4, 10)

    def __call__(self, x, y):
        got = self.features(y)
        with torch.no_grad():
            want = self.features(x)
        loss = (got[1] - want[1]).square().mean() / 0.5
        for f in got:
            f = f.flatten(2)
            loss = loss + (f @ f.transpose(1, 2) / f.shape[2] - 0.1).square().mean()
        return loss


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (('batch', 4), ('size', 256), ('threads', 2), ('runs', 15)):
        parser.add_argument('--' + name, type=int, default=value)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    net, loss = Small(), Loss()
    x = torch.rand(args.batch, 3, args.size, args.size)
    times, cpu = [], []
    for i in range(-2, args.runs):
        begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        net.zero_grad()
        loss(x, net(x)).backward()
        now = resource.getrusage(resource.RUSAGE_SELF)
        if i >= 0:
            times.append(time.perf_counter() - begin)
            cpu.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
    ms = 1e3 * statistics.median(times)
    print('%.1f ms per step (fastest %.1f, processor %.1f), %.2f steps/s' % (
        ms, 1e3 * min(times), 1e3 * statistics.median(cpu), 1e3 / ms))


main()
