"""Which version of a task's model a request meets: the one in use, the one on trial, or the one that was configured."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar
from weakref import WeakValueDictionary

from zhsq.errors import RuntimeUnavailableError
from zhsq.models.bundle import SPEC_FILE, Bundle, Task
from zhsq.models.face.identity import embedding_identity
from zhsq.models.graph import GraphRunner
from zhsq.models.zoo.recipes import DEFAULTS, default, resolve
from zhsq.runtime.breaker import BreakerState
from zhsq.runtime.fallback import FallbackRunner
from zhsq.runtime.follow import Arm, Follower
from zhsq.runtime.load import open_runner
from zhsq.runtime.pointer import Deployment, Move, State
from zhsq.runtime.triton import TritonRunner
from zhsq.serve import visits
from zhsq.serve.settings import Settings

log = logging.getLogger(__name__)
P = TypeVar("P")
Where = Literal["Triton", "in process", "nowhere"]


@dataclass(frozen=True)
class Runs:
    """Where a model runs now; each endpoint's breaker; calls so far that were done in process because Triton failed."""

    where: Where
    breakers: dict[str, BreakerState]
    fallback_calls: int


class Served(Generic[P]):
    """The model of one task.

    On Triton it follows the pointer of its bundle, so that a deployment reaches it without a restart. A bundle given
    by version, by folder or by the caller is served as it is, whatever the pointer says.

    Args:
        task: what it is for.
        settings: of the app.
        named: the bundle's name, name@version or path; '' takes what is deployed for the task, else its default.
        given: a bundle to serve instead.
        pipeline: makes the pipeline of a bundle and a runner; must refuse a bundle that can't be served here.
        told: called after this process ended a trial.
    """

    def __init__(
        self,
        task: Task,
        settings: Settings,
        named: str,
        given: Bundle | None,
        pipeline: Callable[[Bundle, Any], P],
        told: Callable[[str, Move], None],
    ) -> None:
        self.task, self._settings, self._named, self._given = task, settings, named, given
        self._pipeline, self._told = pipeline, told
        self._lock = threading.RLock()
        self._standing: Arm[P] | None = None
        self._follower: Follower[P] | None = None
        by_name = given is None and "@" not in named and not (Path(named or "-") / SPEC_FILE).is_file()
        #: By the sha256 of their bundles: those that are in use, or on trial.
        self._runners: WeakValueDictionary[str, GraphRunner] = WeakValueDictionary()
        self._follows = settings.runtime == "triton" and by_name

    @property
    def model(self) -> P:
        """The pipeline that the request under way meets; the same one to its end.

        Raises:
            ZhsqError: it can't be opened.
        """
        return self.arm.model

    @property
    def arm(self) -> Arm[P]:
        """As `model`, with what it is a deployment of."""
        visit = visits.current()
        if visit is None:
            return self._choose("")
        if self.task not in visit.arms:
            visit.arms[self.task] = self._choose(visit.key)
        return visit.arms[self.task]

    def pin(self, arm: Arm[P]) -> None:
        """Have the request under way meet this version: it goes on with something that was begun on it."""
        visit = visits.current()
        if visit is not None:
            visit.arms[self.task] = arm

    def comparable(self, bundle: Bundle) -> frozenset[str]:
        """The sha256 of bundles whose face templates can be compared with this one's: its own, and those deployed
        under the same pointer with the same embedders."""
        others = self._follower.comparable(embedding_identity(bundle)) if self._follower else frozenset()
        return others | {bundle.sha256}

    def status(self) -> dict[str, Any]:
        """For the health page: what is in use, what is on trial, and what keeps it from following the pointer."""
        arm = self._choose("")
        follower, pointer = self._follower, self._follower.pointer if self._follower else None
        shown = pointer.current if pointer else arm.deployment
        trial = pointer.canary if pointer else None
        return {
            "name": shown.bundle,
            "version": shown.version,
            "sha256": shown.sha256,
            "follows": follower.name if follower else None,
            "on_trial": {"bundle": str(trial.deployment), "share": trial.share} if trial else None,
            "problem": follower.problem if follower else "",
            "runs": asdict(runs) if (runs := self.runs()) else None,
        }

    def runs(self) -> Runs | None:
        """Where the model in use runs, as the last calls showed: nothing is asked or opened for it. None before its first use."""
        pointer = self._follower.pointer if self._follower else None
        deployment = pointer.current if pointer else self._standing.deployment if self._standing else None
        found = self._runners.get(deployment.sha256) if deployment else None
        if found is None:
            return None
        fallback = found if isinstance(found, FallbackRunner) else None
        there = fallback.first if fallback else found
        if not isinstance(there, TritonRunner):
            return Runs("in process", {}, 0)
        breakers = {endpoint.url: endpoint.breaker.state for endpoint in there.endpoints}
        up = "closed" in breakers.values()
        where: Where = "Triton" if up else "in process" if fallback else "nowhere"
        return Runs(where, breakers, fallback.calls if fallback else 0)

    def close(self) -> None:
        """Stop following."""
        if self._follower is not None:
            self._follower.close()

    def _choose(self, key: str) -> Arm[P]:
        with self._lock:
            if self._follows and self._follower is None:
                self._follower = Follower(self._settings.repository, self._find, self._open, self._told)
        found = self._follower.choose(key) if self._follower else None
        return found or self._configured()

    def _configured(self) -> Arm[P]:
        with self._lock:
            if self._standing is None:
                bundle = self._given or (resolve(self._named) if self._named else default(self.task))
                deployment = Deployment(
                    bundle=bundle.name, version=bundle.version, sha256=bundle.sha256, task=self.task, models={}
                )
                self._standing = Arm(deployment, self._pipeline(bundle, self._runner(bundle)))
            return self._standing

    def _open(self, bundle: Bundle) -> P:
        runner = self._runner(bundle)
        if isinstance(runner, TritonRunner):
            runner.check()
        elif isinstance(runner, FallbackRunner):
            try:
                runner.first.check()
            except RuntimeUnavailableError:
                if self._follower is not None:  # what is served goes on being served
                    raise
                log.warning("Triton does not serve %s yet; it runs in process meanwhile.", bundle.name)
        return self._pipeline(bundle, runner)

    def _runner(self, bundle: Bundle) -> GraphRunner:
        runner = open_runner(bundle, self._settings.runtime_settings(), lambda: visits.fell_back(self.task))
        self._runners[bundle.sha256] = runner
        return runner

    def _find(self, state: State) -> str | None:
        if self._named:
            return self._named if self._named in state.pointers else None
        deployed = [name for name, pointer in state.pointers.items() if pointer.current.task == self.task]
        preferred = [name for name in DEFAULTS[self.task] if name in deployed]
        if preferred:
            return preferred[0]
        return deployed[0] if len(deployed) == 1 else None
