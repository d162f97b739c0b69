"""The paired differences of each task: which metric, drawn in which units, tested how.

A verdict needs the interval and the test at once (see `Difference.winner`), so where a test takes trials as independent
that are not quite (pairs that share a person), the interval, which is clustered, still has its say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.anomaly import block_draws, frame_auroc
from zhsq.metrics.intervals import identity_weights, item_draws, people_draws, percentile_interval
from zhsq.metrics.paired import bootstrap_p, delong, discordant, mcnemar_exact, paired_rate_interval, sign_flip_p
from zhsq.metrics.text import edits
from zhsq.metrics.verification import auc, fold_accuracy
from zhsq.protocols.face_identification import searches_of
from zhsq.protocols.report import Estimate
from zhsq.protocols.video_anomaly import VideoAnomaly
from zhsq.tracking.comparison.decisions import decisions, judged
from zhsq.tracking.comparison.difference import Difference
from zhsq.tracking.comparison.trials import Mask, Trials
from zhsq.tracking.store import LoggedRun

#: A metric's difference as a function of one resample (None: the trials as they are).
Statistic = Callable[[Any], float]
MCNEMAR = "McNemar, exact"


@dataclass(frozen=True)
class Pair:
    """Two runs on the same trials, `keep` of which are compared; all trials in the first run's order."""

    first: LoggedRun
    second: LoggedRun
    a: Trials
    b: Trials
    keep: Mask
    resamples: int
    seed: int

    @property
    def whole(self) -> bool:
        return bool(self.keep.all())

    @property
    def right(self) -> tuple[Mask, Mask]:
        """Whether each run decided each trial rightly; of all trials."""
        return decisions(self.first, self.a).right, decisions(self.second, self.b).right

    def rates(self, metric: str, first: Mask, second: Mask, inside: Mask, *, lower_is_better: bool) -> Difference:
        """Two shares of the kept trials that are `inside`, these independent of each other."""
        chosen = self.keep & inside
        n, (gained, lost) = int(chosen.sum()), discordant(first[chosen], second[chosen])
        low, high = paired_rate_interval(gained, lost, n)
        value = (gained - lost) / n if n else float("nan")
        return Difference(
            metric,
            Estimate(value=value, low=low, high=high),
            mcnemar_exact(gained, lost),
            MCNEMAR,
            n,
            lower_is_better,
            (gained, lost),
        )

    def pairs_rate(self, metric: str, first: Mask, second: Mask, inside: Mask, *, lower_is_better: bool) -> Difference:
        """As `rates`, for pairs of photos: the interval is clustered on people, who appear in several pairs."""
        plain = self.rates(metric, first, second, inside, lower_is_better=lower_is_better)
        chosen = self.keep & inside
        gap = second[chosen].astype(float) - first[chosen]
        if not gap.any():  # a bootstrap of nothing but zeros would claim certainty
            return plain
        left, right = self.a["left"][chosen], self.a["right"][chosen]
        weights = identity_weights(left, right, resamples=self.resamples, seed=self.seed)
        with np.errstate(invalid="ignore", divide="ignore"):
            low, high = percentile_interval(weights @ gap / weights.sum(axis=1))
        return replace(plain, estimate=Estimate(value=plain.estimate.value, low=low, high=high))


def resampled(
    metric: str, statistic: Statistic, draws: Iterable[Any], n: int, test: str, *, lower_is_better: bool = False
) -> Difference:
    """A difference whose interval and p come from the same paired resamples."""
    values = np.array([statistic(draw) for draw in draws])
    low, high = percentile_interval(values)
    estimate = Estimate(value=statistic(None), low=low, high=high)
    return Difference(metric, estimate, bootstrap_p(values), test, n, lower_is_better)


