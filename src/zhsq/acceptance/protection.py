"""Data protection, as far as the store and the settings show it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.acceptance.items import Item, verdict
from zhsq.acceptance.requirements import ProtectionNeed
from zhsq.serve.privacy.assessment import assess
from zhsq.serve.privacy.consents import ended
from zhsq.serve.privacy.retention import KINDS
from zhsq.serve.reporting.document import Bi
from zhsq.serve.security import audit
from zhsq.serve.settings import Settings
from zhsq.serve.store import scope
from zhsq.serve.store.tables import AuditEntry, Subject

_NONE = Bi("", "")
_JOBS = Bi("定时运行 zhsq jobs run", "Run `zhsq jobs run` from cron")


def protection(
    session: Session, settings: Settings, need: ProtectionNeed, estate: str, now: datetime
) -> Iterator[Item]:
    """Consents, retention, the assessment, keys, the audit's chain.

    Args:
        session: to read in; it sees every estate.
        settings: of the API that serves the estate.
        need: the limits.
        estate: whose people and records.
        now: UTC, without zone.
    """
    figures = assess(session, settings, estate)
    mine = figures.estates[0]
    late = now - timedelta(hours=need.overdue_hours)
    query = select(func.count()).select_from(Subject).where(Subject.estate_id == estate, ended(late))
    waiting = session.scalar(query) or 0
    yield Item(
        section="protection",
        key="consents",
        what=Bi("人脸登记的同意", "Consent of everyone enrolled"),
        required=Bi(
            f"同意终止后 {need.overdue_hours:g} 小时内删除",
            f"erased within {need.overdue_hours:g} h of the consent's end",
        ),
        found=Bi(
            f"存有 {mine.people} 人的特征，{mine.consent_holds} 人同意有效，{waiting} 人逾期未删",
            f"templates of {mine.people} people, {mine.consent_holds} with a consent that holds, {waiting} overdue",
        ),
        verdict=verdict(not waiting),
        advice=_JOBS if waiting else _NONE,
    )
    yield _retention(session, settings, need, estate, now)
    yield _assessment(session, need, estate, now)
    yield _keys(settings)
    broken = audit.verify(session)
    yield Item(
        section="protection",
        key="audit",
        what=Bi("审计链", "Chain of the audit"),
        required=Bi("完整", "whole"),
        found=Bi("完整", "whole")
        if broken is None
        else Bi(f"第 {broken.entry} 条起不成立", f"broken at entry {broken.entry}"),
        verdict=verdict(broken is None),
        advice=_NONE if broken is None else Bi("运行 zhsq audit verify", "Run `zhsq audit verify`"),
    )
    yield Item(
        section="protection",
        key="filing",
        what=Bi("人脸信息备案", "Filing of face data"),
        required=Bi(f"满 {figures.filing_threshold:,} 人须备案", f"needed from {figures.filing_threshold:,} people"),
        found=Bi(f"本小区 {figures.people_stored:,} 人", f"{figures.people_stored:,} people in this estate"),
        verdict="not-measured" if figures.filing_due else "met",
        advice=Bi("核对备案凭证（系统不保存）", "Check the filing's receipt: it is not kept here")
        if figures.filing_due
        else _NONE,
    )


def _retention(session: Session, settings: Settings, need: ProtectionNeed, estate: str, now: datetime) -> Item:
    kinds = {kind.name: kind for kind in KINDS}
    overdue = 0
    for name in ("events", "alerts"):
        kind = kinds[name]
        at = now - timedelta(days=kind.days(settings), hours=need.overdue_hours)
        table = kind.table
        over = (getattr(table, "estate_id") == estate, kind.over(at))  # noqa: B009 (each of these tables has one)
        overdue += session.scalar(select(func.count()).select_from(table).where(*over)) or 0
    short = settings.retain_events_days <= need.events_days and settings.retain_alerts_days <= need.alerts_days
    advice = _NONE
    if not short:
        advice = Bi("缩短 ZHSQ_SERVE_RETAIN_*_DAYS", "Shorten ZHSQ_SERVE_RETAIN_*_DAYS")
    elif overdue:
        advice = _JOBS
    return Item(
        section="protection",
        key="retention",
        what=Bi("留存期", "Retention"),
        required=Bi(
            f"事件 ≤ {need.events_days} 天，告警 ≤ {need.alerts_days} 天",
            f"events ≤ {need.events_days} days, alerts ≤ {need.alerts_days} days",
        ),
        found=Bi(
            f"事件 {settings.retain_events_days} 天，告警 {settings.retain_alerts_days} 天，{overdue} 条逾期",
            f"events {settings.retain_events_days} days, alerts {settings.retain_alerts_days} days, {overdue} overdue",
        ),
        verdict=verdict(short and not overdue),
        advice=advice,
    )


def _assessment(session: Session, need: ProtectionNeed, estate: str, now: datetime) -> Item:
    with scope.everywhere(session):
        query = select(func.max(AuditEntry.at)).where(
            AuditEntry.action == "privacy.assessment", AuditEntry.target.in_((estate, "every estate"))
        )
        last = session.scalar(query)
    made = datetime.fromisoformat(last).replace(tzinfo=None) if last else None
    fresh = made is not None and now - made <= timedelta(days=need.assessment_days)
    return Item(
        section="protection",
        key="assessment",
        what=Bi("影响评估材料", "Export for the impact assessment"),
        required=Bi(f"{need.assessment_days} 天内导出过", f"made within {need.assessment_days} days"),
        found=Bi(f"{made:%Y-%m-%d}", f"{made:%Y-%m-%d}") if made else Bi("从未导出", "never made"),
        verdict=verdict(fresh),
        advice=_NONE
        if fresh
        else Bi("运行 zhsq privacy assessment，由负责人签署", "Run `zhsq privacy assessment`, and have it signed"),
    )


def _keys(settings: Settings) -> Item:
    """Which provider holds the keys, and that it opens; never a key."""
    if settings.key_provider in ("", "file") and not settings.master_key:
        kind = Bi("文件 master.key（仅属主可读；建议改用 KMS 插件）", "file master.key (a KMS by plug-in is safer)")
    elif settings.key_provider in ("", "environment"):
        kind = Bi("环境变量", "environment")
    else:
        kind = Bi(f"插件 {settings.key_provider}", f"plug-in {settings.key_provider}")
    count = len(settings.keys().ids())
    return Item(
        section="protection",
        key="keys",
        what=Bi("模板密钥", "Keys of the templates"),
        required=Bi("密钥可用", "at hand"),
        found=Bi(f"{kind.zh}，{count} 把", f"{kind.en}, {count}"),
        verdict=verdict(count > 0),
    )
