"""Python's collector of cyclic garbage, kept from what an app is made of."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def spared() -> Iterator[None]:
    """Until the end of the block, what exists at its beginning is not looked through for cyclic garbage.

    Modules, classes, routes and their schemas are a quarter of a million objects that stay for ever. A full collection looks
    through all of them, 0.15 s in which no thread goes on, every few seconds while events come. Without them it takes
    milliseconds. What is dropped meanwhile and is in no cycle, such as a model that another replaced, goes as before.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
