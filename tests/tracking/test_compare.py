"""Paired differences of two face runs on the same trials: signs, verdicts, and that a better run is seen as better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.tracking.compare import Difference, differences
from zhsq.tracking.store import LoggedRun


def run(
    task: str, trials: dict[str, Any], thresholds: dict[str, float], metrics: tuple[str, ...] = (), **details: Any
) -> LoggedRun:
    report = Report(
        task=task,
        data=DataRef(name="d", release="r", root="/"),
        protocol="p",
        split="s",
        model=ModelRef(name="m", version="1.0.0", sha256="0" * 64),
        n=len(next(iter(trials.values()))),
        metrics={name: {"value": 0, "low": 0, "high": 0} for name in metrics},  # type: ignore[misc]
        thresholds={name: ThresholdRef(value=value, source="") for name, value in thresholds.items()},
        seconds=1,
        items_per_second=1,
        details=details,
    )
    return LoggedRun("r", report, None, trials, None)  # type: ignore[arg-type]


def by_name(found: list[Difference]) -> dict[str, Difference]:
    return {item.metric: item for item in found}


def verification(noise: float) -> dict[str, Any]:
    """200 genuine pairs about 0.7 and 200 impostors about 0.3, each of its own two people."""
    random = np.random.default_rng(0)
    genuine = np.arange(400) < 200
    names = np.array([f"p{i:03d}" for i in range(400)])
    return {
        "scores": np.where(genuine, 0.7, 0.3) + noise * random.normal(size=400),
        "genuine": genuine,
        "fold": np.arange(400) % 4,
        "left": names,
        "right": np.where(genuine, names, np.roll(names, 1)),
    }


def test_a_less_noisy_verifier_is_better_in_accuracy_and_in_missed_genuine_pairs() -> None:
    thresholds = {"tar_at_far_1e-3": 0.6}
    noisy, clear = (run("face-verification", verification(noise), thresholds) for noise in (0.2, 0.01))
    found = by_name(differences(noisy, clear, resamples=100))
    assert set(found) == {"accuracy", "fnmr_at_fmr_1e-3"}
    assert found["accuracy"].estimate.low > 0 and found["accuracy"].verdict == "the second is better"
    missed = found["fnmr_at_fmr_1e-3"]
    expected = -(noisy.trials["scores"][:200] < 0.6).mean()  # the clear one misses none
    assert missed.estimate.value == pytest.approx(expected) and missed.verdict == "the second is better"
    swapped = by_name(differences(clear, noisy, resamples=100))
    assert swapped["accuracy"].verdict == swapped["fnmr_at_fmr_1e-3"].verdict == "the first is better"


def test_a_searcher_that_misses_more_people_is_worse() -> None:
    random = np.random.default_rng(1)
    people = np.array([f"p{i:03d}" for i in range(300)])
    mated = np.arange(300) < 100
    trials = {
        "draw": np.zeros(300, dtype=np.int64),
        "person": people,
        "file": people,
        "mated": mated,
        "score": np.where(mated, 0.8, 0.4) + 0.02 * random.normal(size=300),
        "first": mated,
    }
    worse = {**trials, "score": np.where(np.arange(300) < 30, 0.1, trials["score"])}  # 30 of 100 are missed
    one, two = (
        run("face-identification", t, {}, ("fnir_at_fpir_0.01", "rank_1"), gallery_size=100) for t in (trials, worse)
    )
    (found,) = differences(one, two, resamples=50)
    assert found.metric == "fnir_at_fpir_0.01"
    assert found.estimate.value == pytest.approx(0.3) and found.verdict == "the first is better"


def test_conditions_and_kinds_of_attack_are_compared_one_by_one() -> None:
    condition = np.repeat(["clean", "mask"], 40)
    trials = {
        "condition": condition,
        "level": np.zeros(80),
        "scores": np.full(80, 0.9),
        "genuine": np.ones(80, dtype=bool),
        "left": np.tile(np.arange(40).astype(str), 2),
        "right": np.tile(np.arange(40).astype(str), 2),
    }
    blind = {**trials, "scores": np.where(condition == "mask", 0.1, 0.9)}
    one, two = (run("face-robustness", t, {"fmr_clean": 0.5}) for t in (trials, blind))
    found = by_name(differences(one, two, resamples=20))
    assert found["fnmr_clean"].estimate.value == 0 and "no difference" in found["fnmr_clean"].verdict
    assert found["fnmr_mask"].estimate.value == 1 and found["fnmr_mask"].verdict == "the first is better"

    kinds = np.repeat(["bona-fide", "print"], 20)
    strict = {"kind": kinds, "file": kinds, "person": kinds, "scores": np.zeros(40)}
    lax = {**strict, "scores": np.ones(40)}
    found = by_name(differences(*(run("face-pad", t, {"live": 0.5}) for t in (strict, lax)), resamples=20))
    assert found["bpcer"].estimate.value == -1 and found["bpcer"].verdict == "the second is better"
    assert found["apcer_print"].estimate.value == 1 and found["apcer_print"].verdict == "the first is better"
