"""Pictures of a request, decoded once, by whoever needs the pixels first: two of them in the threads that look for faces."""

from __future__ import annotations

from collections.abc import Callable

from zhsq.imaging import RGBImage
from zhsq.serve.later import Later


class Photo:
    """A picture, and what to call it in an error.

    Args:
        decode: gives its pixels (h, w, 3) uint8 RGB, or raises BadImageError.
        name: of it.
    """

    def __init__(self, decode: Callable[[], RGBImage], name: str) -> None:
        self.name = name
        self.decode = Later(decode)

    @property
    def pixels(self) -> RGBImage:
        """Its pixels, decoded now if nobody asked before.

        Raises:
            BadImageError: it is no image that can be used.
        """
        return self.decode()
