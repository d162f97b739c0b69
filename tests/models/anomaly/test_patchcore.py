"""PatchCore as a graph: what it computes is what torch and a plain search compute."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn import functional

from zhsq.models.anomaly.backbone import Blocks
from zhsq.models.anomaly.build import Bank, finished
from zhsq.models.anomaly.patchcore import CHANNELS, STAGES, distance_graph, patches_graph


def session(graph: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def stages(image: np.ndarray) -> list[torch.Tensor]:
    """The two stages' outputs of (n, 3, h, w), which test_backbone.py compares with torch's own convolutions."""
    blocks = Blocks("image", STAGES[-1])
    value, kind = blocks.onnx.helper.make_tensor_value_info, blocks.onnx.TensorProto.FLOAT
    outputs = [blocks.stages[stage - 1] for stage in STAGES]
    graph = blocks.onnx.helper.make_graph(
        blocks.nodes,
        "stages",
        [value("image", kind, ["n", 3, "h", "w"])],
        [value(name, kind, ["n", "c", f"{name}.h", f"{name}.w"]) for name in outputs],
        blocks.constants,
    )
    return [torch.from_numpy(x) for x in session(finished(blocks.onnx, graph)).run(outputs, {"image": image})]


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, 1, 48, 80)).astype(np.float32)


@pytest.fixture(scope="module")
def patches(frames: np.ndarray) -> np.ndarray:
    return session(patches_graph()).run(None, {"frames": frames})[0]


def test_patches_are_both_stages_averaged_and_the_coarse_one_stretched(frames: np.ndarray, patches: np.ndarray) -> None:
    fine, coarse = (functional.avg_pool2d(x, 3, 1, 1) for x in stages(np.repeat(frames, 3, 1)))
    assert fine.shape[2:] == (6, 10) and coarse.shape[2:] == (3, 5)
    stretched = functional.interpolate(coarse, size=fine.shape[2:], mode="bilinear", align_corners=False)
    expected = torch.cat([fine, stretched], 1).permute(0, 2, 3, 1).numpy()
    assert patches.shape == expected.shape == (2, 6, 10, CHANNELS)
    np.testing.assert_allclose(patches, expected, atol=1e-4 * np.abs(expected).max())


def test_heat_is_the_distance_to_the_nearest_row_in_deviations_cut_at_nothing(
    frames: np.ndarray, patches: np.ndarray
) -> None:
    rows = patches[0].reshape(-1, CHANNELS)[::3].copy()
    bank = Bank(np.zeros(CHANNELS, np.float32), np.eye(CHANNELS, dtype=np.float32), rows, middle=5.0, spread=2.0)
    (heat,) = session(distance_graph(bank)).run(None, {"frames": frames})
    flat = patches.reshape(-1, CHANNELS).astype(np.float64)
    nearest = np.sqrt(((flat[:, None] - rows[None]) ** 2).sum(-1)).min(1).reshape(2, 6, 10)
    expected = np.maximum((nearest - 5) / 2, 0)
    assert (expected > 0).any() and (expected == 0).any()
    np.testing.assert_allclose(heat, expected, atol=1e-2)


def test_the_same_weights_and_bank_give_the_same_bytes() -> None:
    bank = Bank(np.zeros(CHANNELS, np.float32), np.eye(CHANNELS, dtype=np.float32), np.ones((4, CHANNELS), np.float32))
    assert distance_graph(bank) == distance_graph(bank)
