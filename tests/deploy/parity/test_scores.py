"""Outputs of one graph on two sides, what a recorder keeps, and in which precision a graph computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from zhsq.deploy.parity import compare_graph, precision_of, seeded_inputs
from zhsq.deploy.parity.recording import Recorder
from zhsq.models.bundle import Bundle
from zhsq.models.face.spread import spread
from zhsq.models.graph import Array
from zhsq.models.zoo.shipped import shipped
from zhsq.runtime.onnx import OnnxRunner

#: The outputs of one feed. Scales: 4 and 0.01.
OURS = {"vector": np.array([[4.0, -2.0]]), "score": np.array([0.01])}


class Given:
    """Gives what it is told."""

    def __init__(self, outputs: Mapping[str, Array]) -> None:
        self.outputs = dict(outputs)

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        return self.outputs


def compared(theirs: Mapping[str, Array]):
    feeds = [{"image": np.zeros((3, 2))}]
    return compare_graph(Given(OURS), Given(theirs), "embed", feeds, precision="fp32", limit=1e-3)


def test_an_error_is_a_share_of_its_own_outputs_scale_and_the_worst_output_is_named() -> None:
    found = compared({"vector": np.array([[4.0, -2.002]]), "score": np.array([0.0101])})
    assert (found.n, found.worst) == (3, "score")
    assert found.max_abs == pytest.approx(0.002)
    assert found.max_rel == pytest.approx(0.01)  # 0.0001 of 0.01; of the vector it would be 0.0005
    assert not found.passes


@pytest.mark.parametrize(
    "theirs",
    [
        {"vector": np.zeros((1, 3)), "score": OURS["score"]},
        {"vector": np.array([[4.0, np.nan]]), "score": OURS["score"]},
        {"score": OURS["score"]},
    ],
    ids=["another shape", "not a number on one side", "an output is missing"],
)
def test_what_can_not_be_compared_is_infinitely_far_apart(theirs) -> None:
    assert compared(theirs).max_rel == float("inf")


def test_equal_outputs_are_no_distance_apart() -> None:
    assert compared(OURS).max_rel == 0


def test_a_graph_without_feeds_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one feed"):
        compare_graph(Given(OURS), Given(OURS), "embed", [], precision="fp32", limit=1)


def test_a_recorder_keeps_the_first_feeds_also_of_tasks_that_run_at_the_same_time(make_bundle) -> None:
    bundle: Bundle = make_bundle()
    recorder = Recorder(OnnxRunner(bundle, 2), kept=3)
    feeds = seeded_inputs(bundle.graph("embed"), n=5)
    tasks: list[Callable[..., Array]] = [
        lambda runner, feed=feed: runner.run("embed", feed)["embedding"] for feed in feeds
    ]
    vectors = spread(recorder, tasks)
    expected = [OnnxRunner(bundle, 1).run("embed", feed)["embedding"] for feed in feeds]
    np.testing.assert_allclose(vectors, expected, rtol=1e-5)
    kept = recorder.feeds["embed"]
    assert len(kept) == 3
    assert all(any(np.array_equal(one["image"], feed["image"]) for feed in feeds) for one in kept)
    feeds[0]["image"][:] = 7  # the caller may use its buffer again
    assert not any((one["image"] == 7).all() for one in kept)


def test_the_shipped_reader_computes_in_8_bits_and_the_locator_in_32_for_its_half_weights_are_cast() -> None:
    bundle = shipped("plate-zhsq")
    assert precision_of(bundle.graph_path("read")) == "int8"
    assert precision_of(bundle.graph_path("locate")) == "fp32"
