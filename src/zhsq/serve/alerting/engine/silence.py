"""Rules about what does not come: missed patrols, silent cameras."""

from __future__ import annotations

import heapq

from zhsq.serve.alerting.engine.facts import Fact, Firing, Key
from zhsq.serve.alerting.engine.windows import Tracker
from zhsq.serve.alerting.rules.schema import Absence


class Silence(Tracker):
    """When each key was last heard of, and when its silence grows too long.

    A silence fires once, at the moment it grew too long, however late it is looked at; then again only after the key
    was heard of, or in the next span of `during`.

    Args:
        rule: of the kind.
        offset_s: of local time from UTC.
        estate: the only one whose devices are expected; None where it is those of all.
    """

    rule: Absence

    def __init__(self, rule: Absence, offset_s: int, estate: str | None = None) -> None:
        super().__init__(rule)
        self._offset = offset_s
        self.heard: dict[Key, float] = {}
        #: Keys heard of since `marks` was last asked.
        self.news: set[Key] = set()
        self._due: list[tuple[float, Key]] = []
        self._told: set[Key] = set()
        expected = [name.split("/", 1) for name in rule.expect]
        self._expects = [self._key_of(*name) for name in expected if estate in (None, name[0])]

    def take(self, fact: Fact, key: Key, step: int) -> Firing | None:  # noqa: ARG002 (the base names it)
        self.hear(key, fact.at)
        return None

    def hear(self, key: Key, at: float) -> None:
        """The key was heard of at a moment; an older one than is known changes nothing."""
        known = self.heard.get(key)
        if known is not None and known >= at:
            return
        self.heard[key] = at
        self.news.add(key)
        if known is None or key in self._told:
            self._told.discard(key)
            heapq.heappush(self._due, (self._deadline(at), key))

    def tick(self, now: float) -> list[Firing]:
        """The silences that grew too long by now, oldest first."""
        for key in self._expects:
            if key not in self.heard:
                self.hear(key, now)  # expected from the moment it is watched
        self._expects = []
        found = []
        while self._due and self._due[0][0] <= now:
            moment, key = heapq.heappop(self._due)
            deadline = self._deadline(self.heard[key])
            if deadline > moment:  # heard of since
                heapq.heappush(self._due, (deadline, key))
                continue
            found.append(self._silent(key, moment))
            if self.rule.during is None:
                self._told.add(key)
            else:
                again = self.rule.during.next(moment, self._offset) + self.rule.longer_than_s
                heapq.heappush(self._due, (again, key))
        return found

    def marks(self) -> dict[Key, float]:
        """When keys were last heard of, of those that changed since this was last asked."""
        changed = {key: self.heard[key] for key in self.news}
        self.news.clear()
        return changed

    def _deadline(self, heard: float) -> float:
        """When a silence that began then has lasted too long, by the hours in which it counts."""
        length, during = self.rule.longer_than_s, self.rule.during
        if during is None:
            return heard + length
        begun = during.begun(heard, self._offset)
        if begun is not None and heard + length <= begun + during.length_s:
            return heard + length
        return during.next(heard, self._offset) + length

    def _silent(self, key: Key, at: float) -> Firing:
        parts = dict(zip(self.rule.key, key, strict=True))
        estate, device, zone = (parts.get(name, "") for name in ("estate", "device", "zone"))
        return Firing(self.rule, key, at, None, (), 0, estate, device, zone)

    def _key_of(self, estate: str, device: str) -> Key:
        parts = {"estate": estate, "device": device}
        return tuple(parts[name] for name in self.rule.key if name in parts)
