"""Paired differences of two runs on the same trials: signs, verdicts, tests, slices, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zhsq.errors import ZhsqError
from zhsq.metrics.paired import holm
from zhsq.protocols.report import DataRef, Estimate, ModelRef, Report, ThresholdRef
from zhsq.tracking.comparison import Difference, corrected, differences, slices
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
    accept = SimpleNamespace(value=thresholds.get("accept"), protocol="elsewhere", data="synthetic")
    bundle = SimpleNamespace(threshold=lambda name: accept)
    return LoggedRun("r", report, bundle, trials, None)  # type: ignore[arg-type]


def by_name(found: list[Difference]) -> dict[str, Difference]:
    return {item.metric: item for item in found}


def verification(noise: float) -> dict[str, Any]:
    """200 genuine pairs about 0.7 and 200 impostors about 0.3, each of its own two people."""
    random = np.random.default_rng(0)
    genuine = np.arange(400) < 200
    names = np.array([f"p{i:03d}" for i in range(400)])
    right = np.where(genuine, names, np.roll(names, 1))
    return {
        "scores": np.where(genuine, 0.7, 0.3) + noise * random.normal(size=400),
        "genuine": genuine,
        "fold": np.arange(400) % 4,
        "left": names,
        "right": right,
        "left_file": np.char.add(names, "_0001.jpg"),
        "right_file": np.char.add(right, "_0002.jpg"),
    }


def plates(correct: np.ndarray[Any, Any], confidence: float = 0.9) -> dict[str, Any]:
    n = len(correct)
    truths = np.array([f"{'皖' if i % 2 else '苏'}A{i:05d}" for i in range(n)])
    return {
        "file": np.array([f"{i}.jpg" for i in range(n)]),
        "truth": truths,
        "read": np.where(correct, truths, "皖A"),
        "correct": correct,
        "confidence": np.full(n, confidence),
        "plate_class": np.where(np.arange(n) < 10, "green_small", "blue"),
    }


def test_a_less_noisy_verifier_is_better_in_accuracy_misses_and_area() -> None:
    thresholds = {"tar_at_far_1e-3": 0.6}
    noisy, clear = (run("face-verification", verification(noise), thresholds) for noise in (0.2, 0.01))
    found = by_name(differences(noisy, clear, resamples=200))
    assert set(found) == {"accuracy", "fnmr_at_fmr_1e-3", "auc"}
    assert found["accuracy"].estimate.low > 0 and found["accuracy"].verdict == "the second is better"
    missed = found["fnmr_at_fmr_1e-3"]
    wrong = int((noisy.trials["scores"][:200] < 0.6).sum())  # the clear one misses none
    assert missed.estimate.value == pytest.approx(-wrong / 200) and missed.verdict == "the second is better"
    assert missed.p == pytest.approx(2 / 2**wrong) and "McNemar" in missed.test
    assert found["auc"].test == "DeLong" and found["auc"].verdict == "the second is better"
    swapped = by_name(differences(clear, noisy, resamples=200))
    assert {item.verdict for item in swapped.values()} == {"the first is better"}


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
    found = by_name(differences(one, two, resamples=100))
    clean = found["fnmr_clean"].estimate
    assert clean.value == 0 and clean.low < 0 < clean.high and "no difference" in found["fnmr_clean"].verdict
    assert found["fnmr_mask"].estimate.value == 1 and found["fnmr_mask"].verdict == "the first is better"
    (only,) = differences(one, two, resamples=20, keep=slices(one)["condition mask"])
    assert only.metric == "fnmr_mask"

    kinds = np.repeat(["bona-fide", "print"], 20)
    files = np.arange(40).astype(str)
    strict = {"kind": kinds, "file": files, "person": files, "scores": np.zeros(40)}
    lax = {**strict, "scores": np.ones(40)}
    found = by_name(differences(*(run("face-pad", t, {"live": 0.5}) for t in (strict, lax)), resamples=20))
    assert found["bpcer"].estimate.value == -1 and found["bpcer"].verdict == "the second is better"
    assert found["apcer_print"].estimate.value == 1 and found["apcer_print"].verdict == "the first is better"


def test_a_presentation_that_one_run_did_not_answer_is_not_compared() -> None:
    kinds = np.repeat(["print"], 20)
    trials = {"kind": kinds, "file": np.arange(20).astype(str), "scores": np.zeros(20)}
    deaf = {**trials, "scores": np.where(np.arange(20) < 5, -np.inf, 0.9)}
    (found,) = differences(*(run("face-pad", t, {"live": 0.5}) for t in (trials, deaf)))
    assert found.n == 15 and found.estimate.value == 1


def test_readers_are_compared_plate_by_plate_at_their_own_thresholds() -> None:
    bad = np.arange(100) >= 8  # 8 wrong, all of them accepted
    one, two = run("plate-reading", plates(bad), {"accept": 0.8}), run("plate-reading", plates(bad), {"accept": 0.95})
    found = by_name(differences(one, two, resamples=50))
    assert found["exact_match"].estimate.value == 0 and found["exact_match"].p == 1
    assert found["exact_match"].estimate.low < 0  # no discordant plate is no proof of equality
    assert found["accepted_wrong"].estimate.value == pytest.approx(-0.08)
    assert found["accepted_wrong"].p == pytest.approx(2 / 2**8)
    assert found["accepted_wrong"].verdict == "the second is better"
    assert found["review_share"].estimate.value == 1 and found["review_share"].verdict == "the first is better"


def test_three_plates_more_are_no_proof_and_eight_are() -> None:
    none = np.zeros(40, dtype=bool)
    for more, verdict in ((3, "no difference beyond chance was shown"), (8, "the second is better")):
        one, two = (run("plate-reading", plates(c), {}) for c in (none, np.arange(40) < more))
        found = by_name(differences(one, two, resamples=50))["exact_match"]
        assert found.p == pytest.approx(2 / 2**more) and found.verdict == verdict


def video(shift: float) -> dict[str, Any]:
    random = np.random.default_rng(3)
    anomalous = np.tile(np.arange(240) % 120 >= 60, 2)
    noise = np.convolve(random.normal(size=489), np.ones(10) / 3, mode="valid")
    return {
        "clip": np.repeat(["a", "b"], 240),
        "frame": np.tile(np.arange(240), 2),
        "score": noise + shift * anomalous,
        "anomalous": anomalous,
    }


def test_frames_are_drawn_in_blocks_and_a_clip_is_a_slice() -> None:
    one, two = run("video-anomaly", video(0.5), {}), run("video-anomaly", video(4), {})
    (found,) = differences(one, two, resamples=200)
    assert found.verdict == "the second is better" and "blocks of 30 frames" in found.test
    few = slices(one)["clip a"] & (one.trials["frame"] < 90)  # three blocks: too few for any claim
    assert differences(one, two, resamples=200, keep=few)[0].winner is None
    (clip,) = differences(one, two, resamples=50, keep=slices(one)["clip a"])
    assert clip.n == 240
    normal = slices(one)["clip a"] & ~one.trials["anomalous"]
    assert differences(one, two, resamples=10, keep=normal) == []  # an area needs both kinds of frame


def test_trials_in_another_order_are_matched_and_others_are_refused() -> None:
    thresholds = {"tar_at_far_1e-3": 0.6}
    one, two = (verification(noise) for noise in (0.2, 0.1))
    order = np.random.default_rng(5).permutation(400)
    shuffled = {name: column[order] for name, column in two.items()}
    runs = [run("face-verification", trials, thresholds) for trials in (one, two, shuffled)]
    assert differences(runs[0], runs[1], resamples=20) == differences(runs[0], runs[2], resamples=20)
    fewer = run("face-verification", {name: column[1:] for name, column in two.items()}, thresholds)
    with pytest.raises(ZhsqError, match="different trials"):
        differences(runs[0], fewer)
    nameless = [{k: v for k, v in t.items() if k in ("scores", "genuine", "fold")} for t in (one, shuffled)]
    with pytest.raises(ZhsqError, match="can't be told apart"):
        differences(*(run("face-verification", t, thresholds) for t in nameless))


@pytest.mark.parametrize(("field", "named"), [("protocol", "protocol"), ("data", "data release"), ("task", "task")])
def test_runs_of_another_protocol_release_or_task_are_refused(field: str, named: str) -> None:
    one = run("plate-reading", plates(np.ones(40, bool)), {})
    other = DataRef(name="d", release="later", root="/") if field == "data" else "plate-end-to-end"
    two = LoggedRun("r", one.report.model_copy(update={field: other}), one.bundle, one.trials, one.folder)
    with pytest.raises(ZhsqError, match=f"differ in {named}"):
        differences(one, two)


def test_slices_are_named_by_what_the_trials_hold_and_small_ones_are_left_out() -> None:
    found = slices(run("plate-reading", plates(np.ones(80, bool)), {}))
    assert {name: int(mask.sum()) for name, mask in found.items()} == {
        "class blue": 70,
        "province 皖": 40,
        "province 苏": 40,
    }  # ten green plates are too few
    faces = slices(run("face-verification", verification(0.1), {}))
    assert list(faces) == ["fold 0", "fold 1", "fold 2", "fold 3", "pairs of one person", "pairs of two people"]
    one, two = (run("face-verification", verification(noise), {"tar_at_far_1e-3": 0.6}) for noise in (0.2, 0.01))
    (genuine,) = (slices(one)[name] for name in ("pairs of one person",))
    assert set(by_name(differences(one, two, resamples=20, keep=genuine))) == {"accuracy", "fnmr_at_fmr_1e-3"}


def test_an_empty_slice_or_one_of_another_length_is_refused() -> None:
    one = run("plate-reading", plates(np.ones(40, bool)), {})
    for keep in (np.zeros(40, bool), np.ones(39, bool)):
        with pytest.raises(ZhsqError, match="slice"):
            differences(one, one, keep=keep)


def test_a_corrected_p_decides_and_an_interval_over_zero_never_convinces() -> None:
    sure = Difference("m", Estimate(value=0.1, low=0.01, high=0.2), 0.03, "t", 10)
    unsure = Difference("m", Estimate(value=0.1, low=-0.01, high=0.2), 0.001, "t", 10)
    assert sure.winner == "second" and unsure.winner is None
    both = corrected([sure, Difference("k", sure.estimate, 0.04, "t", 10, lower_is_better=True)])
    assert [item.corrected_p for item in both] == pytest.approx(holm([0.03, 0.04]).tolist())
    assert [item.winner for item in both] == [None, None]
