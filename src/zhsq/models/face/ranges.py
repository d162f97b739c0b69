"""The recorded ranges of the embedders' activations, for 8 bits.

They were taken once, on faces that are in no test set: a build needs no photos, and the same weights give the same bytes
on every machine. `benchmarks/face_calibrate.py` makes the file.
"""

from __future__ import annotations

import json
from importlib.resources import files

from zhsq.errors import BundleError
from zhsq.models.quantise import Ranges

RANGES_FILE = "int8_ranges.json"


def ranges_of(embedder: str) -> Ranges:
    """The recorded range (lowest, highest) of each tensor of an embedder's graph.

    Raises:
        BundleError: none were recorded for it.
    """
    recorded = json.loads((files("zhsq.models.face") / RANGES_FILE).read_text("utf-8"))["ranges"]
    if embedder not in recorded:
        raise BundleError(f"No 8-bit ranges are recorded for {embedder}.", "Make them: benchmarks/face_calibrate.py")
    return {tensor: (low, high) for tensor, (low, high) in recorded[embedder].items()}
