"""Looking at a face: what is noted of it for a trial, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zhsq.errors import NoFaceError
from zhsq.models.face.pipeline import Face
from zhsq.serve.visits import observe


@contextmanager
def looking() -> Iterator[Callable[..., None]]:
    """Note the detector's score of the faces that are seen, for a trial; 0 when none is found. Nothing else is noted."""

    def seen(*faces: Face) -> None:
        for face in faces:
            observe("face", face.score)

    try:
        yield seen
    except NoFaceError:
        observe("face", 0.0)
        raise
