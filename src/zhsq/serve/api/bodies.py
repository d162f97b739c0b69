"""Requests with pictures: as multipart/form-data, or as JSON with base64. One way to read both, and to describe both.

A route states a pydantic model whose pictures are `Picture` or `Pictures`, depends on `sent(Model)`, and gives
`openapi_extra=sent_as(Model)`. The caller is known before the body is read if it comes first among the route's
parameters. Bytes are counted as they come (`zhsq.serve.api.forms`), base64 is measured before it is decoded, and a picture's type and pixels are
looked at before its pixels are decoded (`zhsq.imaging`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, PlainValidator, ValidationError, ValidationInfo, WithJsonSchema
from pydantic_core import from_json

from zhsq.errors import BadImageError, TooManyPixelsError, ZhsqError
from zhsq.imaging import MAX_PIXELS, RGBImage, decode_image
from zhsq.serve import visits
from zhsq.serve.api.deps import services_of
from zhsq.serve.api.forms import FORM, REST, File, body_of, form_of, media_type
from zhsq.serve.photos import Photo
from zhsq.serve.problems import ProblemError
from zhsq.spans import span

#: Pixels that the pictures of one request may have together: what they take in memory is three bytes each.
SUM_OF_PIXELS = 80_000_000
JSON = "application/json"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Encoded:
    """A picture as it was sent: bytes that nobody has looked at yet, and what to call it in an error."""

    data: bytes
    name: str

    def photo(self, at_most: int = MAX_PIXELS) -> Photo:
        """As a photo of at most so many pixels; nothing is decoded yet."""
        return Photo(partial(self._decoded, at_most), self.name)

    def _decoded(self, at_most: int) -> RGBImage:
        with span("decode", bytes=len(self.data)):
            return decode_image(self.data, name=self.name, max_pixels=at_most, before=visits.make_room)


def _picture(value: Any, info: ValidationInfo) -> Encoded:
    limit: int = (info.context or {})["limit"]
    name = value.name if isinstance(value, Encoded) else str(info.field_name)
    size = len(value.data) if isinstance(value, Encoded) else 0
    if isinstance(value, str):
        size = len(value) * 3 // 4 - 2
    if size > limit:
        raise ProblemError("too-large", "{name} exceeds {limit} bytes.", name=name, limit=limit)
    if isinstance(value, Encoded):
        return value
    if not isinstance(value, str):
        raise ValueError("a picture is a file in a form, or base64 in JSON")
    try:
        return Encoded(base64.b64decode(value, validate=True), name)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64 (RFC 4648, section 4: no line breaks, no 'data:' in front)") from error


def _listed(value: Any) -> Any:
    """A form that has one picture of a name does not say that several were possible."""
    return [value] if isinstance(value, str | Encoded) else value


#: A file of a form, as generators of clients and as FastAPI know it.
_BINARY = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
_TAKEN = "JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels"
#: One picture, not decoded yet.
Picture = Annotated[
    Encoded,
    PlainValidator(_picture),
    WithJsonSchema(
        {"type": "string", "contentEncoding": "base64", "description": _TAKEN, "examples": ["/9j/4AAQSkZJRg=="]}
    ),
]
#: Several pictures, in order: parts of one name in a form, a list in JSON.
Pictures = Annotated[list[Picture], BeforeValidator(_listed)]


def sent(model: type[M], *, several: bool = False) -> Callable[..., Awaitable[M]]:
    """A dependency: the request's body as `model`.

    Args:
        model: flat, with at least one picture.
        several: the pictures together may take `Settings.max_batch_bytes`; else each field of one picture may take
            `Settings.max_upload_bytes`.
    """
    pictures = sum(field.annotation is Encoded for field in model.model_fields.values())

    async def read(request: Request) -> M:
        settings = services_of(request).settings
        limit = settings.max_upload_bytes
        total = settings.max_batch_bytes if several else limit * pictures
        kind = media_type(request)
        if kind == FORM:
            return _checked(model, await _form(request, total + REST), limit)  # bytes already: no work for a thread
        if kind == JSON:
            raw: Any = await run_in_threadpool(_parsed, await body_of(request, total * 4 // 3 + REST))
        else:
            raise ProblemError(
                "invalid-request", "Send multipart/form-data, or application/json with base64; not {kind!r}.", kind=kind
            )
        return await run_in_threadpool(_checked, model, raw, limit)

    return read


def sent_as(model: type[BaseModel]) -> dict[str, Any]:
    """For OpenAPI: the body as both media types."""
    plain = model.model_json_schema()
    if "$defs" in plain:
        raise TypeError(f"{model.__name__} is not flat: a form can't hold it")
    form = _replaced(plain) | {"title": f"{model.__name__}Form"}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": form}, JSON: {"schema": plain}}}}


def decoded(pictures: Iterable[Encoded]) -> list[Photo | ZhsqError]:
    """Decode several pictures, or say what is wrong with each; those beyond `SUM_OF_PIXELS` are too many."""
    left = SUM_OF_PIXELS
    found: list[Photo | ZhsqError] = []
    for picture in pictures:
        try:
            photo = picture.photo(min(left, MAX_PIXELS))
            rows, columns = photo.pixels.shape[:2]
        except TooManyPixelsError as error:
            together = f"The pictures of one request may have {SUM_OF_PIXELS / 1e6:.0f} megapixels together."
            found.append(error if left >= MAX_PIXELS else TooManyPixelsError(together, "Send fewer at once."))
        except BadImageError as error:
            found.append(error)
        else:
            left -= rows * columns
            found.append(photo)
    return found


async def _form(request: Request, most: int) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for name, value in await form_of(request, most):
        if isinstance(value, File):
            if value.data or value.name:
                found.setdefault(name, []).append(Encoded(value.data, value.name or name))
        elif value:  # an empty field of a form is one that was left out
            found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _parsed(body: bytes) -> Any:
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise ProblemError("invalid-request", "The body is not JSON: {reason}.", reason=str(error)) from error


def _checked(model: type[M], raw: Any, limit: int) -> M:
    try:
        return model.model_validate(raw, context={"limit": limit})
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in told]) from error


def _replaced(schema: Any) -> Any:
    """The schema with files in the places of base64."""
    if isinstance(schema, dict):
        if schema.get("contentEncoding") == "base64":
            return {name: schema[name] for name in ("title", "description") if name in schema} | _BINARY
        return {name: _replaced(value) for name, value in schema.items()}
    return [_replaced(value) for value in schema] if isinstance(schema, list) else schema
