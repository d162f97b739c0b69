"""A site's calibration: which 1:N threshold a bundle needs there, by gallery size. Written by `zhsq calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlannedThreshold(_Frozen):
    """A cosine threshold for one gallery size, with its 95 % interval over people."""

    gallery_size: int = Field(ge=1)
    value: float
    low: float
    high: float
    #: 'measured' on galleries of that size; 'extrapolated' from single comparisons where the sample is too small.
    method: Literal["measured", "extrapolated"]


class Moved(_Frozen):
    """How far the threshold moved from another one, and what that one would do to the sample."""

    source: str
    value: float
    #: planned threshold - that one.
    by: float
    #: FPIR on the sample at that threshold, at the planned gallery size.
    fpir: float


class Calibration(_Frozen):
    """What `zhsq calibrate --json` writes and `zhsq serve --calibration` reads.

    Attributes:
        threshold: for `gallery_size` at the target `fpir`.
        thresholds: for other gallery sizes at the same FPIR, smallest first.
        fnir: share of enrolled people who would be missed at `threshold` on the sample.
        moved: against the bundle's own threshold, and against a calibration before.
        evidence: counts behind the threshold.
    """

    format: Literal[1] = 1
    bundle: str
    version: str
    sha256: str
    data: str
    release: str
    gallery_size: int = Field(ge=1)
    fpir: float = Field(gt=0, lt=1)
    threshold: PlannedThreshold
    thresholds: tuple[PlannedThreshold, ...] = Field(min_length=1)
    fnir: float
    moved: tuple[Moved, ...]
    evidence: dict[str, Any]
    notes: tuple[str, ...]
    interval_method: str
    seed: int
    hardware: dict[str, str]
    versions: dict[str, str]
    command: str = ""

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read a file that `zhsq calibrate --json` wrote.

        Raises:
            ZhsqError: it can't be read, or is something else.
        """
        hint = "Write one with: zhsq calibrate --data FOLDER --gallery-size N --json FILE"
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise ZhsqError(f"The calibration {path} can't be read: {error.strerror}.", hint) from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ZhsqError(f"{path} is not a calibration: {where}: {first['msg']}.", hint) from error

    def require(self, bundle: Bundle) -> Calibration:
        """This calibration, if it is of that bundle.

        Raises:
            ZhsqError: it is of another: thresholds of one model mean nothing to another.
        """
        if self.sha256 != bundle.sha256:
            raise ZhsqError(
                f"The calibration is of {self.bundle} {self.version} ({self.sha256[:12]}), and "
                f"{bundle.name} {bundle.version} ({bundle.sha256[:12]}) is in use.",
                "Calibrate again with this bundle: zhsq calibrate --model BUNDLE ...",
            )
        return self

    def at(self, gallery_size: int) -> PlannedThreshold:
        """The threshold of the smallest planned gallery that is not smaller; the largest plan's beyond all plans.

        A smaller gallery's is taken where it is higher: a small sample can plan so by chance, and more people never
        justify a more lenient threshold.
        """
        plans = sorted(self.thresholds, key=lambda item: item.gallery_size)
        enough = next((item for item in plans if item.gallery_size >= gallery_size), plans[-1])
        return max((item for item in plans if item.gallery_size <= enough.gallery_size), key=lambda item: item.value)
