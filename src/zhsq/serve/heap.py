"""How this process takes memory from the system."""

from __future__ import annotations

import ctypes
import os

#: `mallopt`'s M_ARENA_MAX (glibc's malloc.h).
_ARENA_MAX = -8
#: Set by someone who wants another number.
VARIABLE = "MALLOC_ARENA_MAX"


def share_one() -> bool:
    """Let all threads share one heap; call it before they begin. Whether it was done: not without glibc, nor where the
    environment says how many.

    Else glibc gives threads heaps of their own, up to eight a core, and what a picture leaves free in one is of no use to
    the next picture in another: under 32 clients the API then took 453 MiB after 3,000 calls and crept on; with one heap it
    stays at 380 (docs/serving.md).
    """
    if VARIABLE in os.environ:
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, 1))
    except (AttributeError, OSError):  # another C library
        return False
