"""Find runs again: by task, model, data, state, a figure's value; newest first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.tracking.runs import BENCH, PARENT, TRAINING, client

State = Literal["finished", "failed", "running", "killed"]
_CONDITION = re.compile(r"\s*([A-Za-z0-9_.+/ -]+?)\s*(>=|<=|!=|==|=|>|<)\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*")


@dataclass(frozen=True)
class Query:
    """What to look for; empty fields ask for nothing.

    Attributes:
        task: of a benchmark, or kind of a training.
        model: name, or name@version.
        data: name of the data set.
        state: how the run ended.
        where: conditions on figures, such as 'accuracy>0.99'; all must hold.
        parent: id of the run whose parts are wanted.
        last: at most as many.
    """

    task: str = ""
    model: str = ""
    data: str = ""
    state: State | None = None
    where: tuple[str, ...] = ()
    parent: str = ""
    last: int = 20


@dataclass(frozen=True)
class Summary:
    """A run in a list.

    Attributes:
        task: of a benchmark, or kind of a training. kind: which of both.
        metrics: figures without intervals and without those of the system. promoted: as which versions, '' for none.
    """

    run_id: str
    kind: Literal["bench", "training"]
    task: str
    name: str
    state: str
    start: datetime
    seconds: float | None
    model: str
    data: str
    metrics: dict[str, float]
    parent: str
    promoted: str


def search(query: Query) -> list[Summary]:
    """Runs that a query asks for, newest first.

    Raises:
        MissingExtraError: MLflow is not installed.
        ZhsqError: a condition can't be read.
    """
    mlflow = client()
    experiments = _experiments(mlflow)
    if query.task:
        known = {task for _, task in experiments.values()}
        experiments = {key: found for key, found in experiments.items() if found[1] == query.task}
        if known and not experiments:
            raise UnknownNameError("task with runs", query.task, known)
    if not experiments:
        return []
    runs = mlflow.search_runs(
        list(experiments), _filter(query), order_by=["attributes.start_time DESC"], max_results=query.last
    )
    return [_summary(run, *experiments[run.info.experiment_id]) for run in runs]


def one(run_id: str) -> str:
    """The full id of the run that begins so (at least six characters).

    Raises:
        UnknownNameError: none, or several, with the latest ones.
    """
    mlflow = client()
    experiments = _experiments(mlflow)
    found: list[str] = []
    if len(run_id) >= 6 and experiments and re.fullmatch(r"[0-9a-f]+", run_id):
        matching = mlflow.search_runs(list(experiments), f"attributes.run_id LIKE '{run_id}%'", max_results=2)
        found = [str(run.info.run_id) for run in matching]
    if len(found) != 1:
        raise UnknownNameError("run", run_id, [summary.run_id for summary in search(Query(last=10))])
    return found[0]


def summary(run_id: str) -> Summary:
    """One run, by its full id."""
    mlflow = client()
    run = mlflow.get_run(run_id)
    return _summary(run, *_experiments(mlflow)[run.info.experiment_id])


def _experiments(mlflow: Any) -> dict[str, tuple[Literal["bench", "training"], str]]:
    """Id of each experiment of ours, with its kind and task."""
    found: dict[str, tuple[Literal["bench", "training"], str]] = {}
    for experiment in mlflow.search_experiments():
        group, _, task = str(experiment.name).partition("/")
        if group in (BENCH, TRAINING) and task:
            found[experiment.experiment_id] = ("bench" if group == BENCH else "training", task)
    return found


def _filter(query: Query) -> str:
    """The query in MLflow's language."""
    name, _, version = query.model.partition("@")
    parts = [
        f"{key} = '{_plain(value)}'"
        for key, value in (
            ("params.model", name),
            ("params.model_version", version),
            ("params.data", query.data),
            ("attributes.status", (query.state or "").upper()),
            (f"tags.`{PARENT}`", query.parent),
        )
        if value
    ]
    for condition in query.where:
        match = _CONDITION.fullmatch(condition)
        if match is None:
            raise ZhsqError(
                f"The condition {condition!r} can't be read.", "Write a figure, a sign and a number: 'accuracy>0.99'."
            )
        metric, sign, number = match.groups()
        parts.append(f"metrics.`{metric}` {'=' if sign == '==' else sign} {float(number):f}")
    return " and ".join(parts)


def _plain(value: str) -> str:
    if "'" in value:
        raise ZhsqError(f"{value!r} holds a quotation mark.", "Leave it out.")
    return value


def _summary(run: Any, kind: Literal["bench", "training"], task: str) -> Summary:
    info, params, tags = run.info, run.data.params, run.data.tags
    left_out = ("_low", "_high", "_second")
    metrics = {
        key: float(value)
        for key, value in run.data.metrics.items()
        if not key.endswith(left_out) and not key.startswith("system/")
    }
    version = params.get("model_version", "")
    return Summary(
        run_id=str(info.run_id),
        kind=kind,
        task=task,
        name=str(info.run_name),
        state=str(info.status).lower(),
        start=datetime.fromtimestamp(info.start_time / 1000, tz=UTC),
        seconds=(info.end_time - info.start_time) / 1000 if info.end_time else None,
        model=f"{params['model']}@{version}" if "model" in params and version else params.get("name", ""),
        data=params.get("data", ""),
        metrics=metrics,
        parent=tags.get(PARENT, ""),
        promoted=tags.get("promoted", ""),
    )
