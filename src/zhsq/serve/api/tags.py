"""Entity tags: a change says which version it was made from, and a read whether it has that already (RFC 9110, 13).

A tag is `"version-digest"`. The version rises with each change that someone makes and alone decides whether a change came too
late; the digest is of what is shown, so that a count that moves makes a new tag, and no conflict.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, TypeVar

from fastapi import Header, Response
from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhsq.serve.problems import ProblemError
from zhsq.serve.store.tables import Versioned

Shown = TypeVar("Shown", bound=BaseModel)
IfMatch = Annotated[
    str | None,
    Header(description="the ETag that was read; the change is refused with 412 if someone else was first"),
]
_TAG = re.compile(r'(?:W/)?"?(\d{1,18})(?:-[0-9a-f]+)?"?')


def tagged(response: Response, shown: Shown, version: int) -> Shown:
    """What is answered, with its tag in the response's headers."""
    digest = hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:16]
    response.headers["ETag"] = f'"{version}-{digest}"'
    return shown


def check(version: int, if_match: str | None) -> None:
    """Refuse a change that was made from another version.

    Args:
        version: that is there.
        if_match: the header; None or '*' takes any version.

    Raises:
        ProblemError: it names another, or is no tag.
    """
    if if_match is None or if_match.strip() == "*":
        return
    found = [_TAG.fullmatch(tag.strip()) for tag in if_match.split(",")]
    wanted = [int(tag[1]) for tag in found if tag is not None]
    if len(wanted) < len(found):
        raise ProblemError("invalid-request", "If-Match: {tag} is not an ETag of the API.", tag=if_match[:50])
    if version not in wanted:
        raise ProblemError(
            "changed-meanwhile",
            "It is at version {version}, not {wanted}: read it again.",
            version=version,
            wanted=" / ".join(map(str, wanted)),
        )


def change(found: Versioned, if_match: str | None) -> None:
    """Check the version of a row and raise it: what follows changes the row, which was read for update.

    Raises:
        ProblemError: see `check`.
    """
    check(found.version, if_match)
    found.version += 1


class Conditional:
    """ASGI middleware: a GET whose answer the caller has already ('If-None-Match') is answered 304, without a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        had = (
            Headers(scope=scope).get("if-none-match") if scope["type"] == "http" and scope["method"] == "GET" else None
        )
        if had is None:
            await self._app(scope, receive, send)
            return
        tags = {tag.strip().removeprefix("W/") for tag in had.split(",")}
        unchanged = False

        async def watched(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag")
                unchanged = tag is not None and ("*" in tags or tag in tags)
                if unchanged:
                    message["status"] = 304
                    for name in ("content-length", "content-type"):
                        del headers[name]
            elif message["type"] == "http.response.body" and unchanged:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, watched)
