"""Frame metrics by hand and against scikit-learn; the protocol refuses what would mislead."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.metrics.anomaly import block_draws, frame_auroc, frame_auroc_macro
from zhsq.protocols.video_anomaly import VideoAnomaly, evaluate

SCORES = np.array([0.1, 0.2, 0.9, 0.5, 0.6, 0.7])
TRUTH = np.array([False, False, True, False, True, False])
CLIPS = np.array(["a", "a", "a", "b", "b", "b"])


def test_micro_by_hand() -> None:
    # .9 beats all four normal frames, .6 beats three of four.
    assert frame_auroc(SCORES, TRUTH) == pytest.approx(7 / 8)


def test_macro_pads_each_clip() -> None:
    # Clip a with one normal below and one anomalous above: all right. Clip b: normals (low, .5, .7) and anomalous
    # (.6, high): 5 of 6 pairs right.
    mean, by_clip = frame_auroc_macro(SCORES, TRUTH, CLIPS)
    assert by_clip == {"a": pytest.approx(1.0), "b": pytest.approx(5 / 6)}
    assert mean == pytest.approx((1 + 5 / 6) / 2)


def test_micro_agrees_with_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(0)
    truth = random.random(300) < 0.3
    scores = np.round(random.normal(truth, 1.0), 1)
    assert frame_auroc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))


def test_blocks_stay_in_their_clip_and_keep_its_length() -> None:
    clips = np.repeat(["a", "b"], [7, 5])
    for draw in block_draws(clips, block=3, resamples=20, seed=0):
        np.testing.assert_array_equal(clips[draw], clips)
        assert (
            np.diff(draw[:3]) % 7 == 1
        ).all()  # clip a has 7 frames, and its blocks go on from the last to the first


def test_blocks_draw_every_frame_as_often() -> None:
    drawn = np.concatenate(block_draws(np.repeat("a", 20), block=8, resamples=4000, seed=0))
    shares = np.bincount(drawn, minlength=20) / len(drawn)
    np.testing.assert_allclose(shares, 1 / 20, rtol=0.05)


def test_a_per_clip_min_max_changes_the_labelled_comparison_only() -> None:
    # Clip b's scores are all low: stretched per clip they would look perfect, as they are they do not.
    scores = np.array([0.5, 0.6, 0.9, 0.01, 0.02, 0.03])
    truth = np.array([False, False, True, False, False, True])
    figures = evaluate(VideoAnomaly(resamples=20), scores=scores, anomalous=truth, clips=CLIPS)
    leaked = figures.details["comparison_only_frame_auroc_micro_with_per_clip_min_max"]
    assert figures.metrics["frame_auroc_micro"].value == pytest.approx(6 / 8)
    assert leaked == pytest.approx(1.0)


def test_nan_scores_and_one_sided_labels_are_refused() -> None:
    bad = SCORES.copy()
    bad[2] = np.nan
    with pytest.raises(ValueError, match="1 of 6 frame scores"):
        evaluate(VideoAnomaly(), scores=bad, anomalous=TRUTH, clips=CLIPS)
    with pytest.raises(ValueError, match="normal and anomalous"):
        evaluate(VideoAnomaly(), scores=SCORES, anomalous=np.zeros(6, bool), clips=CLIPS)
