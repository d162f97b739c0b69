"""10,000 mutated pictures at every route that takes one: no 500, no hang, no process that dies or swells."""

from __future__ import annotations

from pathlib import Path

from zhsq.models.bundle import Bundle
from zhsq_testing.fuzz import send_images
from zhsq_testing.process import Api

#: Models, and two pictures at a time of the most pixels that are let in, with the copies that decoding takes.
MOST_MIB = 2_000


def test_mutated_pictures_get_an_answer_or_a_problem(
    size, tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle, photos: tuple[bytes, ...]
) -> None:
    with Api(tmp_path, f"sqlite:///{tmp_path / 'store.db'}", face_bundle, plate_bundle) as api:
        api.prepare()
        api.start()
        account = send_images(api, photos, range(size("IMAGES", 10_000)))
        logged = api.logged()
    print(account)
    assert account.faults == []
    assert account.most_mib < MOST_MIB
    assert '"error":' not in logged, "an error that no one foresaw is in the log"
