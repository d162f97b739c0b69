"""What runs where: every pointer, against what each endpoint has loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhsq.deploy.client import ready_versions
from zhsq.deploy.journal import unfinished
from zhsq.errors import RuntimeUnavailableError
from zhsq.runtime.canary import judge, sum_counts
from zhsq.runtime.pointer import Canary, Deployment, Move, Pointer, State, counts_of, read

Role = Literal["in use", "on trial", "before"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Frozen):
    """One deployment on one endpoint. `ready` has the versions of its models that are loaded there."""

    name: str
    role: Role
    share: float
    deployment: Deployment
    url: str
    ready: dict[str, int]
    state: Literal["ready", "not loaded", "partly loaded", "unreachable"]


class Survey(_Frozen):
    """The whole picture: places, what each trial came to so far, each name's last move, what has not ended."""

    revision: int
    endpoints: dict[str, str]
    places: tuple[Place, ...]
    trials: dict[str, str]
    last_moves: dict[str, Move]
    unfinished: dict[str, str] | None

    @property
    def healthy(self) -> bool:
        """Whether every endpoint answers and has loaded what is in use and on trial."""
        return all(place.state == "ready" for place in self.places if place.role != "before")


def survey(urls: Sequence[str], repository: Path) -> Survey:
    """Look at the pointer file and ask every endpoint; one that is down is a finding, not an error.

    Args:
        urls: gRPC addresses, host:port.
        repository: the repository's folder as this process sees it.

    Raises:
        BundleError: the pointer file is damaged.
    """
    state = read(repository)
    loaded: dict[str, dict[str, set[int]] | None] = {}
    endpoints: dict[str, str] = {}
    for url in urls:
        try:
            loaded[url], endpoints[url] = ready_versions(url), "ready"
        except RuntimeUnavailableError as error:
            loaded[url], endpoints[url] = None, error.message
    places = [
        _place(name, role, share, deployment, url, loaded[url])
        for name, pointer in sorted(state.pointers.items())
        for role, share, deployment in _roles(pointer)
        for url in urls
    ]
    trials = {name: _so_far(repository, p.canary) for name, p in state.pointers.items() if p.canary}
    return Survey(
        revision=state.revision,
        endpoints=endpoints,
        places=tuple(places),
        trials=trials,
        last_moves={name: pointer.log[-1] for name, pointer in state.pointers.items() if pointer.log},
        unfinished=_unfinished(repository, state),
    )


def _roles(pointer: Pointer) -> list[tuple[Role, float, Deployment]]:
    share = pointer.canary.share if pointer.canary else 0.0
    found: list[tuple[Role, float, Deployment]] = [("in use", 1 - share, pointer.current)]
    if pointer.canary:
        found.append(("on trial", share, pointer.canary.deployment))
    if pointer.previous:
        found.append(("before", 0.0, pointer.previous))
    return found


def _place(
    name: str, role: Role, share: float, deployment: Deployment, url: str, loaded: dict[str, set[int]] | None
) -> Place:
    have = {m: v for m, v in deployment.models.items() if loaded is not None and v in loaded.get(m, set())}
    state: Literal["ready", "not loaded", "partly loaded", "unreachable"]
    if loaded is None:
        state = "unreachable"
    elif len(have) == len(deployment.models):
        state = "ready"
    else:
        state = "partly loaded" if have else "not loaded"
    return Place(name=name, role=role, share=share, deployment=deployment, url=url, ready=have, state=state)


def _unfinished(repository: Path, state: State) -> dict[str, str] | None:
    """The journal's words, and whether the pointer had moved before the end came."""
    found = unfinished(repository)
    if found is None:
        return None
    pointer = state.pointers.get(found["name"])
    log = pointer.log if pointer else ()
    moved = any(move.deployment.sha256 == found["sha256"] and move.at >= found["since"] for move in log)
    return {**found, "effect": "it took effect" if moved else "it changed nothing"}


def _so_far(repository: Path, canary: Canary) -> str:
    verdict = judge(*sum_counts(counts_of(repository, canary)), canary.limits)
    figures = "; ".join(f"{key.replace('_', ' ')} {value}" for key, value in verdict.evidence.items())
    return f"{verdict.outcome}, {verdict.reason}. {figures}"
