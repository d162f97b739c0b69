"""How far two runs of one model may be apart: the section `parity` of `gates.yaml`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Precision = Literal["fp32", "fp16", "int8"]
#: From the finest; a comparison is held to the coarsest that takes part in it.
PRECISIONS: tuple[Precision, ...] = ("fp32", "fp16", "int8")
#: What a decision's score is measured in: the cosine of two templates; a detector's probability; the log-odds of a
#: probability, ln(p / (1 - p)), in which an error does not shrink towards 0 and 1; an anomaly's standard deviations; a
#: share of a limit.
Unit = Literal["cosine", "probability", "log-odds", "deviations", "relative"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PrecisionLimits(_Frozen):
    """The limits of one precision."""

    #: Largest |a - b| of an output's values, as a share of the output's largest value over all inputs.
    max_rel: float = Field(gt=0)
    #: Half-width of the band around a decision's edge, in the unit of its score.
    band: dict[Unit, float]


class ParityLimits(_Frozen):
    """Limits by precision; the reasons stand in `gates.yaml` and docs/parity.md."""

    fp32: PrecisionLimits
    fp16: PrecisionLimits
    int8: PrecisionLimits
    #: Share of the decisions of one kind that may lie in the band: a band that holds all of them would prove nothing.
    max_in_band: float = Field(gt=0, le=1)

    def of(self, precision: Precision) -> PrecisionLimits:
        """The limits of a precision."""
        limits: PrecisionLimits = getattr(self, precision)
        return limits
