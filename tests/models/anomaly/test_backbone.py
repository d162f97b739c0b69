"""The backbone's ONNX graph against a computation of the same blocks in torch, from the same weights."""

from __future__ import annotations

import math

import numpy as np
import onnxruntime as ort
import pytest

from zhsq.models.anomaly.backbone import LITE0, SPEC, backbone_graph
from zhsq.models.anomaly.params import CHANNELS, STRIDE
from zhsq.models.zoo.torch_state import read_state
from zhsq.models.zoo.weights import obtain

torch = pytest.importorskip("torch")
functional = torch.nn.functional

#: EfficientNet-Lite0's first five blocks: expanded channels, output channels, kernel, stride, and whether x is added.
BLOCKS = (
    (32, 16, 3, 1, False),  # the first block does not expand
    (96, 24, 3, 2, False),
    (144, 24, 3, 1, True),
    (144, 40, 5, 2, False),
    (240, 40, 5, 1, True),
)


class Reference:
    """Batch norm is not folded, padding is TensorFlow's SAME, worked out for each size."""

    def __init__(self) -> None:
        self.state = {name: torch.from_numpy(value) for name, value in read_state(obtain(LITE0)).items()}

    def __call__(self, image: np.ndarray) -> np.ndarray:
        x = (torch.from_numpy(image) - 127) / 128
        x = self.step(x, "_conv_stem", "_bn0", stride=2)
        for number, (wide, narrow, kernel, stride, added) in enumerate(BLOCKS):
            at, y = f"_blocks.{number}.", x
            if number:
                y = self.step(y, at + "_expand_conv", at + "_bn0")
            assert y.shape[1] == wide
            assert self.state[at + "_depthwise_conv.weight"].shape == (wide, 1, kernel, kernel)
            y = self.step(y, at + "_depthwise_conv", at + "_bn1", stride=stride, groups=wide)
            y = self.step(y, at + "_project_conv", at + "_bn2", active=False)
            assert y.shape[1] == narrow
            x = y + x if added else y
        return x.numpy()

    def step(self, x, conv: str, norm: str, stride: int = 1, groups: int = 1, active: bool = True):  # type: ignore[no-untyped-def]
        weight = self.state[conv + ".weight"]
        pads: list[int] = []
        for size, kernel in ((x.shape[3], weight.shape[3]), (x.shape[2], weight.shape[2])):
            total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        x = functional.conv2d(functional.pad(x, pads), weight, stride=stride, groups=groups)
        mean, variance, gamma, beta = (
            self.state[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        x = functional.batch_norm(x, mean, variance, gamma, beta, training=False, eps=1e-3)
        return torch.clamp(x, 0, 6) if active else x


@pytest.fixture(scope="module")
def graph() -> bytes:
    return backbone_graph()


@pytest.fixture(scope="module")
def look(graph: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("shape", [(2, 3, 96, 128), (1, 3, 97, 131), (1, 3, 33, 24), (1, 3, 30, 46)])
def test_the_graph_computes_what_torch_computes_at_any_size(
    look: ort.InferenceSession, shape: tuple[int, int, int, int]
) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)
    (maps,) = look.run(None, {"image": image})
    expected = Reference()(image)
    assert maps.shape == expected.shape == (shape[0], CHANNELS, math.ceil(shape[2] / 8), math.ceil(shape[3] / 8))
    assert expected.std() > 0.5
    np.testing.assert_allclose(maps, expected, atol=1e-3 * np.abs(expected).max())


def test_a_change_is_seen_eight_pixels_a_cell(look: ort.InferenceSession) -> None:
    image = np.full((1, 3, 160, 160), 127, np.float32)
    changed = image.copy()
    changed[:, :, 80:88, 40:48] = 255
    before, after = (look.run(None, {"image": x})[0] for x in (image, changed))
    weight = np.abs(after - before).sum((0, 1))
    rows, columns = np.mgrid[0 : weight.shape[0], 0 : weight.shape[1]]
    centre = [(part * weight).sum() / weight.sum() for part in (rows, columns)]
    assert STRIDE == 8
    np.testing.assert_allclose(centre, [80 / 8, 40 / 8], atol=1)


def test_the_declared_signature_is_the_graphs_own(look: ort.InferenceSession) -> None:
    for declared, actual in ((SPEC.inputs, look.get_inputs()), (SPEC.outputs, look.get_outputs())):
        assert [t.name for t in declared] == [t.name for t in actual]
        for tensor, node in zip(declared, actual, strict=True):
            assert tensor.shape == tuple(d if isinstance(d, int) else -1 for d in node.shape)


def test_the_same_weights_give_the_same_bytes(graph: bytes) -> None:
    assert backbone_graph() == graph
