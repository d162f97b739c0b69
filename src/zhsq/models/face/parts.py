"""The parts that a face bundle is made of: detectors and embedders, each with its graphs, parameters and weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhsq.errors import MissingExtraError
from zhsq.models.bundle import GraphSpec, TensorSpec
from zhsq.models.face import dlib_reader, mtcnn, mtcnn_onnx
from zhsq.models.face.detectors import STRIDE
from zhsq.models.face.geometry import TEMPLATE_112
from zhsq.models.face.weights import (
    CENTERFACE,
    DLIB_RESNET,
    MOBILEFACENET,
    MTCNN_ONET,
    MTCNN_PNET,
    MTCNN_RNET,
    YUNET,
)
from zhsq.models.zoo.weights import Weight, obtain

#: Eyes, nose tip and mouth corners of dlib's mean face (means of its 68 points; dlib/image_transforms/interpolation.h,
#: get_face_chip_details) in its chip of 150 pixels with 25 % padding: pixel = (0.25 + x) / 1.5 * 150.
_DLIB_MEAN_FACE = (
    (0.225492, 0.215990),
    (0.754761, 0.215990),
    (0.490127, 0.515625),
    (0.254149, 0.780233),
    (0.726104, 0.780233),
)
DLIB_TEMPLATE = tuple((round((0.25 + x) * 100, 3), round((0.25 + y) * 100, 3)) for x, y in _DLIB_MEAN_FACE)

#: Longest side of a photo as any detector sees it.
LONGEST_SIDE = 640


@dataclass(frozen=True)
class Part:
    """Graphs with their ONNX bytes, what a bundle's `params` say of them, and the weights that they came from."""

    graphs: dict[str, GraphSpec]
    files: dict[str, bytes]
    params: dict[str, Any]
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Made:
    """How to make a part. An embedder carries its makers' threshold as a cosine, and where it stands."""

    describe: str
    make: Callable[[], Part]
    threshold: float = 0.0
    source: str = ""


def _yunet() -> Part:
    outputs = [(kind, depth) for kind, depth in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))]
    graph = GraphSpec(
        file="detect.onnx",
        inputs=(TensorSpec(name="input", shape=(1, 3, -1, -1)),),
        outputs=tuple(
            TensorSpec(name=f"{kind}_{stride}", shape=(1, -1, depth))
            for kind, depth in outputs
            for stride in (8, 16, 32)
        ),
        batched=False,
    )
    params = {"kind": "yunet", "channels": "bgr", "longest_side": LONGEST_SIDE, "score": 0.6, "overlap": 0.3}
    return Part({"detect": graph}, {"detect.onnx": obtain(YUNET).read_bytes()}, params, (YUNET,))


def _centerface() -> Part:
    file, outputs = _free_dimensions(obtain(CENTERFACE))
    graph = GraphSpec(
        file="detect.onnx",
        inputs=(TensorSpec(name="input.1", shape=(1, 3, -1, -1)),),
        outputs=tuple(
            TensorSpec(name=name, shape=(1, depth, -1, -1)) for name, depth in zip(outputs, (1, 2, 2, 10), strict=True)
        ),
        batched=False,
    )
    params = {
        "kind": "centerface",
        "channels": "rgb",
        "longest_side": LONGEST_SIDE,
        "score": 0.5,
        "overlap": 0.3,
        "outputs": list(outputs),
    }
    return Part({"detect": graph}, {"detect.onnx": file}, params, (CENTERFACE,))


def _mtcnn() -> Part:
    weights = (MTCNN_PNET, MTCNN_RNET, MTCNN_ONET)
    nets = (mtcnn_onnx.PROPOSE, mtcnn_onnx.REFINE, mtcnn_onnx.OUTPUT)
    depth = {"probability": 2, "box": 4, "landmarks": 10}
    graphs, files = {}, {}
    for name, net, weight in zip(mtcnn.GRAPHS, nets, weights, strict=True):
        batch, tail = (-1, ()) if net.side else (1, (-1, -1))  # the first runs on one level of a pyramid
        side = net.side or -1
        graphs[name] = GraphSpec(
            file=f"{name}.onnx",
            inputs=(TensorSpec(name="image", shape=(batch, 3, side, side)),),
            outputs=tuple(TensorSpec(name=head, shape=(batch, depth[head], *tail)) for head in net.heads),
            batched=bool(net.side),
        )
        files[f"{name}.onnx"] = mtcnn_onnx.to_onnx(net, mtcnn_onnx.read(obtain(weight)))
    params = {
        "kind": "mtcnn",
        "longest_side": LONGEST_SIDE,
        "smallest_face": 20,
        "factor": 0.709,
        "scores": [0.6, 0.7, 0.7],
        "overlaps": [0.5, 0.7, 0.7, 0.7],
    }
    return Part(graphs, files, params, weights)


