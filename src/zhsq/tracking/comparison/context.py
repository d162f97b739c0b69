"""What two measurements differ in besides their figures: model, data, code, machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhsq.models.bundle import Licence
from zhsq.tracking.store import LoggedRun

ABSENT = "—"
#: The part of a bundle's own parameters: many, and for engineers.
PARAMETER = "parameter"


@dataclass(frozen=True)
class Setting:
    """One thing that a figure may depend on: its part (model, parameter, data, code, machine), name, and a value for each run."""

    part: str
    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def settings(runs: Sequence[LoggedRun]) -> list[Setting]:
    """Everything that the runs recorded of how they came about; a name that a run lacks has the value `ABSENT`."""
    found = [dict(_of(run)) for run in runs]
    names = dict.fromkeys(key for values in found for key in values)
    return [Setting(*key, tuple(values.get(key, ABSENT) for values in found)) for key in names]


def _of(run: LoggedRun) -> Iterator[tuple[tuple[str, str], str]]:
    report, spec = run.report, run.bundle.spec
    yield ("model", "name"), spec.name
    yield ("model", "version"), spec.version
    yield ("model", "bundle sha256"), run.bundle.sha256[:16]
    for name, value in _flat(spec.params):
        yield (PARAMETER, name), value
    for name, graph in spec.graphs.items():
        yield ("model", f"graph {name}"), f"{graph.file}, sha256 {spec.files.get(graph.file, '')[:12]}"
    for threshold in spec.thresholds:
        source = f"{threshold.protocol} on {threshold.data} ({threshold.release}), {threshold.split}"
        yield ("model", f"threshold {threshold.name}"), f"{threshold.value:.6g}, from {source}"
    known = {threshold.value for threshold in spec.thresholds}
    for name, reference in report.thresholds.items():
        if reference.value not in known:
            yield ("model", f"threshold of {name}"), f"{reference.value:.6g}, {reference.source}"
    for licence in spec.weights_licences:
        yield ("model", f"licence of weights {licence.name}"), licence_words(licence)
    for licence in spec.training_data_licences:
        yield ("model", f"licence of training data {licence.name}"), licence_words(licence)
    yield ("model", "built by"), spec.provenance.built_by
    yield ("data", "name"), report.data.name
    yield ("data", "release"), report.data.release
    yield ("data", "folder"), report.data.root
    yield ("data", "protocol"), report.protocol
    yield ("data", "split"), report.split
    yield ("data", "n"), str(report.n)
    yield ("data", "intervals"), report.interval_method
    yield ("code", "commit"), report.git_commit or "not known"
    yield ("code", "command"), report.command or "not recorded"
    for part, values in (("machine", report.hardware), ("machine", report.versions)):
        for name, value in values.items():
            yield (part, name), value
    yield ("machine", "items a second"), f"{report.items_per_second:.1f}"


def licence_words(licence: Licence) -> str:
    """Terms of an ingredient, and whether they allow deployment."""
    allowed = {True: "may be deployed", False: "may not be deployed", None: "nothing declared on deployment"}
    return f"{licence.spdx}: {allowed[licence.deployable]}"


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested parameters by dotted names; a list is one value, cut where it is long."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            text = str(value)
            yield f"{prefix}{name}", text if len(text) <= 120 else f"{text[:117]}..."
