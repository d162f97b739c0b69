"""Looking at faces: which one of a photo is meant, what is noted of it for a trial, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from zhsq.errors import ManyFacesError, NoFaceError
from zhsq.models.face.pipeline import Face, Policy
from zhsq.serve.photos import Photo
from zhsq.serve.services import Services
from zhsq.serve.visits import observe


def look(shared: Services, photos: Sequence[Photo], policy: Policy) -> list[Face | NoFaceError | ManyFacesError]:
    """Per photo the face that is meant, or why there is none.

    For a trial the detector's score of each face is noted, 0 when none is found.
    """
    found = shared.face.choose_many([photo.decode for photo in photos], policy, [photo.name for photo in photos])
    for face in found:
        if isinstance(face, Face):
            observe("face", face.score)
        elif isinstance(face, NoFaceError):
            observe("face", 0.0)
    return found
