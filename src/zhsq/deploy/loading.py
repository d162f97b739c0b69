"""Which versions Triton has loaded: the ones that a pointer needs, on every endpoint, without a moment of neither.

A reload keeps the old instances until the new ones are ready, and a version that a pointer names is in every config
that is written: whatever happens in between, what is in use stays loaded.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from zhsq.deploy.client import load_model, ready, unload_model
from zhsq.deploy.repository import verify_version, versions, write_config
from zhsq.errors import BundleError, RuntimeUnavailableError
from zhsq.runtime.pointer import OWN, Deployment, State

Versions = dict[str, set[int]]


def needed(state: State, *more: Deployment) -> Versions:
    """Model -> versions that must be loaded: of every pointer, and of deployments that are about to be one's."""
    found: Versions = {}
    wanted = [item for pointer in state.pointers.values() for item in pointer.wanted()]
    for deployment in (*wanted, *more):
        for model, version in deployment.models.items():
            found.setdefault(model, set()).add(version)
    return found


def load(urls: Sequence[str], repository: Path, deployment: Deployment, keep: Versions) -> Iterator[str]:
    """Load a deployment endpoint by endpoint; yields each address when its versions are ready there.

    Args:
        urls: gRPC addresses of Tritons that serve `repository`.
        repository: its folder as this process sees it.
        deployment: to load.
        keep: what must be loaded beside it, its own versions among them.

    Raises:
        BundleError: a version's files are gone or were changed.
        RuntimeUnavailableError: an endpoint can't be reached or can't load a model; those before it have loaded it.
    """
    for model, version in deployment.models.items():
        folder = repository / model
        if version not in versions(folder):
            raise BundleError(f"{folder / str(version)} is gone.", "Deploy the bundle again.")
        verify_version(folder / str(version))
        write_config(folder, served=keep[model] & set(versions(folder)))
    for url in urls:
        missing = {
            model
            for model, version in deployment.models.items()
            if not all(ready(url, {model: kept}) for kept in keep[model] | {version})
        }
        for model in sorted(missing):
            load_model(url, model, deployment.models[model])
        yield url


def set_back(urls: Iterable[str], repository: Path, deployment: Deployment, keep: Versions) -> None:
    """Undo `load` as far as can be: the configs first, so that a server that restarts serves what is in use."""
    for model in deployment.models:
        kept = keep.get(model, set()) & set(versions(repository / model))
        if kept:
            with contextlib.suppress(OSError):  # a full disk: the config there names what is in use as well
                write_config(repository / model, served=kept)
    for url in urls:
        for model in deployment.models:
            with contextlib.suppress(RuntimeUnavailableError):  # gone: there is nothing to set back
                if keep.get(model):
                    load_model(url, model)
                else:
                    unload_model(url, model)


def unload_others(urls: Iterable[str], deployments: Iterable[Deployment], keep: Versions) -> None:
    """Unload models of earlier deployments that no pointer needs any more; a server that is gone has none loaded."""
    for model in sorted({model for item in deployments for model in item.models} - set(keep)):
        for url in urls:
            with contextlib.suppress(RuntimeUnavailableError):
                unload_model(url, model)


def tidy(repository: Path, state: State) -> None:
    """Remove what deployments that were cut off left behind: drafts, and counts of trials that are over.

    To be called under the repository's deployment lock: nobody else writes drafts then.
    """
    for draft in repository.glob("*/.draft-*"):
        shutil.rmtree(draft, ignore_errors=True)
    for pattern in ("*/.*.[0-9]*", f"{OWN}*.draft*"):
        for draft in repository.glob(pattern):
            draft.unlink(missing_ok=True)
    trials = tuple(f"{OWN}trial-{p.canary.id}-" for p in state.pointers.values() if p.canary)
    for counts in repository.glob(f"{OWN}trial-*"):
        if not counts.name.startswith(trials):
            counts.unlink(missing_ok=True)
