"""Train the plate reader from an experiment, calibrate it, and make its bundle."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from zhsq.metrics.intervals import wilson
from zhsq.models.bundle import Bundle, GraphSpec, Licence, Metric, Provenance, TensorSpec, Threshold
from zhsq.models.plate.confusion import FILE as CONFUSION_FILE
from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import PLACES, SYMBOLS, is_plate
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.read import PlacesParams
from zhsq.models.plate.types import COLUMNS, PlateRead
from zhsq.models.quantise import measure, quantise
from zhsq.protocols.plate_accept import ERROR_PROTOCOL, calibrate_error
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.hooks import Log, Progress
from zhsq.training.parts import READER, Part, join, locator_of
from zhsq.training.plates import export
from zhsq.training.plates.config import ReaderExperiment
from zhsq.training.plates.learn import train
from zhsq.training.plates.network import PlateReader
from zhsq.training.plates.stream import FixedSet, fixed

PROTOCOL, RELEASE = "exact-match-v1", "zhsq.training.plates"


@dataclass(frozen=True)
class Trained:
    """What training gives: the bundle, and the calibration set's confidences for the reliability plot.

    Attributes:
        bundle: reader, confusion model and the locator of the bundle that the experiment names.
        temperature: that of the softmax.
        confidences: (characters,) of the hold-out's likeliest symbols, 0..1. right: (characters,) whether each was right.
    """

    bundle: Bundle
    temperature: float
    confidences: NDArray[np.float64]
    right: NDArray[np.bool_]


def fit(
    config: ReaderExperiment,
    locator: Bundle,
    store: Path,
    progress: Progress,
    log: Log,
    commit: str = "",
    keep: Path | None = None,
) -> Trained:
    """Train on synthetic crops alone; on a GPU when there is one.

    Args:
        config: the experiment.
        locator: bundle whose locator the reader is joined with.
        store: folder of bundles.
        progress: called with steps done and all.
        log: takes the loss, the validation's figures and the hold-out's.
        commit: of the code, for the bundle's provenance.
        keep: file that gets the network's state at each validation and at the end: hours of work, which may be cut off.

    Raises:
        DownloadError: a font can't be had.
        ZhsqError: a state to begin from, or a teacher's, can't be read or is of a network of another size.
        ValueError: the exported graph does not compute what the network does.
    """
    reader = train(config, progress, log, keep)
    if keep is not None:
        torch.save(reader.state_dict(), keep)
    return _finish(config, reader, locator, store, progress, log, commit)


def _finish(
    config: ReaderExperiment,
    reader: PlateReader,
    locator: Bundle,
    store: Path,
    progress: Progress,
    log: Log,
    commit: str,
) -> Trained:
    """Calibrate, export, measure and pack a trained network; arguments as of `fit`.

    Thresholds, the confusion model and the figures are those of the pipeline that will serve the bundle.

    Raises:
        ValueError: the exported graph does not compute what the network does.
    """
    size = (config.network.width, config.network.height)
    progress(0, 2, "calibration and hold-out")
    calibration = fixed(config.holdout_synthesis, size, config.calibration, config.seed + 2)
    with torch.inference_mode():
        logits = torch.cat([reader(part.float()) for part in torch.from_numpy(calibration.crops).split(256)])
    heat = export.temperature(logits, torch.from_numpy(calibration.codes))
    exact = export.to_onnx(reader, heat)
    drift = float(np.abs(export.run(exact, calibration.crops[:256]) - (logits[:256] / heat).softmax(-1).numpy()).max())
    if drift > 0.01:
        raise ValueError(f"the exported graph differs from the trained network by {drift:.3f}")
    graph, agreement = _smaller(config, exact, calibration)
    provenance = Provenance(built_by=f"zhsq train {config.kind}, seed {config.seed}", git_commit=commit)

    def packed(
        folder: Path, files: dict[str, bytes], metrics: tuple[Metric, ...], accept: tuple[Threshold, ...]
    ) -> Bundle:
        part = _part(config, {"read.onnx": graph, **files}, metrics, accept)
        return join(config.name, config.version, part, locator_of(locator), provenance, folder)

    with tempfile.TemporaryDirectory() as folder:
        draft = packed(Path(folder), {}, (), ())
        pipeline = PlatePipeline(draft, OnnxRunner(draft))
        reads = pipeline.read_crops(calibration.images)
        progress(1, 2, "calibration and hold-out")
        holdout = fixed(config.holdout_synthesis, size, config.holdout, config.seed + 3)
        held = pipeline.read_crops(holdout.images)
    metrics = (*_metrics(config, holdout, held), *agreement)
    for metric in metrics:
        log(f"holdout_{metric.name}", metric.value, config.optimiser.steps)
    log("temperature", heat, config.optimiser.steps)
    confusion = Confusion.estimate(np.stack([read.table for read in reads]), calibration.texts)
    accept = _accept(config, calibration, reads)
    bundle = packed(store, {CONFUSION_FILE: confusion.to_bytes()}, metrics, (accept,))
    progress(2, 2, "calibration and hold-out")
    tables = np.stack([read.table for read in held])
    likeliest = tables.argmax(-1)
    shown = (likeliest > 0) | (holdout.codes > 0)
    return Trained(bundle, heat, tables.max(-1)[shown].astype(np.float64), (likeliest == holdout.codes)[shown])


def _smaller(config: ReaderExperiment, exact: bytes, calibration: FixedSet) -> tuple[bytes, tuple[Metric, ...]]:
    """The graph as it ships, and how often it decides as the exact one does.

    Eight bits are kept only when they cost no more of the calibration set's exact match than `config.int8_loss`.
    """
    if config.int8_loss < 0:
        return export.halve(exact), ()
    size = (config.network.width, config.network.height)
    seen = fixed(config.synthesis, size, min(960, config.calibration), config.seed + 4).crops.astype(np.float32)
    small = quantise(exact, measure(exact, [seen[i : i + 64] for i in range(0, len(seen), 64)]))
    before, after = (export.run(graph, calibration.crops).argmax(-1) for graph in (exact, small))
    lost = float((before == calibration.codes).all(1).mean() - (after == calibration.codes).all(1).mean())
    if lost > config.int8_loss:
        return export.halve(exact), ()
    same = (before == after).all(1)
    low, high = wilson(int(same.sum()), len(same))
    agreement = Metric(
        name="int8_agreement",
        value=float(same.mean()),
        low=low,
        high=high,
        protocol="reads equal to those of the 32-bit graph",
        data="synthetic calibration",
        release=f"{RELEASE}, seed {config.seed + 2}",
        n=len(same),
    )
    return small, (agreement,)


def _metrics(config: ReaderExperiment, holdout: FixedSet, reads: Sequence[PlateRead]) -> tuple[Metric, ...]:
    right = _right(holdout, reads)
    classes = np.array(holdout.classes)
    groups = [("exact_match", np.ones(len(right), bool))]
    groups += [(f"exact_match_{name}", classes == name) for name in dict.fromkeys(holdout.classes)]
    metrics = []
    for name, of in groups:
        hits, n = int(right[of].sum()), int(of.sum())
        low, high = wilson(hits, n)
        metrics.append(
            Metric(
                name=name,
                value=hits / n,
                low=low,
                high=high,
                protocol=PROTOCOL,
                data="synthetic hold-out",
                release=f"{RELEASE}, seed {config.seed + 3}",
                n=n,
            )
        )
    return tuple(metrics)


def _right(crops: FixedSet, reads: Sequence[PlateRead]) -> NDArray[np.bool_]:
    return np.array([read.text == truth for read, truth in zip(reads, crops.texts, strict=True)])


def _accept(config: ReaderExperiment, calibration: FixedSet, reads: Sequence[PlateRead]) -> Threshold:
    weakest = np.array([read.confidence if is_plate(read.text) else 0.0 for read in reads])
    try:
        value = calibrate_error(weakest, _right(calibration, reads), config.accept_error)
    except ValueError:  # too few crops, or a reader that is wrong too often: every read goes to a person
        value = float(np.nextafter(1.0, 2.0))  # a softmax may reach 1 itself
    return Threshold(
        name="accept",
        value=value,
        protocol=ERROR_PROTOCOL,
        data="synthetic calibration",
        release=f"{RELEASE}, seed {config.seed + 2}",
        split=f"calibration crops, n = {len(reads)}, at most {config.accept_error:.1%} wrong among accepted",
    )


def _part(
    config: ReaderExperiment, files: dict[str, bytes], metrics: tuple[Metric, ...], accept: tuple[Threshold, ...]
) -> Part:
    network = config.network
    own = Licence(name=f"{config.name} {READER}", spdx="Apache-2.0", source="zhsq train", deployable=True)
    data = Licence(
        name=f"synthetic plates {READER}",
        spdx="Apache-2.0",
        source="drawn by zhsq.training.plates with free fonts of Debian; no photograph",
        deployable=True,
    )
    read = GraphSpec(
        file="read.onnx",
        inputs=(TensorSpec(name=export.INPUT, shape=(-1, 3, network.height, network.width)),),
        outputs=(TensorSpec(name=export.OUTPUT, shape=(-1, PLACES, COLUMNS)),),
    )
    return Part(
        name=f"{config.name}, eight places, trained on synthetic plates alone",
        graphs={"read": read},
        files=files,
        params={
            "read": PlacesParams(height=network.height, width=network.width, again=config.again).model_dump(mode="json")
        },
        weights=(own,),
        data=(data,),
        labels=tuple(SYMBOLS),
        thresholds=accept,
        metrics=metrics,
    )
