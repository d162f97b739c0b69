"""Bring a bundle onto running Tritons and take it back: versions stay on disk and loaded, only a pointer moves.

The steps of a deployment, in an order in which any of them may be the last (the process is killed, the disk is full,
Triton dies): export beside what is there, load beside what is loaded, compare the answers, move the pointer. Until the
pointer has moved, calls go to the version before, which every config written on the way keeps loaded.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from zhsq.deploy import loading
from zhsq.deploy.admission import Trial, may_follow
from zhsq.deploy.back import pointers, promote, rollback
from zhsq.deploy.journal import LOCK, Journal
from zhsq.deploy.parity import Parity, Reference, items_for, parity_gate
from zhsq.deploy.repository import Variant, export
from zhsq.errors import GateRefusedError, ZhsqError
from zhsq.models.answering import TASKS
from zhsq.models.bundle import Bundle
from zhsq.models.face.identity import embedding_identity
from zhsq.models.graph import Array
from zhsq.runtime import moves
from zhsq.runtime.endpoints import addresses
from zhsq.runtime.pointer import Canary, Deployment, Move, Pointer, change, locked, read, who
from zhsq.runtime.shelf import keep_bundle
from zhsq.runtime.triton import TritonRunner

__all__ = ["deploy", "pointers", "promote", "rollback"]

#: Pictures of each kind in the golden set: of public data where they are found, else what ships with the package.
GOLDEN = 16


def deploy(
    bundle: Bundle,
    url: str | Sequence[str],
    repository: Path,
    *,
    variant: Variant = "python",
    inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None = None,
    pipeline: bool = True,
    name: str = "",
    trial: Trial | None = None,
    enrol_again: bool = False,
    by: str = "",
    reason: str = "",
    evidence: Mapping[str, str] | None = None,
) -> tuple[Deployment, Parity]:
    """Export, load, compare with the in-process runtime on every endpoint, and only then move the pointer.

    Args:
        bundle: a verified bundle.
        url: gRPC address (host:port) of a Triton that serves `repository`, or several of them.
        repository: the repository's folder as this process sees it.
        variant: of the repository.
        inputs: feeds by graph, or {} for random ones: only graphs are compared then. None has the bundle's own pipeline
            answer the golden set (`GOLDEN` pictures of each kind) on both sides: decisions are compared, too.
        pipeline: deploy the bundle's pipeline as a model, too, where its task has one: one call from an encoded image
            to a result.
        name: of the pointer, when the bundle replaces one of another name; the bundle's own when empty.
        trial: give it a share of the calls instead of all.
        enrol_again: let a face bundle with other embedders take over, though every enrolled person must enrol again.
        by: who acts; this user and host when empty.
        reason: why, in the operator's words.
        evidence: for the log, such as the run that made it champion.

    Raises:
        GateRefusedError: Triton's answers are not the in-process ones, or templates of other embedders would be
            compared; what was served before is served again.
        RuntimeUnavailableError: an endpoint can't be reached or can't load a model; as above, on every endpoint.
        BundleError: the repository refuses the export, or another version is on trial.
        ZhsqError: the disk is full, or another deployment is under way.
    """
    urls, name = addresses(url), name or bundle.name
    with locked(repository, LOCK, wait=False), Journal(repository, name, bundle, by) as journal:
        state = read(repository)
        before = state.pointers.get(name)
        may_follow(bundle, before, trial, enrol_again)
        loading.tidy(repository, state)
        reference = Reference(bundle, items_for(bundle.spec.task, limit=GOLDEN) if inputs is None else None)
        fresh: Deployment | None = None
        touched: list[str] = []
        try:
            journal.stage("export")
            kept = {version for versions in loading.needed(state).values() for version in versions}
            exported = export(
                bundle, repository, variant=variant, serve=kept, pipeline=pipeline and bundle.spec.task in TASKS
            )
            fresh = Deployment(
                bundle=bundle.name,
                version=bundle.version,
                sha256=bundle.sha256,
                task=bundle.spec.task,
                embedding=embedding_identity(bundle),
                models={model.name: model.version for model in exported},
            )
            keep_bundle(repository, bundle)
            journal.stage("load")
            touched.extend(urls[:1])
            for done in loading.load(urls, repository, fresh, loading.needed(state, fresh)):
                touched.extend(urls[len(touched) : urls.index(done) + 2])
            journal.stage("verify")
            parity = _verify(reference, urls, inputs)
            journal.stage("switch")
            facts = {"parity": f"{parity} ({parity.source})", "endpoints": ", ".join(urls), **(evidence or {})}
            _move(repository, name, fresh, trial, by=by or who(), reason=reason, evidence=facts)
        except BaseException as error:
            if fresh is not None:
                loading.set_back(touched, repository, fresh, loading.needed(state))
            if isinstance(error, OSError):
                raise ZhsqError(
                    f"{bundle.name} {bundle.version} was not deployed: {error.strerror or error} ({error.filename}).",
                    "Free some space, then deploy again.",
                ) from error
            raise
        after = read(repository)
        loading.unload_others(urls, after.pointers[name].known().values(), loading.needed(after))
    return fresh, parity


def _verify(
    reference: Reference, urls: Sequence[str], inputs: Mapping[str, Sequence[Mapping[str, Array]]] | None
) -> Parity:
    """The worst parity of all endpoints.

    Raises:
        GateRefusedError: one endpoint's is not good enough.
    """
    bundle, found = reference.bundle, []
    for url in urls:
        where = f"on Triton at {url}"
        parity = parity_gate(bundle, inputs, other=TritonRunner(bundle, url), reference=reference, where=where)
        if not parity.passes():
            raise GateRefusedError(
                f"{bundle.name} {bundle.version} {where} does not answer as in process: {parity}.",
                "It was not deployed; see the server's log.",
            )
        found.append(parity)
    return max(found, key=lambda parity: parity.max_rel)


def _move(
    repository: Path,
    name: str,
    fresh: Deployment,
    trial: Trial | None,
    *,
    by: str,
    reason: str,
    evidence: dict[str, str],
) -> None:
    move = Move(action="canary" if trial else "deploy", deployment=fresh, by=by, reason=reason, evidence=evidence)

    def step(before: Pointer | None) -> Pointer:
        if trial is None:
            return moves.deployed(before, fresh, move)
        canary = Canary(
            id=secrets.token_hex(8),
            deployment=fresh,
            share=trial.share,
            limits=trial.limits,
            auto_promote=trial.auto_promote,
        )
        return moves.on_trial(before, canary, move)

    change(repository, name, step)
