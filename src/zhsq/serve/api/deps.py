"""What routes depend on: services, the caller, roles, estates, images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, File, Request, UploadFile

from zhsq.imaging import RGBImage, decode_image
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller, authenticate
from zhsq.serve.services import Services


def services(request: Request) -> Services:
    """The app's services."""
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


def caller(request: Request, shared: ServicesDep) -> Caller:
    """The caller, from 'Authorization: Bearer KEY' or 'X-API-Key: KEY'."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    key = bearer if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")
    if not key:
        raise ProblemError("unauthorized", "Send 'Authorization: Bearer KEY'. Make one: zhsq keys create")
    with shared.database.session() as session:
        found = authenticate(session, key.strip())
    if found is None:
        raise ProblemError("unauthorized", "The API key is unknown or was revoked.")
    return found


CallerDep = Annotated[Caller, Depends(caller)]


def require(*roles: str) -> Callable[..., Caller]:
    """A dependency that lets only these roles in; a refusal is audited."""

    def check(found: CallerDep, shared: ServicesDep, request: Request) -> Caller:
        if found.role not in roles:
            with shared.database.session() as session:
                record(session, found.actor, f"{request.method} {request.url.path}"[:64], "", "refused: role")
            raise ProblemError(
                "forbidden", f"This needs one of the roles {', '.join(roles)}; the key has {found.role}."
            )
        return found

    return check


def may_see(found: Caller, estate: str) -> str:
    """The one place where estates are kept apart: a key bound to one gets 404 for every other."""
    if found.estate is not None and found.estate != estate:
        raise ProblemError("not-found", f"There is no estate {estate!r}.")
    return estate


def read_image(shared: Services, upload: UploadFile) -> RGBImage:
    """Decode an upload; its size is looked at before its bytes.

    Raises:
        ProblemError: too large.
        BadImageError: not an image that can be used.
    """
    limit = shared.settings.max_upload_bytes
    data = upload.file.read(limit + 1)
    if len(data) > limit:
        raise ProblemError("too-large", f"{upload.filename or 'The image'} exceeds {limit} bytes.")
    return decode_image(data, name=upload.filename or "image")


ImageFile = Annotated[UploadFile, File(description="JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels")]
