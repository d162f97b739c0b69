"""Which calibration is in force: the estate's own, else the site's file, else none."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.models.bundle import Bundle
from zhsq.models.face.calibration import Calibration
from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import SiteCalibration, now

#: Parsed calibrations that are kept; an estate has one.
KEPT = 256
Origin = Literal["estate", "file", "guess"]


@dataclass(frozen=True)
class InForce:
    """What thresholds are planned by.

    Attributes:
        origin: 'estate': uploaded for it; 'file': of the setting `calibration`; 'guess': there is none.
        calibration: None for a guess.
        id: of an uploaded one.
        since: when that was uploaded, UTC.
        unfit: an uploaded one is there, but of another bundle than the one in use, and so not used.
    """

    origin: Origin
    calibration: Calibration | None = None
    id: str | None = None
    since: datetime | None = None
    unfit: bool = False


class Calibrations:
    """Asked in the transaction of each decision, so that what one process was told holds in all at once; safe for threads.

    Args:
        file: what `zhsq calibrate --json` wrote, for estates without one of their own; None for none.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._of_file: Calibration | None = None
        self._parsed: dict[str, Calibration] = {}

    def of_file(self, bundle: Bundle) -> Calibration | None:
        """The file's.

        Raises:
            ZhsqError: it can't be read, or is of another bundle.
        """
        with self._lock:
            if self._of_file is None and self._file is not None:
                self._of_file = Calibration.load(self._file)
            return self._of_file.require(bundle) if self._of_file else None

    def in_force(self, session: Session, estate: str, bundle: Bundle) -> InForce:
        """What holds for an estate and the bundle in use.

        Raises:
            ZhsqError: there is none of the estate's own, and the file can't be read or is of another bundle.
        """
        rows = _uploaded(session, estate)
        for row_id, sha256 in rows:
            if sha256 == bundle.sha256:
                row = session.get_one(SiteCalibration, row_id)
                return InForce("estate", self._read(row), row.id, row.created_at)
        found = self.of_file(bundle)
        return InForce("file" if found else "guess", found, unfit=bool(rows))

    def _read(self, row: SiteCalibration) -> Calibration:
        with self._lock:
            if row.id not in self._parsed:
                while len(self._parsed) >= KEPT:
                    del self._parsed[next(iter(self._parsed))]
                self._parsed[row.id] = Calibration.model_validate(row.body)
            return self._parsed[row.id]


def _uploaded(session: Session, estate: str) -> Sequence[tuple[str, str]]:
    """Identifier and bundle of those that were not removed, newest first. The bundle in use may go back to a former one,
    and its calibration with it."""
    mine = (SiteCalibration.estate_id == estate, SiteCalibration.removed_at.is_(None))
    query = select(SiteCalibration.id, SiteCalibration.bundle_sha256).where(*mine)
    return session.execute(query.order_by(SiteCalibration.created_at.desc(), SiteCalibration.id)).tuples().all()


def check(found: Calibration, bundle: Bundle) -> None:
    """Refuse an upload that can't decide in this service.

    Raises:
        ProblemError: it is of another bundle, or its thresholds are no cosines.
    """
    if found.sha256 != bundle.sha256:
        raise ProblemError(
            "bad-calibration",
            "It is of {other}, and {used} is in use. Calibrate with that one: zhsq calibrate --model {used} ...",
            other=f"{found.bundle}@{found.version} ({found.sha256[:12]})",
            used=f"{bundle.name}@{bundle.version}",
        )
    for planned in (found.threshold, *found.thresholds):
        if not -1 <= planned.low <= planned.value <= planned.high <= 1:
            raise ProblemError(
                "bad-calibration",
                "The threshold for {people} people is no cosine within its interval.",
                people=planned.gallery_size,
            )


def store(session: Session, estate: str, calibration: Calibration, actor: str) -> SiteCalibration:
    """Put one in force, in the caller's transaction."""
    row = SiteCalibration(
        estate_id=estate,
        bundle_sha256=calibration.sha256,
        body=calibration.model_dump(mode="json"),
        created_at=now(),
        created_by=actor[:140],
    )
    session.add(row)
    session.flush()
    return row
