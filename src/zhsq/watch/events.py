"""From scores to events: hysteresis and a cool-down, and the event as the platform takes it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from zhsq.errors import ZhsqError

Box = tuple[int, int, int, int]
Change = Literal["opened", "closed", "peak"]
Reason = Literal["score fell", "stream dropped", "end of stream", "model changed"]


class EventRules(BaseModel):
    """When an event begins and ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Frames in a row at or above the threshold that open an event.
    open_frames: int = Field(default=3, ge=1)
    #: Frames in a row below the lower level that close it.
    close_frames: int = Field(default=10, ge=1)
    #: The lower level lies this share of the threshold's size below the threshold.
    margin: float = Field(default=0.1, ge=0)
    #: Seconds after a close in which none is opened.
    cooldown_s: float = Field(default=5.0, ge=0)


class Incident(BaseModel):
    """One event of a camera, in the camera's own time (seconds since its first frame).

    `opened` is when it was said, `started` the first frame of the run over the threshold that opened it.
    """

    number: int
    started: float
    opened: float
    closed: float | None = None
    threshold: float
    score: float
    peak: float
    peak_time: float
    box: Box | None = None
    snapshot: str | None = None
    reason: Reason | None = None


class Tracker:
    """The hysteresis of one camera: at most one incident is open.

    Args:
        threshold: at or above which a frame counts.
        rules: how many frames open and close.
    """

    def __init__(self, threshold: float, rules: EventRules | None = None) -> None:
        self.threshold = threshold
        self.rules = rules or EventRules()
        self.lower = threshold - self.rules.margin * abs(threshold)
        self.open: Incident | None = None
        self.count = 0
        self._above = self._below = 0
        self._started = 0.0
        self._peak: tuple[float, float, Box | None] = (float("-inf"), 0.0, None)
        self._quiet_until = float("-inf")

    def update(self, time: float, score: float, box: Box | None = None) -> tuple[Change | None, Incident | None]:
        """Take one frame's score.

        Args:
            time: seconds, rising.
            score: of the frame.
            box: the strongest region, x1 y1 x2 y2.

        Returns:
            What changed and the incident it concerns: it opened (with this frame), it has a new peak (this frame), or
            it closed; (None, None) where nothing did.
        """
        if self.open is not None:
            return self._within(self.open, time, score, box)
        if score < self.threshold:
            self._above = 0
            return None, None
        if not self._above:
            self._started, self._peak = time, (float("-inf"), 0.0, None)
        self._above += 1
        if score > self._peak[0]:
            self._peak = (score, time, box)
        if self._above < self.rules.open_frames or time < self._quiet_until:
            return None, None
        self.count += 1
        self._below = 0
        peak, peak_time, peak_box = self._peak
        self.open = Incident(
            number=self.count,
            started=self._started,
            opened=time,
            threshold=self.threshold,
            score=score,
            peak=peak,
            peak_time=peak_time,
            box=peak_box or box,
        )
        return "opened", self.open

    def _within(
        self, incident: Incident, time: float, score: float, box: Box | None
    ) -> tuple[Change | None, Incident | None]:
        self._below = self._below + 1 if score < self.lower else 0
        if self._below >= self.rules.close_frames:
            return "closed", self.close(time, "score fell")
        if score > incident.peak:
            self.open = incident.model_copy(update={"peak": score, "peak_time": time, "box": box or incident.box})
            return "peak", self.open
        return None, None

    def close(self, time: float, reason: Reason) -> Incident | None:
        """End the open incident, if there is one."""
        incident, self.open = self.open, None
        self._above = self._below = 0
        if incident is None:
            return None
        self._quiet_until = time + self.rules.cooldown_s
        return incident.model_copy(update={"closed": time, "reason": reason})


def cloud_event(
    incident: Incident, *, camera: str, estate: str, began: datetime, model: str, snapshot: Path | None
) -> dict[str, Any]:
    """An incident as the platform's `POST /v1/events` takes it: a CloudEvent of the type `anomaly`.

    The opening carries `score` and `threshold`, which raise an alert by the rule `video-anomaly`. The closing has its
    own id and no `score`: it is kept as a record, and raises nothing.

    Args:
        incident: open or closed.
        camera: the device.
        estate: the estate that the platform knows it by.
        began: wall clock of the camera's first frame, with its zone; part of the id, so that two runs never share one.
        model: sha256 of the bundle that scored.
        snapshot: the picture with people pixelated.
    """
    closed = incident.closed is not None
    at = incident.closed if incident.closed is not None else incident.opened
    data: dict[str, Any] = {
        "estate": estate,
        "device": camera,
        "state": "closed" if closed else "open",
        "incident": incident.number,
        "threshold": incident.threshold,
        "started_s": round(incident.started, 3),
        "peak": incident.peak,
        "peak_s": round(incident.peak_time, 3),
        "box": list(incident.box) if incident.box else None,
        "snapshot": str(snapshot) if snapshot else None,
        "model": model,
    }
    if closed:
        data |= {"closed_s": round(float(at), 3), "reason": incident.reason}
    else:
        data |= {"score": incident.score, "opened_s": round(float(at), 3)}
    stamp = began.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return {
        "specversion": "1.0",
        "id": f"{stamp}-{incident.number}-{data['state']}",
        "source": f"zhsq-watch/{camera}",
        "type": "anomaly",
        "time": (began + timedelta(seconds=float(at))).astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


class Journal:
    """Events as JSON lines in a file, each written through at once; several cameras may share one.

    Raises:
        ZhsqError: the file can't be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self.write(())  # a path that can't be written is said before anything is watched

    def write(self, events: Iterable[dict[str, Any]]) -> None:
        """Append events."""
        try:
            with self._lock, self.path.open("a", encoding="utf-8") as stream:
                for event in events:
                    stream.write(json.dumps(event, ensure_ascii=False) + "\n")
        except OSError as error:
            raise ZhsqError(
                f"{self.path} can't be written: {error.strerror}.", "Choose another for --events."
            ) from error
