"""Verdicts in words: what is said of runs that differ, of runs that may not, and what limits it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zhsq.protocols.report import Estimate
from zhsq.tracking.comparison.difference import Difference
from zhsq.tracking.comparison.result import Against, Comparison, Sliced, compare
from zhsq.tracking.comparison.words import findings, limits, p_words, signed, spoken
from zhsq.tracking.store import LoggedRun


def judged(comparison: Comparison, *differences: Difference, slices: tuple[Sliced, ...] = ()) -> Comparison:
    """The comparison with these differences instead of its own."""
    return replace(comparison, against=[Against(comparison.sides[1], list(differences), list(slices))])


def difference(value: float, half: float, p: float, metric: str = "exact_match") -> Difference:
    lower = metric != "exact_match"
    return Difference(
        metric, Estimate(value=value, low=value - half, high=value + half), p, "a test", 100, lower, (1, 2)
    )


def test_a_difference_within_chance_is_never_called_equality(plates: Comparison) -> None:
    (found,) = findings(judged(plates, difference(0.01, 0.03, 0.4)))
    assert found.tone == "open"
    assert found.headline == "B against A: no difference beyond chance was shown in plates read without an error."
    text = " ".join(found.sentences)
    assert "+0.0100 (95 % interval −0.0200 to +0.0400; p = 0.4, a test), on 100 trials" in text
    assert "better than A by up to 0.0400 or worse than A by up to 0.0200" in text


def test_the_room_of_an_error_rate_is_turned_round(plates: Comparison) -> None:
    (found,) = findings(judged(plates, difference(0.01, 0.03, 0.4, "cer")))
    assert "better than A by up to 0.0200 or worse than A by up to 0.0400" in " ".join(found.sentences)


def test_a_better_run_that_is_worse_elsewhere_is_not_simply_better(plates: Comparison) -> None:
    better, worse = difference(0.1, 0.03, 0.0001), difference(0.2, 0.05, 0.0001, "review_share")
    (plain,) = findings(judged(plates, better))
    assert plain.tone == "better" and plain.headline == "B is better than A in plates read without an error."
    (mixed,) = findings(judged(plates, better, worse))
    assert mixed.tone == "open" and mixed.headline.endswith(", but B is worse in 1 other figure below.")
    assert "B is worse in share sent to a person" in " ".join(mixed.sentences)
    (sliced,) = findings(
        judged(
            plates,
            better,
            slices=(Sliced("class green", replace(better, estimate=Estimate(value=-0.2, low=-0.3, high=-0.1))),),
        )
    )
    assert "but B is worse in 1 other figure" in sliced.headline and "class green" in " ".join(sliced.sentences)


def test_what_limits_a_verdict_is_said(plates: Comparison, readers: list[LoggedRun]) -> None:
    text = " ".join(limits(plates))
    assert "Only a subset was measured" in text and "One run a model" in text
    changed = [
        replace(run, report=run.report.model_copy(update={"git_commit": commit}))
        for run, commit in zip((readers[0], readers[0]), ("a" * 40, "b" * 40 + "-dirty"), strict=True)
    ]
    text = " ".join(limits(compare(changed, resamples=100)))
    assert "very same bundle" in text and "different code" in text and "B was measured with uncommitted changes" in text


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("fnmr_at_fmr_1e-3", "misses of one person (FNMR) at a false match rate of 1e-3"),
        ("fnmr_motion_blur", "misses of one person (FNMR), motion blur"),
        ("apcer_print", "attacks let through (APCER), print"),
        ("something_new", "something_new"),
    ],
)
def test_metrics_have_names_in_words(metric: str, words: str) -> None:
    assert spoken(metric) == words


def test_numbers_are_signed_and_a_small_p_is_not_zero() -> None:
    assert (signed(0.01234), signed(-0.5), signed(-0.00001)) == ("+0.0123", "−0.5000", "0.0000")
    assert (p_words(0.00001), p_words(0.0421), p_words(1)) == ("< 0.001", "0.042", "1")
