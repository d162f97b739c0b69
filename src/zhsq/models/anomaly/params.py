"""How frames become features and evidence; the same values fit and score."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Length of the mean flow, share that moves, height in the picture, spread of the flow across and down.
MOTION = ("speed", "moving", "row", "spread_across", "spread_down")
#: Channels of the backbone's tap, at an eighth of the picture's size.
CHANNELS, STRIDE = 40, 8


class AnomalyParams(BaseModel):
    """Set by the experiment and kept in the bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Frames a second that the model is made for: speeds are in pixels a frame.
    fps: float = Field(default=10.0, gt=0)
    #: Frames are scaled to this height, keeping proportions (pixels).
    height: int = Field(default=240, ge=32)
    #: Side of the square windows, and the step between them, in pixels of the scaled frame.
    window: int = Field(default=24, ge=8, multiple_of=8)
    step: int = Field(default=12, ge=4)
    #: Flow is taken between frames this far apart and divided by it: slow walkers then move more than the flow's
    #: noise. The first frames take what there is.
    gap: int = Field(default=3, ge=1)
    #: A pixel moves when its flow is longer than this (pixels a frame).
    still: float = Field(default=0.3, gt=0)
    #: A window counts when at least this share of it moves.
    least_moving: float = Field(default=0.08, gt=0, le=1)
    #: Weight of the newest frame in the evidence that is carried along with what moves.
    newest: float = Field(default=0.2, gt=0, le=1)
    #: Windows with at least this much evidence make a region; 0 until the fit sets it.
    region: float = Field(default=0.0, ge=0)
    #: Whether the backbone runs; without it only motion counts.
    appearance: bool = True

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.window % self.step or self.window > self.height:
            raise ValueError(
                f"window {self.window} must be a multiple of step {self.step} and fit height {self.height}"
            )
        return self


class FrameParams(BaseModel):
    """Of a model that looks at whole frames rather than at windows that move; set by the experiment, kept in the bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Frames a second that the model is made for.
    fps: float = Field(default=10.0, gt=0)
    #: Frames are scaled to this height, keeping proportions, and their edges repeated up to whole cells (pixels).
    height: int = Field(default=240, ge=32)
    #: Frames that the graph looks at together, the newest last; the first frames of a stream score 0 until there are as many.
    stack: int = Field(default=1, ge=1)
    #: Side of a cell of heat, pixels of the scaled frame.
    step: int = Field(default=8, ge=4)
    #: Weight of the newest frame in each cell's evidence: a mean over the frames before, at its place.
    newest: float = Field(default=0.2, gt=0, le=1)
    #: Cells with at least this much evidence make a region; 0 until the fit sets it.
    region: float = Field(default=0.0, ge=0)
