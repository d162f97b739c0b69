"""The challenger against the champion: paired on the same trials, overall and on each named slice, corrected by Holm."""

from __future__ import annotations

from collections.abc import Sequence

from zhsq.errors import ZhsqError
from zhsq.tracking.comparison.difference import Difference, corrected
from zhsq.tracking.comparison.paired import differences
from zhsq.tracking.comparison.trials import slices
from zhsq.tracking.gates.config import RegressionRule
from zhsq.tracking.gates.evidence import ALL, AgainstChampion, SliceTest
from zhsq.tracking.record import BundleRef
from zhsq.tracking.store import LoggedRun, read


def against_champion(
    champion: BundleRef, challenger: LoggedRun, run_ids: Sequence[str], rule: RegressionRule
) -> AgainstChampion:
    """Compare with the champion, if it is another bundle.

    Args:
        champion: the bundle behind the alias.
        challenger: the run to be promoted.
        run_ids: of the champion by the challenger's protocol and data release; the first that holds the same trials is
            taken.
        rule: of the gate.
    """
    named = f"{champion.name} {champion.version} {champion.sha256[:12]}"
    if champion.sha256 == challenger.bundle.sha256:
        return AgainstChampion(champion=named)
    missing = "the champion has no run by this protocol on this data release"
    for run_id in run_ids:
        try:
            tests = _tests(read(run_id), challenger, rule)
            return AgainstChampion(champion=named, run_id=run_id, challenger=challenger.run_id, tests=tests)
        except ZhsqError as error:
            missing = error.message
    return AgainstChampion(champion=named, missing=missing)


def _tests(first: LoggedRun, second: LoggedRun, rule: RegressionRule) -> tuple[SliceTest, ...]:
    """Every metric on all trials and on each slice; all of them are one family (Holm 1979).

    Raises:
        ZhsqError: the trials do not match.
    """
    asked: list[tuple[str, Difference]] = [(ALL, one) for one in differences(first, second, resamples=rule.resamples)]
    for name, mask in slices(first).items():
        if mask.sum() >= rule.smallest_slice:
            found = differences(first, second, resamples=rule.resamples, keep=mask)
            asked += [(name, one) for one in found]
    tests = []
    for (name, _), one in zip(asked, corrected([one for _, one in asked]), strict=True):
        gap, p = one.estimate, one.p if one.corrected_p is None else one.corrected_p
        worse = gap.value > 0 if one.lower_is_better else gap.value < 0
        beyond_chance = p < rule.alpha and (gap.low > 0 or gap.high < 0)
        tests.append(
            SliceTest(
                name=name,
                metric=one.metric,
                n=one.n,
                gap=gap.value,
                low=gap.low,
                high=gap.high,
                p=one.p,
                p_holm=p,
                test=one.test,
                worse=worse,
                lost=worse and beyond_chance,
            )
        )
    return tuple(tests)
