"""What routes depend on: services, the caller, roles, estates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from zhsq.serve.problems import ProblemError
from zhsq.serve.security.keys import PREFIX, Caller, look_up, note_use
from zhsq.serve.services import Services
from zhsq.serve.store.scope import grant
from zhsq.serve.traffic import area_of, route_of


def services_of(request: Request) -> Services:
    """The app's services, for dependencies themselves: FastAPI takes longer to look after one dependency of another."""
    found: Services = request.app.state.services
    return found


async def services(request: Request) -> Services:
    """The app's services. A coroutine, as it waits for nothing: FastAPI would send a function to a thread."""
    return services_of(request)


ServicesDep = Annotated[Services, Depends(services)]


async def caller(request: Request) -> Caller:
    """The caller, from 'Authorization: Bearer KEY-OR-TOKEN' or 'X-API-Key: KEY'; from here on the request sees its estate."""
    shared = services_of(request)
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:  # another dependency of the request asked before: it is one call
        return known
    address = request.client.host if request.client else "-"
    shared.limits.check(address)
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    key = (bearer if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")).strip()
    if not key:
        raise ProblemError("unauthorized", "Send 'Authorization: Bearer KEY'. Make one: zhsq keys create")
    try:
        found = await _identify(shared, key)
    except ProblemError as error:
        if error.code == "unauthorized" and shared.limits.failed(address):
            await _note(shared, f"address:{address}", "auth.wait", "refused: too many wrong keys")
        raise
    shared.limits.call(found.key_id)
    grant(found.estate)
    area = area_of(request.scope)
    if found.areas is not None and area not in found.areas:
        await _note_refusal(shared, found, request, f"area {area}")
        raise ProblemError("forbidden", "This key may use {areas} only.", areas=", ".join(sorted(found.areas)))
    request.state.caller = found
    return found


CallerDep = Annotated[Caller, Depends(caller)]


@dataclass(frozen=True)
class RoleCheck:
    """A dependency that lets only some roles in; a refusal is audited."""

    roles: tuple[str, ...]

    async def __call__(self, request: Request) -> Caller:
        found = await caller(request)
        if found.role not in self.roles:
            await _note_refusal(services_of(request), found, request, "role")
            raise ProblemError(
                "forbidden",
                "This needs one of the roles {roles}; the caller has {role}.",
                roles=", ".join(self.roles),
                role=found.role,
            )
        return found


def require(*roles: str) -> RoleCheck:
    """A dependency that lets only these roles in."""
    return RoleCheck(roles)


async def _identify(shared: Services, key: str) -> Caller:
    if shared.tokens is not None and not key.startswith(PREFIX):
        return await run_in_threadpool(shared.tokens.caller, key)
    # SQLite's row is read in less time than a thread takes to wake up.
    local = shared.database.local
    known = look_up(shared.database, key) if local else await run_in_threadpool(look_up, shared.database, key)
    if known is None:
        raise ProblemError("unauthorized", "The API key is unknown, has expired or was revoked.")
    found, due = known
    if due:
        await run_in_threadpool(note_use, shared.database, found.key_id)
    return found


async def _note_refusal(shared: Services, found: Caller, request: Request, why: str) -> None:
    await _note(shared, found.actor, f"{request.method} {route_of(request.scope)}", f"refused: {why}")


async def _note(shared: Services, actor: str, action: str, outcome: str) -> None:
    await run_in_threadpool(shared.database.note, actor, action, "", outcome)


def may_see(found: Caller, estate: str) -> str:
    """An early 404 for an estate that the caller may not see; what keeps estates apart is `zhsq.serve.store.scope`."""
    if found.estate is not None and found.estate != estate:
        raise ProblemError("not-found", "There is no estate {estate!r}.", estate=estate)
    return estate
