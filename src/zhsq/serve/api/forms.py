"""The body of a request: read once whoever asks first, counted as it comes, and never put on a disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

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


async def form_of(request: Request, most: int) -> FormData:
    """The body as a form of several parts.

    Args:
        request: whose.
        most: bytes, in all.

    Raises:
        ProblemError: too large, or no form.
    """
    found: FormData | None = getattr(request.state, "form", None)
    if found is not None:
        return found
    parser = MultiPartParser(request.headers, _counted(request, most), max_files=PARTS, max_fields=PARTS)
    parser.spool_max_size = most + 1  # what is taken at all stays in memory
    try:
        found = await parser.parse()
    except (MultiPartException, MultipartParseError) as error:  # Starlette lets the second through at a form's end
        raise ProblemError("invalid-request", "The form can't be read: {reason}", reason=str(error)) from error
    request.state.form = found
    return found


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
