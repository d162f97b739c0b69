"""Calls of the API on real pictures, and the bare model calls that they stand for: verify, identify, read a plate.

A bare call begins with the same encoded pictures: decode, then the bundle's pipeline, as `zhsq bench` runs it. It has no
request, no caller, no audit, no search, and no reasons of quality.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from load.api_server import Api
from load.http_client import Connection, message
from zhsq.data import lfw, plates_cn
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError, ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.runtime.onnx import OnnxRunner

Kind = Literal["verify", "identify", "read"]
KINDS: tuple[Kind, ...] = ("verify", "identify", "read")
ESTATE = "load"


@dataclass(frozen=True)
class Pictures:
    """Encoded pictures, and the releases that they are of.

    Attributes:
        pairs: of LFW's View 2, genuine and impostor by turns.
        crops: of plates.
        sources: names and releases.
    """

    pairs: list[tuple[bytes, bytes]]
    crops: list[bytes]
    sources: list[str]


@dataclass(frozen=True)
class Request:
    """One HTTP request as it goes over the line, made before the clock starts, and what a right answer to it says."""

    kind: Kind
    message: bytes
    expected: Any


def pictures(faces: str, plates: str, limit: int) -> Pictures:
    """The first `limit` pairs and crops; the data sets by registered name or folder.

    Raises:
        DataSetError: one is not there.
    """
    first, second = locate(faces, "lfw"), locate(plates, "plates_cn")
    all_pairs = lfw.load(first)
    sides = [[pair for pair in all_pairs if pair.genuine is genuine][: limit // 2] for genuine in (True, False)]
    chosen = [pair for two in zip(*sides, strict=True) for pair in two]
    crops = [item.path.read_bytes() for item in plates_cn.load(second)[:limit]]
    if not chosen or not crops:
        raise DataSetError("There are too few pictures.", "Give a folder with at least two pairs and one crop.")
    return Pictures(
        [(pair.left.read_bytes(), pair.right.read_bytes()) for pair in chosen], crops, [_named(first), _named(second)]
    )


class Bare:
    """The models of one process, `threads` to a call.

    Args:
        face: bundle.
        plate: bundle.
        threads: of ONNX Runtime in each call; 0 takes every core, as `zhsq serve` does.
    """

    def __init__(self, face: Bundle, plate: Bundle, threads: int) -> None:
        self._face = FacePipeline(face, OnnxRunner(face, threads))
        self._plate = PlatePipeline(plate, OnnxRunner(plate, threads))
        self._threshold = face.threshold("verify").value

    def verify(self, pair: tuple[bytes, bytes]) -> bool:
        """Two photos in, a decision out."""
        one, two = self._face.templates([decode_image(data) for data in pair])
        return float(one.vector @ two.vector) >= self._threshold

    def identify(self, pair: tuple[bytes, bytes]) -> None:
        """A photo in, a template out; what it is compared with is the API's."""
        self._face.template(decode_image(pair[1]))

    def read(self, crop: bytes) -> str:
        """A crop in, a text out."""
        return self._plate.read_crop(decode_image(crop)).text

    def calls(self, shown: Pictures) -> dict[Kind, list[Callable[[], Any]]]:
        """Each kind's calls, one to a picture or pair."""
        return {
            "verify": [lambda pair=pair: self.verify(pair) for pair in shown.pairs],  # type: ignore[misc]
            "identify": [lambda pair=pair: self.identify(pair) for pair in shown.pairs],  # type: ignore[misc]
            "read": [lambda crop=crop: self.read(crop) for crop in shown.crops],  # type: ignore[misc]
        }


class Client:
    """One connection that is kept alive.

    Args:
        api: that is called.
    """

    def __init__(self, api: Api) -> None:
        self._connection = Connection(api.port)

    def send(self, request: Request) -> Any:
        """What the answer decides; see `decided`.

        Raises:
            ZhsqError: anything but 200.
        """
        status, body = self._connection.send(request.message)
        if status != 200:
            raise ZhsqError(f"{request.kind}: {status} {body[:300]!r}")
        return decided(request.kind, json.loads(body))

    def close(self) -> None:
        self._connection.close()


def requests(api: Api, shown: Pictures, bare: Bare, people: int) -> dict[Kind, list[Request]]:
    """Each kind's requests, with the right answers: of verify and read the bare model's decision; of identify the API's own,
    asked once alone, after `people` were enrolled of the first photos of genuine pairs, so that about as many probes
    are known as not.
    """
    client = Client(api)
    try:
        _enrol(api, shown, people)
        found: dict[Kind, list[Request]] = {kind: [] for kind in KINDS}
        for pair in shown.pairs:
            files = [("first", pair[0]), ("second", pair[1])]
            found["verify"].append(_request(api, "verify", "/v1/faces/verify", files, {}, bare.verify(pair)))
            path = f"/v1/estates/{ESTATE}/faces/identify"
            asked = _request(api, "identify", path, [("image", pair[1])], {}, None)
            found["identify"].append(replace(asked, expected=client.send(asked)))
        for crop in shown.crops:
            text = bare.read(crop)
            found["read"].append(_request(api, "read", "/v1/plates/read", [("image", crop)], {"kind": "crop"}, text))
        return found
    finally:
        client.close()


def decided(kind: Kind, answer: dict[str, Any]) -> Any:
    """The part of an answer that someone acts on."""
    if kind == "verify":
        return answer["match"]
    return answer["text"] if kind == "read" else (answer["decision"], answer["subject"])


def _enrol(api: Api, shown: Pictures, people: int) -> None:
    connection = Connection(api.port)
    headers = {"X-API-Key": api.key, "Content-Type": "application/json"}

    def post(path: str, body: bytes, given: dict[str, str], wanted: Sequence[int]) -> None:
        status, told = connection.send(message(path, given, body))
        if status not in wanted:
            raise ZhsqError(f"{path}: {status} {told[:300]!r}")

    post("/v1/estates", json.dumps({"id": ESTATE, "name": ESTATE}).encode(), headers, (201,))
    for i, pair in enumerate(shown.pairs[: 2 * people : 2]):
        fields = {
            "reference": f"flat {i}",
            "consent_purpose": "benchmark",
            "consent_evidence": "public data set",
            "consent_expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "credential_kind": "card",
            "credential_reference": f"card {i}",
        }
        body, kind = _multipart([("image", pair[0])], fields)
        # A photo that is not good enough to enrol is left out, as it is at the desk.
        post(f"/v1/estates/{ESTATE}/subjects", body, {"X-API-Key": api.key, "Content-Type": kind}, (201, 422))
    connection.close()


def _request(
    api: Api, kind: Kind, path: str, files: Sequence[tuple[str, bytes]], fields: dict[str, str], expected: Any
) -> Request:
    body, content_type = _multipart(files, fields)
    return Request(kind, message(path, {"X-API-Key": api.key, "Content-Type": content_type}, body), expected)


def _multipart(files: Sequence[tuple[str, bytes]], fields: dict[str, str]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, data in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}.jpg"\r\nContent-Type: image/jpeg'
        parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), data, b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _named(data: DataSet) -> str:
    return f"{Path(data.name).name}, {data.release}"
