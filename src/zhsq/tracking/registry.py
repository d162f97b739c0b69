"""The registry of champions: a registered model a task, a version a promotion, the aliases `champion` and `previous`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle
from zhsq.protocols.report import Report
from zhsq.tracking.record import BundleRef, Record
from zhsq.tracking.runs import BENCH, client
from zhsq.tracking.store import fetched

CHAMPION, PREVIOUS = "champion", "previous"
#: Tags of a version: its signed record, and whether the alias was moved after it was written.
RECORD, STAGE = "record", "promotion"
PENDING, DONE = "pending", "done"
_PREFIX = "zhsq-"
#: What MLflow answers when a model, or its alias, is not there.
_NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


def model_name(task: str) -> str:
    """The registered model of a task."""
    return f"{_PREFIX}{task}"


def tasks() -> list[str]:
    """Tasks that had a promotion, in alphabetical order."""
    found = client().search_registered_models(f"name LIKE '{_PREFIX}%'")
    return sorted(str(model.name).removeprefix(_PREFIX) for model in found)


@dataclass(frozen=True)
class Entry:
    """One version of a task's registered model.

    Attributes:
        version: number in the registry.
        run_id: of the run that it came from, by the registry.
        bundle_sha256: by the registry.
        record: signed; None when there is none that can be read.
        done: whether the promotion went through to its end.
        aliases: that point to it.
    """

    version: int
    run_id: str
    bundle_sha256: str
    record: Record | None
    done: bool
    aliases: tuple[str, ...]


def entries(task: str) -> list[Entry]:
    """Every version of a task, the first promotion first."""
    mlflow = client()
    found = mlflow.search_model_versions(f"name = '{model_name(task)}'", max_results=10_000)
    if not found:
        return []
    aliases: dict[int, list[str]] = {}
    for alias, version in mlflow.get_registered_model(model_name(task)).aliases.items():
        aliases.setdefault(int(version), []).append(alias)
    return sorted((_entry(one, aliases.get(int(one.version), [])) for one in found), key=lambda one: one.version)


def _entry(version: Any, aliases: list[str]) -> Entry:
    try:
        record = Record.model_validate_json(version.tags.get(RECORD, ""))
    except ValidationError:
        record = None
    done = version.tags.get(STAGE) == DONE or CHAMPION in aliases
    sha256 = version.tags.get("bundle_sha256", "")
    return Entry(int(version.version), str(version.run_id), sha256, record, done, tuple(sorted(aliases)))


def champion_entry(task: str) -> Entry | None:
    """The version behind the alias `champion`, None when nothing was promoted."""
    return next((entry for entry in entries(task) if CHAMPION in entry.aliases), None)


def champion(task: str, alias: str = CHAMPION) -> Bundle | None:
    """The bundle behind an alias of a task, None when nothing was promoted.

    Raises:
        BundleError: it was touched, or is another than the one that was promoted.
    """
    try:
        version = client().get_model_version_by_alias(model_name(task), alias)
    except Exception as error:  # MLflow raises its own kind, and imports slowly
        if getattr(error, "error_code", "") in _NOT_THERE:
            return None
        raise
    bundle = Bundle.load(fetched(version.run_id, "bundle"))
    if bundle.sha256 != version.tags.get("bundle_sha256"):
        raise BundleError(
            f"Run {version.run_id} holds another bundle than the {alias} of {task} that was promoted.",
            "Look at its history: zhsq champions --verify",
        )
    return bundle


def champion_is_whole(task: str) -> bool:
    """Whether a champion stands that was measured on the whole protocol: a subset must not displace it."""
    entry = champion_entry(task)
    if entry is None or entry.record is None:
        return False
    return any(gate.name == "whole protocol" and gate.state == "pass" for gate in entry.record.body.gates)


def runs_of(bundle: BundleRef, report: Report, first: str) -> list[str]:
    """Finished runs of a bundle by a report's protocol on its data release.

    Args:
        bundle: that was measured.
        report: whose protocol and release are wanted.
        first: id of the run that stands first if it is among them; the others follow, newest first.
    """
    mlflow = client()
    experiment = mlflow.get_experiment_by_name(f"{BENCH}/{report.task}")
    if experiment is None:
        return []
    found = mlflow.search_runs(
        [experiment.experiment_id],
        f"tags.bundle_sha256 = '{bundle.sha256}' and attributes.status = 'FINISHED'",
        order_by=["attributes.start_time DESC"],
    )
    wanted = (report.protocol, report.data.release)
    ids = [
        str(run.info.run_id) for run in found if (run.data.tags["protocol"], run.data.tags["data_release"]) == wanted
    ]
    return sorted(ids, key=lambda run_id: run_id != first)
