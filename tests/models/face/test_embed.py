"""Embedding: fusion, flips and small runs by hand on tiny graphs; 8 bits beside 32 on real photos."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from zhsq.errors import BundleError, UnknownNameError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models import quantise
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec
from zhsq.models.face import dlib_reader, ranges
from zhsq.models.face.build import build_fused, build_fused_int8, compose
from zhsq.models.face.embed import PICTURES
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.weights import DLIB_RESNET, MOBILEFACENET, YUNET
from zhsq.models.graph import Array
from zhsq.models.zoo.weights import at_hand, obtain
from zhsq.runtime.onnx import OnnxRunner

SIZE = 2


class Counting(OnnxRunner):
    """The real runner, which also notes how many pictures each run was given."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(bundle, threads=1)
        self.runs: list[int] = []

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        self.runs += [len(array) for array in inputs.values()]
        return super().run(graph, inputs)


def left_column() -> bytes:
    """A graph that gives the mean colour of a picture's left column: (n, 3, 2, 2) -> (n, 3)."""
    onnx = pytest.importorskip("onnx", reason="the extra 'deploy' is not installed")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    constants = [
        onnx.numpy_helper.from_array(np.array(value, np.int64), name)
        for name, value in (("zero", [0]), ("one", [1]), ("axis", [3]))
    ]
    nodes = [
        helper.make_node("Slice", ["image", "zero", "one", "axis"], ["left"]),
        helper.make_node("ReduceMean", ["left"], ["vector"], axes=[2, 3], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "left",
        [helper.make_tensor_value_info("image", kind, ["n", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("vector", kind, ["n", 3])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())


def tiny(store: Path, *shares: float, flip: bool) -> FacePipeline:
    """A face bundle whose embedders all give the left column's colour. Its detector is never run."""
    graph = GraphSpec(
        file="left.onnx",
        inputs=(TensorSpec(name="image", shape=(-1, 3, SIZE, SIZE)),),
        outputs=(TensorSpec(name="vector", shape=(-1, 3)),),
    )
    part = {"size": SIZE, "template": [[0.0, 0.0]] * 5, "mean": [0.0] * 3, "std": [1.0] * 3, "flip": flip}
    detect = {"kind": "yunet", "channels": "bgr", "longest_side": 640, "score": 0.6, "overlap": 0.3}
    names = [f"embed_{i}" for i in range(len(shares))]
    embed = [{**part, "graph": name, "weight": share} for name, share in zip(names, shares, strict=True)]
    spec = BundleSpec(
        task="face",
        name="tiny",
        version="1.0.0",
        graphs={"detect": graph, **dict.fromkeys(names, graph)},
        params={"detect": detect, "embed": embed},
        provenance=Provenance(built_by="a test"),
    )
    bundle = Bundle.build(spec, {"left.onnx": left_column()}, store)
    return FacePipeline(bundle, Counting(bundle))


def picture(left: tuple[int, int, int], right: tuple[int, int, int]) -> RGBImage:
    return np.array([[left, right]] * SIZE, np.uint8)


def test_the_cosine_of_fused_templates_is_the_weighted_mean_of_the_cosines(tmp_path: Path) -> None:
    pipeline = tiny(tmp_path, 0.75, 0.25, flip=False)
    # First embedder: (3, 4, 0) and (4, 3, 0), cosine (12 + 12) / (5 * 5) = 0.96. Second: at right angles, cosine 0.
    one = (picture((3, 4, 0), (9, 9, 9)), picture((7, 0, 0), (9, 9, 9)))
    two = (picture((4, 3, 0), (1, 1, 1)), picture((0, 2, 0), (1, 1, 1)))
    vectors = pipeline.embed([one, two])
    assert vectors[0] @ vectors[1] == pytest.approx(0.75 * 0.96 + 0.25 * 0)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[0], [0.75**0.5 * 0.6, 0.75**0.5 * 0.8, 0, 0.25**0.5, 0, 0], atol=1e-6)


def test_the_mirrored_crop_is_added(tmp_path: Path) -> None:
    crops = [(picture((30, 0, 0), (0, 0, 40)),)]
    # Plain: (30, 0, 0); mirrored: the right column is left, (0, 0, 40); their sum is 50 long.
    np.testing.assert_allclose(tiny(tmp_path, 1.0, flip=True).embed(crops), [[0.6, 0, 0.8]], atol=1e-6)
    np.testing.assert_allclose(tiny(tmp_path, 1.0, flip=False).embed(crops), [[1, 0, 0]], atol=1e-6)


@pytest.mark.parametrize(("flip", "runs"), [(False, [8, 8, 3]), (True, [8, 8, 8, 8, 6])])
def test_many_crops_go_in_small_runs_and_give_the_same(tmp_path: Path, flip: bool, runs: list[int]) -> None:
    assert PICTURES == 8
    pipeline = tiny(tmp_path, 1.0, flip=flip)
    colours = np.random.default_rng(0).integers(1, 256, (19, 2, 3))
    crops = [(picture(tuple(left), tuple(right)),) for left, right in colours]
    together = pipeline.embed(crops)
    assert pipeline._runner.runs == runs  # 19 crops; 38 pictures with the mirrored ones
    alone = np.concatenate([pipeline.embed([crop]) for crop in crops])
    np.testing.assert_array_equal(together, alone)


def test_small_runs_change_nothing_in_the_real_networks(face_bundle: Bundle) -> None:
    pipeline = FacePipeline(face_bundle, OnnxRunner(face_bundle))
    random = np.random.default_rng(0)
    sizes = [part.size for part in pipeline.params.embed]
    crops = [tuple(random.integers(0, 256, (size, size, 3), np.uint8) for size in sizes) for _ in range(5)]
    alone = np.concatenate([pipeline.embed([crop]) for crop in crops])
    np.testing.assert_allclose(pipeline.embed(crops), alone, atol=1e-5)


def test_runs_at_the_same_time_keep_their_order(tmp_path: Path) -> None:
    bundle = tiny(tmp_path, 0.75, 0.25, flip=True).bundle
    colours = np.random.default_rng(0).integers(1, 256, (50, 4, 3))
    crops = [(picture(tuple(a), tuple(b)), picture(tuple(c), tuple(d))) for a, b, c, d in colours]
    one, four = (FacePipeline(bundle, OnnxRunner(bundle, threads=threads)).embed(crops) for threads in (1, 4))
    np.testing.assert_array_equal(one, four)


class OneByOne:
    """A runner that only runs one graph at a time, as Triton's does."""

    def __init__(self, runner: OnnxRunner) -> None:
        self.run = runner.run


def test_a_runner_of_single_runs_gives_the_same(tmp_path: Path) -> None:
    pipeline = tiny(tmp_path, 0.75, 0.25, flip=True)
    colours = np.random.default_rng(1).integers(1, 256, (9, 4, 3))
    crops = [(picture(tuple(a), tuple(b)), picture(tuple(c), tuple(d))) for a, b, c, d in colours]
    single = FacePipeline(pipeline.bundle, OneByOne(Counting(pipeline.bundle)))
    np.testing.assert_array_equal(single.embed(crops), pipeline.embed(crops))


def test_shares_that_do_not_sum_to_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        tiny(tmp_path, 0.75, 0.75, flip=False)


def test_an_unknown_part_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"detector.*'yunett'.*yunet"):
        compose(tmp_path, "x", "yunett", {"dlib": 1.0})
    with pytest.raises(UnknownNameError, match=r"embedder.*'dlip'.*dlib"):
        compose(tmp_path, "x", "yunet", {"dlip": 1.0})


def test_ranges_of_another_graph_are_refused() -> None:
    pytest.importorskip("onnx", reason="the extra 'deploy' is not installed")
    graph = dlib_reader.to_onnx(dlib_reader.read(obtain(DLIB_RESNET).read_bytes()))
    with pytest.raises(BundleError, match="of another graph"):
        quantise.quantise(graph, ranges.ranges_of("mobilefacenet"))
    with pytest.raises(BundleError, match="No 8-bit ranges"):
        ranges.ranges_of("other")


@pytest.mark.data
def test_eight_bits_change_scores_little_and_bytes_not_at_all(tmp_path: Path, lfw) -> None:
    if at_hand(YUNET) is None or at_hand(MOBILEFACENET) is None:
        pytest.skip("the weights of face-fused are not in a mirror: set ZHSQ_WEIGHTS")
    exact, short = build_fused(tmp_path), build_fused_int8(tmp_path)
    assert build_fused_int8(tmp_path / "again").sha256 == short.sha256
    folder = lfw.root / "lfw-deepfunneled"
    photos = [decode_image(path) for path in sorted(folder.glob("A*/*_0001.jpg"))[:8]]
    thirty_two, eight = (
        np.array([found.vector for found in FacePipeline(b, OnnxRunner(b)).templates(photos, policy="central")])
        for b in (exact, short)
    )
    assert (thirty_two * eight).sum(1).min() > 0.99
    assert 0 < np.abs(thirty_two @ thirty_two.T - eight @ eight.T).max() < 0.05
