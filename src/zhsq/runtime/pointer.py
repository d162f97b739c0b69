"""Which version of a deployed bundle is in use: the pointer file that deploys write and serving processes watch.

`deployed.json` lies in the Triton repository: name -> pointer. It is only ever replaced whole, under a lock, and its
revision grows by one with each change, so that a reader sees one state or the next and never a mixture.
"""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhsq.errors import BundleError, UnknownNameError, ZhsqError
from zhsq.files import replace_file
from zhsq.runtime.canary import CanaryLimits

POINTER = "deployed.json"
#: How the names of our other files in the repository begin: locks, packed bundles, counts of a trial, the journal.
OWN = ".zhsq-"
Action = Literal["deploy", "canary", "promote", "rollback"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Deployment(_Frozen):
    """One bundle as it is served: its identity, and the version of each model (model name -> version).

    `embedding` is the identity of a face bundle's embedders (`zhsq.models.face.identity`), empty for other tasks.
    """

    bundle: str
    version: str
    sha256: str
    task: str
    embedding: str = ""
    models: dict[str, int]

    def __str__(self) -> str:
        return f"{self.bundle} {self.version} ({self.sha256[:12]})"


class Move(_Frozen):
    """One change of a pointer: what, with which deployment, when (UTC, ISO 8601), by whom, why, on what evidence."""

    action: Action
    deployment: Deployment
    at: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    by: str
    reason: str = ""
    evidence: dict[str, str] = {}


class Canary(_Frozen):
    """A version on trial: the share of calls that it gets (0..1), and the limits that end the trial.

    `id` is the trial's own, so that a decision about one trial can never end another.
    """

    id: str
    deployment: Deployment
    share: float = Field(gt=0, lt=1)
    limits: CanaryLimits
    auto_promote: bool = False


class Pointer(_Frozen):
    """What is in use, what was before it (oldest first: a rollback takes the last), what is on trial, every move."""

    current: Deployment
    history: tuple[Deployment, ...] = ()
    canary: Canary | None = None
    log: tuple[Move, ...] = ()

    @property
    def previous(self) -> Deployment | None:
        """Where a rollback goes."""
        return self.history[-1] if self.history else None

    def wanted(self) -> tuple[Deployment, ...]:
        """What must stay loaded: in use, on trial, and the one before, so that a rollback waits for nothing."""
        trial = self.canary.deployment if self.canary else None
        return tuple(item for item in (self.current, trial, self.previous) if item is not None)

    def known(self) -> dict[str, Deployment]:
        """Every deployment that there ever was under this pointer, by sha256."""
        return {item.sha256: item for item in (*(move.deployment for move in self.log), *self.history, *self.wanted())}


class State(_Frozen):
    """The whole file."""

    format: Literal[2] = 2
    revision: int = 0
    pointers: dict[str, Pointer] = {}

    def pointer(self, name: str) -> Pointer:
        """The pointer of a name.

        Raises:
            UnknownNameError: nothing was deployed under it; carries the nearest.
        """
        if name not in self.pointers:
            raise UnknownNameError("deployed bundle", name, self.pointers)
        return self.pointers[name]


def read(repository: Path) -> State:
    """The state; an empty one when nothing was deployed.

    Raises:
        BundleError: the file is damaged.
    """
    path = repository / POINTER
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return State()
    except (OSError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} can't be read: {error}", "Check the disk, or remove it and deploy again.") from error
    try:
        return State.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BundleError(
            f"{path} is damaged at {where or 'its start'}: {first['msg']}.", "Remove it and deploy again."
        ) from error


def change(repository: Path, name: str, step: Callable[[Pointer | None], Pointer | None]) -> Pointer | None:
    """Replace one pointer in one step that no other writer can come between; returns what stands afterwards.

    Args:
        repository: the repository's folder; the lock works between processes, and hosts whose file system has locks.
        name: of the pointer.
        step: from the pointer as it is (None: there is none) to the one that it shall be; None leaves it as it is.

    Raises:
        BundleError: the file is damaged.
        ZhsqError: it can't be written; the old state stands then.
    """
    with locked(repository, "pointer"):
        state = read(repository)
        before = state.pointers.get(name)
        after = step(before)
        if after is None or after == before:
            return before
        pointers = state.pointers | {name: after}
        written = State(revision=state.revision + 1, pointers=pointers)
        write_own(repository / POINTER, written.model_dump_json(indent=2) + "\n")
        return after


@contextlib.contextmanager
def locked(repository: Path, what: str, *, wait: bool = True) -> Iterator[None]:
    """Hold one of the repository's locks. The kernel frees it when its holder ends, however it ends.

    Raises:
        ZhsqError: `wait` is False and another process holds it, or it can't be made.
    """
    path = own(repository, f"{what}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a")
    except OSError as error:
        raise ZhsqError(f"{path} can't be written: {error.strerror}.", "Check the disk and its permissions.") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ZhsqError(
                f"Another {what} of {repository} is under way.", "Wait for it: zhsq deployments shows it."
            ) from error
        yield


def write_own(path: Path, text: str) -> None:
    """Write a file of ours in a repository, whole or not at all.

    Raises:
        ZhsqError: it can't be written.
    """
    try:
        replace_file(path, text)
    except OSError as error:
        raise ZhsqError(f"{path} can't be written: {error.strerror}.", "Free some space, then try again.") from error


def own(repository: Path, name: str) -> Path:
    """The path of a file of ours in a repository. Files only: Triton takes every folder there for a model."""
    return repository / f"{OWN}{name}"


def counts_of(repository: Path, canary: Canary) -> list[Path]:
    """The files in which the serving processes count a trial."""
    return sorted(repository.glob(own(repository, f"trial-{canary.id}-*.json").name))


def stamp(repository: Path) -> tuple[int, int, int] | None:
    """Changes whenever the pointer file was replaced; None while there is none."""
    try:
        status = (repository / POINTER).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def who() -> str:
    """The user and host that act, for the log."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
