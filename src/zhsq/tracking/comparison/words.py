"""A comparison in plain words: what was shown, what was not, and what to know before relying on it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from zhsq.models.bundle import BundleSpec
from zhsq.protocols.video_anomaly import VideoAnomaly
from zhsq.tracking.comparison.difference import Difference
from zhsq.tracking.comparison.result import Against, Comparison

#: A metric's name (or its beginning, with what follows in place of {}) -> words.
_METRICS = {
    "accuracy": "accuracy",
    "auc": "area under the ROC curve",
    "fnmr_at_fmr_{}": "misses of one person (FNMR) at a false match rate of {}",
    "fnmr_{}": "misses of one person (FNMR), {}",
    "fnir_at_fpir_{}": "misses in search (FNIR) at a false positive rate of {}",
    "bpcer": "real people refused (BPCER)",
    "apcer_{}": "attacks let through (APCER), {}",
    "exact_match": "plates read without an error",
    "accepted_wrong": "wrong reads accepted without a person",
    "review_share": "share sent to a person",
    "home_{}": "where the estate's provinces are known, {}",
    "detection_iou_{}": "plates found (IoU above {})",
    "cer": "character error rate",
    "frame_auroc_micro": "frame AUROC",
}


def spoken(metric: str) -> str:
    """A metric in words; its name where there are none."""
    for name, words in _METRICS.items():
        head, _, _ = name.partition("{}")
        if metric == name or ("{}" in name and metric.startswith(head)):
            return words.format(metric.removeprefix(head).replace("_", " "))
    return metric


def p_words(p: float) -> str:
    """A p as it is printed: two digits, and no smaller than it deserves."""
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def _equals(p: float) -> str:
    text = p_words(p)
    return text if text.startswith("<") else f"= {text}"


def signed(value: float, digits: int = 4) -> str:
    """A number with its sign, the minus a real one; 0 without."""
    text = f"{value:+.{digits}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{digits}f}"


@dataclass(frozen=True)
class Finding:
    """The verdict on one run: its tone for the eye, a headline, and sentences."""

    tone: Literal["better", "worse", "open"]
    headline: str
    sentences: list[str]


def findings(comparison: Comparison) -> list[Finding]:
    """One for each run but the first."""
    return [_finding(comparison, item) for item in comparison.against]


def _finding(comparison: Comparison, item: Against) -> Finding:
    a, b = comparison.first.letter, item.side.letter
    main, *others = item.differences
    what = spoken(main.metric)
    sentences = [_figure(main, a, b)]
    elsewhere = [name for name in item.worse if name != main.metric]
    tone: Literal["better", "worse", "open"]
    if main.winner == "first":
        tone, headline = "worse", f"{b} is worse than {a} in {what}"
    else:
        if main.winner == "second":
            tone, headline = "open" if elsewhere else "better", f"{b} is better than {a} in {what}"
        else:
            tone = "worse" if elsewhere else "open"
            headline = f"{b} against {a}: no difference beyond chance was shown in {what}"
            sentences.append(_room(main, a, b))
        if elsewhere:
            headline += f", but {b} is worse in {len(elsewhere)} other figure{'s' * (len(elsewhere) > 1)} below"
    headline += "."
    sentences += _others(others, b)
    sentences += _slices(item, a, b)
    return Finding(tone, headline, sentences)


def _figure(found: Difference, a: str, b: str) -> str:
    e = found.estimate
    text = (
        f"{b} − {a} = {signed(e.value)} (95 % interval {signed(e.low)} to {signed(e.high)}; "
        f"p {_equals(found.p if found.corrected_p is None else found.corrected_p)}, {found.test}), on {found.n} trials"
    )
    if found.discordant is not None:
        text += f", of which {found.discordant[0]} count for {b} alone and {found.discordant[1]} for {a} alone"
    return text + "."


def _room(found: Difference, a: str, b: str) -> str:
    low, high = found.estimate.low, found.estimate.high
    better, worse = (-low, high) if found.lower_is_better else (high, -low)
    room = [f"{word} than {a} by up to {by:.4f}" for word, by in (("better", better), ("worse", worse)) if by > 0]
    return f"That is no proof that they are equal: by these data {b} may be {' or '.join(room)}." if room else ""


def _others(found: list[Difference], b: str) -> list[str]:
    if not found:
        return []
    better, worse, unclear = (
        [spoken(item.metric) for item in found if item.winner == side] for side in ("second", "first", None)
    )
    if len(unclear) == len(found):
        return [f"Nothing was shown in any of the other {len(found)} figures, corrected for their number."]
    parts = [
        f"{lead} {', '.join(names)}"
        for lead, names in (
            (f"{b} is better in", better),
            (f"{b} is worse in", worse),
            ("nothing was shown in", unclear),
        )
        if names
    ]
    return [f"Of the other figures, corrected for their number: {'; '.join(parts)}."]


def _slices(item: Against, a: str, b: str) -> list[str]:
    if not item.slices:
        return ["No slice of the trials is large enough to be compared by itself."]
    worse, better = ([s.name for s in item.slices if s.difference.winner == side] for side in ("first", "second"))
    if len(item.slices) == 1:
        slices = f"In the one slice large enough ({item.slices[0].name})"
        verdict = f"worse than {a}" if worse else f"better than {a}" if better else "neither better nor worse"
        return [f"{slices} {b} is {verdict} beyond chance."]
    text = (
        f"Of {len(item.slices)} slices, corrected for their number, {b} is beyond chance worse than {a} in {len(worse)}"
    )
    text += f" ({', '.join(worse)})" if worse else ""
    text += f" and better in {len(better)}"
    text += f" ({', '.join(better)})" if better else ""
    return [f"{text}."]


def limits(comparison: Comparison) -> list[str]:
    """What a reader must know before relying on the verdict, from what the runs recorded."""
    runs = [side.run for side in comparison.sides]
    reports, letters = [run.report for run in runs], [side.letter for side in comparison.sides]
    differing = {(s.part, s.name): s.values for s in comparison.settings if s.differs}
    found = []
    if "/subset" in reports[0].protocol:
        found.append(f"Only a subset was measured ({reports[0].protocol}): the whole protocol may say otherwise.")
    if len({run.bundle.sha256 for run in runs}) < len(runs):
        found.append(
            "Some runs measured the very same bundle: between those, a difference is of code, machine or chance."
        )
    if ("code", "commit") in differing:
        found.append(
            "The runs were measured with different code: a difference may come from it and not from the model."
        )
    dirty = [b for b, report in zip(letters, reports, strict=True) if report.git_commit.endswith("-dirty")]
    if dirty:
        found.append(f"{_and(dirty)} measured with uncommitted changes: the commit does not say all of the code.")
    if ("data", "folder") in differing:
        found.append("The data were read from different folders of one stated release; the files were not compared.")
    if any(part == "machine" and name != "items a second" for part, name in differing):
        found.append("Machine or library versions differ: scores may differ in their last digits, speed in any.")
    found += [_undeclared(side.letter, side.run.bundle.spec) for side in comparison.sides]
    if any(re.match(r"tar_at_far|bpcer\d", name) for report in reports for name in report.thresholds):
        found.append("Thresholds for a rate of errors were set on these same data: they rank models and set no gate.")
    if reports[0].task == "video-anomaly":
        found.append(_dependent(comparison))
    found.append("One run a model: how much a model would differ if it were trained again was not measured.")
    return [text for text in found if text]


def _dependent(comparison: Comparison) -> str:
    clips = comparison.first.trials["clip"].tolist()
    size = VideoAnomaly().block
    blocks = sum(-(-n // size) for n in Counter(clips).values())
    return (
        f"Frames depend on their neighbours: {len(clips)} frames of {len(set(clips))} clips weigh like {blocks} blocks, "
        "so intervals and p are rough, and other clips may say otherwise."
    )


def _undeclared(letter: str, spec: BundleSpec) -> str:
    weights = [x.name for x in spec.weights_licences if not x.deployable]
    data = [x.name for x in spec.training_data_licences if x.deployable is None]
    parts = []
    if weights:
        parts.append(f"{letter}'s weights may not be deployed by what is declared: {', '.join(weights)}")
    if data:
        parts.append(f"what {letter} was trained on is undeclared ({', '.join(data)}), so it may have seen these data")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _and(letters: list[str]) -> str:
    return f"{', '.join(letters[:-1])} and {letters[-1]} were" if len(letters) > 1 else f"{letters[0]} was"
