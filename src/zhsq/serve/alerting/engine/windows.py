"""The state of each kind of rule. Events may come in any order: what holds depends on their times, not their order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from zhsq.serve.alerting.engine.facts import Fact, Firing, Key, Ref
from zhsq.serve.alerting.rules.conditions import is_number
from zhsq.serve.alerting.rules.schema import Absence, Anomaly, Combination, Count, Rule, Sequence

#: Newest events kept per key and step, whatever the window: a flood must not fill the memory.
KEPT = 10_000
#: Events of a window that an alert is linked to when it opens.
CONTEXT = 50


class Tracker(ABC):
    """One rule, with what it remembers."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    @abstractmethod
    def take(self, fact: Fact, key: Key, step: int) -> Firing | None:
        """Take an event that fulfils the rule's condition number `step`."""

    def _fire(self, fact: Fact, key: Key, count: int = 1, context: tuple[Ref, ...] = ()) -> Firing:
        estate, device, zone = fact.data["estate"], fact.data["device"], fact.data.get("zone", "")
        return Firing(self.rule, key, fact.at, fact.ref, context, count, estate, device, zone)


class Single(Tracker):
    """Threshold, state, schedule, anomaly: one event decides."""

    def take(self, fact: Fact, key: Key, step: int) -> Firing | None:  # noqa: ARG002 (the base names it)
        if isinstance(self.rule, Anomaly):
            score, threshold = fact.data.get("score"), fact.data.get("threshold")
            # A threshold may be negative (log-likelihoods): 'times' stretches its distance above it.
            if not is_number(score) or not is_number(threshold):
                return None
            if score < threshold + (self.rule.times - 1) * abs(threshold):
                return None
        return self._fire(fact, key)


class _Line:
    """Times of events, sorted, with their references."""

    __slots__ = ("refs", "times")

    def __init__(self) -> None:
        self.times: list[float] = []
        self.refs: list[Ref] = []

    def add(self, at: float, ref: Ref, keep_s: float) -> int:
        """Where it now stands; what is older than `keep_s` before the newest is forgotten."""
        i = bisect_right(self.times, at)
        self.times.insert(i, at)
        self.refs.insert(i, ref)
        old = max(bisect_left(self.times, self.times[-1] - keep_s), len(self.times) - KEPT)
        # Cut now and then, not each time: cutting the head of a list moves all of it.
        if old > 64 or old == len(self.times):
            del self.times[:old], self.refs[:old]
            i -= old
        return i

    def last(self, since: float, before: float) -> int | None:
        """Index of the newest in since <= t < before."""
        i = bisect_left(self.times, before) - 1
        return i if i >= 0 and self.times[i] >= since else None

    def first(self, after: float, until: float) -> int | None:
        """Index of the oldest in after < t <= until."""
        i = bisect_right(self.times, after)
        return i if i < len(self.times) and self.times[i] <= until else None


class Windowed(Tracker):
    """A rule that remembers events, per key and per condition.

    Args:
        rule: of one of the three kinds.
        late_s: how late events may come: so much longer than the window they are remembered.
    """

    def __init__(self, rule: Count | Sequence | Combination, late_s: float) -> None:
        super().__init__(rule)
        self._within = rule.within_s
        self._keep = rule.within_s + late_s
        self._lines: dict[tuple[Key, int], _Line] = {}

    def take(self, fact: Fact, key: Key, step: int) -> Firing | None:
        line = self._line(key, step)
        i = line.add(fact.at, fact.ref, self._keep)
        if i < 0:
            return None  # so late that the cut took it
        if isinstance(self.rule, Count):
            return self._counted(self.rule, fact, key, line, i)
        found = (self._chain if isinstance(self.rule, Sequence) else self._together)(fact, key, step)
        return None if found is None else self._fire(fact, key, len(found) + 1, found)

    def _line(self, key: Key, step: int) -> _Line:
        return self._lines.setdefault((key, step), _Line())

    def _counted(self, rule: Count, fact: Fact, key: Key, line: _Line, i: int) -> Firing | None:
        """Whether some window shorter than `within_s` that holds this event holds enough."""
        times = line.times
        low = bisect_right(times, fact.at - self._within)
        # For the newest event the window that ends with it is the fullest.
        starts = range(low, low + 1) if i == len(times) - 1 else range(low, i + 1)
        best, begin = max((bisect_left(times, times[j] + self._within) - j, -j) for j in starts)
        if best < rule.count:
            return None
        refs = [ref for ref in line.refs[-begin : best - begin] if ref != fact.ref]
        return self._fire(fact, key, best, tuple(refs[-CONTEXT:]))

    def _chain(self, fact: Fact, key: Key, step: int) -> tuple[Ref, ...] | None:
        """The other steps around this one, each the nearest in time; None where one is missing or it takes too long."""
        assert isinstance(self.rule, Sequence)
        before: list[Ref] = []
        at = start = fact.at
        for earlier in range(step - 1, -1, -1):
            line = self._line(key, earlier)
            i = line.last(fact.at - self._within, at)
            if i is None:
                return None
            before.insert(0, line.refs[i])
            at = start = line.times[i]
        at, after = fact.at, []
        for later in range(step + 1, len(self.rule.steps)):
            line = self._line(key, later)
            i = line.first(at, start + self._within)
            if i is None:
                return None
            after.append(line.refs[i])
            at = line.times[i]
        return (*before, *after)

    def _together(self, fact: Fact, key: Key, step: int) -> tuple[Ref, ...] | None:
        """One event per other condition, all within `within_s`; None where there is no such window."""
        assert isinstance(self.rule, Combination)
        others = [self._line(key, i) for i in range(len(self.rule.all)) if i != step]
        low, high = fact.at - self._within, fact.at + self._within
        starts = [fact.at] + [
            line.times[i]
            for line in others
            for i in range(bisect_left(line.times, low), bisect_right(line.times, fact.at))[-CONTEXT:]
        ]
        for start in sorted(starts, reverse=True):  # the tightest window first
            end = min(start + self._within, high)
            found = [(line, bisect_right(line.times, end) - 1) for line in others]
            if all(i >= 0 and line.times[i] >= start for line, i in found):
                return tuple(line.refs[i] for line, i in found)
        return None


def tracker(rule: Rule, late_s: float, watched: Callable[[Absence], Tracker]) -> Tracker:
    """The state that a rule begins with; `watched` makes those of silences."""
    if isinstance(rule, Absence):
        return watched(rule)
    return Windowed(rule, late_s) if isinstance(rule, Count | Sequence | Combination) else Single(rule)
