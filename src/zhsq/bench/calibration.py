"""Calibrate a bundle on a site's own labelled sample."""

from __future__ import annotations

import sys
from pathlib import Path

from zhsq.bench.face_identification import load_templates
from zhsq.bench.result import BenchOptions
from zhsq.data.registry import DataSet, cards
from zhsq.errors import DataSetError
from zhsq.models.bundle import Bundle
from zhsq.models.face.calibration import Calibration, Moved, PlannedThreshold
from zhsq.protocols.face_identification import CURVE
from zhsq.protocols.operating_point import INTERVALS, Plan, Planner
from zhsq.protocols.report import hardware, versions


def calibrate(
    bundle: Bundle,
    data: DataSet,
    gallery_size: int,
    fpir: float,
    options: BenchOptions,
    before: Calibration | None = None,
) -> Calibration:
    """Plan the 1:N threshold from photos of known people.

    Args:
        bundle: whose templates are compared.
        data: one folder a person; `pairs.txt` is not needed.
        gallery_size: people who will be enrolled.
        fpir: target share of strangers who are named as someone.
        options: runtime, seed, resamples, progress.
        before: an earlier calibration of the same bundle, to say how far the threshold moved.

    Raises:
        DataSetError: the photos can't be read, or show too few people.
        ZhsqError: `before` is of another bundle.
    """
    if before is not None:
        before.require(bundle)
    templates, _ = load_templates(bundle, data, options)
    try:
        planner = Planner(templates, resamples=options.resamples, seed=options.seed)
    except ValueError as error:
        raise DataSetError(f"{data.root}: {error}", "Put two or more photos of several people in it.") from error
    plan = planner.plan(gallery_size, fpir)
    sizes = sorted({*CURVE, gallery_size})
    curve = []
    for done, size in enumerate(sizes, start=1):
        curve.append(_planned(plan if size == gallery_size else planner.plan(size, fpir, interval=False)))
        options.progress(done, len(sizes), "gallery sizes")
    marks = [("verify of the bundle: " + bundle.threshold("verify").protocol, bundle.threshold("verify").value)]
    if before is not None:
        marks.append((f"calibration before, on {before.data}", before.at(gallery_size).value))
    moved = tuple(
        Moved(source=source, value=value, by=plan.threshold.value - value, fpir=planner.fpir_at(value, gallery_size))
        for source, value in marks
    )
    notes = list(plan.notes)
    if data.name in cards():
        notes.append(f"{data.name} is a public test set: give no figure on it at a threshold that was chosen on it.")
    return Calibration(
        bundle=bundle.name,
        version=bundle.version,
        sha256=bundle.sha256,
        data=data.name,
        release=data.release,
        gallery_size=gallery_size,
        fpir=fpir,
        threshold=_planned(plan),
        thresholds=tuple(curve),
        fnir=plan.fnir,
        moved=moved,
        evidence={
            "people": len(templates.names),
            "photos": len(templates.photos),
            "failures_to_acquire": int((~templates.acquired).sum()),
            **plan.evidence,
        },
        notes=tuple(notes),
        interval_method=f"{INTERVALS}, {options.resamples} resamples, seed {options.seed}",
        seed=options.seed,
        hardware=hardware(),
        versions=versions(),
        command=" ".join(["zhsq", *sys.argv[1:]]) if Path(sys.argv[0]).name == "zhsq" else "",
    )


def _planned(plan: Plan) -> PlannedThreshold:
    return PlannedThreshold(
        gallery_size=plan.gallery_size,
        value=plan.threshold.value,
        low=plan.threshold.low,
        high=plan.threshold.high,
        method=plan.method,
    )
