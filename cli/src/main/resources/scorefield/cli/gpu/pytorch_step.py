"""Times a training step of scorefield's network with PyTorch on a CUDA device.

Without an argument it says which PyTorch and which device there are. With a description that `scorefield accept-gpu` wrote
(JSON: the network, a checkpoint, an image with its score) it prints one line of JSON: how far PyTorch's score is from that
score, and the images that a step of training takes a second, eagerly and compiled. --device cpu is for trying it without a GPU.
"""

import copy
import json
import math
import struct
import sys
import time

import torch
import torch.nn.functional as F


def read(path):
    """The tensors of a .safetensors file that are float32."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            numbers = torch.frombuffer(bytearray(data[8 + length + start : 8 + length + end]), dtype=torch.float32)
            tensors[name] = numbers.reshape(entry["shape"])
    return tensors


class Network(torch.nn.Module):
    """The U-Net of scorefield with EDM's preconditioning; N×C×H×W in channels-last memory."""

    def __init__(self, about, tensors):
        super().__init__()
        self.about = about
        names = [name for name in tensors if "ema." + name in tensors]
        self.names = {name: name.replace(".", "_") for name in names}
        for name, attribute in self.names.items():
            setattr(self, attribute, torch.nn.Parameter(tensors[name].clone()))
        count = about["channels"] // 2
        self.register_buffer("frequencies", torch.exp(4.0 * torch.arange(count) / (count - 1)))

    def get(self, name):
        return getattr(self, self.names[name])

    def convolution(self, name, x, padding):
        return F.conv2d(x, self.get(name + ".weight"), self.get(name + ".bias"), padding=padding)

    def linear(self, name, x):
        return F.linear(x, self.get(name + ".weight"), self.get(name + ".bias"))

    def norm_silu(self, name, x):
        channels = x.shape[1]
        groups = max(1, min(32, channels // 4))
        while channels % groups:
            groups -= 1
        return F.silu(F.group_norm(x, groups, self.get(name + ".weight"), self.get(name + ".bias"), 1e-5))

    def block(self, name, x, embedding):
        h = self.convolution(name + ".conv1", self.norm_silu(name + ".norm1", x), 1)
        h = h + self.linear(name + ".emb", embedding)[:, :, None, None]
        h = self.convolution(name + ".conv2", self.norm_silu(name + ".norm2", h), 1)
        return h + (self.convolution(name + ".skip", x, 0) if name + ".skip.weight" in self.names else x)

    def forward(self, x, sigma):
        """The score, given x N×C×H×W and σ, N."""
        about = self.about
        angles = sigma.log()[:, None] * self.frequencies
        features = torch.cat([angles.sin(), angles.cos()], 1)
        embedding = F.silu(self.linear("embed.1", F.silu(self.linear("embed.0", features))))
        s = sigma[:, None, None, None]
        spread = (s.square() + about["deviation"] ** 2).sqrt()
        centred = x - about["mean"]
        h = self.convolution("conv_in", centred / spread, 1)
        skips = [h]
        levels, number = len(about["multipliers"]), 0
        for level in range(levels):
            for _ in range(about["blocks"]):
                h = self.block(f"down.{number}", h, embedding)
                number += 1
                skips.append(h)
            if level < levels - 1:
                h = F.avg_pool2d(h, 2)
                skips.append(h)
        h = self.block("mid.1", self.block("mid.0", h, embedding), embedding)
        number = 0
        for level in range(levels):
            for _ in range(about["blocks"] + 1):
                h = self.block(f"up.{number}", torch.cat([h, skips.pop()], 1), embedding)
                number += 1
            if level < levels - 1:
                h = self.convolution(f"upsample.{level}", F.interpolate(h, scale_factor=2, mode="nearest"), 1)
        h = self.convolution("conv_out", self.norm_silu("norm_out", h), 1)
        return h * (about["deviation"] / (s * spread)) - centred / spread.square()


def loss_of(network, about, data, indices, sigma):
    """EDM's loss on dequantised images: w(σ)·½‖σ·s(x+σz, σ) + z‖², w = (σ²+σ_d²)/σ_d²."""
    x = (data[indices].float() + torch.rand(data[indices].shape, device=data.device)) / 256
    z = torch.randn_like(x)
    s = sigma[:, None, None, None]
    losses = 0.5 * (network(x + s * z, sigma) * s + z).square().sum((1, 2, 3))
    variance = about["deviation"] ** 2
    return (losses * (sigma.square() + variance) / variance).mean()


def images_a_second(network, about, device, compiled):
    """Steps of loss, gradient, clipping, fused Adam and moving average."""
    height, width, channels = about["sample"]
    batch = about["batch"]
    data = torch.randint(0, 256, (batch, channels, height, width), dtype=torch.uint8, device=device)
    data = data.contiguous(memory_format=torch.channels_last)
    average = [p.detach().clone() for p in network.parameters()]
    parameters = list(network.parameters())
    adam = torch.optim.Adam(parameters, lr=1e-4, **({"fused": True} if device == "cuda" else {}))
    loss = torch.compile(loss_of) if compiled else loss_of

    def step():
        indices = torch.randperm(batch, device=device)
        sigma = torch.exp(1.2 * torch.randn(batch, device=device) - 0.5)
        adam.zero_grad(set_to_none=True)
        loss(network, about, data, indices, sigma).backward()
        torch.nn.utils.clip_grad_norm_(parameters, about["clip"])
        adam.step()
        with torch.no_grad():
            torch._foreach_mul_(average, 0.999)
            torch._foreach_add_(average, parameters, alpha=0.001)

    def wait():
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(5 if device == "cuda" else 1):
        step()
    wait()
    steps = 1
    while True:
        began = time.perf_counter()
        for _ in range(steps):
            step()
        wait()
        seconds = time.perf_counter() - began
        if seconds >= 0.5 or steps >= 64:
            return batch * steps / seconds
        steps *= 2


def main():
    device = "cpu" if "--device" in sys.argv and sys.argv[sys.argv.index("--device") + 1] == "cpu" else "cuda"
    if device == "cuda" and not torch.cuda.is_available():
        print("torch " + torch.__version__ + " finds no CUDA device")
        return
    name = torch.cuda.get_device_name() if device == "cuda" else "the processor"
    arguments = [a for a in sys.argv[1:] if a.endswith(".json")]
    if not arguments:
        print(f"PyTorch {torch.__version__} with cuDNN {torch.backends.cudnn.version()} on {name}, TF32 allowed")
        return
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    with open(arguments[0]) as file:
        about = json.load(file)
    network = Network(about, read(about["checkpoint"])).to(device).to(memory_format=torch.channels_last)
    height, width, channels = about["sample"]
    with torch.no_grad():
        x = torch.tensor(about["x"]).reshape(1, height, width, channels).permute(0, 3, 1, 2).to(device)
        score = network(x, torch.tensor([about["sigma"]], device=device)).permute(0, 2, 3, 1).flatten().cpu()
    ours = torch.tensor(about["score"])
    found = {"pytorch": torch.__version__, "scoreDifference": float((score - ours).norm() / ours.norm())}
    if not math.isfinite(found["scoreDifference"]):
        found["scoreDifference"] = 1e30
    found["eager"] = images_a_second(copy.deepcopy(network), about, device, False)
    if hasattr(torch, "compile"):
        try:
            found["compiled"] = images_a_second(copy.deepcopy(network), about, device, True)
        except Exception as failure:  # no compiler on this machine, say
            found["compiledFailed"] = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
    print(json.dumps(found))


main()
