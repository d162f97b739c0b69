"""What routes depend on: services, the caller, roles, estates, images."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn

from fastapi import Depends, File, Request, UploadFile
from starlette.concurrency import run_in_threadpool

from zhsq.imaging import RGBImage, decode_image
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import PREFIX, Caller, authenticate
from zhsq.serve.services import Services
from zhsq.serve.store.scope import EVERY, grant
from zhsq.serve.traffic import area_of, route_of


async def services(request: Request) -> Services:
    """The app's services. Asynchronous, as what waits for nothing should be: else it would go to a thread and back."""
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


def caller(request: Request, shared: ServicesDep) -> Caller:
    """The caller, from 'Authorization: Bearer KEY-OR-TOKEN' or 'X-API-Key: KEY'; from here on the request sees its estate."""
    address = request.client.host if request.client else "-"
    shared.limits.check(address)
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    key = (bearer if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")).strip()
    if not key:
        raise ProblemError("unauthorized", "Send 'Authorization: Bearer KEY'. Make one: zhsq keys create")
    try:
        found = _identify(shared, key)
    except ProblemError as error:
        if error.code == "unauthorized" and shared.limits.failed(address):
            with shared.database.session() as session:
                record(session, f"address:{address}", "auth.wait", "", "refused: too many wrong keys")
        raise
    shared.limits.call(found.key_id)
    grant(found.estate)
    area = area_of(request.scope)
    if found.areas is not None and area not in found.areas:
        _refuse(shared, found, request, f"area {area}", f"This key may use {', '.join(sorted(found.areas))} only.")
    return found


CallerDep = Annotated[Caller, Depends(caller)]


def require(*roles: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency that lets only these roles in; a refusal is audited."""

    async def check(found: CallerDep, shared: ServicesDep, request: Request) -> Caller:
        if found.role not in roles:
            needed = f"This needs one of the roles {', '.join(roles)}; the caller has {found.role}."
            await run_in_threadpool(_refuse, shared, found, request, "role", needed)
        return found

    return check


def _identify(shared: Services, key: str) -> Caller:
    if shared.tokens is not None and not key.startswith(PREFIX):
        return shared.tokens.caller(key)
    with shared.database.session(EVERY) as session:  # whose key it is, and so what may be seen, is not known before
        found = authenticate(session, key)
    if found is None:
        raise ProblemError("unauthorized", "The API key is unknown, has expired or was revoked.")
    return found


def _refuse(shared: Services, found: Caller, request: Request, why: str, detail: str) -> NoReturn:
    with shared.database.session() as session:
        record(session, found.actor, f"{request.method} {route_of(request.scope)}", "", f"refused: {why}")
    raise ProblemError("forbidden", detail)


def may_see(found: Caller, estate: str) -> str:
    """An early 404 for an estate that the caller may not see; what keeps estates apart is `zhsq.serve.store.scope`."""
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
