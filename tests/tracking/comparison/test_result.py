"""A whole comparison: families of questions, JSON, and a page of every task."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zhsq.errors import ZhsqError
from zhsq.metrics.paired import holm
from zhsq.models.bundle import Provenance
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.tracking.comparison.context import settings
from zhsq.tracking.comparison.page import page
from zhsq.tracking.comparison.result import Comparison, compare
from zhsq.tracking.store import LoggedRun


def test_the_main_metric_is_one_family_and_the_others_another(plates: Comparison, readers: list[LoggedRun]) -> None:
    three = compare([readers[0], readers[1], readers[1]], resamples=100)
    heads = [item.differences[0] for item in three.against]
    assert [d.corrected_p for d in heads] == pytest.approx(holm([d.p for d in heads]).tolist())
    rest = [d for item in three.against for d in item.differences[1:]]
    assert [d.corrected_p for d in rest] == pytest.approx(holm([d.p for d in rest]).tolist())
    (only,) = plates.against
    assert only.differences[0].corrected_p == only.differences[0].p


def test_the_json_holds_every_difference_with_its_test_and_what_differs(plates: Comparison) -> None:
    found = json.loads(json.dumps(plates.to_json()))
    assert [run["letter"] for run in found["runs"]] == ["A", "B"]
    whole = [row for row in found["differences"] if row["slice"] is None]
    assert [row["metric"] for row in whole] == ["exact_match", "accepted_wrong", "review_share", "cer"]
    main = whole[0]
    first, second = (side.trials["correct"] for side in plates.sides)
    assert (main["only_second"], main["only_first"]) == (int((second & ~first).sum()), int((first & ~second).sum()))
    assert main["test"].startswith("McNemar") and main["low"] <= main["value"] <= main["high"]
    assert any(row["name"] == "bundle sha256" for row in found["differs"])


def test_a_setting_that_a_run_lacks_differs(readers: list[LoggedRun]) -> None:
    bare = replace(readers[1], report=readers[1].report.model_copy(update={"hardware": {}}))
    found = {(s.part, s.name): s for s in settings([readers[0], bare])}
    assert found["machine", "cpu"].values[1] == "—" and found["machine", "cpu"].differs
    assert not found["data", "release"].differs


def test_one_run_and_seven_are_refused(readers: list[LoggedRun]) -> None:
    for runs in (readers[:1], [readers[0]] * 7):
        with pytest.raises(ZhsqError, match="were named"):
            compare(runs)


def drawn(task: str, trials: dict[str, Any], thresholds: dict[str, float], **details: Any) -> LoggedRun:
    report = Report(
        task=task,
        data=DataRef(name="d", release="r", root="/nowhere"),
        protocol="p",
        split="s",
        model=ModelRef(name="m", version="1.0.0", sha256="0" * 64),
        n=len(next(iter(trials.values()))),
        metrics={name: {"value": 0.5, "low": 0.4, "high": 0.6} for name in ("fnir_at_fpir_0.01",)},  # type: ignore[misc]
        thresholds={name: ThresholdRef(value=value, source="") for name, value in thresholds.items()},
        seconds=1,
        items_per_second=1,
        details=details,
    )
    spec = SimpleNamespace(
        name="m",
        version="1.0.0",
        params={},
        graphs={},
        files={},
        thresholds=(),
        weights_licences=(),
        training_data_licences=(),
        provenance=Provenance(built_by="a test"),
    )
    bundle = SimpleNamespace(spec=spec, sha256="0" * 64)
    return LoggedRun("r" * 8, report, bundle, trials, None)  # type: ignore[arg-type]


def search() -> list[LoggedRun]:
    people, mated = np.array([f"p{i:03d}" for i in range(200)]), np.arange(200) < 100
    noise = np.random.default_rng(0).normal(size=(2, 200))
    return [
        drawn(
            "face-identification",
            {
                "draw": np.zeros(200, dtype=np.int64),
                "person": people,
                "file": people,
                "mated": mated,
                "score": np.where(mated, 0.8, 0.4) + 0.2 * n,
                "first": mated,
            },
            {},
            gallery_size=100,
        )
        for n in noise
    ]


def conditions() -> list[LoggedRun]:
    rows = [
        {"condition": name, "level": level, "fnmr": 0.1, "fnmr_low": 0.05, "fnmr_high": 0.2}
        for name, level in (("clean", 0.0), ("mask", 10.0), ("mask", 50.0))
    ]
    people = np.tile([f"p{i}" for i in range(40)], 3)
    trials = {
        "condition": np.repeat(["clean", "mask", "mask"], 40),
        "level": np.repeat([0.0, 10.0, 50.0], 40),
        "genuine": np.ones(120, dtype=bool),
        "left": people,
        "right": people,
    }
    scores = np.random.default_rng(0).random((2, 120))
    return [drawn("face-robustness", {**trials, "scores": s}, {"fmr_clean": 0.3}, curves=rows) for s in scores]


def attacks() -> list[LoggedRun]:
    files = np.arange(80).astype(str)
    trials = {"kind": np.repeat(["bona-fide", "print"], 40), "file": files, "person": files}
    curve = [{"apcer": 0.01, "bpcer": 0.8}, {"apcer": 0.1, "bpcer": 0.4}]
    scores = np.random.default_rng(0).random((2, 80))
    return [drawn("face-pad", {**trials, "scores": s}, {"live": 0.5}, curve=curve) for s in scores]


def photos() -> list[LoggedRun]:
    right = np.random.default_rng(0).random((2, 60)) < 0.8
    truth = np.array([f"皖A{i:05d}" for i in range(60)])
    return [
        drawn(
            "plate-end-to-end",
            {
                "file": np.arange(60).astype(str),
                "truth": truth,
                "read": np.where(r, truth, ""),
                "correct": r,
                "confidence": np.linspace(0, 1, 60),
                "iou": np.full(60, 0.9),
            },
            {},
        )
        for r in right
    ]


def clips() -> list[LoggedRun]:
    trials = {
        "clip": np.repeat(["a", "b"], 60),
        "frame": np.tile(np.arange(60), 2),
        "anomalous": np.tile(np.arange(60) >= 30, 2),
    }
    scores = np.random.default_rng(0).random((2, 120))
    return [drawn("video-anomaly", {**trials, "score": s, "heat": np.empty(0)}, {"alert": 0.5}) for s in scores]


@pytest.mark.parametrize(
    ("runs", "charts"),
    [(search, 1), (conditions, 1), (attacks, 1), (photos, 1), (clips, 3)],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_every_other_task_has_its_page(runs: Any, charts: int) -> None:
    text = page(compare(runs(), resamples=100))
    assert text.count("<figure>") == charts and 'id="verdict"' in text
    assert not re.search(r"[ \",]nan[ ,\"L]", text)
