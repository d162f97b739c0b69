"""Whether the templates of two face bundles can be compared: only where the very same embedders made them."""

from __future__ import annotations

import hashlib
import json

from zhsq.models.bundle import Bundle


def embedding_identity(bundle: Bundle) -> str:
    """The identity of a face bundle's embedders: sha256 (64 hex digits) of their graphs' sha256 and their parameters.

    Detector, refinement and thresholds are not in it: they move the crop by a pixel or the decision, and leave the
    space of the vectors as it is. '' for a bundle of another task.
    """
    if bundle.spec.task != "face":
        return ""
    parts = bundle.spec.params.get("embed", [])
    graphs = {part["graph"]: bundle.spec.files[bundle.graph(part["graph"]).file] for part in parts}
    text = json.dumps([parts, graphs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
