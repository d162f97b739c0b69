"""What the gates look at, and what each gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhsq.models.bundle import Bundle
from zhsq.protocols.report import Report

State = Literal["pass", "warn", "refuse", "n/a"]
#: Name of the slice that holds every trial.
ALL = "all"


class Gate(BaseModel):
    """One gate's outcome. A warning is recorded and does not refuse; `remedy` says what to do about a refusal."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: State
    value: str
    need: str
    remedy: str = ""


class ParityFigures(BaseModel):
    """One comparison of parity; `zhsq.deploy.parity` measures and judges it.

    Attributes:
        what: a graph with its precision, or a kind of decision of the whole pipeline.
        value: what was found, in words.
        need: the limit, in words.
        passes: whether it is within the limit.
    """

    model_config = ConfigDict(frozen=True)

    what: str
    value: str
    need: str
    passes: bool


class SliceTest(BaseModel):
    """The challenger less the champion on the trials of one slice.

    Attributes:
        name: of the slice; 'all' is every trial.
        gap: of the metric, with its 95 % interval.
        p: two-sided, of no difference, before correction. p_holm: after it. test: the test's name.
        worse: the challenger is behind, by chance or not. lost: beyond chance, by corrected p and by interval.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    metric: str
    n: int
    gap: float
    low: float
    high: float
    p: float
    p_holm: float
    test: str
    worse: bool
    lost: bool


class AgainstChampion(BaseModel):
    """The comparison with the champion, or why there is none.

    Attributes:
        champion: name, version and first digits of its sha256; empty when the task has none yet.
        run_id: the champion's run on the same trials. challenger: the run that was compared with it.
        missing: why it could not be compared; empty when it was, or when there is nothing to compare with.
        tests: empty when there is no champion, or it is this bundle.
    """

    model_config = ConfigDict(frozen=True)

    champion: str = ""
    run_id: str = ""
    challenger: str = ""
    missing: str = ""
    tests: tuple[SliceTest, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Everything that the gates look at.

    Attributes:
        accepted: the reason that a person gave for restricted training data; empty when none was.
        allow_subset: whether a run on a subset may pass, which is recorded.
    """

    report: Report
    bundle: Bundle
    parity: tuple[ParityFigures, ...]
    against: AgainstChampion
    accepted: str = ""
    allow_subset: bool = False
