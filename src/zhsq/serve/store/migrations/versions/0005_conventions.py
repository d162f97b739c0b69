"""versions of what people edit, kinds of devices, and answers that are kept for requests which are sent again"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EDITED = ("estates", "devices", "vehicles", "subjects", "targets")


def upgrade() -> None:
    for table in EDITED:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("devices", sa.Column("kind", sa.String(16), nullable=False, server_default="other"))
    op.create_index("ix_subjects_newest", "subjects", ["estate_id", "created_at", "id"])
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("attempt", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("answer", sa.LargeBinary()),
    )
    op.create_index("ix_kept_answers_started_at", "kept_answers", ["started_at"])
    op.create_table(
        "kept_answer_things",
        sa.Column("answer_id", sa.String(32), sa.ForeignKey("kept_answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("thing_id", sa.String(64), primary_key=True),
    )
    op.create_index("ix_kept_answer_things_thing_id", "kept_answer_things", ["thing_id"])


def downgrade() -> None:
    op.drop_table("kept_answer_things")
    op.drop_table("kept_answers")
    op.drop_index("ix_subjects_newest", "subjects")
    op.drop_column("devices", "kind")
    for table in EDITED:
        op.drop_column(table, "version")
