"""Versions of one plate bundle that answer a little differently, so that each answer tells which of them gave it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from zhsq.errors import ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.types import PlateRead
from zhsq.runtime.onnx import OnnxRunner

#: Largest difference of a character's confidence from the in-process answer of the same version.
SAME = 5e-5
#: Least difference between two versions' answers to one picture, so that they can't be taken for each other.
APART = 4 * SAME
Answer = tuple[str, NDArray[np.float64]]


def version(bundle: Bundle, number: int, factor: float, store: Path) -> Bundle:
    """The bundle with its reader's logits times `factor` before the softmax: below 1 it is less sure of the same reads.

    Raises:
        ZhsqError: the reader's graph does not end in a softmax.
    """
    model = onnx.load(str(bundle.graph_path("read")))
    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output}
    node = makers[graph.output[0].name]
    while node.op_type != "Softmax":
        before = [makers[name] for name in node.input if name in makers]
        if not before:
            raise ZhsqError(f"The reader of {bundle.name} does not end in a softmax.", "Name another plate bundle.")
        node = before[0]
    scaled = f"{node.input[0]}_scaled"
    graph.initializer.append(numpy_helper.from_array(np.array(factor, np.float32), "rollout_factor"))
    place = list(graph.node).index(node)
    graph.node.insert(place, helper.make_node("Mul", [node.input[0], "rollout_factor"], [scaled]))
    node.input[0] = scaled
    files: dict[str, Path | bytes] = {name: bundle.path / name for name in bundle.spec.files}
    files[bundle.graph("read").file] = model.SerializeToString()
    spec = bundle.spec.model_copy(update={"name": f"{bundle.name}-rollout", "version": f"1.0.{number}"})
    return Bundle.build(spec, files, store)


def answer_of(read: PlateRead) -> Answer:
    """What a read is compared by."""
    return read.text, np.array([character.confidence for character in read.characters])


def answers(bundle: Bundle, crops: Sequence[bytes]) -> list[Answer]:
    """The in-process answers of a version to encoded crops."""
    pipeline = PlatePipeline(bundle, OnnxRunner(bundle))
    return [answer_of(pipeline.read_crop(decode_image(crop))) for crop in crops]


def equal(one: Answer, other: Answer, within: float = SAME) -> bool:
    """Whether two answers are the same to the last digit that counts."""
    return one[0] == other[0] and bool(np.abs(one[1] - other[1]).max(initial=0.0) <= within)


def telling(expected: Sequence[Sequence[Answer]]) -> list[int]:
    """Places of the pictures to which any two versions answer differently enough."""
    count = len(expected[0])
    return [
        i
        for i in range(count)
        if expected[0][i][0]
        and not any(equal(a[i], b[i], APART) for j, a in enumerate(expected) for b in expected[j + 1 :])
    ]
