"""consents, templates, erasures, invitations and devices as records of their own

What `subjects` held of consent and template moves into its own tables; nothing is lost.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("consents", "templates", "erasures", "invitations", "devices")
MOVED = ("consent_purpose", "consent_evidence", "consent_expires_at", "bundle_sha256", "template")


def upgrade() -> None:
    op.create_table(
        "consents",
        *_owned(),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("evidence", sa.String(500), nullable=False),
        sa.Column("guardian", sa.String(200)),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.Column("code_digest", sa.String(64), unique=True),
    )
    op.create_table(
        "templates",
        *_owned(),
        sa.Column("subject_id", sa.String(32), sa.ForeignKey("subjects.id"), nullable=False),
        sa.Column("bundle_sha256", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "erasures",
        *_owned(),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "invitations",
        *_owned(),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("credential_kind", sa.String(16), nullable=False),
        sa.Column("credential_reference", sa.String(200), nullable=False),
        sa.Column("consent_expires_at", sa.DateTime(), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime()),
    )
    op.create_table(
        "devices",
        *_owned(),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("liveness", sa.String(16), nullable=False),
        sa.Column("quality", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("estate_id", "name"),
    )
    op.execute(
        "INSERT INTO consents (id, estate_id, subject_id, purpose, evidence, given_at, expires_at)"
        " SELECT id, estate_id, id, consent_purpose, consent_evidence, created_at, consent_expires_at FROM subjects"
    )
    op.execute(
        "INSERT INTO templates (id, estate_id, subject_id, bundle_sha256, key_id, sealed, created_at)"
        " SELECT id, estate_id, id, bundle_sha256, '', template, created_at FROM subjects"
    )
    for name in MOVED:
        op.drop_column("subjects", name)
    for table in TABLES:
        op.create_index(f"ix_{table}_estate_id", table, ["estate_id"])
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])


INDEXED = (
    ("consents", "subject_id"),
    ("consents", "expires_at"),
    ("templates", "subject_id"),
    ("templates", "key_id"),
    ("erasures", "subject_id"),
    ("erasures", "erased_at"),
    ("invitations", "expires_at"),
)


def downgrade() -> None:
    """Subjects get their newest consent and template back; those of nobody, receipts and invitations are lost."""
    for name in MOVED:
        kinds: dict[str, sa.types.TypeEngine[Any]] = {"template": sa.LargeBinary(), "consent_expires_at": sa.DateTime()}
        op.add_column("subjects", sa.Column(name, kinds.get(name, sa.String(500))))
    for target, table, source in (
        ("consent_purpose", "consents", "purpose"),
        ("consent_evidence", "consents", "evidence"),
        ("consent_expires_at", "consents", "expires_at"),
        ("bundle_sha256", "templates", "bundle_sha256"),
        ("template", "templates", "sealed"),
    ):
        newest = "given_at" if table == "consents" else "created_at"
        op.execute(
            f"UPDATE subjects SET {target} = (SELECT {source} FROM {table} WHERE {table}.subject_id = subjects.id"
            f" ORDER BY {newest} DESC LIMIT 1)"
        )
    for table in reversed(TABLES):
        op.drop_table(table)


def _owned() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("estate_id", sa.String(64), sa.ForeignKey("estates.id"), nullable=False),
    )
