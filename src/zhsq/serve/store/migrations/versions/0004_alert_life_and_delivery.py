"""the life of alerts in tables of its own, and their delivery"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('open', 'acknowledged')")
#: With the values that alerts of before get.
_ADDED = (
    sa.Column("device", sa.String(100), nullable=False, server_default=""),
    sa.Column("zone", sa.String(100), nullable=False, server_default=""),
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("events", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("assigned_to", sa.String(16), nullable=False, server_default="guard"),
    sa.Column("ladder", sa.JSON(), nullable=False, server_default="[]"),
    sa.Column("escalations", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("escalate_at", sa.DateTime(), nullable=True),
    sa.Column("verdict", sa.String(8), nullable=True),
    sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
    sa.Column("closed_at", sa.DateTime(), nullable=True),
)


def upgrade() -> None:
    op.create_index("ix_events_type_time", "events", ["type", "time"])
    for column in _ADDED:
        op.add_column("alerts", column)
    op.create_table(
        "alert_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(140), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_steps_alert_id", "alert_steps", ["alert_id"])
    op.create_table(
        "alert_links",
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("alert_id", "source", "event_id"),
    )
    op.create_table(
        "heard",
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.PrimaryKeyConstraint("rule", "key"),
    )
    _move_alerts()
    op.drop_column("alerts", "evidence")
    op.drop_column("alerts", "timeline")
    op.drop_index("ix_alerts_dedupe_key", "alerts")
    op.create_index("ix_alerts_dedupe_key_last_at", "alerts", ["dedupe_key", "last_at"])
    op.create_index("ix_alerts_escalate_at", "alerts", ["escalate_at"])
    op.create_index("ux_alerts_live", "alerts", ["dedupe_key"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
    _delivery()


def _delivery() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=True),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("rate_per_s", sa.Float(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.String(300), nullable=False),
        sa.Column("lease_by", sa.String(64), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("target_id", sa.String(32), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(80), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("last_error", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"]),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("target_id", "message_id"),
    )
    op.create_index("ix_deliveries_queue", "deliveries", ["target_id", "state", "priority", "id"])
    op.create_index("ix_deliveries_alert", "deliveries", ["target_id", "alert_id", "id"])


def _move_alerts() -> None:
    """The evidence and the timeline of alerts that are there already, from JSON into the tables."""
    alerts = sa.table(
        "alerts",
        *(sa.column(name) for name in ("id", "estate_id", "state", "device", "version", "events")),
        *(sa.column(name, sa.JSON()) for name in ("evidence", "timeline")),
        *(sa.column(name, sa.DateTime()) for name in ("acknowledged_at", "closed_at")),
    )
    names = ("alert_id", "estate_id", "action", "state", "version", "actor", "note")
    steps = sa.table("alert_steps", *(sa.column(name) for name in names), sa.column("at", sa.DateTime()))
    links = sa.table("alert_links", *(sa.column(name) for name in ("alert_id", "estate_id", "source", "event_id")))
    actions = {"open": "opened"}
    store = op.get_bind()
    for alert in store.execute(sa.select(alerts)).all():
        made = [
            {
                "alert_id": alert.id,
                "estate_id": alert.estate_id,
                "at": datetime.fromisoformat(step["at"]),
                "action": actions.get(step["state"], step["state"]),
                "state": step["state"],
                "version": number,
                "actor": step["by"],
                "note": step["note"],
            }
            for number, step in enumerate(alert.timeline, 1)
        ]
        found = {(one["source"], one["id"]) for one in alert.evidence}
        if made:
            store.execute(sa.insert(steps), made)
        if found:
            store.execute(
                sa.insert(links),
                [{"alert_id": alert.id, "estate_id": alert.estate_id, "source": s, "event_id": e} for s, e in found],
            )
        times = {step["state"]: step["at"] for step in made}
        changed = {
            "version": max(1, len(made)),
            "events": max(1, len(alert.evidence)),
            "device": next((str(one["data"].get("device", ""))[:100] for one in alert.evidence), ""),
            "acknowledged_at": times.get("acknowledged"),
            "closed_at": times.get("resolved") or times.get("dismissed"),
        }
        store.execute(sa.update(alerts).where(alerts.c.id == alert.id).values(changed))


def downgrade() -> None:
    for table in ("deliveries", "targets", "heard", "alert_links", "alert_steps"):
        op.drop_table(table)
    for index in ("ux_alerts_live", "ix_alerts_escalate_at", "ix_alerts_dedupe_key_last_at"):
        op.drop_index(index, "alerts")
    for column in _ADDED:
        op.drop_column("alerts", column.name)
    op.add_column("alerts", sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("alerts", sa.Column("timeline", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_alerts_dedupe_key", "alerts", ["dedupe_key"])
    op.drop_index("ix_events_type_time", "events")
