"""From firings to alerts: evidence of a live one, nothing in a cool-down, else a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from zhsq.serve.alerting import outbox, steps
from zhsq.serve.alerting.engine.facts import Firing, Ref
from zhsq.serve.store import bulk
from zhsq.serve.store.tables import Alert, AlertLink, new_id

LIVE = ("open", "acknowledged")
#: Events that an alert is linked to; more are only counted.
LINKS = 200
#: Keys kept in mind.
KEPT = 100_000
#: Of an alert that opens.
_COLUMNS = tuple(Alert.__table__.columns.keys())
#: Of a live one, by its identifier.
_EVIDENCE = (
    update(Alert.__table__)  # type: ignore[arg-type]
    .where(Alert.__table__.c.id == bindparam("alert"))
    .values(events=bindparam("events"), last_at=bindparam("last_at"))
)


@dataclass
class _Known:
    """The newest alert of a key, as far as raising needs it."""

    id: str
    estate: str
    live: bool
    last_at: datetime
    events: int
    #: What this batch adds.
    added: int = 0
    links: list[Ref] = field(default_factory=list)


class Raiser:
    """Keeps in mind which alert is the newest of each key, so that an event costs the same however many there were.

    It is right as long as nobody else raises alerts of these keys: while their estates are this process's.
    """

    def __init__(self) -> None:
        self._newest: dict[str, str | None] = {}

    def forget(self) -> None:
        """After a transaction that failed, and when an estate is another's."""
        self._newest.clear()

    def apply(self, session: Session, firings: Sequence[Firing], now: datetime) -> list[str | None]:
        """Raise alerts, or add to live ones.

        Args:
            session: the transaction that holds the events.
            firings: in order.
            now: UTC, when alerts open.

        Returns:
            Per firing the alert that it raised or became evidence of; None in a cool-down.
        """
        if not firings:
            return []
        known = self._load(session, {firing.dedupe_key for firing in firings})
        opened: list[Alert] = []
        touched: list[str | None] = []
        for firing in firings:
            key, at = firing.dedupe_key, _utc(firing.at)
            newest = known.get(key)
            if newest is not None and newest.live:
                if firing.trigger is not None:  # a silence that goes on is no new evidence
                    newest.added += 1
                    newest.links.append(firing.trigger)
                    newest.last_at = max(newest.last_at, at)
                touched.append(newest.id)
                continue
            if newest is not None and _quiet(firing, at, newest.last_at):
                touched.append(None)
                continue
            alert = _alert(firing, at, now)
            opened.append(alert)
            known[key] = _Known(alert.id, alert.estate_id, True, at, 0, 1, [*firing.context, *_refs(firing)])
            self._newest[key] = alert.id
            touched.append(alert.id)
        _write(session, opened, known.values(), now)
        return touched

    def _load(self, session: Session, keys: set[str]) -> dict[str, _Known]:
        if len(self._newest) > KEPT:
            self._newest.clear()
        unknown = sorted(keys - self._newest.keys())
        if unknown:
            query = _newest(session.get_bind().dialect.name)
            self._newest |= dict(session.execute(query, {"keys": bulk.as_json(unknown)}).tuples().all())
        wanted = [found for key in keys if (found := self._newest[key]) is not None]
        if not wanted:
            return {}
        columns = (Alert.id, Alert.estate_id, Alert.dedupe_key, Alert.state, Alert.last_at, Alert.events)
        rows = session.execute(select(*columns).where(Alert.id.in_(wanted)))
        return {
            row.dedupe_key: _Known(row.id, row.estate_id, row.state in LIVE, row.last_at, row.events) for row in rows
        }


@cache
def _newest(dialect: str) -> Select[Any, Any]:
    """Of each of `keys` the alert that is live, or else the newest; by looks into indexes, key by key.

    The alerts themselves are read by another statement: in one, PostgreSQL reads the whole table, since it takes the
    condition of row-level security for one that few rows fulfil.
    """
    wanted, alert = bulk.strings(dialect, "keys"), aliased(Alert)
    of_key = select(alert.id).where(alert.dedupe_key == wanted.c.value).limit(1)
    live = of_key.where(alert.state.in_(LIVE)).scalar_subquery()
    newest = of_key.order_by(alert.last_at.desc()).scalar_subquery()
    return select(wanted.c.value, func.coalesce(live, newest)).select_from(wanted)


def _write(session: Session, opened: list[Alert], known: Iterable[_Known], now: datetime) -> None:
    by_id = {alert.id: alert for alert in opened}
    changed, links = [], []
    for one in known:
        if not one.added:
            continue
        if one.id in by_id:
            by_id[one.id].events, by_id[one.id].last_at = one.added, one.last_at
        else:
            changed.append({"alert": one.id, "events": one.events + one.added, "last_at": one.last_at})
        room = max(0, LINKS - one.events)
        links += [
            {"alert_id": one.id, "estate_id": one.estate, "source": source, "event_id": event}
            for source, event in dict.fromkeys(one.links[:room])
        ]
    if changed:
        session.connection().execute(_EVIDENCE, sorted(changed, key=itemgetter("alert")))
    bulk.insert(session, Alert, [{name: getattr(alert, name) for name in _COLUMNS} for alert in opened])
    bulk.insert(session, AlertLink, links)
    # After the links: what is delivered may depend on what an alert rests on.
    outbox.enqueue(session, [(alert, "opened") for alert in opened], now)
    steps.write(session, [_opening(alert, now) for alert in opened])


def _alert(firing: Firing, at: datetime, now: datetime) -> Alert:
    rule = firing.rule
    ladder: list[dict[str, Any]] = [step.model_dump() for step in rule.escalate]
    return Alert(
        id=new_id(),
        estate_id=firing.estate,
        rule=rule.name,
        severity=rule.severity,
        message=firing.message,
        dedupe_key=firing.dedupe_key,
        device=firing.device,
        zone=firing.zone,
        state="open",
        version=1,
        assigned_to=rule.assign,
        ladder=ladder,
        escalations=0,
        escalate_at=now + timedelta(seconds=ladder[0]["after_s"]) if ladder else None,
        opened_at=now,
        last_at=at,
    )


def _opening(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "alert_id": alert.id,
        "estate_id": alert.estate_id,
        "at": now,
        "action": "opened",
        "state": "open",
        "version": 1,
        "actor": f"rule:{alert.rule}",
        "note": "",
    }


def _quiet(firing: Firing, at: datetime, last_at: datetime) -> bool:
    """Whether a closed alert says enough: its cool-down lasts, or it told of this very silence (before a restart)."""
    if firing.trigger is None and at <= last_at:
        return True
    return at - last_at < timedelta(seconds=firing.rule.cooldown_s)


def _refs(firing: Firing) -> tuple[Ref, ...]:
    return () if firing.trigger is None else (firing.trigger,)


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
