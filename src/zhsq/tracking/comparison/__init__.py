"""Runs compared: paired differences on the same trials, slices, and the page that shows them."""

from zhsq.tracking.comparison.difference import ALPHA, Difference, Side, corrected
from zhsq.tracking.comparison.paired import differences
from zhsq.tracking.comparison.trials import SMALLEST, matched, slices

__all__ = ["ALPHA", "SMALLEST", "Difference", "Side", "corrected", "differences", "matched", "slices"]
