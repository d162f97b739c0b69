"""MiniFASNet in torch, shaped by its weights: MobileFaceNet pruned layer by layer, with or without channel attention.

The weights are Minivision's (minivision-ai/Silent-Face-Anti-Spoofing, Apache-2.0). Their README gives the idea: a pruned
MobileFaceNet (Chen et al., "MobileFaceNets", 2018), trained beside a branch that predicts the Fourier spectrum and is
dropped after training. How wide each layer was left by the pruning, and which blocks carry squeeze-and-excitation
(Hu et al., 2018), is read off the names and shapes in the state dict, so one class serves V1SE and V2.

Only the recipe builder imports this module; a bundle runs without torch.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

State = Mapping[str, Tensor]


class _Module(nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
    """Where torch's class meets typed code."""


class ConvNorm(_Module):
    """Convolution and batch normalisation, with PReLU where the state dict has one."""

    def __init__(self, state: State, prefix: str, *, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        weight = state[f"{prefix}.conv.weight"]
        out, per_group, kernel, _ = weight.shape
        groups = out if per_group == 1 and kernel > 1 else 1  # every spatial layer but the first is depthwise
        self.conv = nn.Conv2d(per_group * groups, out, kernel, stride, padding, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(out)
        self.prelu: nn.Module = nn.PReLU(out) if f"{prefix}.prelu.weight" in state else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.prelu(self.bn(self.conv(x)))
        return result


class Attention(_Module):
    """Squeeze-and-excitation: each channel is scaled by a gate computed from all channels' means."""

    def __init__(self, state: State, prefix: str) -> None:
        super().__init__()
        squeezed, channels = state[f"{prefix}.fc1.weight"].shape[:2]
        self.fc1 = nn.Conv2d(channels, squeezed, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(squeezed)
        self.fc2 = nn.Conv2d(squeezed, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=(2, 3), keepdim=True)
        gate = self.bn2(self.fc2(torch.relu(self.bn1(self.fc1(mean)))))
        return x * torch.sigmoid(gate)


class Bottleneck(_Module):
    """Widen by 1x1, look by depthwise 3x3, narrow by 1x1; added to its input unless it halves the map."""

    def __init__(self, state: State, prefix: str, *, halve: bool) -> None:
        super().__init__()
        self.conv = ConvNorm(state, f"{prefix}.conv")
        self.conv_dw = ConvNorm(state, f"{prefix}.conv_dw", stride=2 if halve else 1, padding=1)
        self.project = ConvNorm(state, f"{prefix}.project")
        attends = f"{prefix}.se_module.fc1.weight" in state
        self.se_module: nn.Module = Attention(state, f"{prefix}.se_module") if attends else nn.Identity()
        self._halve = halve

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.se_module(self.project(self.conv_dw(self.conv(x))))
        return y if self._halve else x + y


class Stage(_Module):
    """Bottlenecks in a row, numbered from 0 under `model`."""

    def __init__(self, state: State, prefix: str) -> None:
        super().__init__()
        start = f"{prefix}.model."
        count = 1 + max(int(name[len(start) :].split(".")[0]) for name in state if name.startswith(start))
        self.model = nn.Sequential(*(Bottleneck(state, f"{start}{i}", halve=False) for i in range(count)))

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.model(x)
        return result


class MiniFASNet(_Module):
    """Class probabilities of crops.

    Input (n, 3, 80, 80) float32, blue, green, red in 0..255; output (n, classes) float32, each row summing to 1.

    Args:
        state: the published state dict; a leading 'module.' of its names (data-parallel training) is dropped.

    Raises:
        KeyError, RuntimeError: the state dict is not of a MiniFASNet.
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        state = {name.removeprefix("module."): value for name, value in state.items()}
        self.conv1 = ConvNorm(state, "conv1", stride=2, padding=1)
        self.conv2_dw = ConvNorm(state, "conv2_dw", padding=1)
        self.conv_23 = Bottleneck(state, "conv_23", halve=True)
        self.conv_3 = Stage(state, "conv_3")
        self.conv_34 = Bottleneck(state, "conv_34", halve=True)
        self.conv_4 = Stage(state, "conv_4")
        self.conv_45 = Bottleneck(state, "conv_45", halve=True)
        self.conv_5 = Stage(state, "conv_5")
        self.conv_6_sep = ConvNorm(state, "conv_6_sep")
        self.conv_6_dw = ConvNorm(state, "conv_6_dw")  # as large as the map that is left: one value a channel
        width, features = state["linear.weight"].shape
        self.linear = nn.Linear(features, width, bias=False)
        self.bn = nn.BatchNorm1d(width)
        self.prob = nn.Linear(width, state["prob.weight"].shape[0], bias=False)
        self.load_state_dict(state)
        self.eval()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_23(self.conv2_dw(self.conv1(x)))
        x = self.conv_34(self.conv_3(x))
        x = self.conv_45(self.conv_4(x))
        x = self.conv_6_dw(self.conv_6_sep(self.conv_5(x)))
        return torch.softmax(self.prob(self.bn(self.linear(x.flatten(1)))), dim=1)
