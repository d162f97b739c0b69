"""All rules over a stream of events, each event shown only to the rules that could want it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhsq.serve.alerting.engine.facts import Fact, Firing, Key
from zhsq.serve.alerting.engine.silence import Silence
from zhsq.serve.alerting.engine.windows import Tracker, tracker
from zhsq.serve.alerting.rules.conditions import Condition
from zhsq.serve.alerting.rules.schema import Rule, RuleSet

#: Fields by which rules are looked up, the most telling first; then any other field.
_TELLING = ("device", "estate", "zone")


class _Entry:
    """One condition of one rule."""

    __slots__ = ("condition", "during", "key", "rule", "step", "test", "tracker")

    def __init__(self, tracker: Tracker, condition: Condition, step: int) -> None:
        self.tracker, self.condition, self.step = tracker, condition, step
        self.rule, self.key, self.test = tracker.rule, tracker.rule.key, condition.test()
        # A silence counts in these hours, but what ends it may come at any time.
        self.during = None if self.rule.kind == "absence" else self.rule.during


class _Index:
    """The entries for one type of event, by the value of one field that each insists on.

    Args:
        estates: whether events of several come.
    """

    def __init__(self, estates: bool) -> None:
        self._estates = estates
        self.any: list[_Entry] = []
        self.by: dict[str, dict[Any, list[_Entry]]] = {}

    def add(self, entry: _Entry) -> None:
        wanted: dict[str, Any] = dict(entry.condition.where)
        if entry.tracker.rule.estates and self._estates:
            wanted["estate"] = entry.tracker.rule.estates
        if not wanted:
            self.any.append(entry)
            return
        field = next((name for name in _TELLING if name in wanted), next(iter(wanted)))
        values = wanted[field] if isinstance(wanted[field], tuple) else (wanted[field],)
        for value in dict.fromkeys(values):
            self.by.setdefault(field, {}).setdefault(value, []).append(entry)

    def of(self, data: dict[str, Any]) -> Iterable[_Entry]:
        yield from self.any
        for field, table in self.by.items():
            value = data.get(field)
            if not isinstance(value, list):  # a box is no value that a rule insists on
                yield from table.get(value, ())


class Engine:
    """Rules with their state.

    Args:
        rules: in force.
        late_s: how late events may come; windows are kept so much longer.
        before: the engine whose place it takes: rules that did not change keep their state.
        estate: the only one whose events come; None where several come.
    """

    def __init__(
        self, rules: RuleSet, late_s: float, before: Engine | None = None, *, estate: str | None = None
    ) -> None:
        self.rules = rules
        self._offset = rules.offset_s
        same = before is not None and before._offset == self._offset
        kept = {t.rule.name: t for t in before._trackers if same} if before is not None else {}
        self._trackers: list[Tracker] = []
        #: Rules that begin without memory: `warm` gives it to them.
        self.fresh: set[str] = set()
        for rule in rules.rules:
            if estate is not None and rule.estates and estate not in rule.estates:
                continue
            old = kept.get(rule.name)
            if old is None or old.rule != rule:
                old = tracker(rule, late_s, lambda absence: Silence(absence, self._offset, estate))
                self.fresh.add(rule.name)
            self._trackers.append(old)
        self._order = {rule.name: i for i, rule in enumerate(rules.rules)}
        self._silences = [t for t in self._trackers if isinstance(t, Silence)]
        self._index: dict[str, _Index] = {}
        for one in self._trackers:
            for step, condition in enumerate(one.rule.conditions):
                self._index.setdefault(condition.event, _Index(estate is None)).add(_Entry(one, condition, step))

    def feed(self, fact: Fact) -> list[Firing]:
        """Take an event that was not taken before; what holds with it, in the order of the rules."""
        found = list(self._feed(fact, None))
        return found if len(found) < 2 else sorted(found, key=lambda firing: self._order[firing.rule.name])

    def tick(self, now: float) -> list[Firing]:
        """The silences that grew too long by now."""
        found = [firing for silence in self._silences for firing in silence.tick(now)]
        return sorted(found, key=lambda firing: (firing.at, self._order[firing.rule.name], firing.key))

    def warm(self, facts: Iterable[Fact]) -> None:
        """Give fresh rules the memory of events that were taken before; nothing fires."""
        for fact in facts:
            for _ in self._feed(fact, self.fresh):
                pass

    def remembers(self) -> dict[str, float]:
        """How many seconds of which events fresh rules want to be warmed with. Silences are warmed by `recall`."""
        wanted: dict[str, float] = {}
        for one in self._trackers:
            if one.rule.name in self.fresh and one.rule.window_s and not isinstance(one, Silence):
                for condition in one.rule.conditions:
                    wanted[condition.event] = max(wanted.get(condition.event, 0), one.rule.window_s)
        return wanted

    def marks(self) -> list[tuple[Rule, Key, float]]:
        """When which key of which rule of silence was heard of, as far as it changed since this was last asked."""
        return [(s.rule, key, at) for s in self._silences if s.news for key, at in s.marks().items()]

    def recall(self, marks: Iterable[tuple[str, Key, float]]) -> None:
        """Give fresh rules of silence the marks that were kept."""
        fresh = {s.rule.name: s for s in self._silences if s.rule.name in self.fresh}
        for name, key, at in marks:
            if name in fresh and len(key) == len(fresh[name].rule.key):
                fresh[name].hear(key, at)

    def _feed(self, fact: Fact, only: set[str] | None) -> Iterable[Firing]:
        index, data = self._index.get(fact.type), fact.data
        for entry in index.of(data) if index else ():
            rule = entry.rule
            if not entry.test(data) or (only is not None and rule.name not in only):
                continue
            if rule.estates and data["estate"] not in rule.estates:
                continue
            if entry.during is not None and entry.during.begun(fact.at, self._offset) is None:
                continue
            key = tuple([data.get(part, "") for part in entry.key])
            if "" in key:
                continue  # without a zone it belongs to none: it can't be set against others of a zone
            firing = entry.tracker.take(fact, key, entry.step)
            if firing is not None:
                yield firing
