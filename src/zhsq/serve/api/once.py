"""Requests that may be sent twice and are carried out once: the header 'Idempotency-Key', and what answers again."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhsq.serve.api.deps import CallerDep, ServicesDep
from zhsq.serve.api.forms import FORM, File, Form, body_of, form_of, largest, media_type
from zhsq.serve.problems import ProblemError, answered
from zhsq.serve.services import Services
from zhsq.serve.store.answers import Answer, Answers, Attempt, attempting, present

log = logging.getLogger(__name__)
HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
#: Headers of an answer that are kept with it.
KEPT_HEADERS = ("content-type", "etag", "location")
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        pattern=r"^[\x21-\x7e]{1,128}$",
        description="makes the request safe to send again for 24 hours; a UUID is good",
    ),
]


class ReplayError(Exception):
    """Raised in place of carrying a request out again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


async def once(request: Request, who: CallerDep, shared: ServicesDep, key: IdempotencyKey = None) -> None:
    """Carries a request with a key out once per caller."""
    await _once(request, shared, f"{who.key_id} {who.role} {who.estate}", key)


async def once_by_code(
    request: Request,
    shared: ServicesDep,
    key: IdempotencyKey = None,
    code: Annotated[str, Header(alias="X-Resident-Code")] = "",
) -> None:
    """The same for who holds a resident's code; it comes before the code is checked, since enrolling uses it up."""
    shared.limits.check(request.client.host if request.client else "-")
    await _once(request, shared, f"code {code}", key)


ONCE, ONCE_BY_CODE = Depends(once), Depends(once_by_code)


async def _once(request: Request, shared: Services, caller: str, key: str | None) -> None:
    attempt = present()
    if key is None or attempt is None:
        return
    most = largest(shared.settings)
    told = await form_of(request, most) if media_type(request) == FORM else await body_of(request, most)
    attempt.things.update(str(value) for value in request.path_params.values() if len(str(value)) <= 64)

    def begin() -> Answer | None:
        name = hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest()
        return shared.answers.begin(attempt, name, _digest(request, told))

    answer = await run_in_threadpool(begin)
    if answer is not None:
        raise ReplayError(answer)


def _digest(request: Request, told: Form | bytes) -> str:
    """Of what was asked: method, path, query and body; of a form its fields and the bytes of its files, not its boundary."""
    parts: list[Any] = [request.method, request.url.path, request.url.query]
    if isinstance(told, bytes):
        parts.append(hashlib.sha256(told).hexdigest())
    else:
        parts.append([[name, _field(value)] for name, value in told])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _field(value: File | str) -> str:
    return value if isinstance(value, str) else f"{value.name}\n{hashlib.sha256(value.data).hexdigest()}"


class Once:
    """ASGI middleware: the answer of a request with a key is kept before it is sent. Inside of `Scoped`.

    Args:
        app: what answers.
        answers: where they are kept.
    """

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self._app, self._answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or HEADER.lower() not in Headers(scope=scope):
            await self._app(scope, receive, send)
            return
        with attempting() as attempt:
            await self._attempt(attempt, scope, receive, send)

    async def _attempt(self, attempt: Attempt, scope: Scope, receive: Receive, send: Send) -> None:
        held: list[Message] = []

        async def watched(message: Message) -> None:
            if not attempt.begun:
                await send(message)
                return
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                other = await run_in_threadpool(self._settle, attempt, held, Request(scope))
                if other is not None:
                    await other(scope, receive, send)
                    return
                for each in held:
                    await send(each)

        try:
            await self._app(scope, receive, watched)
        finally:
            if attempt.begun:  # no answer came
                await run_in_threadpool(self._dropped, attempt, attempt.done, Request(scope))

    def _settle(self, attempt: Attempt, held: list[Message], request: Request) -> Response | None:
        """Keep the answer, or forget the attempt; what to answer instead, if another process was first."""
        start, *rest = held
        status = int(start["status"])
        if status >= 300:
            return self._dropped(attempt, attempt.done and status >= 500, request)
        headers = Headers(raw=start["headers"])
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        body = b"".join(message.get("body", b"") for message in rest).decode()
        self._answers.keep(attempt, Answer(status, kept, body))
        return None

    def _dropped(self, attempt: Attempt, done: bool, request: Request) -> Response | None:
        try:
            answer = self._answers.drop(attempt, done=done)
        except ProblemError as error:
            return answered(request, error)
        except SQLAlchemyError as error:  # what is answered tells of it already, or nothing was done
            log.warning("An attempt can't be forgotten: %s", type(error).__name__)
            return None
        return None if answer is None else _again(answer)


def _again(kept: Answer) -> Response:
    return Response(kept.body, kept.status, headers={**kept.headers, REPLAYED: "true"})


def install(app: FastAPI, answers: Answers) -> None:
    """Let the app keep answers and give them again."""
    app.add_middleware(Once, answers=answers)

    @app.exception_handler(ReplayError)
    def _replayed(_request: Request, error: ReplayError) -> Response:
        return _again(error.answer)
