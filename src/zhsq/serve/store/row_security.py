"""PostgreSQL's row-level security, derived from the tables: a session sees the rows of its own estate only.

Policies compare each row's estate with the variable that `zhsq.serve.store.scope` sets per transaction. Where it is not
set, no row is seen. They are forced on the tables' owner, too; only a superuser, or a role with BYPASSRLS, passes them,
so the API refuses to run as one.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from zhsq.errors import ZhsqError
from zhsq.serve.store.scope import EVERY, VARIABLE, of_estates
from zhsq.serve.store.tables import AuditEntry

#: Tables that belong to no estate, each with the reason why every session may read them.
OPEN = {
    "audit_head": "one row of hashes; each writer needs it",
    "alembic_version": "the schema's revision",
    "kept_answers": "found by the digest of a caller and a key alone, and encrypted; erasure must reach each of them",
    "kept_answer_things": "identifiers of what kept answers tell of",
}
POLICY = "zhsq_estate"
_SCOPE = f"current_setting('{VARIABLE}', true)"


def ensure(connection: Connection) -> None:
    """Put every table under its policies, where it isn't yet."""
    guarded = set(connection.scalars(text("SELECT tablename FROM pg_policies WHERE schemaname = current_schema()")))
    for kind, column in of_estates().items():
        table = kind.__tablename__
        if table not in guarded:
            mine = f"({_SCOPE} = '{EVERY}' OR {column.key} = {_SCOPE})"
            _enable(connection, table)
            connection.execute(text(f"CREATE POLICY {POLICY} ON {table} USING {mine} WITH CHECK {mine}"))
    audit = AuditEntry.__tablename__
    if audit not in guarded:  # everyone may append; reading spans estates; nobody may change or delete
        _enable(connection, audit)
        connection.execute(text(f"CREATE POLICY {POLICY}_append ON {audit} FOR INSERT WITH CHECK (true)"))
        connection.execute(text(f"CREATE POLICY {POLICY}_read ON {audit} FOR SELECT USING ({_SCOPE} = '{EVERY}')"))


def refuse_superuser(connection: Connection) -> None:
    """Row-level security does not hold for such roles.

    Raises:
        ZhsqError: the connection's role is one.
    """
    passes = connection.scalar(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
    if passes:
        raise ZhsqError(
            "The database's role is a superuser or has BYPASSRLS: row-level security would not hold.",
            "Make one for zhsq: CREATE ROLE zhsq LOGIN PASSWORD '...'; CREATE DATABASE zhsq OWNER zhsq;",
        )


def _enable(connection: Connection, table: str) -> None:
    connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
    connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
