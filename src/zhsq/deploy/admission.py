"""What may be deployed after what: refused before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhsq.errors import BundleError, GateRefusedError
from zhsq.models.bundle import Bundle
from zhsq.models.face.identity import embedding_identity
from zhsq.runtime.canary import CanaryLimits
from zhsq.runtime.pointer import Pointer


@dataclass(frozen=True)
class Trial:
    """How a version is tried before it is put in use: its share of the calls (0..1), and what ends the trial."""

    share: float
    limits: CanaryLimits = field(default_factory=CanaryLimits)
    auto_promote: bool = False


def may_follow(bundle: Bundle, before: Pointer | None, trial: Trial | None, enrol_again: bool) -> None:
    """Refuse, before anything is written, what could not be put in use.

    Raises:
        BundleError, GateRefusedError: as `deploy`.
    """
    if before is None:
        if trial is not None:
            raise BundleError(
                f"Nothing is in use that {bundle.name} {bundle.version} could be tried against.",
                "Deploy it without --canary first.",
            )
        return
    if before.canary is not None:
        raise BundleError(
            f"{before.canary.deployment} is on trial with {before.canary.share:.0%} of the calls.",
            "End that first: zhsq deploy --promote, or zhsq rollback.",
        )
    if trial is not None and before.current.sha256 == bundle.sha256:
        raise BundleError(f"{before.current} is in use already.", "Put another version on trial.")
    if before.current.task != bundle.spec.task:
        raise BundleError(f"{before.current} is for {before.current.task}, {bundle.name} for {bundle.spec.task}.")
    if before.current.embedding == embedding_identity(bundle):
        return
    if trial is not None:
        raise GateRefusedError(
            f"{bundle.name} {bundle.version} embeds faces in another way than {before.current}: templates of two "
            "embedders can't be compared, so people enrolled with one would be strangers to the other.",
            "A trial needs the same embedders. To change them, enrol everyone again: zhsq deploy --enrol-again.",
        )
    if not enrol_again:
        raise GateRefusedError(
            f"{bundle.name} {bundle.version} embeds faces in another way than {before.current}: nobody enrolled so far "
            "would be recognised.",
            "If everyone is to be enrolled again, say so: --enrol-again.",
        )