def verification(pair: Pair) -> list[Difference]:
    """Accuracy at the folds' thresholds; FNMR at each run's own threshold for an FMR, held fixed; AUC.

    Of all trials, the accuracy's interval chooses the thresholds of the folds anew in every resample; of a slice they
    are those of all trials, and fixed.
    """
    a, b = pair.a, pair.b
    genuine = a["genuine"].astype(bool)
    everything = np.ones(len(genuine), dtype=bool)
    found = [
        pair.pairs_rate("accuracy", *pair.right, everything, lower_is_better=False),
        *_missed(pair, genuine),
    ]
    left, right = a["left"][pair.keep], a["right"][pair.keep]
    weights = identity_weights(left, right, resamples=pair.resamples, seed=pair.seed)
    if pair.whole:
        test = f"{found[0].test}, at the folds' thresholds"

        def accuracy(trials: Trials, w: Any) -> float:
            return fold_accuracy(trials["scores"], genuine, trials["fold"], w)[0]

        rechosen = resampled("accuracy", lambda w: accuracy(b, w) - accuracy(a, w), weights, found[0].n, test)
        if rechosen.estimate.low < rechosen.estimate.high:
            found[0] = replace(found[0], estimate=rechosen.estimate, test=test)
    kinds = genuine[pair.keep]
    if min(kinds.sum(), (~kinds).sum()) >= 2:
        one, two = a["scores"][pair.keep], b["scores"][pair.keep]
        area = resampled("auc", lambda w: auc(two, kinds, w) - auc(one, kinds, w), weights, len(kinds), "")
        found.append(Difference("auc", area.estimate, delong(one, two, kinds).p, "DeLong", len(kinds)))
    return found


def _missed(pair: Pair, genuine: Mask) -> list[Difference]:
    thresholds = pair.first.report.thresholds, pair.second.report.thresholds
    found = []
    for name in thresholds[0]:
        if not name.startswith("tar_at_far_") or name not in thresholds[1] or not (genuine & pair.keep).any():
            continue
        one, two = (t["scores"] < marks[name].value for t, marks in zip((pair.a, pair.b), thresholds, strict=True))
        metric = name.replace("tar_at_far_", "fnmr_at_fmr_")
        found.append(pair.pairs_rate(metric, one, two, genuine, lower_is_better=True))
    return found


def identification(pair: Pair) -> list[Difference]:
    """FNIR at each FPIR, the threshold set anew in every resample of people, who are searched in every gallery."""
    a, b = ({name: column[pair.keep] for name, column in trials.items()} for trials in (pair.a, pair.b))
    people = np.unique(a["person"])
    one, two = (
        searches_of(trials, people, run.report.details["gallery_size"])
        for trials, run in ((a, pair.first), (b, pair.second))
    )
    draws = people_draws(len(people), resamples=pair.resamples, seed=pair.seed)
    found = []
    for name in pair.first.report.metrics:
        if not name.startswith("fnir_at_fpir_") or "_photos_" in name:
            continue
        fpir = float(name.removeprefix("fnir_at_fpir_"))

        def missed(times: Any, fpir: float = fpir) -> float:
            sides = [np.nanmean([s.fnir(s.threshold(fpir, times), times) for s in side]) for side in (one, two)]
            return float(sides[1] - sides[0])

        found.append(
            resampled(name, missed, draws, len(a["person"]), "paired bootstrap of people", lower_is_better=True)
        )
    return found


def robustness(pair: Pair) -> list[Difference]:
    """FNMR of each condition, all its kept levels together, at each run's own fixed threshold.

    The levels of a condition show the same photo again, so that McNemar's test, which takes trials as independent, would
    claim too much: signs are flipped by person.
    """
    a, b = pair.a, pair.b
    genuine = a["genuine"].astype(bool)
    one, two = (
        trials["scores"] < run.report.thresholds["fmr_clean"].value
        for trials, run in ((a, pair.first), (b, pair.second))
    )
    found = []
    for condition in dict.fromkeys(a["condition"][pair.keep].tolist()):
        inside = (a["condition"] == condition) & genuine & pair.keep
        gap = two[inside].astype(float) - one[inside]
        if not gap.size:
            continue
        people, codes = np.unique(a["left"][inside], return_inverse=True)
        p = sign_flip_p(np.bincount(codes, weights=gap), seed=pair.seed)
        low, high = paired_rate_interval(0, 0, len(people))  # a bootstrap of nothing but zeros would claim certainty
        if gap.any():
            weights = identity_weights(a["left"][inside], a["right"][inside], resamples=pair.resamples, seed=pair.seed)
            with np.errstate(invalid="ignore", divide="ignore"):
                low, high = percentile_interval(weights @ gap / weights.sum(axis=1))
        estimate = Estimate(value=float(gap.mean()), low=low, high=high)
        found.append(Difference(f"fnmr_{condition}", estimate, p, "sign flips of people", len(gap), True))
    return found


def pad(pair: Pair) -> list[Difference]:
    """APCER of each kind of attack and BPCER, at each run's own threshold, of presentations that both answered."""
    a, b = pair.a, pair.b
    answered = np.isfinite(a["scores"]) & np.isfinite(b["scores"])
    accepted = [run["scores"] >= of.report.thresholds["live"].value for run, of in ((a, pair.first), (b, pair.second))]
    found = []
    for kind in dict.fromkeys(a["kind"][pair.keep].tolist()):
        inside = (a["kind"] == kind) & answered
        bona_fide = kind == "bona-fide"
        one, two = (~side if bona_fide else side for side in accepted)
        metric = "bpcer" if bona_fide else f"apcer_{kind}"
        found.append(pair.rates(metric, one, two, inside, lower_is_better=True))
    return found


