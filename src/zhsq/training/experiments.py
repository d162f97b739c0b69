"""Experiment files: YAML, checked, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from zhsq.errors import ZhsqError
from zhsq.models.anomaly.params import CHANNELS, AnomalyParams
from zhsq.training.locator.config import LocatorExperiment
from zhsq.training.plates.config import ReaderExperiment


class AnomalyExperiment(BaseModel):
    """Fit a camera's normal model on its normal clips."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["video-anomaly"] = "video-anomaly"
    #: Of the bundle that is made.
    name: str = Field(default="anomaly-cells", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: str = Field(default="1.0.0", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    #: Data set or folder whose training clips are fitted; `--data` overrides it.
    data: str = "ucsd_ped2"
    seed: int = 0
    #: How frames become features and evidence.
    params: AnomalyParams = AnomalyParams()
    #: Normal examples in each bank, spread by greedy farthest-point choice from a random pool.
    bank: int = Field(default=2500, ge=16)
    pool: int = Field(default=60000, ge=16)
    #: Principal components of what windows look like.
    components: int = Field(default=32, ge=1, le=CHANNELS)
    #: Weight of looks beside motion, which has 1.
    looks: float = Field(default=0.7, gt=0)
    #: Clips are held out in this many folds: calibration and thresholds come from clips that the banks did not see.
    folds: int = Field(default=4, ge=2)
    #: The alert threshold is this quantile of a fold's held-out frame scores, and the median of that over folds: one
    #: fold with a place or an hour that the others never saw does not set it.
    alert_quantile: float = Field(default=0.999, gt=0.5, lt=1)
    #: Windows hotter than this quantile of the held-out normal frames' hottest cells make a region.
    region_quantile: float = Field(default=0.5, gt=0, lt=1)


Experiment = AnomalyExperiment | ReaderExperiment | LocatorExperiment
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
