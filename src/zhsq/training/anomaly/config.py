"""What experiments of video anomaly set; neither torch nor onnx is needed to read them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from zhsq.models.anomaly.params import CHANNELS, AnomalyParams, FrameParams


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


class FrameExperiment(BaseModel):
    """What models of whole frames share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(default="1.0.0", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    #: Data set or folder whose training clips are fitted; `--data` overrides it.
    data: str = "ucsd_ped2"
    seed: int = 0
    #: Share of the normal clips, the last ones, that nothing is learnt from: what a value means, the alert threshold and
    #: the false alarms come from them.
    held: float = Field(default=0.25, gt=0, lt=1)
    #: The alert threshold is this quantile of the held-out frames' scores.
    alert_quantile: float = Field(default=0.999, gt=0.5, lt=1)
    #: Cells hotter than this quantile of the held-out frames' hottest cells make a region.
    region_quantile: float = Field(default=0.5, gt=0, lt=1)


class PatchCoreExperiment(FrameExperiment):
    """PatchCore (Roth et al., CVPR 2022): each frame by itself, by its patch that is farthest from all normal ones."""

    kind: Literal["video-anomaly-patchcore"] = "video-anomaly-patchcore"
    #: Of the bundle that is made.
    name: str = Field(default="anomaly-patchcore", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    params: FrameParams = FrameParams()
    #: Normal patches in the bank, spread by greedy farthest-point choice from a random pool.
    bank: int = Field(default=2500, ge=16)
    pool: int = Field(default=60000, ge=16)


class PredictionExperiment(FrameExperiment):
    """A network that predicts the newest frame from those before through a memory of what is normal (Liu et al., CVPR
    2018; the memory as Gong et al., ICCV 2019): what it can't predict is unusual."""

    kind: Literal["video-anomaly-prediction"] = "video-anomaly-prediction"
    #: Of the bundle that is made.
    name: str = Field(default="anomaly-prediction", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    params: FrameParams = FrameParams(height=160, stack=5)
    #: Channels at half, a quarter and an eighth of the size.
    channels: tuple[int, int, int] = (24, 48, 64)
    #: Items of the memory; an address below 1 / items is cut to none.
    items: int = Field(default=128, ge=2)
    #: Threads of the processor that training may take.
    threads: int = Field(default=2, ge=1)
    #: Steps of AdamW under a one-cycle schedule (Smith and Topin, 2017), crops in a step, and their side in pixels.
    steps: int = Field(default=2500, ge=1)
    batch: int = Field(default=16, ge=1)
    side: int = Field(default=96, ge=16, multiple_of=8)
    rate: float = Field(default=3e-3, gt=0)
    #: Weight of the addresses' entropy, which keeps them few.
    sparsity: float = Field(default=2e-4, ge=0)
