"""From a run to the alias `champion`: judge it, sign the record, write it, move the aliases, in an order that a crash can't harm."""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zhsq.errors import ZhsqError
from zhsq.files import sha256_file
from zhsq.tracking import registry
from zhsq.tracking.gates.config import GatesConfig
from zhsq.tracking.gates.evidence import AgainstChampion, Evidence, Gate, ParityFigures
from zhsq.tracking.gates.judge import judge, require
from zhsq.tracking.gates.regression import against_champion
from zhsq.tracking.record import Body, BundleRef, Record, Who
from zhsq.tracking.runs import client
from zhsq.tracking.signing import signer
from zhsq.tracking.store import LoggedRun
from zhsq.workspace import workspace


@dataclass(frozen=True)
class Judged:
    """A run, what was looked at, and every gate's outcome."""

    run: LoggedRun
    evidence: Evidence
    gates: tuple[Gate, ...]
    gates_sha256: str

    @property
    def refusals(self) -> list[Gate]:
        """Gates that refuse; none when the run may be promoted."""
        return [gate for gate in self.gates if gate.state == "refuse"]


def consider(
    run: LoggedRun,
    parity: Sequence[ParityFigures],
    config: GatesConfig,
    *,
    accepted: str = "",
    allow_subset: bool = False,
) -> Judged:
    """Put a run through every gate; nothing is changed.

    Args:
        run: of a benchmark.
        parity: of its bundle.
        config: what is asked.
        accepted: a person's reason to take restricted or undeclared training data on.
        allow_subset: let a run on a subset through.
    """
    report = run.report
    asked = config.tasks.get(report.task)
    reigning = registry.champion_entry(report.task)
    against = AgainstChampion()
    if asked is not None and reigning is not None:
        bundle = _bundle_of(reigning)
        ids = registry.runs_of(bundle, report, reigning.run_id)
        against = against_champion(bundle, run, ids, asked.regression)
    evidence = Evidence(report, run.bundle, tuple(parity), against, accepted.strip(), allow_subset)
    return Judged(run, evidence, tuple(judge(evidence, config)), config.sha256)


def _bundle_of(entry: registry.Entry) -> BundleRef:
    return entry.record.body.bundle if entry.record else BundleRef(name="?", version="?", sha256=entry.bundle_sha256)


@dataclass(frozen=True)
class Promotion:
    """The new version in the registry, and its record."""

    version: int
    record: Record


def promote(judged: Judged, by: str = "") -> Promotion:
    """Sign the record of a run that no gate refuses, write it, and make its bundle champion.

    The order keeps the state consistent wherever it ends: the run keeps the record; a version of the registry carries it,
    marked as pending; the workspace keeps a copy; `previous` moves to the old champion, and at last `champion` to the new.
    Until that, the old champion stands; the record that was signed in vain stays in the chain as one that did not complete.

    Args:
        judged: by `consider`.
        by: who promotes, in their own words; empty takes the system's user.

    Raises:
        GateRefusedError: names each gate that refused; nothing was changed.
        ZhsqError: the key can't be used, or another promotion of the task came in between; the old champion stands.
    """
    require(list(judged.gates))
    run, mlflow = judged.run, client()
    task = run.report.task
    known = registry.entries(task)
    record = Record.signed(body := _body(judged, known, by), signer())
    mlflow.log_text(run.run_id, record.text(), f"promotion/{record.file}")
    version = _new_version(mlflow, judged, record, known)
    record.write(workspace().champions / task)
    old = next((entry for entry in known if registry.CHAMPION in entry.aliases), None)
    name = registry.model_name(task)
    if old is not None:
        # It is, or the alias would not be there; but the promotion may have ended before it said so.
        mlflow.set_model_version_tag(name, str(old.version), registry.STAGE, registry.DONE)
        # The same bundle again is no new champion: the one before it stays the one to go back to.
        if old.bundle_sha256 != body.bundle.sha256:
            mlflow.set_registered_model_alias(name, registry.PREVIOUS, str(old.version))
    mlflow.set_registered_model_alias(name, registry.CHAMPION, str(version))
    mlflow.set_model_version_tag(name, str(version), registry.STAGE, registry.DONE)
    mlflow.set_tag(run.run_id, "promoted", f"v{version}")
    return Promotion(version, record)


def _body(judged: Judged, known: Sequence[registry.Entry], by: str) -> Body:
    run, bundle = judged.run, judged.run.bundle
    old = next((entry for entry in known if registry.CHAMPION in entry.aliases), None)
    last = known[-1] if known else None
    if last is not None and last.record is None:
        raise ZhsqError(
            f"Version {last.version} of {registry.model_name(run.report.task)} carries no readable record.",
            "Nothing can be chained to it. See zhsq champions --verify.",
        )
    user = _user()
    return Body(
        task=run.report.task,
        sequence=last.record.body.sequence + 1 if last and last.record else 1,
        who=Who(by=by.strip() or user, user=user, host=platform.node()),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        bundle=BundleRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        run_id=run.run_id,
        report_sha256=sha256_file(run.folder / "report.json"),
        gates_sha256=judged.gates_sha256,
        gates=judged.gates,
        parity=judged.evidence.parity,
        against=judged.evidence.against,
        accepted=judged.evidence.accepted,
        previous_champion=old.bundle_sha256 if old else "",
        previous_record=last.record.sha256 if last and last.record else "",
        key=signer().public,
    )


def _new_version(mlflow: Any, judged: Judged, record: Record, known: Sequence[registry.Entry]) -> int:
    """Register the bundle with its record; give way to a promotion that came in between."""
    run, name = judged.run, registry.model_name(judged.run.report.task)
    try:
        mlflow.create_registered_model(name)
    except Exception as error:  # MLflow raises its own kind for "is there already", and imports slowly
        if getattr(error, "error_code", "") != "RESOURCE_ALREADY_EXISTS":
            raise
    made = mlflow.create_model_version(
        name,
        source=f"{mlflow.get_run(run.run_id).info.artifact_uri}/bundle",
        run_id=run.run_id,
        tags={
            "bundle_sha256": run.bundle.sha256,
            registry.RECORD: record.text(),
            registry.STAGE: registry.PENDING,
        },
    )
    version = int(made.version)
    now = {entry.version for entry in registry.entries(run.report.task)}
    if now - {entry.version for entry in known} != {version}:
        mlflow.delete_model_version(name, str(version))
        raise ZhsqError(
            f"Another promotion of {run.report.task} came in between.", "Nothing was changed. Promote again."
        )
    return version


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
