"""Gate-camera conditions on a made-up photo whose face is 88 px wide: what each does, by numbers worked out by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from zhsq.data.degrade import CONDITIONS, apply
from zhsq.data.degrade.basics import eye_distance, to_linear, to_srgb
from zhsq.data.degrade.occlusion import TRANSMITTANCE
from zhsq.errors import UnknownNameError
from zhsq.imaging import RGBImage
from zhsq.models.face.geometry import TEMPLATE_112
from zhsq.models.graph import FloatArray

SIDE = 250
#: sRGB code of mid-grey: ((188 / 255 + 0.055) / 1.055) ** 2.4 = 0.503 in linear light.
GREY, GREY_LIGHT = 188, 0.503


@pytest.fixture
def landmarks() -> FloatArray:
    """A frontal face in the middle, 40 px between the eyes: 2.2 * 40 = 88 px wide."""
    scaled = TEMPLATE_112 * (40 / np.linalg.norm(TEMPLATE_112[1] - TEMPLATE_112[0]))
    return (scaled - scaled.mean(axis=0) + SIDE / 2).astype(np.float32)


@pytest.fixture
def photo() -> RGBImage:
    """Blurred noise of full contrast: edges of every direction, as in a photo."""
    noise = np.random.default_rng(3).standard_normal((SIDE, SIDE, 3), dtype=np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 2))
    return (128 + 60 * smooth / smooth.std()).clip(0, 255).astype(np.uint8)


@pytest.fixture
def grey() -> RGBImage:
    return np.full((SIDE, SIDE, 3), GREY, dtype=np.uint8)


def degraded(name: str, image: RGBImage, landmarks: FloatArray, level: float, seed: int = 0) -> RGBImage:
    return apply(name, image, landmarks, level, np.random.default_rng(seed))


def error(a: RGBImage, b: RGBImage) -> float:
    return float(((a.astype(float) - b.astype(float)) ** 2).mean())


@pytest.mark.parametrize("name", CONDITIONS)
def test_one_seed_gives_the_same_bytes_and_leaves_the_photo_alone(
    name: str, photo: RGBImage, landmarks: FloatArray
) -> None:
    before = photo.copy()
    for level in CONDITIONS[name].levels:
        first, second = (degraded(name, photo, landmarks, level, seed=7) for _ in range(2))
        assert first.dtype == np.uint8 and first.shape[2] == 3
        assert np.array_equal(first, second)
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("name", sorted(set(CONDITIONS) - {"jpeg", "size"}))
def test_another_seed_gives_another_picture(name: str, photo: RGBImage, landmarks: FloatArray) -> None:
    level = CONDITIONS[name].levels[-1]
    assert not np.array_equal(degraded(name, photo, landmarks, level, 1), degraded(name, photo, landmarks, level, 2))


@pytest.mark.parametrize("name", sorted(set(CONDITIONS) - {"size"}))
def test_levels_stand_mildest_first(name: str, photo: RGBImage, landmarks: FloatArray) -> None:
    errors = [error(photo, degraded(name, photo, landmarks, level)) for level in CONDITIONS[name].levels]
    assert errors == sorted(errors) and errors[0] < errors[-1]


@pytest.mark.parametrize("name", ["motion_blur", "rain", "glare"])
def test_level_zero_is_the_photo(name: str, photo: RGBImage, landmarks: FloatArray) -> None:
    assert np.array_equal(degraded(name, photo, landmarks, 0), photo)


def test_every_srgb_code_survives_linear_light() -> None:
    codes = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_srgb(to_linear(codes)), codes)
    assert to_linear(np.array([GREY], dtype=np.uint8))[0] == pytest.approx(GREY_LIGHT, abs=1e-3)


def test_a_size_level_is_the_width_of_the_face(photo: RGBImage, landmarks: FloatArray) -> None:
    assert eye_distance(landmarks) == pytest.approx(40, rel=1e-5)
    assert degraded("size", photo, landmarks, 44).shape == (125, 125, 3), "44 of 88 px: half"
    for level in (80, 64, 48, 32, 24, 16):
        small = degraded("size", photo, landmarks, level)
        assert 2.2 * eye_distance(landmarks * (small.shape[1] / SIDE)) == pytest.approx(level, rel=0.01)


def test_a_face_that_is_smaller_than_the_level_is_not_enlarged(photo: RGBImage, landmarks: FloatArray) -> None:
    assert np.array_equal(degraded("size", photo, landmarks, 112), photo)


def test_a_turned_head_keeps_its_size(landmarks: FloatArray) -> None:
    middle = landmarks.mean(axis=0)
    turned = ((landmarks - middle) * (0.8, 1.0) + middle).astype(np.float32)
    assert np.linalg.norm(turned[1] - turned[0]) == pytest.approx(32, rel=0.01)
    assert eye_distance(turned) > 35, "the height of the face didn't shrink, so most of the scale stays"


def test_low_light_is_darker_and_as_noisy_as_its_electrons_say(grey: RGBImage, landmarks: FloatArray) -> None:
    # 4 stops: 4000 * 0.503 / 16 = 125.8 electrons; shot noise 125.8 and read noise 9 give a deviation of 11.61, 9.2 %.
    # The gain brings back 0.8 * 4 of the 4 stops: 2 ** -0.8 of the light remains.
    light = to_linear(degraded("low_light", grey, landmarks, 4)).astype(float)
    assert light.mean() == pytest.approx(GREY_LIGHT * 2**-0.8, rel=0.01)
    assert light.std() / light.mean() == pytest.approx(0.0923, rel=0.03)


def test_motion_spreads_a_point_over_the_length_of_the_movement(landmarks: FloatArray) -> None:
    point = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    point[125, 125] = 255
    # 50 % of 40 px between the eyes: 20 px.
    light = to_linear(degraded("motion_blur", point, landmarks, 50))[..., 0]
    rows, columns = np.nonzero(light)
    spots = np.stack([columns, rows], axis=1).astype(float)
    reach = np.linalg.norm(spots[:, None] - spots[None], axis=2).max()
    assert 19 <= reach <= 23, "20 px, and up to one pixel of spread at either end"
    assert light.sum() == pytest.approx(1, rel=0.03), "light moves, none is lost"
    assert spots.mean(axis=0) == pytest.approx([125, 125], abs=0.5)


def test_a_mask_covers_the_mouth_and_not_the_eyes(grey: RGBImage, landmarks: FloatArray) -> None:
    for level in CONDITIONS["mask"].levels:
        for seed in range(6):
            change = np.abs(degraded("mask", grey, landmarks, level, seed).astype(int) - grey).max(axis=2)
            mouth = [change[round(float(y)), round(float(x))] for x, y in landmarks[3:]]
            assert min(mouth) > 5, "both corners of the mouth are under the cloth"
            for x, y in landmarks[:2].round().astype(int):
                assert change[y - 4 : y + 5, x - 4 : x + 5].max() <= 2


@pytest.mark.parametrize("level", [10, 50, 80])
def test_a_mask_covers_its_share_of_the_nose(grey: RGBImage, landmarks: FloatArray, level: float) -> None:
    eyes, nose = landmarks[:2].mean(axis=0), landmarks[2]
    line = np.linspace(eyes, nose, 200).round().astype(int)
    change = np.abs(degraded("mask", grey, landmarks, level, seed=1).astype(int) - grey).max(axis=2)
    # Its edge and the shadow before it are some pixels wide; between eyes and nose tip there are 23.
    covered = (change[line[:, 1], line[:, 0]] > 25).mean()
    assert covered == pytest.approx(level / 100, abs=0.13)


def test_sunglasses_darken_the_eyes_by_the_square_of_the_transmittance(grey: RGBImage, landmarks: FloatArray) -> None:
    # Under the lens's middle, where the lamp is not mirrored; 4 % of the sky at most is, and the tint is up to 15 %.
    x, y = (landmarks[0] + np.array([0, 8])).round().astype(int)
    for category, transmittance in TRANSMITTANCE.items():
        for seed in range(6):
            seen = degraded("sunglasses", grey, landmarks, category, seed)
            light = to_linear(seen)[y, x]
            behind = GREY_LIGHT * transmittance**2
            assert (light >= 0.85 * behind - 0.005).all() and (light <= 1.15 * behind + 0.045).all()
            for mouth_x, mouth_y in landmarks[3:].round().astype(int):
                assert np.array_equal(seen[mouth_y, mouth_x], grey[mouth_y, mouth_x])


def test_rain_only_adds_light(photo: RGBImage, landmarks: FloatArray) -> None:
    for level in CONDITIONS["rain"].levels:
        assert (degraded("rain", photo, landmarks, level) >= photo).all(), "drops show a sky brighter than white"


def test_the_level_of_glare_is_the_veil_on_the_face(landmarks: FloatArray) -> None:
    black = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    middle = landmarks.mean(axis=0).round().astype(int)
    # A veil of 100 % over an exposure of 1 / (1 + 100 %): half of white, code 188, in the channel that isn't tinted.
    for seed in range(5):
        red = degraded("glare", black, landmarks, 100, seed)[middle[1], middle[0], 0]
        assert int(red) == pytest.approx(188, abs=2)


@pytest.mark.parametrize(
    ("name", "level"),
    [("low_light", -1), ("motion_blur", -1), ("jpeg", 0), ("jpeg", 101), ("size", 0), ("mask", 101), ("sunglasses", 5),
     ("rain", -1), ("glare", -1)],
)  # fmt: skip
def test_a_level_out_of_range_is_refused(name: str, level: float, grey: RGBImage, landmarks: FloatArray) -> None:
    with pytest.raises(ValueError, match=str(level)):
        degraded(name, grey, landmarks, level)


def test_an_unknown_condition_names_the_near_ones(grey: RGBImage, landmarks: FloatArray) -> None:
    with pytest.raises(UnknownNameError, match="low_light"):
        degraded("low_ligth", grey, landmarks, 1)
