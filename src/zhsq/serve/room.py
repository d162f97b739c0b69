"""Memory for pictures: how much of it requests under way may take together."""

from __future__ import annotations

import threading

from zhsq.errors import ZhsqError

#: How long a request waits for others to end, seconds.
WAIT_S = 10.0


class OverloadedError(ZhsqError):
    """Pictures of other requests took all the room for too long; the same call may succeed later."""

    code = "overloaded"
    chinese = "其他请求的图像已占满可用内存，请稍后重试。"

    def __init__(self) -> None:
        super().__init__("Pictures of other requests take the memory that there is.", "Try again.")


class Room:
    """Pixels that may be decoded at the same time, over all requests.

    A request that has room already gets more at once: two that wait for each other's would wait forever. So the limit may
    be passed by what those that are in take besides, which other limits bound.

    Args:
        most: pixels. One picture that has more is let in alone.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._changed = threading.Condition()

    def take(self, lot: Lot, pixels: int) -> None:
        """Add to a request's lot, as soon as there is room.

        Raises:
            OverloadedError: there was none for `WAIT_S` seconds.
        """

        def free() -> bool:
            return lot.pixels > 0 or self._taken == 0 or self._taken + pixels <= self._most

        with self._changed:
            if not self._changed.wait_for(free, WAIT_S):
                raise OverloadedError
            self._taken += pixels
            lot.pixels += pixels
            self._changed.notify_all()  # a second picture of the same request may wait, too

    def leave(self, lot: Lot) -> None:
        """Take a request's lot back: it has ended."""
        if lot.pixels:
            with self._changed:
                self._taken -= lot.pixels
                lot.pixels = 0
                self._changed.notify_all()


class Lot:
    """What one request has taken."""

    def __init__(self) -> None:
        self.pixels = 0
