"""What a comparison found, whether it is good enough, and if not, why."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from zhsq.deploy.parity.decisions import Decisions
from zhsq.deploy.parity.scores import GraphScores
from zhsq.metrics.intervals import wilson


@dataclass(frozen=True)
class Check:
    """One comparison in words: what was compared, what was found, what it needs, and whether it has it."""

    what: str
    value: str
    need: str
    passes: bool


@dataclass(frozen=True)
class Parity:
    """Two runs of one model, or of two, on the same pictures.

    Attributes:
        reference: what set the decisions and the scale, in words.
        other: what was checked.
        source: of the pictures.
        n: pictures.
        graphs: the first level, by graph.
        decisions: the second level, by kind; empty where only graphs were compared.
        max_in_band: share of the decisions of one kind that may lie in the band.
        not_compared: graphs that one side lacks, or whose signatures differ.
    """

    reference: str
    other: str
    source: str
    n: int
    graphs: tuple[GraphScores, ...]
    decisions: tuple[Decisions, ...]
    max_in_band: float
    not_compared: tuple[str, ...] = ()

    @property
    def max_rel(self) -> float:
        """The largest relative error of any graph."""
        return max((part.max_rel for part in self.graphs), default=0.0)

    @property
    def decisions_agree(self) -> float:
        """Share of equal decisions outside the bands; 1 where there are none."""
        n = sum(part.n for part in self.decisions)
        return sum(part.agree for part in self.decisions) / n if n else 1.0

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every comparison beside what it needs: each graph, then each kind of decision."""
        return (*map(_of_graph, self.graphs), *(self._of_decisions(part) for part in self.decisions))

    @property
    def failures(self) -> tuple[str, ...]:
        """The checks that fail, each with its value and its need; empty when this is good enough."""
        return tuple(f"{check.what}: {check.value}; needs {check.need}" for check in self.checks if not check.passes)

    def _of_decisions(self, part: Decisions) -> Check:
        examples = f" ({'; '.join(part.examples)})" if part.examples else ""
        # By the lower end of the share's interval, so that a few pictures don't refuse by chance.
        narrow = wilson(part.in_band, part.n + part.in_band)[0] <= self.max_in_band
        return Check(
            what=f"{part.kind} ({part.precision})",
            value=f"{part.agree} of {part.n} decisions equal{examples}, {part.in_band} in the band",
            need=f"all equal outside a band of {part.band:g} {part.unit}, which holds at most {self.max_in_band:.0%}",
            passes=part.agree == part.n and narrow,
        )

    def passes(self) -> bool:
        """Every graph within its limit, every decision outside the bands equal, and the bands no wider than useful."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """Every figure, for a record; numbers that there are none of are null."""

        def plain(value: Any) -> Any:
            if isinstance(value, float) and not math.isfinite(value):
                return None
            if isinstance(value, dict):
                return {key: plain(item) for key, item in value.items()}
            if isinstance(value, list | tuple):
                return [plain(item) for item in value]
            return value

        found: dict[str, Any] = plain(asdict(self))
        return {**found, "passes": self.passes(), "failures": list(self.failures)}

    def __str__(self) -> str:
        decided = sum(part.n for part in self.decisions)
        inside = sum(part.in_band for part in self.decisions)
        said = f"{self.n} pictures, error at most {self.max_rel:.2e} of a graph's scale"
        if self.decisions:
            said += f"; {self.decisions_agree:.2%} of {decided} decisions equal, {inside} in the band"
        return f"{said}; {self.failures[0]}" if self.failures else said


def _of_graph(part: GraphScores) -> Check:
    n = f"{part.n} {'random' if part.seeded else 'real'} inputs"
    value = f"error {part.max_rel:.1e} of the scale of {part.worst}, {n}"
    return Check(f"graph {part.graph} ({part.precision})", value, f"<= {part.limit:g}", part.passes)
