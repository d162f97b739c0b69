"""Every handler of the API takes one turn in a thread at most."""

from __future__ import annotations

import inspect
import threading

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import BaseModel

from zhsq.serve.api.routing import Router
from zhsq.serve.app import bare


class Shown(BaseModel):
    number: int
    thread: int


def test_a_plain_handler_runs_in_a_thread_with_its_parameters_and_its_model() -> None:
    router = Router()

    @router.get("/double/{number}")
    def double(number: int, loop: int = 0) -> Shown:
        """Twice."""
        return Shown(number=2 * number, thread=threading.get_ident())

    app = FastAPI()
    app.include_router(router)

    @app.get("/loop")
    async def loop() -> int:
        return threading.get_ident()

    with TestClient(app) as client:
        told = client.get("/double/21").json()
        assert told["number"] == 42 and told["thread"] != client.get("/loop").json()
        assert client.get("/double/x").status_code == 422
        described = app.openapi()["paths"]["/double/{number}"]["get"]
        assert described["description"] == "Twice." and "Shown" in str(described["responses"]["200"])


def test_fastapi_is_given_coroutines_alone() -> None:
    contexts = list(iter_route_contexts(bare().routes))
    assert len(contexts) > 100
    assert [each.path for each in contexts if not inspect.iscoroutinefunction(each.endpoint)] == []
