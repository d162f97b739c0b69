"""A camera's incidents: from its scores by hysteresis, out to journal, platform and pictures."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from zhsq.errors import ZhsqError
from zhsq.watch.events import Box, EventRules, Incident, Reason, Tracker
from zhsq.watch.model import Image, Model
from zhsq.watch.outputs import Outputs
from zhsq.watch.snapshot import Background, jpeg
from zhsq.watch.source import Say

#: Incidents that a camera keeps for its report; all of them are in the journal.
KEPT = 1000


class Alarm:
    """The incidents of one camera, numbered through all its models.

    Args:
        camera: its name.
        rules: when an event opens and closes.
        outputs: where events go.
        background: of this camera; pictures hide what differs from it.
        say: told of events.
        warn: told what could not be written.
    """

    def __init__(
        self, camera: str, rules: EventRules, outputs: Outputs, background: Background, say: Say, warn: Say
    ) -> None:
        self.opened = 0
        self.closed: deque[Incident] = deque(maxlen=KEPT)
        self.began: datetime | None = None
        self._camera, self._rules, self._outputs, self._background = camera, rules, outputs, background
        self._say, self._warn = say, warn
        self._tracker: Tracker | None = None
        self._model = ""
        #: The strongest frame of the open incident. It shows people: it stays in memory, and goes when that closes.
        self._peak: tuple[Image, list[Box]] | None = None

    def use(self, model: Model) -> None:
        """Take a model's threshold; an incident of the model before must be closed first."""
        self._tracker = Tracker(model.threshold, self._rules)
        self._model = model.sha256

    def update(self, seconds: float, image: Image, score: float, boxes: list[Box]) -> None:
        """Take a scored frame.

        Args:
            seconds: of the camera's time.
            image: (h, w, 3) RGB uint8.
            score: of the frame.
            boxes: its regions, strongest first.
        """
        assert self._tracker is not None
        change, incident = self._tracker.update(seconds, score, boxes[0] if boxes else None)
        if incident is None:
            return
        if change == "closed":
            self._out(incident)
            return
        self._peak = (image, boxes)
        if change == "opened":
            self.opened += 1
            self._out(incident)
            self._say(f"Event {self.opened} at {seconds:.1f} s: score {score:.4g}, threshold {incident.threshold:.4g}.")

    def close(self, seconds: float, reason: Reason) -> None:
        """End the open incident, if there is one."""
        incident = self._tracker.close(seconds, reason) if self._tracker else None
        if incident is not None:
            self._out(incident)

    def _out(self, incident: Incident) -> None:
        """Send an incident on, with the picture of its strongest frame so far."""
        assert self.began is not None
        incident = incident.model_copy(update={"number": self.opened})
        path = picture = None
        try:
            if self._peak is not None and self._outputs.shows:
                image, boxes = self._peak
                picture = jpeg(image, self._background, boxes)
                path = self._outputs.picture(self._camera, self.began, incident, picture)
        except ZhsqError as error:
            self._warn(str(error))
        try:
            self._outputs.raise_event(incident, self._camera, self.began, self._model, path, picture)
        except ZhsqError as error:  # a full disk is no reason to stop watching
            self._warn(str(error))
        if incident.closed is not None:
            self.closed.append(incident.model_copy(update={"snapshot": str(path) if path else None}))
            self._peak = None
