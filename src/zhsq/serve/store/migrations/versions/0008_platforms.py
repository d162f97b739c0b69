"""targets that speak GA/T 1400, legal bases, and states of devices that were told"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("targets", sa.Column("kind", sa.String(16), nullable=False, server_default="webhook"))
    op.add_column("targets", sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("deliveries") as deliveries:  # a state of a device belongs to no alert
        deliveries.alter_column("alert_id", existing_type=sa.String(32), nullable=True)
    op.create_table(
        "legal_bases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("authority", sa.String(200), nullable=False),
        sa.Column("document", sa.String(500), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("valid_until", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(140), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_legal_bases_estate_id", "legal_bases", ["estate_id"])
    op.create_table(
        "told_states",
        sa.Column("target_id", sa.String(32), nullable=False),
        sa.Column("device", sa.String(100), nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"]),
        sa.PrimaryKeyConstraint("target_id", "device"),
    )


def downgrade() -> None:
    op.drop_table("told_states")
    op.drop_table("legal_bases")
    op.execute("DELETE FROM deliveries WHERE alert_id IS NULL")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("alert_id", existing_type=sa.String(32), nullable=False)
    op.drop_column("targets", "options")
    op.drop_column("targets", "kind")
