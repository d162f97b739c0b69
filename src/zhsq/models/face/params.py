"""`params` of a face bundle: how its graphs are fed and read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class OneShotParams(BaseModel):
    """How the graph `detect` of a one-shot detector is fed and read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["yunet", "centerface"]
    channels: Literal["rgb", "bgr"]
    #: A photo whose longer side exceeds this is scaled down first.
    longest_side: int
    score: float
    overlap: float
    outputs: tuple[str, ...] = ()


class CascadeParams(BaseModel):
    """How the three graphs of a cascade are fed and read; see `zhsq.models.face.mtcnn`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["mtcnn"]
    #: A photo whose longer side exceeds this is scaled down first.
    longest_side: int
    #: Side in pixels of the smallest face looked for.
    smallest_face: int = Field(ge=12)
    #: From one level of the pyramid to the next.
    factor: float = Field(gt=0, lt=1)
    #: Least score after each of the three stages.
    scores: tuple[float, float, float]
    #: Overlap above which the weaker box goes: within a level, over all levels, after the second and third stage.
    overlaps: tuple[float, float, float, float]


DetectParams = Annotated[OneShotParams | CascadeParams, Field(discriminator="kind")]


class EmbedParams(BaseModel):
    """How one embedder is fed: crop, then (pixel - mean) / std in RGB."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph: str
    #: Share of this embedder's cosine in the template's.
    weight: float = Field(default=1.0, gt=0, le=1)
    size: int
    template: tuple[tuple[float, float], ...]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    #: Add the embedding of the mirrored crop before normalising.
    flip: bool


class RefineParams(BaseModel):
    """How landmarks are made steadier by further looks; see `zhsq.models.face.refine`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Side of the cut-out face in pixels, as the detector sees it.
    side: int = Field(ge=32, multiple_of=32)
    #: Side of the cut in the photo, as a multiple of the landmarks' extent.
    reach: float = Field(gt=1)
    #: Largest mean distance of the landmarks of two looks, as a share of their extent; beyond it is another face.
    tolerance: float = Field(gt=0, lt=1)
    #: Each round takes two looks, and starts from the landmarks of the one before.
    rounds: int = Field(ge=1, le=5)


class UnlikeParams(BaseModel):
    """Cosines of unlike faces, from which a 1:N threshold is guessed until a site calibrates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float = Field(ge=-1, le=1)
    spread: float = Field(gt=0)
    #: Which faces, and how many pairs.
    source: str


class FaceParams(BaseModel):
    """`params` of a face bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    detect: DetectParams
    #: None aligns by the landmarks as they were found.
    refine: RefineParams | None = None
    embed: tuple[EmbedParams, ...]
    impostors: UnlikeParams | None = None

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> FaceParams:
        if abs(sum(part.weight for part in self.embed) - 1) > 1e-6:
            raise ValueError("the embedders' weights must sum to 1")
        return self
