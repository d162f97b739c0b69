"""Experiment files: YAML, checked, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from zhsq.errors import ZhsqError
from zhsq.training.anomaly.config import AnomalyExperiment, PatchCoreExperiment, PredictionExperiment
from zhsq.training.locator.config import LocatorExperiment
from zhsq.training.plates.config import ReaderExperiment

Experiment = AnomalyExperiment | PatchCoreExperiment | PredictionExperiment | ReaderExperiment | LocatorExperiment
_ANY: TypeAdapter[Experiment] = TypeAdapter(Annotated[Experiment, Field(discriminator="kind")])


def load(path: Path, smoke: bool = False) -> Experiment:
    """Read an experiment file.

    Args:
        path: of the YAML file.
        smoke: lay the values under the file's own key `smoke` over the others: a run that ends in seconds.

    Raises:
        ZhsqError: it can't be read, or a field is unknown or out of range; says which.
    """
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(raw, dict):
            raise ZhsqError(f"The experiment {path} is no mapping of fields.", "Start from experiments/.")
        overlay = raw.pop("smoke", {})
        return _ANY.validate_python(_over(raw, overlay) if smoke else raw)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ZhsqError(f"The experiment {path} can't be read: {error}.", "Start from experiments/.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ZhsqError(f"The experiment {path} is wrong at {where or 'its top'}: {first['msg']}.") from error


def _over(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """`base` with the leaves of `overlay` in place of its own."""
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
