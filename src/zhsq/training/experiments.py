"""Experiment files: YAML, checked, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhsq.errors import ZhsqError
from zhsq.models.anomaly.pipeline import MotionParams


class AnomalyExperiment(BaseModel):
    """Fit the motion baseline on a camera's normal clips."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["anomaly-flow"] = "anomaly-flow"
    #: Data set or folder whose training clips are fitted; `--data` overrides it.
    data: str = "ucsd_ped2"
    seed: int = 0
    #: How frames become features.
    motion: MotionParams = MotionParams()
    #: Every n-th moving window of a frame is kept as an example.
    keep_every: int = Field(default=1, ge=1)
    #: Normal examples in the bank, spread by greedy farthest-point choice from a random pool.
    bank: int = Field(default=1500, ge=16)
    pool: int = Field(default=30000, ge=16)
    neighbours: int = Field(default=3, ge=1)
    #: Share of the training clips, the last ones, held out of the bank: the alert threshold comes from them.
    held_out: float = Field(default=0.2, gt=0, lt=1)
    #: The alert threshold is this quantile of the held-out normal frames' scores.
    alert_quantile: float = Field(default=0.995, gt=0.5, lt=1)


def load(path: Path) -> AnomalyExperiment:
    """Read an experiment file.

    Raises:
        ZhsqError: it can't be read, or a field is unknown or out of range; says which.
    """
    try:
        return AnomalyExperiment.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ZhsqError(f"The experiment {path} can't be read: {error}.", "Start from experiments/.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ZhsqError(f"The experiment {path} is wrong at {where or 'its top'}: {first['msg']}.") from error
