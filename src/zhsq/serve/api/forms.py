"""The body of a request: read once whoever asks first, counted as it comes, and never put on a disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from zhsq.serve.problems import ProblemError
from zhsq.serve.settings import Settings

FORM = "multipart/form-data"
#: Room in a body for all that is no picture, in bytes.
REST = 65_536
#: Parts of a form, pictures included; and headers of a part.
PARTS, HEADERS = 200, 32


def largest(settings: Settings) -> int:
    """What any request with pictures may take, in bytes: as many as the largest batch, in base64."""
    return max(settings.max_batch_bytes, 2 * settings.max_upload_bytes) * 4 // 3 + REST


def media_type(request: Request) -> str:
    """Of the body, without parameters; '' when it is not said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class File:
    """A part of a form that has a file's name, which may be empty."""

    name: str
    data: bytes


#: Parts of a form with their names, in the order in which they came.
Form = list[tuple[str, str | File]]


async def form_of(request: Request, most: int, *, whole: bool = True) -> Form:
    """The body as a form of several parts.

    Args:
        request: whose.
        most: bytes, in all.
        whole: refuse one that breaks off before its last boundary; else what came whole of it is taken.

    Raises:
        ProblemError: too large, no form, or one that breaks off.
    """
    found: Form | None = getattr(request.state, "form", None)
    if found is not None:
        return found
    options = parse_options_header(request.headers.get("content-type", ""))[1]
    charset = options.get("charset", "utf-8")
    found, part = [], None
    data: list[bytes] = []
    try:
        # Headers may hold anything, and the charset of the form need not be theirs: `_text` tries.
        parser = PushMultipartParser(
            options.get("boundary", ""),
            max_header_count=HEADERS,
            max_segment_count=PARTS,
            header_charset="latin-1",
        )
        async for chunk in _counted(request, most):
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    part, data = event, []
                elif event is not None:
                    data.append(bytes(event))
                elif part is not None:
                    found.append(_part(part, b"".join(data), charset))
        if whole:
            parser.close()  # raises where the last boundary is missing
    except MultipartError as error:
        raise ProblemError("invalid-request", "The form can't be read: {reason}", reason=str(error)) from error
    request.state.form = found
    return found


def _part(part: MultipartSegment, data: bytes, charset: str) -> tuple[str, str | File]:
    name = _text((part.name or "").encode("latin-1", "replace"), charset)
    if part.filename is None:
        return name, _text(data, charset)
    return name, File(_text(part.filename.encode("latin-1", "replace"), charset), data)


def _text(told: bytes, charset: str) -> str:
    try:
        return told.decode(charset)
    except (ValueError, LookupError):  # UnicodeError is a ValueError, and so is a NUL in the name of a charset
        return told.decode("latin-1")


async def body_of(request: Request, most: int) -> bytes:
    """The body as it is.

    Args:
        request: whose.
        most: bytes.

    Raises:
        ProblemError: too large.
    """
    found: bytes | None = getattr(request.state, "body", None)
    if found is None:
        found = request.state.body = b"".join([part async for part in _counted(request, most)])
    if len(found) > most:
        raise _too_large(most)
    return found


async def _counted(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise _too_large(most)
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        if part:  # the last one is empty
            yield part


def _too_large(most: int) -> ProblemError:
    return ProblemError("too-large", "The body exceeds {limit} bytes.", limit=most)
