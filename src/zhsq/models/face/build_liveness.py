"""Build the bundle of presentation-attack detection from pinned weights. The same weights give the same bundle."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

from zhsq.errors import MissingExtraError
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec, Threshold
from zhsq.models.face.liveness_weights import MINIFASNET_V1SE, MINIFASNET_V2
from zhsq.models.face.parts import DETECTORS
from zhsq.models.zoo.weights import Weight, obtain

SIZE = 80
#: Class 1 is the live face: the makers' answers in their repository's issues 2 and 46.
LABELS = ("2d-fake", "live", "3d-fake")
OPSET = 17


def build_liveness(store: Path) -> Bundle:
    """YuNet and the two MiniFASNets, at the scales 2.7 and 4.0 of their file names.

    Neither threshold was chosen on any data of this project: `live` is the makers' decision in test.py, `live-strict`
    the default of their Android program, which runs the same two networks.

    Raises:
        DownloadError: the weights can't be had.
        MissingExtraError: the extra `research` (torch) or `deploy` (onnx) is not installed.
    """
    views = {"v2": (MINIFASNET_V2, 2.7), "v1se": (MINIFASNET_V1SE, 4.0)}
    finder = DETECTORS["yunet"].make()
    files = {f"{key}.onnx": export(load_network(weight)) for key, (weight, _) in views.items()}
    used = (*finder.weights, MINIFASNET_V2, MINIFASNET_V1SE)
    spec = BundleSpec(
        task="face-liveness",
        name="face-liveness",
        version="1.0.0",
        description="YuNet, MiniFASNetV2 and MiniFASNetV1SE on crops of 2.7 and 4.0 times the face, averaged",
        graphs={**finder.graphs, **{key: _view_spec(f"{key}.onnx") for key in views}},
        params={
            "detect": finder.params,
            "channels": "bgr",
            "views": [{"graph": key, "scale": scale, "size": SIZE} for key, (_, scale) in views.items()],
            "live": LABELS.index("live"),
        },
        labels=LABELS,
        thresholds=(
            _published("live", 0.5, "makers' test.py: live where its probability is the largest, so surely above 0.5"),
            _published("live-strict", 0.915, "defaultThreshold of the makers' Android program, commit ff849ff"),
        ),
        weights_licences=tuple(weight.licence for weight in used),
        training_data_licences=tuple(weight.training_data for weight in used),
        provenance=Provenance(built_by="zhsq zoo build", parents=tuple(weight.sha256 for weight in used)),
    )
    return Bundle.build(spec, finder.files | files, store)


def load_network(weight: Weight) -> Any:
    """A MiniFASNet in torch, in evaluation mode; the file is read as tensors only, never as a pickle that runs code.

    Raises:
        DownloadError: the weights can't be had.
        MissingExtraError: torch is not installed.
    """
    try:
        import torch

        from zhsq.models.face.minifasnet import MiniFASNet
    except ImportError as error:
        raise MissingExtraError("research", "Building the liveness bundle") from error
    return MiniFASNet(torch.load(obtain(weight), map_location="cpu", weights_only=True))


def export(network: Any) -> bytes:
    """A MiniFASNet as ONNX: 'image' (n, 3, 80, 80) -> 'probabilities' (n, 3), n free; the same bytes every time.

    Raises:
        MissingExtraError: torch or onnx is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("deploy", "Building the liveness bundle") from error
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("research", "Building the liveness bundle") from error
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this exporter is the older one; the newer needs another package
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, SIZE, SIZE),),
            target,
            input_names=["image"],
            output_names=["probabilities"],
            dynamic_axes={"image": {0: "n"}, "probabilities": {0: "n"}},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(target.getvalue())
    model.producer_name, model.producer_version = "zhsq", ""  # torch's version is no part of the content
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _view_spec(file: str) -> GraphSpec:
    return GraphSpec(
        file=file,
        inputs=(TensorSpec(name="image", shape=(-1, 3, SIZE, SIZE)),),
        outputs=(TensorSpec(name="probabilities", shape=(-1, len(LABELS))),),
    )


def _published(name: str, value: float, protocol: str) -> Threshold:
    return Threshold(name=name, value=value, protocol=protocol, data="none", release="none", split="none")
