"""Whether it lives, whether it is ready, and figures for Prometheus."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text

from zhsq.serve.api.deps import ServicesDep
from zhsq.serve.privacy.consents import FILING_THRESHOLD, ended, stored_people
from zhsq.serve.store.scope import EVERY
from zhsq.serve.store.tables import Alert, Subject, now

router = APIRouter(tags=["health"])


@router.get("/health/live", name="check_live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", name="check_ready")
def ready(shared: ServicesDep) -> dict[str, Any]:
    """The store answers and both models are loaded; which versions, what is on trial, what is amiss."""
    with shared.database.session() as session:
        session.execute(text("SELECT 1"))
    face, plate = shared.faces.status(), shared.plates.status()
    return {
        "status": "ok",
        "runtime": shared.settings.runtime,
        "face": face["name"],
        "plate": plate["name"],
        "models": {"face": face, "plate": plate},
    }


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, shared: ServicesDep) -> Response:
    """People enrolled, the threshold for filing, alerts by state; this process's requests by route. Counts only."""
    registry = CollectorRegistry()
    people = Gauge("zhsq_enrolled_people", "People with a face template", registry=registry)
    waiting = Gauge("zhsq_people_to_erase", "People whose consent ended; the jobs erase them", registry=registry)
    Gauge("zhsq_filing_threshold_people", "From here on a filing is due", registry=registry).set(FILING_THRESHOLD)
    alerts = Gauge("zhsq_alerts", "Alerts by state", ["state"], registry=registry)
    with shared.database.session(EVERY) as session:
        people.set(stored_people(session))
        waiting.set(session.scalar(select(func.count()).select_from(Subject).where(ended(now()))) or 0)
        for state, count in session.execute(select(Alert.state, func.count()).group_by(Alert.state)):
            alerts.labels(state).set(count)
    shown = generate_latest(registry) + generate_latest(request.app.state.figures.registry)
    return Response(shown, media_type=CONTENT_TYPE_LATEST)
