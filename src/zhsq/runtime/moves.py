"""The moves of a pointer, as pure steps from one to the next: deploy, start a trial, promote it, roll back."""

from __future__ import annotations

from pathlib import Path

from zhsq.errors import BundleError
from zhsq.runtime.pointer import Canary, Deployment, Move, Pointer, change


def deployed(before: Pointer | None, to: Deployment, move: Move) -> Pointer:
    """A version in use from now on; the one before can be gone back to."""
    if before is None:
        return Pointer(current=to, log=(move,))
    _no_trial(before)
    if before.current.sha256 == to.sha256:  # the same bundle again: its models may have been exported anew
        return before.model_copy(update={"current": to, "log": (*before.log, move)})
    return before.model_copy(
        update={"current": to, "history": (*before.history, before.current), "log": (*before.log, move)}
    )


def on_trial(before: Pointer | None, canary: Canary, move: Move) -> Pointer:
    """A version that gets a share of the calls.

    Raises:
        BundleError: nothing is in use to compare it with, it is in use itself, or another is on trial.
    """
    trial = canary.deployment
    if before is None:
        raise BundleError(f"Nothing is in use that {trial} could be compared with.", "Deploy without --canary first.")
    if before.current.sha256 == trial.sha256:
        raise BundleError(f"{trial} is in use already.", "Put another version on trial.")
    _no_trial(before)
    return before.model_copy(update={"canary": canary, "log": (*before.log, move)})


def promoted(before: Pointer, move: Move) -> Pointer:
    """The version on trial in use from now on."""
    assert before.canary is not None
    return before.model_copy(
        update={
            "current": before.canary.deployment,
            "history": (*before.history, before.current),
            "canary": None,
            "log": (*before.log, move),
        }
    )


def rolled_back(before: Pointer, to: Deployment, move: Move) -> Pointer:
    """An earlier version in use again; what came after it leaves the history, and stays in the log. A trial ends.

    A version that the history no longer holds (it was itself rolled back) is taken as the next one.
    """
    places = [place for place, item in enumerate(before.history) if item.sha256 == to.sha256]
    if to.sha256 == before.current.sha256:
        history = before.history
    else:
        history = before.history[: places[-1]] if places else (*before.history, before.current)
    return before.model_copy(update={"current": to, "history": history, "canary": None, "log": (*before.log, move)})


def trial_ended(before: Pointer, move: Move) -> Pointer:
    """The version in use gets every call again."""
    return before.model_copy(update={"canary": None, "log": (*before.log, move)})


def conclude(repository: Path, name: str, trial_id: str, move: Move) -> bool:
    """End one trial by promotion or rollback, unless it has ended: of several processes that decide, one does it.

    Args:
        repository: the Triton repository's folder.
        name: of the pointer.
        trial_id: the trial that the decision is about.
        move: 'promote' puts the version on trial in use, 'rollback' ends the trial.

    Returns:
        Whether it was this call that ended it.

    Raises:
        ZhsqError: the pointer can't be written.
    """
    ended = False

    def step(before: Pointer | None) -> Pointer | None:
        nonlocal ended
        if before is None or before.canary is None or before.canary.id != trial_id:
            return None
        ended = True
        return promoted(before, move) if move.action == "promote" else trial_ended(before, move)

    change(repository, name, step)
    return ended


def _no_trial(before: Pointer) -> None:
    if before.canary is not None:
        raise BundleError(
            f"{before.canary.deployment} is on trial with {before.canary.share:.0%} of the calls.",
            "End that first: zhsq deploy --promote, or zhsq rollback.",
        )
