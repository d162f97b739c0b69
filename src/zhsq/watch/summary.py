"""What a watch says at its end, camera by camera."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from zhsq.errors import ZhsqError
from zhsq.watch.camera import Camera
from zhsq.watch.drift import Drift, report
from zhsq.watch.post import Sender
from zhsq.watch.rates import rate


def summary(cameras: Sequence[Camera], poster: Sender | None = None) -> dict[str, Any]:
    """The report of a watch, as `--json` writes it.

    Args:
        cameras: that have ended.
        poster: closed; its counts are told.
    """
    return {
        "kind": "watch",
        "cameras": [of_camera(camera) for camera in cameras],
        "peak_rss_mib": peak_rss_mib(),
        "posted": None if poster is None else {"delivered": poster.delivered, "failed": poster.failed},
    }


def of_camera(camera: Camera) -> dict[str, Any]:
    """One camera's part."""
    counts, model, learnt, spool = camera.source.counts, camera.model, camera.learnt, camera.spool
    skipped = {reason: n for reason, n in sorted(counts.skipped.items()) if n}
    observed = rate(camera.alarm.opened, camera.watched_s / 3600)
    return {
        "camera": camera.name,
        "source": camera.source.address.shown,
        "state": camera.state,
        "error": _error(camera.error),
        "warnings": list(counts.warnings),
        "frames": {
            "decoded": counts.decoded,
            "taken": camera.taken,
            "scored": camera.scored,
            "skipped": skipped,
            "skipped_total": sum(skipped.values()),
        },
        "learning": {
            "needed": spool.needed if spool else camera.plan.fit_first,
            "seen": spool.seen if spool else camera.fitted_at,
            "ready": learnt is not None,
            "ready_at_frame": camera.fitted_at if learnt else None,
            "fitted_frames": learnt.fitted if learnt else 0,
            "held_out_frames": len(learnt.scores) if learnt else 0,
        }
        if camera.plan.fit_first
        else None,
        "seconds": round(camera.wall_s, 3),
        "frames_per_second": round(camera.taken / camera.wall_s, 2) if camera.wall_s else 0.0,
        "source_frames_per_second": round(counts.fps, 3),
        "watched_seconds": round(camera.watched_s, 3),
        "latency_ms": latency(camera),
        "threshold": None if model is None else {"value": model.threshold, "source": model.threshold_source},
        "model": None if model is None else {"name": model.name, "sha256": model.sha256, "fps": model.fps},
        "false_alarms_on_normal": learnt.false_alarms.model_dump() if learnt and learnt.false_alarms else None,
        "events_per_hour": observed.model_dump() if camera.watched_s else None,
        "events_total": camera.alarm.opened,
        "events": [incident.model_dump() for incident in camera.alarm.closed],
        "drift": drift(camera).model_dump(),
        "reconnects": counts.reconnects,
    }


def _error(error: Exception | None) -> str | None:
    """In the words of ours; the name of its kind before an unforeseen one."""
    if error is None or isinstance(error, ZhsqError):
        return str(error) if error else None
    return f"{type(error).__name__}: {error}"


def latency(camera: Camera) -> dict[str, float] | None:
    """Milliseconds from a decoded frame to its score: median and 95th percentile of the last frames."""
    if not camera.latencies:
        return None
    p50, p95 = np.percentile(np.array(camera.latencies), (50, 95)) * 1e3
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "frames": len(camera.latencies)}


def drift(camera: Camera) -> Drift:
    """The last frames against the held-out ones of the fit, else against the first that were watched."""
    now = (list(camera.scores), list(camera.moving))
    if camera.learnt is not None:
        return camera.learnt.drift(*now)
    first = ([score for score, _ in camera.first], [moving for _, moving in camera.first])
    later = min(len(now[0]), max(0, camera.scored - len(camera.first)))
    now = (now[0][len(now[0]) - later :], now[1][len(now[1]) - later :])
    return report(first, now, "the first frames watched: the model was not learnt here")


def peak_rss_mib() -> float:
    """The most memory that this process held, MiB (all cameras together)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)
