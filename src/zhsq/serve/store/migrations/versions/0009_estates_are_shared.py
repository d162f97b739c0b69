"""several processes share the evaluation of estates: what arrived elsewhere waits in a table"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("estate_id", sa.String(64), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_arrivals_estate_id_id", "arrivals", ["estate_id", "id"])
    # An estate's window is read at once; and an event is stored with one index less.
    op.create_index("ix_events_estate_type_time", "events", ["estate_id", "type", "time"])
    op.drop_index("ix_events_estate_id", "events")
    op.drop_index("ix_events_type_time", "events")


def downgrade() -> None:
    op.create_index("ix_events_type_time", "events", ["type", "time"])
    op.create_index("ix_events_estate_id", "events", ["estate_id"])
    op.drop_index("ix_events_estate_type_time", "events")
    op.drop_table("arrivals")
