"""Writes unet-plain.safetensors and unet-classes.safetensors: what PyTorch makes of the networks that UNetMeaningTest builds.

Written from UNet's and ResidualBlock's Javadoc, with PyTorch's own layers and autograd; made with Debian 12's python3-torch 1.13.1, in
double precision. To make the files again: /usr/bin/python3 unet-golden.py
"""

import json
import math
import struct

import torch
import torch.nn.functional as F

C, MULTIPLIERS, BLOCKS = 4, (1, 2), 1


class Numbers:
    """The parameters: whole numbers of a simple rule, so that no file has to hold them. The test computes the same."""

    def __init__(self):
        self.by_name = {}

    def get(self, name, *shape):
        if name not in self.by_name:
            count = math.prod(shape)
            place = len(self.by_name)
            i = torch.arange(count, dtype=torch.int64)
            numbers = 0.6 * ((i * 7919 + place * 10007 + 17 * count) % 2003).double() / 2003 - 0.3
            self.by_name[name] = numbers.float().double().reshape(shape).requires_grad_()
        return self.by_name[name]


def groups(channels):
    count = max(1, min(32, channels // 4))
    while channels % count:
        count -= 1
    return count


def norm_silu(p, name, x):
    channels = x.shape[1]
    return F.silu(F.group_norm(x, groups(channels), p.get(name + ".weight", channels), p.get(name + ".bias", channels), eps=1e-5))


def conv(p, name, x, out, size=3):
    return F.conv2d(x, p.get(name + ".weight", out, x.shape[1], size, size), p.get(name + ".bias", out), padding=size // 2)


def linear(p, name, x, out):
    return F.linear(x, p.get(name + ".weight", out, x.shape[1]), p.get(name + ".bias", out))


def block(p, name, x, e, out):
    h = conv(p, name + ".conv1", norm_silu(p, name + ".norm1", x), out)
    h = h + linear(p, name + ".emb", e, out)[:, :, None, None]
    h = conv(p, name + ".conv2", norm_silu(p, name + ".norm2", h), out)
    return h + (x if x.shape[1] == out else conv(p, name + ".skip", x, out, 1))


def unet(p, x, sigma, classes, labels):
    frequencies = torch.exp(torch.linspace(0, 4, C // 2, dtype=torch.double))
    angles = torch.log(sigma)[:, None] * frequencies[None, :]
    e = linear(p, "embed.0", torch.cat([torch.sin(angles), torch.cos(angles)], 1), 4 * C)
    e = linear(p, "embed.1", F.silu(e), 4 * C)
    if classes:
        e = e + p.get("labels.weight", classes + 1, 4 * C)[labels]
    e = F.silu(e)
    h = conv(p, "conv_in", 2 * x - 1, C)
    skips = [h]
    number = 0
    for level, multiplier in enumerate(MULTIPLIERS):
        for _ in range(BLOCKS):
            h = block(p, f"down.{number}", h, e, C * multiplier)
            number += 1
            skips.append(h)
        if level < len(MULTIPLIERS) - 1:
            h = F.avg_pool2d(h, 2)
            skips.append(h)
    h = block(p, "mid.0", h, e, h.shape[1])
    h = block(p, "mid.1", h, e, h.shape[1])
    number = 0
    for level in reversed(range(len(MULTIPLIERS))):
        for _ in range(BLOCKS + 1):
            h = block(p, f"up.{number}", torch.cat([h, skips.pop()], 1), e, C * MULTIPLIERS[level])
            number += 1
        if level > 0:
            h = conv(p, f"upsample.{len(MULTIPLIERS) - 1 - level}", F.interpolate(h, scale_factor=2, mode="nearest"), h.shape[1])
    h = conv(p, "conv_out", norm_silu(p, "norm_out", h), x.shape[1])
    return h / sigma[:, None, None, None]


def write(path, arrays):
    header, data = {}, b""
    for name, array in arrays.items():
        raw = array.detach().float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def golden(path, channels, classes):
    shape = (2, channels, 8, 4)
    random = torch.Generator().manual_seed(7)
    x = torch.randn(shape, generator=random, dtype=torch.double).float().double()
    cotangent = torch.randn(shape, generator=random, dtype=torch.double).float().double()
    sigma = torch.tensor([0.05, 3.0], dtype=torch.double).float().double()
    labels = torch.tensor([1, classes]) if classes else None
    p = Numbers()
    unet(p, x, sigma, classes, labels)  # once, so that all parameters are there
    score = unet(p, x, sigma, classes, labels)
    (score * cotangent).sum().backward()
    images = {"x": x, "cotangent": cotangent, "score": score}
    arrays = {name: image.permute(0, 2, 3, 1) for name, image in images.items()}
    arrays["sigma"] = sigma
    arrays.update({"gradient." + name: number.grad for name, number in p.by_name.items()})
    write(path, arrays)


golden("unet-plain.safetensors", 3, 0)
golden("unet-classes.safetensors", 1, 3)
