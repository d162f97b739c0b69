"""The body of a request: read once whoever asks first, counted as it comes, and never put on a disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from zhsq.serve.problems import ProblemError
from zhsq.serve.settings import Settings

FORM = "multipart/form-data"
#: Room in a body for all that is no picture, in bytes.
REST = 65_536
#: Parts of a form, pictures included.
PARTS = 200


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


class _Parts:
    """What the parser finds. Starlette's own reader puts each picture into a temporary file and takes a form that ends
    within a part as whole.

    Args:
        content_type: header of the request.

    Raises:
        FormParserError: it names no boundary.
    """

    def __init__(self, content_type: str) -> None:
        options = parse_options_header(content_type)[1]
        self._charset = options.get(b"charset", b"utf-8").decode("latin-1")
        self.found: Form = []
        self.whole = False
        self._header, self._value, self._data = bytearray(), bytearray(), bytearray()
        self._part: dict[bytes, bytes] = {}
        self.parser = MultipartParser(
            options.get(b"boundary", b""),
            {
                "on_part_data": lambda data, start, end: self._data.extend(memoryview(data)[start:end]),
                "on_part_end": self._end,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._begin,
                "on_end": self._last,
            },
        )
        if b"boundary" not in options:
            raise FormParserError("Content-Type names no boundary.")

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._part = parse_options_header(bytes(self._value))[1]
        self._header, self._value = bytearray(), bytearray()

    def _begin(self) -> None:
        if b"name" not in self._part:
            raise FormParserError("A part has no name.")
        if len(self.found) == PARTS:
            raise FormParserError(f"It has more than {PARTS} parts.")

    def _end(self) -> None:
        data, part = bytes(self._data), self._part
        value = File(self._text(part[b"filename"]), data) if b"filename" in part else self._text(data)
        self.found.append((self._text(part[b"name"]), value))
        self._data, self._part = bytearray(), {}

    def _last(self) -> None:
        self.whole = True

    def _text(self, told: bytes) -> str:
        try:
            return told.decode(self._charset)
        except (UnicodeDecodeError, LookupError):
            return told.decode("latin-1")


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
    try:
        parts = _Parts(request.headers.get("content-type", ""))
        async for data in _counted(request, most):
            parts.parser.write(data)
        if whole and not parts.whole:
            raise FormParserError("It breaks off before its last boundary.")
    except FormParserError as error:
        raise ProblemError("invalid-request", "The form can't be read: {reason}", reason=str(error)) from error
    request.state.form = parts.found
    return parts.found


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
        yield part


def _too_large(most: int) -> ProblemError:
    return ProblemError("too-large", "The body exceeds {limit} bytes.", limit=most)
