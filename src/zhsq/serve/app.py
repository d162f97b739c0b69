"""The app factory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.types import Lifespan

from zhsq import __version__
from zhsq.models.bundle import Bundle
from zhsq.serve import collector, openapi, problems
from zhsq.serve.api import (
    alert_stream,
    alerts,
    audit,
    batches,
    calibrations,
    console,
    device_status,
    devices,
    estates,
    events,
    evidence,
    faces,
    gat1400,
    health,
    invitations,
    once,
    pages,
    plates,
    privacy,
    reports,
    residents,
    subjects,
    targets,
)
from zhsq.serve.api.tags import Conditional
from zhsq.serve.room import Room
from zhsq.serve.services import Services
from zhsq.serve.settings import Settings
from zhsq.serve.store.scope import Scoped
from zhsq.serve.telemetry import Telemetry
from zhsq.serve.traffic import Figures, Traffic, declare
from zhsq.serve.visits import Visits

#: Routers of the API's first version. Their tags are the areas that a key may be bound to.
ROUTERS = tuple(
    module.router
    for module in (
        faces,  # routes are tried in this order: those that are asked all day come first
        plates,
        events,
        estates,
        device_status,  # before what would take its path for a device's
        devices,
        subjects,
        invitations,
        privacy,
        batches,
        calibrations,
        alert_stream,
        alerts,
        evidence,
        console,
        targets,
        gat1400,
        reports,
        audit,
    )
)
AREAS = frozenset(str(tag) for router in ROUTERS for tag in router.tags)
#: Before the routes, at /docs.
DESCRIPTION = """Lists are pages (`items`, `next`); POST takes `Idempotency-Key`; what is edited has an `ETag`; every error is
`application/problem+json` in Chinese or English. The conventions, and the table of codes: docs/api.md."""


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
    telemetry = Telemetry()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with telemetry.running(), collector.spared():
            shared.start()
            yield
            shared.close()

    app = bare(lifespan)
    app.state.services = shared
    once.install(app, shared.answers)
    app.add_middleware(Conditional)
    app.add_middleware(Visits, room=Room(shared.settings.max_pixels))
    app.add_middleware(Scoped)
    app.state.figures = Figures()
    app.add_middleware(Traffic, figures=app.state.figures, most=shared.settings.max_in_flight, telemetry=telemetry)
    return app


def bare(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The routes and their description, without a store: enough to write the OpenAPI document."""
    app = FastAPI(
        title="zhsq 智慧社区",
        version=__version__,
        summary="Matching and alerting for residential estates",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,  # its routes come last, see below
        generate_unique_id_function=lambda route: route.name,
        # FastAPI's own would send paths, queries and the words of errors wherever the environment or a library turns it on.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.openapi = partial(openapi.describe, app)  # type: ignore[method-assign] # as FastAPI's guide has it
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    app.include_router(residents.router, prefix="/v1")  # by a resident's code, not by a key: of no area
    app.include_router(health.router)
    app.include_router(pages.router)
    app.include_router(console.page)
    app.openapi_url = "/openapi.json"
    app.setup()
    declare(app)
    return app
