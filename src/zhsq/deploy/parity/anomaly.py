"""What an anomaly bundle decides: alert or not at every frame, and where."""

from __future__ import annotations

from zhsq.deploy.parity.decisions import Answer, Bands
from zhsq.deploy.parity.items import Items
from zhsq.models.anomaly.evidence import regions
from zhsq.models.anomaly.pipeline import AnomalyPipeline, FrameScore
from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner


def anomaly_answers(bundle: Bundle, runner: GraphRunner, items: Items, bands: Bands, *, edges: bool) -> list[Answer]:
    """Alert by the bundle's threshold, and the boxes of the regions.

    Args:
        bundle: of the task video-anomaly.
        runner: runs it.
        items: clips, each one camera's.
        bands: of the comparison.
        edges: find out which frames lie in the band; the side that is checked needs it not.
    """
    pipeline = AnomalyPipeline(bundle, runner)
    frames = [frame for clip in items.clips for frame in clip]
    names = [frame.name for frame in frames]
    found = [result for clip in items.clips for result in pipeline.stream(frame.pixels for frame in clip)]
    band = bands.of("deviations", bundle.spec.graphs)

    def boxes(result: FrameScore, height: int, shape: tuple[int, ...], by: float) -> tuple[tuple[int, ...], ...]:
        moved = pipeline.params.model_copy(update={"region": pipeline.params.region + by})
        scale = shape[0] / height
        return tuple(sorted(region.box for region in regions(result.heat, scale, shape, moved)))

    def everywhere(by: float) -> list[tuple[tuple[int, ...], ...]]:
        return [
            boxes(result, pipeline.params.height, frame.pixels.shape, by)
            for result, frame in zip(found, frames, strict=True)
        ]

    moved = [everywhere(by) for by in (-band.width, band.width)] if edges else []
    return [
        Answer.by_score("alert", names, [result.score for result in found], bundle.threshold("alert").value, band),
        Answer.by_moved_edges("regions of a frame", names, everywhere(0.0), moved, band),
    ]
