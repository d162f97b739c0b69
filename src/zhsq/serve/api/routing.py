"""Routers of the API: a handler that is no coroutine runs in a thread, and what it returns takes no second turn there."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial, wraps
from typing import Any

from fastapi import APIRouter

#: Handlers that work at the same time in one process, as many as Starlette has. Its own way to a thread, which can be
#: cancelled, takes one more turn of the event loop.
THREADS = 40
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="zhsq-handler")


class Router(APIRouter):
    """FastAPI checks the result of a plain function in a thread, too, though results that are built as the model that the
    route declares need no work; each turn in a thread costs a call some tenths of a millisecond. So FastAPI is given
    coroutines alone.
    """

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().add_api_route(path, _one_turn(endpoint), **options)


def _one_turn(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if not inspect.isfunction(endpoint) or inspect.isgeneratorfunction(endpoint):
        return endpoint
    if inspect.iscoroutinefunction(endpoint) or inspect.isasyncgenfunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def turn(**given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            _threads, partial(copy_context().run, endpoint, **given)
        )

    return turn
