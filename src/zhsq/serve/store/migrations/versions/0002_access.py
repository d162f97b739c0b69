"""keys that expire and rotate, the audit's signed head, states of galleries"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("areas", sa.JSON(), nullable=True))
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(), nullable=True))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(), nullable=True))
    op.add_column("api_keys", sa.Column("replaced_by", sa.String(length=32), nullable=True))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "gallery_states",
        sa.Column("estate_id", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("templates", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("estate_id"),
    )


def downgrade() -> None:
    op.drop_table("gallery_states")
    op.drop_table("audit_head")
    for column in ("replaced_by", "last_used_at", "expires_at", "areas"):
        op.drop_column("api_keys", column)
