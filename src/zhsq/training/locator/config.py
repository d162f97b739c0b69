"""What a locator's experiment sets; no torch is needed to read it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class SceneConfig(BaseModel):
    """How scenes are drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Width of a plate seen from the front, pixels, from and to; drawn on a logarithmic scale.
    width: tuple[float, float] = (22, 230)
    #: Largest turns of a car against the camera, degrees: about the vertical, across the view, in the view.
    yaw: float = 60
    pitch: float = 35
    roll: float = 30
    #: Shares of scenes by night, in rain, and without any plate.
    night: float = 0.35
    rain: float = 0.12
    empty: float = 0.15
    #: Letterforms in play at once, and whether 'all' fonts of `zhsq.training.plates.fonts` or the 'small' set is used.
    alphabets: int = Field(default=96, ge=1)
    fonts: Literal["all", "small"] = "all"
    #: Whether photographs of `pictures` join the drawn backgrounds (fetched once, about 142 MB).
    pictures: bool = True


class StageConfig(BaseModel):
    """How one of the two networks is trained: AdamW under one-cycle schedules (Smith and Topin, 2017)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Side of the square views that the finder trains on, pixels, a multiple of 32; the refiner's crops have one size.
    side: int = Field(default=256, multiple_of=32)
    #: Steps of each cycle; the next one begins with what the last one learned (warm restarts, Loshchilov and Hutter,
    #: ICLR 2017).
    cycles: tuple[int, ...] = Field(min_length=1)
    batch: int = Field(ge=1)
    rate: float = Field(gt=0)
    decay: float = Field(default=1e-2, ge=0)
    #: Scenes that are drawn to train on.
    pool: int = Field(ge=1)


class LocatorExperiment(BaseModel):
    """Train the plate locator: a finder over the photo and a refiner over what it found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["plate-locator"] = "plate-locator"
    #: Of the bundle that is made.
    name: str = Field(default="plate-zhsq", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: str = Field(default="1.0.0", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    #: Bundle whose reader the locator is joined with.
    reader: str = "plate-zhsq"
    #: Training draws from this seed, the refiner from the next, validation from the one after.
    seed: int = 1
    #: Threads of the processor that training may take.
    threads: int = Field(default=1, ge=1)
    scenes: SceneConfig = SceneConfig()
    #: Side of the square scenes that are kept to cut views and crops from, pixels.
    side: int = Field(default=384, ge=64)
    finder: StageConfig = StageConfig(cycles=(2400, 2400), batch=16, rate=4e-3, pool=8000)
    refiner: StageConfig = StageConfig(cycles=(1800,), batch=64, rate=4e-3, pool=8000)
    #: Photos of the synthetic validation set, each of up to four plates.
    validation: int = Field(default=200, ge=1)
