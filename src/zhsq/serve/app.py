"""The app factory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from zhsq import __version__
from zhsq.models.bundle import Bundle
from zhsq.serve import problems
from zhsq.serve.api import alert_stream, alerts, estates, events, faces, health, plates, targets
from zhsq.serve.services import Services
from zhsq.serve.settings import Settings
from zhsq.serve.store.scope import Scoped
from zhsq.serve.visits import Visits


def create_app(settings: Settings | None = None, *, face: Bundle | None = None, plate: Bundle | None = None) -> FastAPI:
    """The API over one store and one runtime.

    Args:
        settings: from the environment when not given.
        face: a bundle to serve instead of the one that the settings name.
        plate: the same for plates.

    Raises:
        ZhsqError: the store can't be opened, or the master key is wrong.
    """
    shared = Services(settings or Settings(), face, plate)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        shared.start()
        yield
        shared.close()

    app = FastAPI(
        title="zhsq 智慧社区",
        version=__version__,
        summary="Matching and alerting for residential estates",
        lifespan=lifespan,
    )
    app.state.services = shared
    app.add_middleware(Visits)
    app.add_middleware(Scoped)
    problems.install(app)
    for module in (estates, faces, plates, events, alert_stream, alerts, targets):
        app.include_router(module.router, prefix="/v1")
    app.include_router(health.router)
    return app
