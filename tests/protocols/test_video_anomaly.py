"""Each known leak of video anomaly is planted, and is refused or flagged; localisation by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.protocols.causality import Frame, causality, require_causal
from zhsq.protocols.report import ThresholdRef
from zhsq.protocols.video_anomaly import Localisation, VideoAnomaly, evaluate, refuse_test_thresholds

CONFIG = VideoAnomaly(resamples=20, block=2)
CLIPS = np.repeat(["01", "02"], 4)
TRUTH = np.array([False, True, True, False] * 2)
SCORES = np.array([0.1, 0.8, 0.9, 0.3, 0.2, 0.4, 0.7, 0.25])


def measured(scores: NDArray[np.float64] = SCORES, **more: Any) -> Any:
    return evaluate(CONFIG, scores=scores, anomalous=TRUTH, clips=CLIPS, **more)


# Leak: normalised per clip.


def each_clip(scores: NDArray[np.float64], change: Any) -> NDArray[np.float64]:
    return np.concatenate([change(part) for part in np.split(scores, 2)])


def test_scores_with_a_min_max_per_clip_are_refused() -> None:
    leaked = each_clip(SCORES, lambda s: (s - s.min()) / (s.max() - s.min()))
    with pytest.raises(ValueError, match=r"Leak: the scores look normalised per clip .min-max.*all 2 clips"):
        measured(leaked)
    with pytest.raises(ValueError, match="min-max"):
        measured(1 - 3 * (1 - leaked))  # and scaled afterwards


def test_scores_standardised_per_clip_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Leak: .*standardisation"):
        measured(each_clip(SCORES, lambda s: (s - s.mean()) / s.std()))


def test_scores_divided_by_each_clips_maximum_are_flagged() -> None:
    figures = measured(each_clip(SCORES, lambda s: s / s.max()))
    assert len(figures.notes) == 1 and "same highest score" in figures.notes[0]


def test_normalisation_by_one_range_for_all_clips_and_single_clips_pass() -> None:
    assert not measured((SCORES - 0.1) / 0.8).notes
    alone = CLIPS == "01"
    evaluate(CONFIG, scores=SCORES[alone], anomalous=TRUTH[alone], clips=CLIPS[alone])
    measured(np.zeros(8))  # a useless scorer, not a leak


def test_the_min_max_figure_is_a_labelled_comparison_only() -> None:
    figures = measured()
    assert not any("min_max" in name for name in figures.metrics)
    assert figures.details["comparison_only_frame_auroc_micro_with_per_clip_min_max"] == pytest.approx(1.0)
    assert "one normal frame below" in figures.details["padding"]


# Leak: a threshold from the test clips.


@pytest.mark.parametrize(
    "source",
    [
        "best F1 on the test clips",
        "0.99 quantile; testing/03",
        "Test001, Test002",
        "EER; split: test",
        "quantile of clips 02, 03",
        "clip 02.",
    ],
)
def test_a_threshold_from_test_clips_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="Leak: threshold 'alert'"):
        measured(thresholds={"alert": ThresholdRef(value=0.5, source=source)})


@pytest.mark.parametrize(
    "source",
    [
        "0.995 quantile of normal frames; training clips held out of the bank: 01, 02",
        "0.01 of frames, the latest release; clips 15, 16",
        "clips 15-16, checked and contested",
    ],
)
def test_a_threshold_from_training_clips_passes_and_is_reported(source: str) -> None:
    refuse_test_thresholds({"alert": ThresholdRef(value=0.5, source=source)}, ["01", "02"])
    given = {"alert": ThresholdRef(value=0.5, source=source)}
    assert measured(thresholds=given).thresholds == given


# Leak: a look at later frames.


def clip(frames: int = 40) -> list[Frame]:
    return list(np.random.default_rng(1).integers(0, 200, (frames, 6, 8), dtype=np.uint8))


def honest(frames: Sequence[Frame]) -> NDArray[np.float64]:
    """A causal exponential mean."""
    out, smooth = [], 0.0
    for frame in frames:
        smooth += 0.25 * (float(frame.mean()) - smooth)
        out.append(smooth)
    return np.array(out)


def test_a_causal_scorer_passes() -> None:
    found = require_causal(honest, clip())
    assert found.causal and found.cuts == (13, 26) and found.frames == 40


def test_one_frame_of_lookahead_is_found_where_it_starts() -> None:
    def ahead(frames: Sequence[Frame]) -> NDArray[np.float64]:
        scores = honest(frames)
        return np.append(scores[1:], scores[-1])

    found = causality(ahead, clip())
    assert (found.causal, found.first) == (False, 12) and "first 13 were left out" in found.change
    with pytest.raises(ValueError, match="Leak: the score of frame 12 changed when the frames after the first 13"):
        require_causal(ahead, clip())


def test_a_min_max_over_the_clip_is_found() -> None:
    def stretched(frames: Sequence[Frame]) -> NDArray[np.float64]:
        scores = honest(frames)
        return (scores - scores.min()) / np.ptp(scores)

    assert not causality(stretched, clip()).causal


def test_lookahead_that_survives_truncation_is_found_by_noise() -> None:
    def padded(frames: Sequence[Frame]) -> NDArray[np.float64]:
        scores = honest(frames)
        return scores + (float(frames[39].mean()) > 101 if len(frames) == 40 else 0.0)

    frames = clip()
    frames[39][:] = 0
    found = causality(padded, frames)
    assert found.first == 0 and "noise" in found.change


def test_a_scorer_that_keeps_state_is_not_taken_for_one_that_looks_ahead() -> None:
    calls = iter(range(100))
    found = causality(lambda frames: honest(frames) + next(calls), clip())
    assert found.first == 0 and "scored again" in found.change


def test_a_check_that_can_not_be_made_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 frames"):
        causality(honest, clip(1))
    with pytest.raises(ValueError, match="cuts"):
        causality(honest, clip(5), cuts=(5,))
    with pytest.raises(ValueError, match=r"shape \(39,\) for 40 frames"):
        causality(lambda frames: honest(frames)[1:], clip())
    assert causality(honest, clip(2)).cuts == (1,)


# Localisation. A thing of 4x4 pixels moves by a pixel in frames 1 and 2 of each clip, in a picture of 8x12.


def masks() -> list[NDArray[np.bool_]]:
    found = []
    for i, anomalous in enumerate(TRUTH):
        mask = np.zeros((8, 12), bool)
        if anomalous:
            mask[2:6, i % 4 : i % 4 + 4] = True
        found.append(mask)
    return found


def regions() -> list[list[tuple[tuple[int, int, int, int], float]]]:
    """Clip 01's thing is found in both frames, at .9; clip 02's never. One false region in 8 frames at .5."""
    found: list[list[tuple[tuple[int, int, int, int], float]]] = [[] for _ in TRUTH]
    found[1], found[2] = [((1, 2, 5, 6), 0.9)], [((2, 2, 6, 6), 0.9)]
    found[4] = [((8, 0, 12, 3), 0.5)]
    return found


def maps() -> list[NDArray[np.float32]]:
    """Cells of 4x6 pixels. Clip 01's left cells are at 1 when it is there; clip 02 is at 0."""
    found = [np.zeros((2, 2), np.float32) for _ in TRUTH]
    for i in (1, 2):
        found[i][:, 0] = 1
    return found


