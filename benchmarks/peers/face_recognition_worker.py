"""Runs the package `face_recognition` as its README says, for `face_peers.py`, in an environment of its own.

One JSON request a line on stdin, one answer a line on stdout:
{"pairs": [[photo, photo], ...]} -> {"seconds": [...], "distances": [... or null]}: two files in, a distance out.
{"photos": [photo, ...]} -> {"vectors": [[...] or null]}.
"""

from __future__ import annotations

import json
import sys
import time

import face_recognition


def encode(photo: str) -> list[float] | None:
    """The first face's encoding, as in the package's own examples; None when none is found."""
    found = face_recognition.face_encodings(face_recognition.load_image_file(photo))
    return found[0] if found else None


def central(photo: str) -> list[float] | None:
    """The encoding of the face nearest to the middle: LFW's photos are centred on the person named."""
    image = face_recognition.load_image_file(photo)
    places = face_recognition.face_locations(image)
    if not places:
        return None
    height, width = image.shape[:2]
    place = min(places, key=lambda p: abs(p[0] + p[2] - height) + abs(p[1] + p[3] - width))
    return face_recognition.face_encodings(image, [place])[0]


for line in sys.stdin:
    request = json.loads(line)
    if "pairs" in request:
        seconds, distances = [], []
        for left, right in request["pairs"]:
            start = time.perf_counter()
            one, two = encode(left), encode(right)
            distance = None
            if one is not None and two is not None:
                distance = float(face_recognition.face_distance([one], two)[0])
            seconds.append(time.perf_counter() - start)
            distances.append(distance)
        answer = {"seconds": seconds, "distances": distances}
    else:
        vectors = [central(photo) for photo in request["photos"]]
        answer = {"vectors": [None if vector is None else vector.tolist() for vector in vectors]}
    print(json.dumps(answer), flush=True)
