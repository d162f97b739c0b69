"""Whether it lives, whether it is ready, and figures for Prometheus."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy import func, select, text

from zhsq.serve.api.deps import ServicesDep
from zhsq.serve.api.routing import Router
from zhsq.serve.privacy.consents import FILING_THRESHOLD, ended, stored_people
from zhsq.serve.store import clock
from zhsq.serve.store.scope import EVERY
from zhsq.serve.store.tables import Alert, Subject, now

router = Router(tags=["health"])


@router.get("/health/live", name="check_live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", name="check_ready")
def ready(shared: ServicesDep) -> dict[str, Any]:
    """The store answers and both models are loaded; which versions, where they run, what is on trial, what is amiss.

    'degraded' where Triton fails: models run in this process (`fallback`), or their routes answer 503; and where the
    machine's clock was set back: no time before the newest one seen is taken. All else is served.
    """
    with shared.database.session() as session:
        session.execute(text("SELECT 1"))
    face, plate = shared.faces.status(), shared.plates.status()
    wanted = "Triton" if shared.settings.runtime == "triton" else "in process"
    well = {model["runs"]["where"] for model in (face, plate)} == {wanted} and clock.behind() < clock.WORTH_SAYING
    mqtt = {} if shared.mqtt is None else {"mqtt": shared.mqtt.status()}  # HTTP is ready without its broker
    return {
        "status": "ok" if well else "degraded",
        "clock_behind_s": round(clock.behind(), 1),
        "runtime": shared.settings.runtime,
        "face": face["name"],
        "plate": plate["name"],
        "models": {"face": face, "plate": plate},
        **mqtt,
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
    breakers = Gauge("zhsq_triton_breaker_open", "1 while no call goes there", ["task", "endpoint"], registry=registry)
    fallen = Counter("zhsq_fallback_calls", "Graphs run in process as Triton failed", ["task"], registry=registry)
    for served in (shared.faces, shared.plates, shared.living):
        if (runs := served.runs()) is not None:
            fallen.labels(served.task).inc(runs.fallback_calls)
            for endpoint, state in runs.breakers.items():
                breakers.labels(served.task, endpoint).set(state != "closed")
    shown = generate_latest(registry) + generate_latest(request.app.state.figures.registry)
    if shared.mqtt is not None:
        shown += generate_latest(shared.mqtt.figures.registry)
    return Response(shown, media_type=CONTENT_TYPE_LATEST)
