"""A trained locator as a part of a plate bundle."""

from __future__ import annotations

from zhsq.metrics.intervals import wilson
from zhsq.models.bundle import Licence, Metric
from zhsq.training.locator.config import LocatorExperiment
from zhsq.training.locator.export import graph_specs
from zhsq.training.locator.fit import Trained
from zhsq.training.parts import LOCATOR, Part
from zhsq.training.plates.scene import UPRIGHT


def part_of(config: LocatorExperiment, trained: Trained) -> Part:
    """Graphs, parameters, licences and the shares of synthetic plates found."""
    overlaps = trained.figures.overlaps
    metrics = []
    for least in (0.5, 0.7):
        hits = sum(overlap > least for overlap in overlaps)
        low, high = wilson(hits, len(overlaps))
        metrics.append(
            Metric(
                name=f"found_iou_{least}",
                value=hits / max(1, len(overlaps)),
                low=low,
                high=high,
                protocol="best overlap of the corners' quadrangle with a plate of at least 30 px",
                data="synthetic photos",
                release=f"zhsq.training.locator, seed {config.seed + 1}",
                n=len(overlaps),
            )
        )
    pictures = "; backgrounds: photographs of Debian's mate-backgrounds and opencv-doc, scikit-learn, scikit-image"
    return Part(
        name=f"{config.name}, a finder and a refiner, trained on synthetic scenes alone",
        graphs=graph_specs(),
        files={"locate.onnx": trained.locate, "refine.onnx": trained.refine},
        params={"locate": trained.params, "upright": list(UPRIGHT)},
        weights=(Licence(name=f"{config.name} {LOCATOR}", spdx="Apache-2.0", source="zhsq train", deployable=True),),
        data=(
            Licence(
                name=f"synthetic scenes {LOCATOR}",
                spdx="Apache-2.0",
                source=f"drawn by zhsq.training.locator{pictures if config.scenes.pictures else ''}",
                deployable=True,
            ),
        ),
        metrics=tuple(metrics),
    )
