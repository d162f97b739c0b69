"""Move a pointer when everything is loaded already: put the version on trial in use, or go back to the one before.

A rollback must not wait, not even for imports: this module takes none that is slow.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from zhsq.deploy.client import ready
from zhsq.errors import BundleError, RuntimeUnavailableError
from zhsq.runtime import moves
from zhsq.runtime.canary import judge, sum_counts
from zhsq.runtime.endpoints import addresses
from zhsq.runtime.pointer import Canary, Deployment, Move, Pointer, change, counts_of, locked, read, who

log = logging.getLogger(__name__)


def pointers(repository: Path) -> dict[str, Pointer]:
    """What is deployed, by name; empty when nothing is.

    Raises:
        BundleError: the pointer file is damaged.
    """
    return read(repository).pointers


def promote(name: str, repository: Path, *, by: str = "", reason: str = "") -> Deployment:
    """Put the version on trial in use; what the serving processes counted is recorded as the evidence.

    Raises:
        UnknownNameError: no bundle of this name was deployed here.
        BundleError: nothing is on trial, or its trial has just ended.
    """
    canary = read(repository).pointer(name).canary
    if canary is None:
        raise BundleError(f"No version of {name} is on trial.", "Start a trial: zhsq deploy BUNDLE --canary 10%")
    if not moves.conclude(repository, name, canary.id, _about(canary, repository, "promote", by, reason)):
        raise BundleError(f"The trial of {canary.deployment} has just ended.", "See how: zhsq deployments")
    return canary.deployment


def rollback(
    name: str, url: str | Sequence[str], repository: Path, *, to: str = "", by: str = "", reason: str = ""
) -> Deployment:
    """Move the pointer back. The version before is still loaded, so nothing waits; the one left stays loaded, too.

    While a version is on trial, its trial ends, and the one in use gets every call again.

    Args:
        name: of the pointer, the bundle's name as a rule.
        url: gRPC address (host:port) of the Triton that serves `repository`, or several; one must have the version.
        repository: the repository's folder.
        to: the version or the beginning of the sha256 of any earlier deployment; it is loaded when it is not.
        by: who acts; this user and host when empty.
        reason: why.

    Returns:
        What is in use now.

    Raises:
        UnknownNameError: no bundle of this name was deployed here; carries the nearest.
        BundleError: there is no such deployment, or its files were changed.
        RuntimeUnavailableError: no endpoint can be reached or can load it; the pointer stays.
    """
    pointer = read(repository).pointer(name)
    if pointer.canary is not None and not to:
        moves.conclude(repository, name, pointer.canary.id, _about(pointer.canary, repository, "rollback", by, reason))
        return pointer.current
    target = _earlier(name, pointer, to)
    _make_ready(addresses(url), repository, target)
    move = Move(action="rollback", deployment=target, by=by or who(), reason=reason)
    change(repository, name, lambda now: moves.rolled_back(now, target, move) if now else None)
    return target


def _about(canary: Canary, repository: Path, action: Literal["promote", "rollback"], by: str, reason: str) -> Move:
    counted = judge(*sum_counts(counts_of(repository, canary)), canary.limits)
    return Move(action=action, deployment=canary.deployment, by=by or who(), reason=reason, evidence=counted.evidence)


def _earlier(name: str, pointer: Pointer, to: str) -> Deployment:
    if not to:
        if pointer.previous is None:
            raise BundleError(f"{name} has no deployment before {pointer.current.version}.", "Deploy another bundle.")
        return pointer.previous
    known = pointer.known()
    found = [item for item in known.values() if item.version == to or (len(to) >= 6 and item.sha256.startswith(to))]
    if len(found) != 1:
        listed = ", ".join(f"{item.version} ({item.sha256[:12]})" for item in known.values())
        few = "more than one deployment" if found else "no deployment"
        raise BundleError(f"{name} has {few} {to!r}.", f"There were: {listed}.")
    return found[0]


def _make_ready(urls: Sequence[str], repository: Path, target: Deployment) -> None:
    """See that the endpoints have it loaded. One that is down must not keep the others from being rolled back."""
    missing, errors = [], []
    for url in urls:
        try:
            if not ready(url, target.models):
                missing.append(url)
        except RuntimeUnavailableError as error:
            errors.append(error)
    if missing:
        from zhsq.deploy import loading  # slow, and seldom needed
        from zhsq.deploy.journal import LOCK

        with locked(repository, LOCK, wait=False):
            for url in missing:
                try:
                    list(loading.load([url], repository, target, loading.needed(read(repository), target)))
                except RuntimeUnavailableError as error:
                    errors.append(error)
    if len(errors) == len(urls):
        raise errors[0]
    for down in errors:
        log.warning("Rolled back without one endpoint: %s", down.message)
