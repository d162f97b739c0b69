"""What a run keeps beside its figures: the card of its data, and the terms of every ingredient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from zhsq.data.registry import cards
from zhsq.models.bundle import BundleSpec, Licence


def data_card(name: str, release: str, root: str) -> str:
    """The registered card of a data set, as YAML; of a folder of one's own, what is known of it.

    Args:
        name: of the set. release: that was used. root: where it was found.
    """
    registered = cards().get(name)
    if registered is not None and registered.release == release:
        card = registered.model_dump(mode="json")
    else:
        card = {
            "name": name,
            "title": f"{name}, a folder of one's own",
            "release": release,
            "licence": "not stated: the folder has no card",
            "terms": "as its owner allows",
        }
    return _yaml({**card, "used_from": root})


def licences(spec: BundleSpec) -> str:
    """Terms of the bundle's weights and of what they were trained on, as YAML."""
    return _yaml({"weights": _plain(spec.weights_licences), "training_data": _plain(spec.training_data_licences)})


def _plain(found: Sequence[Licence]) -> list[dict[str, Any]]:
    return [licence.model_dump(mode="json") for licence in dict.fromkeys(found)]


def _yaml(value: object) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    return text
