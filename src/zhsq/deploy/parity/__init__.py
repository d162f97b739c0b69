"""Is what is served what was measured? The same pictures through two runtimes, or two precisions: scores and decisions.

Two levels. Each graph is run on both sides with what the bundle's own pipeline feeds it (`recording`), and its outputs
are compared (`scores`). Then the whole pipeline runs on both sides, and its decisions are compared (`decisions`, and a
module per family). Decisions too near their edge for either side to be wrong lie in a stated band and are counted apart.
"""

from zhsq.deploy.parity.decisions import Decisions
from zhsq.deploy.parity.items import Items, Picture, items_for
from zhsq.deploy.parity.measure import parity_gate
from zhsq.deploy.parity.precision import precision_of, precisions
from zhsq.deploy.parity.result import Check, Parity
from zhsq.deploy.parity.scores import GraphScores, compare_graph, seeded_inputs

__all__ = [
    "Check",
    "Decisions",
    "GraphScores",
    "Items",
    "Parity",
    "Picture",
    "compare_graph",
    "items_for",
    "parity_gate",
    "precision_of",
    "precisions",
    "seeded_inputs",
]
