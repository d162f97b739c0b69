"""Simulated attacks show what they claim to: borders, colours, contrast, curvature; one camera for all."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.data import attacks
from zhsq.imaging import RGBImage

GREY = np.full((250, 250, 3), 128, dtype=np.uint8)
WHITE = np.full((250, 250, 3), 255, dtype=np.uint8)
BLACK = np.zeros((250, 250, 3), dtype=np.uint8)


def _checks() -> RGBImage:
    """Black and white fields of 25 pixels."""
    rows, columns = np.mgrid[0:250, 0:250] // 25
    return np.repeat((((rows + columns) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)


def _linear(image: RGBImage) -> np.ndarray:
    code = image / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("kind", attacks.KINDS)
def test_the_same_seed_gives_the_same_frame_and_another_does_not(kind: str) -> None:
    frames = [attacks.attack(_checks(), kind, scene=GREY, seed=seed) for seed in (3, 3, 4)]
    assert frames[0].shape == (640, 480, 3) and frames[0].dtype == np.uint8
    assert (frames[0] == frames[1]).all()
    assert (frames[0] != frames[2]).mean() > 0.5


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(KeyError, match="no attack of kind 'hologram'"):
        attacks.attack(GREY, "hologram", scene=GREY, seed=0)


def test_a_photo_is_cut_to_three_by_four_without_being_stretched() -> None:
    # 250 wide is cut to 187 (250 * 3 / 4), 31 of it on the left. A line over columns 122 to 126, so from 122 to 127,
    # lies at 91 to 96 of 187, which is 233.6 to 246.4 of 480.
    photo = BLACK.copy()
    photo[:, 122:127] = 255
    bright = np.flatnonzero(attacks.bona_fide(photo, seed=0)[320, :, 1] > 128)
    assert bright[0] == pytest.approx(233.6, abs=3) and bright[-1] == pytest.approx(245.4, abs=3)


@pytest.mark.parametrize("seed", range(4))
def test_close_attacks_fill_the_frame_and_the_others_do_not(seed: int) -> None:
    # A white photo before a black scene: black is seen only where the attack does not reach, or on its own frame.
    for kind in attacks.KINDS:
        frame = attacks.attack(WHITE, kind, scene=BLACK, seed=seed)
        dark = (frame.max(axis=2) < 40).mean()
        assert dark == 0 if kind.endswith("-close") else dark > 0.2, kind


@pytest.mark.parametrize("seed", range(4))
def test_a_print_has_less_contrast_than_what_was_printed(seed: int) -> None:
    # Paper reflects at most 0.88, ink at least 0.03: a ratio below 30, where the photo's black is 0. Half of the fields
    # are black, so the quartiles are the middles of black and white. Looked at in the middle of the frame, where neither
    # vignetting nor a slope of the light matters.
    live = _linear(attacks.bona_fide(_checks(), seed=seed))[220:420, 140:340]
    printed = _linear(attacks.attack(_checks(), "print-close", scene=GREY, seed=seed))[220:420, 140:340]
    ratio = [np.percentile(light, 75) / max(np.percentile(light, 25), 1e-4) for light in (live, printed)]
    assert ratio[1] < 30 < ratio[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_screen_is_bluer_than_the_photo_on_it(seed: int) -> None:
    # The same seed is the same camera, white balance included, so the ratio of ratios is the screen's own.
    live = _linear(attacks.bona_fide(GREY, seed=seed)).mean(axis=(0, 1))
    shown = _linear(attacks.attack(GREY, "replay-close", scene=GREY, seed=seed)).mean(axis=(0, 1))
    assert (shown[2] / shown[0]) / (live[2] / live[0]) > 1.03


@pytest.mark.parametrize("seed", range(4))
def test_a_bent_print_has_straight_sides_and_a_bulging_upper_edge(seed: int) -> None:
    shown = attacks.attack(WHITE, "bent-print", scene=BLACK, seed=seed).max(axis=2) > 60
    rows = np.flatnonzero(shown.sum(axis=1) > 100)
    inner = shown[rows[0] + 60 : rows[-1] - 60]  # clear of the curved edges
    # The side away from the lamp may be dark, so one side is looked at: the one that lies further out.
    left, right = inner.argmax(axis=1), 479 - inner[:, ::-1].argmax(axis=1)
    assert min(np.ptp(left), np.ptp(right)) <= 4
    columns = np.flatnonzero(inner.all(axis=0))
    top = shown.argmax(axis=0)
    middle = top[(columns[0] + columns[-1]) // 2]
    assert middle < max(top[columns[0]], top[columns[-1]])


def test_the_pixels_of_a_screen_beat_with_those_of_some_cameras() -> None:
    # A grey screen may show stripes that a grey wall never does. Amplitude of the strongest wave of at least 10 periods
    # in 256 pixels, relative to the mean; shading and glare are slower.
    def strongest(frame: RGBImage) -> float:
        patch = _linear(frame)[200:456, 112:368, 1]
        patch = (patch / patch.mean() - 1) * np.outer(np.hanning(256), np.hanning(256))
        spectrum = np.abs(np.fft.fft2(patch)) * 2 / (256 * 256 / 4)
        rows, columns = np.meshgrid(np.fft.fftfreq(256) * 256, np.fft.fftfreq(256) * 256, indexing="ij")
        return float(spectrum[np.hypot(rows, columns) >= 10].max())

    screen = [strongest(attacks.attack(GREY, "replay-close", scene=GREY, seed=seed)) for seed in range(8)]
    wall = [strongest(attacks.bona_fide(GREY, seed=seed)) for seed in range(8)]
    assert max(screen) > 5 * max(wall)
