"""Jobs at their hours on PostgreSQL's queue (procrastinate): any number of workers, each job done by one of them.

The queue lies in a schema of its own beside the tables, and holds nothing but the hours of jobs: no personal data, and
nothing that the next hour does not bring again. What alerts need every second is no job: see `zhsq.serve.alerting.ownership`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager
from sqlalchemy import make_url, text

from zhsq.errors import ZhsqError
from zhsq.serve.store.database import Database

log = logging.getLogger(__name__)
SCHEMA = "zhsq_jobs"
#: The job of `zhsq jobs run`; also the lock that keeps two of them from running at once.
RECORDS = "records"
#: A worker that gave no sign for so long is gone: its job is another's then, seconds.
GONE_S = 30
_LOCK = 0x7A687375  # PostgreSQL's advisory lock of workers that make the schema


def work(database: Database, job: Callable[[], str], hours: str) -> None:
    """Run a job at its hours, until Ctrl-C or SIGTERM; a job under way is finished.

    A job that fails is tried again, five times within half an hour; that of a worker that is gone is done by another.

    Args:
        database: a PostgreSQL.
        job: what to do; it says in words what it did.
        hours: as of cron, in UTC; a sixth field gives seconds.

    Raises:
        ZhsqError: the database has no queue, or the hours can't be read.
    """
    if database.engine.dialect.name != "postgresql":
        raise ZhsqError(
            "Workers share a queue, which needs PostgreSQL.",
            "With SQLite let `zhsq jobs run --every 3600` run beside the API.",
        )
    _prepare(database)
    app = App(connector=_connector(database))

    @app.task(
        name=RECORDS, lock=RECORDS, queueing_lock=RECORDS, retry=RetryStrategy(max_attempts=5, exponential_wait=4)
    )
    def records(timestamp: int) -> None:
        log.info("The job of %d: %s", timestamp, job())

    @app.task(name="left-behind", queueing_lock="left-behind", pass_context=True)
    async def left_behind(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (the queue gives it)
        for one in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE_S):
            try:
                await app.job_manager.retry_job(one)
            except ConnectorException:
                continue  # another worker was first
            log.warning("The job %s was left behind by a worker that is gone; it is done again.", one.task_name)

    app.periodic(cron=hours)(records)
    try:
        _ = [periodic.croniter for periodic in app.periodic_registry.periodic_tasks.values()]
    except ValueError as error:
        raise ZhsqError(
            f"{hours!r} are no hours: {error}.", "Five fields as of cron, such as '*/5 * * * *'."
        ) from error
    app.periodic(cron="* * * * * */20")(left_behind)
    app.run_worker(concurrency=2, delete_jobs="always", name="zhsq")


def _connector(database: Database) -> PsycopgConnector:
    url = make_url(database.engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    settings: dict[str, Any] = {"options": f"-c search_path={SCHEMA}"}
    return PsycopgConnector(conninfo=url, kwargs=settings, min_size=1, max_size=4)


def _prepare(database: Database) -> None:
    """Make the queue's schema; anew where it is of another release, since it holds nothing that would be missed."""
    mark = f"procrastinate {version('procrastinate')}"
    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        there = connection.scalar(
            text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"),
            {"name": SCHEMA},
        )
        if there == mark:
            return
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
        raw: Any = connection.connection.driver_connection
        raw.execute(SchemaManager.get_schema())
        connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{mark}'"))