def anomaly(pair: Pair) -> list[Difference]:
    """Frame AUROC: blocks of frames are drawn within clips, and DeLong's variance is taken of the same blocks.

    Frames next to each other are nearly one trial: taken as independent they would make nearly any difference significant.
    """
    a, b = ({name: t[name][pair.keep] for name in ("clip", "score", "anomalous")} for t in (pair.a, pair.b))
    anomalous = a["anomalous"].astype(bool)
    if min(anomalous.sum(), (~anomalous).sum()) < 2:
        return []
    one, two = a["score"].astype(np.float64), b["score"].astype(np.float64)
    size = VideoAnomaly().block
    draws = block_draws(a["clip"], block=size, resamples=pair.resamples, seed=pair.seed)
    values = np.array([frame_auroc(two[d], anomalous[d]) - frame_auroc(one[d], anomalous[d]) for d in draws])
    low, high = percentile_interval(values)
    tested = delong(one, two, anomalous, _blocks(a["clip"], size))
    estimate = Estimate(value=tested.difference, low=low, high=high)
    return [Difference("frame_auroc_micro", estimate, tested.p, f"DeLong, of blocks of {size} frames", len(one))]


def _blocks(clips: NDArray[Any], size: int) -> NDArray[np.int64]:
    """The block of each frame: `size` frames of a clip one after the other, shape (n,)."""
    blocks = np.zeros(len(clips), dtype=np.int64)
    count = 0
    for clip in dict.fromkeys(clips.tolist()):
        places = np.flatnonzero(clips == clip)
        blocks[places] = count + np.arange(len(places)) // size
        count = int(blocks[places].max()) + 1
    return blocks


def plates(pair: Pair) -> list[Difference]:
    """Exact match; what each run's own threshold does, where neither threshold comes from; character errors."""
    a, b = pair.a, pair.b
    everything = np.ones(len(a["correct"]), dtype=bool)
    one, two = a["correct"].astype(bool), b["correct"].astype(bool)
    found = [pair.rates("exact_match", one, two, everything, lower_is_better=False)]
    if "accept" in pair.first.report.thresholds and "accept" in pair.second.report.thresholds:
        inside = judged((pair.first, pair.second), a)
        taken = [
            t["confidence"] >= run.report.thresholds["accept"].value for t, run in ((a, pair.first), (b, pair.second))
        ]
        found += [
            pair.rates("accepted_wrong", taken[0] & ~one, taken[1] & ~two, inside, lower_is_better=True),
            pair.rates("review_share", ~taken[0], ~taken[1], inside, lower_is_better=True),
        ]
    if pair.first.report.task == "plate-end-to-end" and np.isfinite(a["iou"]).all() and np.isfinite(b["iou"]).all():
        found.append(pair.rates("detection_iou_0.7", a["iou"] > 0.7, b["iou"] > 0.7, everything, lower_is_better=False))
    return [*found, _character_errors(pair)]


def _character_errors(pair: Pair) -> Difference:
    """CER, plates resampled: characters of one plate fail together."""
    truths = [str(truth) for truth in pair.a["truth"][pair.keep]]
    lengths = np.array([len(truth) for truth in truths])
    one, two = (edits(truths, [str(read) for read in trials["read"][pair.keep]]) for trials in (pair.a, pair.b))
    gap = two - one
    low, high = (end / float(lengths.mean()) for end in paired_rate_interval(0, 0, len(truths)))
    if gap.any():
        draws = item_draws(len(gap), resamples=pair.resamples, seed=pair.seed)
        low, high = percentile_interval(np.array([gap[draw].sum() / lengths[draw].sum() for draw in draws]))
    estimate = Estimate(value=float(gap.sum() / lengths.sum()), low=low, high=high)
    return Difference("cer", estimate, sign_flip_p(gap, seed=pair.seed), "sign flips of plates", len(truths), True)


#: By task.
TASKS: dict[str, Callable[[Pair], list[Difference]]] = {
    "face-verification": verification,
    "face-identification": identification,
    "face-robustness": robustness,
    "face-pad": pad,
    "plate-reading": plates,
    "plate-end-to-end": plates,
    "video-anomaly": anomaly,
}