def _dlib() -> Part:
    file = dlib_reader.to_onnx(dlib_reader.read(obtain(DLIB_RESNET).read_bytes()))
    return _embedder(
        "dlib",
        ("image", dlib_reader.SIZE, "vector"),
        file,
        DLIB_RESNET,
        template=[list(point) for point in DLIB_TEMPLATE],
        mean=[122.782, 117.001, 104.298],
        std=[256.0, 256.0, 256.0],
    )


def _mobilefacenet() -> Part:
    return _embedder(
        "mobilefacenet",
        ("input0", 112, "output0"),
        _free_batch(obtain(MOBILEFACENET)),
        MOBILEFACENET,
        template=[[float(x), float(y)] for x, y in TEMPLATE_112.tolist()],
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
    )


def _embedder(
    name: str, signature: tuple[str, int, str], file: bytes, weight: Weight, **params: list[list[float]] | list[float]
) -> Part:
    tensor, size, output = signature
    graph = GraphSpec(
        file=f"{name}.onnx",
        inputs=(TensorSpec(name=tensor, shape=(-1, 3, size, size)),),
        outputs=(TensorSpec(name=output, shape=(-1, 128)),),
    )
    full = {"graph": name, "size": size, **params, "flip": True}
    return Part({name: graph}, {f"{name}.onnx": file}, full, (weight,))


DETECTORS: dict[str, Made] = {
    "yunet": Made("YuNet", _yunet),
    "centerface": Made("CenterFace", _centerface),
    "mtcnn": Made("MTCNN", _mtcnn),
}

EMBEDDERS: dict[str, Made] = {
    "dlib": Made(
        "dlib ResNet-29",
        _dlib,
        # dlib compares by Euclidean distance, same person below 0.6, of vectors about 1.4 long.
        1 - 0.6**2 / (2 * 1.4**2),
        "distance 0.6 of dlib's README, as cosine at its usual length of 1.4",
    ),
    "mobilefacenet": Made(
        "MobileFaceNet",
        _mobilefacenet,
        math.cos(math.radians(73.18)),
        "angle of 73.18 degrees of its makers' README",
    ),
}


def _onnx() -> Any:
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Building a face bundle") from error
    return onnx


def _free_dimensions(path: Path) -> tuple[bytes, tuple[str, ...]]:
    """CenterFace's graph was frozen at 10x3x32x32; every layer is convolutional, so height and width are freed."""
    model = _onnx().load(path)
    _drop_initialisers_from_inputs(model)
    del model.graph.value_info[:]  # shapes inferred at 32x32
    for value in (*model.graph.input, *model.graph.output):
        dims = value.type.tensor_type.shape.dim
        dims[0].dim_value = 1
        for axis, factor in ((2, STRIDE), (3, STRIDE)):
            dims[axis].dim_param = f"{value.name}_{axis}_{factor}"
    return bytes(model.SerializeToString(deterministic=True)), tuple(o.name for o in model.graph.output)


def _free_batch(path: Path) -> bytes:
    """MobileFaceNet's graph was frozen at a batch of one, in its shapes and in its last reshape to [1, -1]."""
    onnx = _onnx()
    model = onnx.load(path)
    constants = {node.output[0]: node for node in model.graph.node if node.op_type == "Constant"}
    for node in model.graph.node:
        if node.op_type == "Reshape" and node.input[1] in constants:
            shape = onnx.numpy_helper.from_array(np.array([0, -1], dtype=np.int64))  # 0: as it comes in
            constants[node.input[1]].attribute[0].t.CopyFrom(shape)
    _drop_initialisers_from_inputs(model)
    del model.graph.value_info[:]
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "n"
    return bytes(model.SerializeToString(deterministic=True))


def _drop_initialisers_from_inputs(model: Any) -> None:
    """Weights listed as inputs (an old exporter's habit) can't be folded and would have to be sent to Triton."""
    names = {constant.name for constant in model.graph.initializer}
    kept = [value for value in model.graph.input if value.name not in names]
    del model.graph.input[:]
    model.graph.input.extend(kept)
