"""When a version on trial counts as worse."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import numpy as np
import pytest

from zhsq.runtime.canary import (
    BINS,
    CanaryLimits,
    Counts,
    Tally,
    judge,
    psi,
    psi_by_chance,
    sum_counts,
    write_counts,
)

LIMITS = CanaryLimits()


def counts(calls: int, errors: int = 0, seed: int = 0, good: float = 0.9) -> Counts:
    """Calls whose scores are spread over two bins, a share `good` of them in the best."""
    best = np.random.default_rng(seed).binomial(calls, good)
    return Counts(calls, errors, (*(0,) * (BINS - 2), calls - int(best), int(best)))


def test_psi_is_that_of_a_table_worked_out_by_hand() -> None:
    # Half a count is added to each of ten bins: 10.5/20 and 5.5/20 against the reverse; the empty bins are equal.
    first, second = (10, 5, *(0,) * 8), (5, 10, *(0,) * 8)
    by_hand = 2 * (10.5 - 5.5) / 20 * math.log(10.5 / 5.5)
    assert psi(first, second) == pytest.approx(by_hand)
    assert psi(first, first) == 0
    assert psi(first, (0,) * 10) == 0, "nothing to compare with"


def test_psi_of_one_distribution_stays_below_what_chance_allows_in_all_but_one_of_a_thousand_pairs() -> None:
    random = np.random.default_rng(1)
    shares = np.full(BINS, 1 / BINS)
    drawn = [(random.multinomial(200, shares), random.multinomial(800, shares)) for _ in range(4000)]
    above = sum(psi(a.tolist(), b.tolist()) > psi_by_chance(200, 800) for a, b in drawn)
    assert above <= 12, "4 are expected; 12 or more happen once in a thousand runs"


def test_few_calls_decide_nothing() -> None:
    assert judge(counts(500), counts(19, errors=19), LIMITS).outcome == "wait"


def test_failures_are_seen_before_drift_is_judged() -> None:
    verdict = judge(counts(400), counts(20, errors=5), LIMITS)
    assert verdict.outcome == "rollback"
    assert "error rate 25.00% against 0.00%" in verdict.reason


def test_one_failure_of_fifty_may_be_chance() -> None:
    assert judge(counts(40, errors=0), counts(40, errors=1), LIMITS).outcome == "wait"


def test_failures_that_both_versions_have_are_not_held_against_the_new_one() -> None:
    """Triton was down for a while: both failed alike."""
    assert judge(counts(900, errors=300), counts(100, errors=33), LIMITS).outcome == "wait"


def test_scores_that_drift_end_the_trial_and_scores_that_do_not_go_on() -> None:
    drifted = judge(counts(900), counts(100, good=0.4, seed=2), LIMITS)
    assert drifted.outcome == "rollback" and "PSI" in drifted.reason
    assert judge(counts(900), counts(100, seed=3), LIMITS).outcome == "wait"


def test_enough_clean_calls_are_clean() -> None:
    assert judge(counts(9000), counts(1000, seed=4), LIMITS).outcome == "clean"


def test_a_trial_with_no_call_of_the_version_in_use_is_ended_by_errors_only() -> None:
    assert judge(Counts(), counts(100, errors=50), LIMITS).outcome == "rollback"
    assert judge(Counts(), counts(100), LIMITS).outcome == "wait"


def test_a_tally_counts_every_call_of_many_threads() -> None:
    tally = Tally()

    def work() -> None:
        for _ in range(500):
            tally.add(failed=True, scores=(0.0, 0.995))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.counts == Counts(2000, 2000, (2000, *(0,) * 8, 2000))


def test_counts_of_several_processes_add_up_and_a_broken_file_is_passed_over(tmp_path: Path) -> None:
    write_counts(tmp_path / "a.json", counts(10), counts(1))
    write_counts(tmp_path / "b.json", counts(20), counts(2, errors=1))
    write_counts(tmp_path / "b.json", counts(30), counts(3, errors=1))
    (tmp_path / "c.json").write_text("{")
    current, trial = sum_counts(sorted(tmp_path.glob("*.json")))
    assert (current.calls, trial.calls, trial.errors) == (40, 4, 1)
    assert {file.name for file in tmp_path.iterdir()} == {"a.json", "b.json", "c.json"}
