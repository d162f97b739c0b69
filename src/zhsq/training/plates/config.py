"""What a reader's experiment sets; no torch is needed to read it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, model_validator


class Camera(BaseModel):
    """How hard the camera makes it; what is drawn is drawn uniformly up to these unless said otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Share of crops cut along a box; the others are cut by corners.
    box_share: float = 0.6
    #: Width of the plate in camera pixels, from and to; drawn on a logarithmic scale.
    width: tuple[float, float] = (70, 190)
    #: A crop's height over that of the plate's own proportions, from and to: boxes are squeezed into a fixed shape.
    squeeze: tuple[float, float] = (0.6, 1.15)
    #: Standard deviations of how a plate lies in a 'box' crop: its roll, degrees; how much its rows slope where the
    #: characters stay upright, and how much these lean, as tangents; how much taller than the middle the nearer end is;
    #: and what is wrong with each corner's height; the last two in shares of the plate's height.
    tilt: float = 6.5
    slope: float = 0.06
    lean: float = 0.12
    near: float = 0.0
    corner: float = 0.045
    #: Share of crops that were larger and were scaled down without a low-pass, as much software does.
    coarse: float = 0.3
    #: How many times larger those were, from and to.
    coarse_by: tuple[float, float] = (1.3, 2.2)
    #: Share of crops that were brought to a reader's size (`scene.STORED`) without a low-pass, as data sets of crops are,
    #: and how many times larger than drawn those were, across and down, from and to.
    stored: float = 0.0
    stored_by: tuple[float, float] = (1.0, 2.0)
    #: Share of the crops cut along a box that are then set upright by corners that are a little wrong.
    upright: float = 0.0
    #: Share of plates that sit in a holder, between slats and edges that run along them; share of these that are bent.
    mounted: float = 0.8
    bent: float = 0.0
    #: Largest Gaussian blur and motion blur, in shares of the crop's width.
    blur: float = 0.009
    motion: float = 0.022
    #: Share of crops that the camera sharpens.
    sharpened: float = 0.35
    #: Largest standard deviation of the sensor's noise, grey levels.
    noise: float = 11.0
    #: Shares of crops by night, overexposed, under coloured light.
    dark: float = 0.11
    bright: float = 0.1
    tinted: float = 0.14
    #: Shares of crops with each of these.
    dirt: float = 0.2
    glare: float = 0.1
    shadow: float = 0.15
    haze: float = 0.11
    grey: float = 0.03


#: A gate's camera: the plate at least 90 pixels wide, nights lit, nothing blown out; other defaults as in training.
GATE = Camera(
    width=(90, 190),
    blur=0.007,
    motion=0.015,
    noise=8,
    dark=0.1,
    bright=0.05,
    tinted=0.1,
    dirt=0.15,
    glare=0.08,
    haze=0.1,
)


class SynthesisConfig(BaseModel):
    """How crops are drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Letterforms in play at once: pairs of a Chinese face and a Latin one or our own strokes.
    alphabets: int = Field(default=800, ge=1)
    #: Share of them whose digits and letters are our own strokes, and share whose Chinese characters are.
    drawn: float = Field(default=0.5, ge=0, le=1)
    #: 'all' fonts of `zhsq.training.plates.fonts`, or the 'small' set of one Chinese font and our strokes.
    fonts: str = Field(default="all", pattern="^(all|small)$")
    #: Share of crops without a plate, whose text is empty: car body, lines.
    empty: float = Field(default=0.02, ge=0, lt=1)
    #: What the camera does to them. Plates of two rows come joined into one row, as the pipeline reads them.
    camera: Camera = Camera()


class NetworkConfig(BaseModel):
    """Size of the reader."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Size of a crop as the network takes it, pixels.
    height: int = Field(default=24, multiple_of=8)
    width: int = Field(default=96, multiple_of=4)
    #: Channels of the four stages; 0 for the first leaves it out, and the second looks at 5x5 pixels instead.
    channels: tuple[NonNegativeInt, PositiveInt, PositiveInt, PositiveInt] = (0, 32, 96, 160)
    #: Residual blocks of each stage.
    blocks: tuple[NonNegativeInt, NonNegativeInt, NonNegativeInt, NonNegativeInt] = (0, 1, 2, 3)
    #: Whether a block looks around in each channel by itself and mixes channels pixel by pixel: an eighth of the work.
    separable: bool = True
    #: Channels of a column.
    columns: int = 128
    #: Looks of each place, side by side.
    looks: int = Field(default=3, ge=1)
    #: Dropped before the classifier while training.
    dropout: float = 0.1

    @model_validator(mode="after")
    def _no_blocks_without_channels(self) -> NetworkConfig:
        if self.blocks[0] and not self.channels[0]:
            raise ValueError("the first stage has no channels, so it can't have blocks")
        return self


