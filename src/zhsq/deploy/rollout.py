"""Bring a bundle onto a running Triton and take it back: versions stay on disk, only a pointer moves.

The pointer is `deployed.json` in the repository: bundle name -> the deployment in use and those before it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from zhsq.deploy.client import load_model, unload_model
from zhsq.deploy.parity import Parity, parity_gate
from zhsq.deploy.repository import Variant, export, verify_version, versions, write_config
from zhsq.errors import BundleError, GateRefusedError, RuntimeUnavailableError, UnknownNameError
from zhsq.models.bundle import Bundle
from zhsq.models.graph import Array
from zhsq.runtime.triton import TritonRunner

POINTER = "deployed.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Deployment(_Frozen):
    """One bundle as it is served: its identity, and the version of each model (model name -> version)."""

    bundle: str
    version: str
    sha256: str
    models: dict[str, int]


class Pointer(_Frozen):
    """What is in use, and what was before it, oldest first."""

    current: Deployment
    history: tuple[Deployment, ...] = ()


def pointers(repository: Path) -> dict[str, Pointer]:
    """The pointer file: bundle name -> pointer; empty when nothing was deployed.

    Raises:
        BundleError: the file is damaged.
    """
    path = repository / POINTER
    if not path.is_file():
        return {}
    try:
        return {name: Pointer.model_validate(item) for name, item in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, ValidationError, AttributeError) as error:
        raise BundleError(f"{path} is damaged: {error}", "Remove it and deploy again.") from error


def deploy(
    bundle: Bundle,
    url: str,
    repository: Path,
    *,
    variant: Variant = "python",
    inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None = None,
) -> tuple[Deployment, Parity]:
    """Export, load, compare with the in-process runtime, and only then move the pointer.

    The version before stays loaded.

    Args:
        bundle: a verified bundle.
        url: gRPC address (host:port) of a Triton that serves `repository`.
        repository: the repository's folder as this process sees it.
        variant: of the repository.
        inputs: feeds by graph for the comparison; None compares what the bundle's pipeline decides of real pictures.

    Raises:
        GateRefusedError: Triton's answers are not the in-process ones; what was served before is served again.
        RuntimeUnavailableError: the server can't be reached or can't load a model; as above.
        BundleError: the repository refuses the export.
    """
    pointer = pointers(repository).get(bundle.name)
    before = pointer.current if pointer else None
    exported = export(bundle, repository, variant=variant, serve=before.models.values() if before else ())
    fresh = Deployment(
        bundle=bundle.name,
        version=bundle.version,
        sha256=bundle.sha256,
        models={model.name: model.version for model in exported},
    )
    try:
        _switch(url, repository, fresh, keep=before)
        parity = parity_gate(bundle, inputs, other=TritonRunner(bundle, url), where="on Triton")
        if not parity.passes():
            raise GateRefusedError(
                f"{bundle.name} {bundle.version} on Triton does not answer as in process: {parity}.",
                "It was not deployed; see the server's log.",
            )
    except (GateRefusedError, RuntimeUnavailableError):
        # Best effort: the first error is the one to report, and a server that is gone can't be set back now.
        with contextlib.suppress(RuntimeUnavailableError):
            if before:
                _switch(url, repository, before)
            else:
                for name in fresh.models:
                    unload_model(url, name)
        raise
    if before is None or before != fresh:
        history = (*(pointer.history if pointer else ()), *((before,) if before else ()))
        _point(repository, bundle.name, Pointer(current=fresh, history=history))
    return fresh, parity


def rollback(name: str, url: str, repository: Path) -> Deployment:
    """Move the pointer back to the deployment before; the one that is left stays on disk and loaded.

    Args:
        name: the bundle's name.
        url: gRPC address (host:port) of the Triton that serves `repository`.
        repository: the repository's folder.

    Raises:
        UnknownNameError: no bundle of this name was deployed here; carries the nearest.
        BundleError: there is no deployment before this one, or its files were changed.
        RuntimeUnavailableError: the server can't be reached or can't load it; the pointer stays.
    """
    known = pointers(repository)
    pointer = known.get(name)
    if pointer is None:
        raise UnknownNameError("deployed bundle", name, known)
    if not pointer.history:
        raise BundleError(f"{name} has no deployment before {pointer.current.version}.", "Deploy another bundle.")
    target = pointer.history[-1]
    _switch(url, repository, target, keep=pointer.current)
    _point(repository, name, Pointer(current=target, history=pointer.history[:-1]))
    return target


def _switch(url: str, repository: Path, to: Deployment, keep: Deployment | None = None) -> None:
    """Have Triton serve a deployment's versions (and keep another's), and make sure that they are ready."""
    for model, version in to.models.items():
        folder = repository / model
        if version not in versions(folder):
            raise BundleError(f"{folder / str(version)} is gone.", "Deploy the bundle again.")
        verify_version(folder / str(version))
        kept: Iterable[int] = {keep.models[model]} if keep and model in keep.models else ()
        write_config(folder, served={version, *kept}, deployed=version)
        load_model(url, model, version)


def _point(repository: Path, name: str, pointer: Pointer) -> None:
    everything = pointers(repository) | {name: pointer}
    text = json.dumps({key: item.model_dump(mode="json") for key, item in everything.items()}, indent=2)
    draft = repository / f".{POINTER}"
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(repository / POINTER)
