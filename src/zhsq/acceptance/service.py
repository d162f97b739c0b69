"""How well the estate was served: devices' uptime, and how fast alerts reached the platform."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.acceptance.items import Item, Verdict, verdict
from zhsq.acceptance.requirements import DeliveryNeed, UptimeNeed
from zhsq.metrics.intervals import quantile_interval
from zhsq.serve.reporting.document import Bi, span
from zhsq.serve.reporting.uptime import Uptime
from zhsq.serve.store.tables import Delivery

_DAY = 86_400


def uptime(need: UptimeNeed, heard: Sequence[Uptime], start: datetime, end: datetime) -> Item:
    """Of all devices with heartbeats together.

    Args:
        need: the least, and for how long it must have been observed.
        heard: devices of the period.
        start: of the period, UTC.
        end: of the period.
    """
    measured = [device for device in heard if device.uptime is not None]
    observed = sum(device.observed_s or 0 for device in measured)
    what = Bi("设备在线率", "Uptime of devices")
    required = Bi(
        f"{need.days:g} 天内不低于 {need.at_least:.1%}", f"at least {need.at_least:.1%} over {need.days:g} days"
    )
    if not measured or not observed:
        return Item(
            section="service", key="uptime", what=what, required=required,
            found=Bi("没有设备发送心跳", "no device sends heartbeats"), verdict="not-measured",
            advice=Bi("让设备发送 heartbeat 事件（docs/alerts.md）", "Let devices send `heartbeat` events (docs/alerts.md)"),
        )  # fmt: skip
    share = sum(device.up_s or 0 for device in measured) / observed
    longest = max(device.observed_s or 0 for device in measured) / _DAY
    poor = sorted((d for d in measured if (d.uptime or 0) < need.at_least), key=lambda device: device.uptime or 0)
    found: Verdict = verdict(share >= need.at_least)
    advice = Bi("", "")
    if poor:
        names = [f"{device.device} {device.uptime:.1%}" for device in poor[:5]]
        advice = Bi(f"低于要求：{'、'.join(names)}", f"Below it: {', '.join(names)}")
    if longest < need.days:
        found = "not-measured"
        wait = Bi(f"只观测了 {longest:.1f} 天，继续观测。", f"Only {longest:.1f} days were observed: go on.")
        advice = Bi(f"{wait.zh} {advice.zh}".strip(), f"{wait.en} {advice.en}".strip())
    days = (end - start).total_seconds() / _DAY
    left = len(heard) - len(measured)
    return Item(
        section="service",
        key="uptime",
        what=what,
        required=required,
        found=Bi(
            f"{share:.2%}，{len(measured)} 台，{min(longest, days):.1f} 天；{left} 台无法测量",
            f"{share:.2%} over {len(measured)} devices, {min(longest, days):.1f} days; {left} not measured",
        ),
        verdict=found,
        advice=advice,
    )


def delivery(session: Session, need: DeliveryNeed, estate: str, start: datetime, end: datetime) -> Iterator[Item]:
    """What was put into the outbox within a period, and what became of it.

    Args:
        session: to read in.
        need: the limits.
        estate: its messages.
        start: UTC.
        end: UTC, the present or the period's end; what waits is as old as it is then.
    """
    mine = (Delivery.estate_id == estate, Delivery.created_at >= start, Delivery.created_at < end)
    rows = session.execute(
        select(Delivery.created_at, Delivery.delivered_at).where(*mine, Delivery.state == "delivered")
    )
    delays = np.array([(done - made).total_seconds() for made, done in rows if done is not None])
    yield _delay(need, delays)
    query = select(Delivery.state, func.count(), func.min(Delivery.created_at)).where(
        Delivery.estate_id == estate, Delivery.created_at < end, Delivery.state != "delivered"
    )
    left = {state: (count, oldest) for state, count, oldest in session.execute(query.group_by(Delivery.state))}
    waiting, oldest = left.get("pending", (0, None))
    age = (end - oldest).total_seconds() if oldest is not None else 0.0
    dead = left.get("dead", (0, None))[0]
    sent = bool(len(delays) or waiting or dead)
    yield Item(
        section="service",
        key="delivered",
        what=Bi("未送达的消息", "Messages not delivered"),
        required=Bi(f"无死信；等待不超过 {span(need.stuck_s)}", f"none dead; none waits over {span(need.stuck_s)}"),
        found=Bi(
            f"死信 {dead}，等待 {waiting}" + (f"，最久 {span(age)}" if waiting else ""),
            f"{dead} dead, {waiting} waiting" + (f", the oldest for {span(age)}" if waiting else ""),
        ),
        verdict=verdict(not dead and age <= need.stuck_s) if sent else "not-measured",
        advice=Bi("", "")
        if sent and not dead and age <= need.stuck_s
        else Bi(
            "看 GET /v1/targets 的 last_error；死信用 redrive 重发",
            "See last_error in GET /v1/targets; redrive what is dead",
        )
        if sent
        else _NOTHING_SENT,
    )


_NOTHING_SENT = Bi("建立推送目标并触发一条告警", "Make a target and trigger an alert")


def _delay(need: DeliveryNeed, delays: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Item:
    what = Bi("告警送达用时（95% 分位）", "Time to deliver (95th percentile)")
    required = Bi(f"不超过 {span(need.p95_s)}", f"at most {span(need.p95_s)}")
    if not len(delays):
        return Item(
            section="service", key="delay", what=what, required=required, found=Bi("没有送达的消息", "nothing was delivered"),
            verdict="not-measured", advice=_NOTHING_SENT,
        )  # fmt: skip
    value = float(np.quantile(delays, 0.95))
    low, high = quantile_interval(delays, 0.95)
    interval = f"{'–' if math.isnan(low) else span(low)} – {'?' if math.isnan(high) else span(high)}"
    return Item(
        section="service",
        key="delay",
        what=what,
        required=required,
        found=Bi(
            f"{span(value)}（95% 区间 {interval}，n = {len(delays)}）",
            f"{span(value)} (95 % {interval}, n = {len(delays)})",
        ),
        verdict=verdict(value <= need.p95_s),
        advice=Bi("", "") if value <= need.p95_s else Bi("查线路与接收方", "Look at the line and at the receiver"),
    )