class OptimiserConfig(BaseModel):
    """How the reader is trained: AdamW under a one-cycle schedule (Smith and Topin, 2017)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(default=8000, ge=0)
    batch: int = Field(default=192, ge=1)
    rate: float = Field(default=3e-3, gt=0)
    decay: float = Field(default=1e-2, ge=0)
    #: Share of each label that is spread over the other symbols (Szegedy et al., CVPR 2016).
    smoothing: float = Field(default=0.02, ge=0, lt=1)
    #: Weight of a Chinese character in the loss, where a digit or a letter has 1: most of what is misread are these.
    hanzi: float = Field(default=1.0, gt=0)
    #: Weight of what the experiment's teachers say; the label has the rest.
    distil: float = Field(default=0.5, ge=0, le=1)


class Teacher(BaseModel):
    """A trained reader, larger as a rule, whose probabilities another learns from (Hinton et al., 2015)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: File with its state, as a run keeps it beside its bundle.
    state: str
    network: NetworkConfig


class ReaderExperiment(BaseModel):
    """Train the plate reader on synthetic crops alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["plate-reader"] = "plate-reader"
    #: Of the bundle that is made.
    name: str = Field(default="plate-zhsq", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: str = Field(default="1.0.0", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    #: Bundle whose locator the reader is joined with.
    locator: str = "plate-zhsq"
    #: Training draws from this seed; validation, calibration and hold-out from the next three.
    seed: int = 1
    #: Files with states of the network to begin from, as runs keep them beside their bundles; the mean of several
    #: (Wortsman et al., Model soups, ICML 2022), which should be of one line. None begins anew; with no steps, theirs is it.
    begin: tuple[str, ...] = ()
    #: Readers to learn from; the geometric mean of what they say.
    teachers: tuple[Teacher, ...] = ()
    synthesis: SynthesisConfig = SynthesisConfig()
    #: Of the calibration and the hold-out set: what a gate's camera sees, where training goes beyond it.
    holdout_synthesis: SynthesisConfig = SynthesisConfig(camera=GATE)
    network: NetworkConfig = NetworkConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    #: Crops that a worker keeps to draw batches from, and how often one is drawn on average.
    pool: int = Field(default=30000, ge=256)
    reuse: float = Field(default=4.0, ge=1)
    #: Processes that draw; 0 draws in the training process.
    workers: int = Field(default=1, ge=0)
    #: How much exact match 8 bits may cost on the calibration set; else, or below 0, weights are stored in 16 bits.
    int8_loss: float = Field(default=0.002, le=1)
    #: A read less sure than this is made again with the plate set upright too (`zhsq.models.plate.again`); 0 for never.
    again: float = Field(default=0.9, ge=0, le=1)
    #: The threshold 'accept' keeps the wrong among the accepted calibration crops at this share (`plate_accept`).
    accept_error: float = Field(default=0.001, gt=0, lt=0.1)
    #: Steps between validations.
    validate_every: int = Field(default=500, ge=1)
    #: Crops of the validation, calibration and hold-out sets, classes in equal parts.
    validation: int = Field(default=1200, ge=12)
    calibration: int = Field(default=6000, ge=12)
    holdout: int = Field(default=6000, ge=12)

    @model_validator(mode="after")
    def _batches_fit(self) -> ReaderExperiment:
        if self.optimiser.batch > self.pool:
            raise ValueError(f"a batch of {self.optimiser.batch} can't be drawn from a pool of {self.pool}")
        return self
