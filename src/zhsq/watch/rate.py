"""Bring a source to the rate of a model: frames are dropped, none is made up."""

from __future__ import annotations

#: A source slower than this share of the model's rate is said: movement then looks faster than it was when learnt.
SLOW = 0.8


class Every:
    """Decides which frames to keep so that about `fps` a second remain.

    Args:
        fps: frames a second to keep; 0 keeps all.
    """

    def __init__(self, fps: float) -> None:
        self._step = 1 / fps if fps > 0 else 0.0
        self._due: float | None = None

    def keep(self, seconds: float) -> bool:
        """Whether to keep the frame at this time (seconds, rising)."""
        if not self._step:
            return True
        if self._due is None or seconds > self._due + self._step:
            self._due = seconds  # the first frame, or the first after a gap: the grid starts anew
        # Half a step of grace: a source at just this rate, with jitter, loses nothing; the grid holds the mean.
        if seconds < self._due - self._step / 2:
            return False
        self._due += self._step
        return True