WHOLE = Localisation(masks=lambda: iter(masks()), regions=regions(), maps=lambda: iter(maps()))


def test_localisation_by_hand() -> None:
    figures = measured(localisation=WHOLE)
    values = {name: estimate.value for name, estimate in figures.metrics.items()}
    # Two of four regions, one of two tracks, before anything false; flat from there.
    assert values["rbdc"] == pytest.approx(0.5) and values["tbdc"] == pytest.approx(0.5)
    # Columns 0 to 5 of two frames are at 1: 2 * 48 pixels, of which 32 are anomalous (columns 1 to 4, 2 to 5). Of 64
    # anomalous pixels 32 are at 1; of 704 normal ones 64 are.
    tpr, fpr = 32 / 64, 64 / 704
    assert values["pixel_auroc"] == pytest.approx((1 + tpr - fpr) / 2)
    # Clip 01's two frames are at 1, all others at 0: half of the anomalous frames beat all, half tie.
    assert values["pixel_auroc_40"] == pytest.approx(0.5 + 0.5 / 2)
    for name in ("pixel_auroc", "pixel_auroc_40", "rbdc", "tbdc"):
        estimate = figures.metrics[name]
        assert 0 <= estimate.low <= estimate.high <= 1
    said = figures.details["localisation"]
    assert (said["alpha"], said["beta"], said["true_regions"], said["true_tracks"]) == (0.1, 0.1, 4, 2)
    assert "drawn by hand" in said["tracks"] and "over the 2 clips" in said["tbdc_interval"]
    assert said["pixel_auroc_error_at_most"] == 0.0 and "not_measured" not in said


def test_frames_of_interleaved_clips_are_tracked_in_their_clip() -> None:
    order = np.arange(8).reshape(2, 4).T.ravel()
    shuffled = Localisation(masks=lambda: (masks()[i] for i in order), regions=[regions()[i] for i in order], maps=None)
    figures = evaluate(CONFIG, scores=SCORES[order], anomalous=TRUTH[order], clips=CLIPS[order], localisation=shuffled)
    assert figures.metrics["tbdc"].value == pytest.approx(0.5)
    assert figures.details["localisation"]["true_tracks"] == 2


def test_what_is_not_measured_is_absent_and_said() -> None:
    names = {"pixel_auroc", "pixel_auroc_40", "rbdc", "tbdc"}
    for given, missing, why in (
        (None, names, "none was given"),
        (replace(WHOLE, masks=None), names, "no pixel masks"),
        (replace(WHOLE, maps=None), {"pixel_auroc", "pixel_auroc_40"}, "gives no maps"),
        (replace(WHOLE, regions=None), {"rbdc", "tbdc"}, "gives no regions"),
    ):
        figures = measured(localisation=given)
        assert names - figures.metrics.keys() == missing
        assert why in figures.details["localisation"]["not_measured"]


def test_one_clip_has_a_tbdc_without_an_interval() -> None:
    alone = Localisation(masks=lambda: masks()[:4], regions=regions()[:4])
    figures = evaluate(CONFIG, scores=SCORES[:4], anomalous=TRUTH[:4], clips=CLIPS[:4], localisation=alone)
    tbdc = figures.metrics["tbdc"]
    assert (tbdc.value, tbdc.low, tbdc.high) == (1.0, 0.0, 1.0)
    assert figures.details["localisation"]["tbdc_interval"].startswith("none")


def test_masks_of_other_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="Mask 0 does not agree"):
        measured(localisation=replace(WHOLE, masks=lambda: masks()[1:] + masks()[:1]))
    with pytest.raises(ValueError, match="7 masks for 8 frames"):
        measured(localisation=replace(WHOLE, masks=lambda: masks()[:7]))
    with pytest.raises(ValueError, match="region's score is NaN"):
        measured(localisation=replace(WHOLE, regions=[[((0, 0, 4, 4), float("nan"))], *regions()[1:]]))
