"""Where a camera's events go: the journal, the platform, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from zhsq.errors import ZhsqError
from zhsq.watch.address import slug
from zhsq.watch.events import Incident, Journal, cloud_event
from zhsq.watch.post import Sender


@dataclass(frozen=True)
class Outputs:
    """Shared by all cameras; each part may be None.

    Attributes:
        estate: by which the platform knows the site.
        journal: JSON lines.
        poster: to the platform.
        snapshots: folder of the pictures.
    """

    estate: str = "local"
    journal: Journal | None = None
    poster: Sender | None = None
    snapshots: Path | None = None

    @property
    def shows(self) -> bool:
        """Whether anyone wants pictures."""
        return self.snapshots is not None or self.poster is not None

    def picture(self, camera: str, began: datetime, incident: Incident, jpeg: bytes) -> Path | None:
        """Write an incident's picture; the one of its peak takes the place of the one of its opening.

        Raises:
            ZhsqError: it can't be written.
        """
        if self.snapshots is None:
            return None
        path = self.snapshots / f"{slug(camera)}-{began:%Y%m%dT%H%M%S}-{incident.number:04d}.jpg"
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jpeg)
        except OSError as error:
            raise ZhsqError(f"{path} can't be written: {error.strerror}.", "Choose another --snapshots.") from error
        return path

    def raise_event(
        self,
        incident: Incident,
        camera: str,
        began: datetime,
        model: str,
        snapshot: Path | None,
        picture: bytes | None = None,
    ) -> dict[str, Any]:
        """Write an event to the journal, and queue it for the platform with its picture.

        Raises:
            ZhsqError: the journal can't be written; the platform has been sent the event all the same.
        """
        event = cloud_event(incident, camera=camera, estate=self.estate, began=began, model=model, snapshot=snapshot)
        if self.poster is not None:
            self.poster.send(event, picture)
        if self.journal is not None:
            self.journal.write([event])
        return event
