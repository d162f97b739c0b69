"""Face quality: geometry, light and focus derived by hand, drawn faces of light and dark skin, and real photos."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from zhsq.data.degrade import apply
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import Face, FacePipeline
from zhsq.models.face.quality import Quality, QualityPolicy, assess, order
from zhsq.models.face.quality.exposure import blur, burnt_share, dark_share, linear_luminance, span
from zhsq.models.face.quality.measures import CATALOGUE, measure
from zhsq.models.face.quality.pose import MEAN_FACE, head_pose
from zhsq.runtime.onnx import OnnxRunner

EYES = 60.0  # pixels between the eyes of every face drawn here
MIDDLE = np.array([150.0, 130.0])
SKINS = {"dark": (60, 42, 34), "middle": (150, 105, 80), "light": (240, 205, 185)}
CLOTHS = {"blue": (120, 170, 210), "white": (235, 238, 240), "black": (25, 25, 28)}


def frontal(scale: float = EYES, middle: np.ndarray = MIDDLE) -> np.ndarray:
    """The mean face seen from straight ahead and far away, the point between its eyes at `middle`."""
    return (MEAN_FACE[:, :2] * scale + middle).astype(np.float32)


def turned(yaw: float, pitch: float = 0.0) -> np.ndarray:
    """The mean face turned to the picture's right by `yaw` and down by `pitch`, projected without perspective."""
    a, b = np.deg2rad(yaw), np.deg2rad(pitch)
    down = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    right = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    return ((MEAN_FACE @ (right @ down).T)[:, :2] * EYES + MIDDLE).astype(np.float32)


def face_at(landmarks: np.ndarray) -> Face:
    return Face((0.0, 0.0, 1.0, 1.0), 1.0, landmarks.astype(np.float32))


def drawn(skin: tuple[int, int, int], *, mask: tuple[int, int, int] | None = None, lenses: bool = False) -> np.ndarray:
    """A face of one skin with eyes, brows and lips, (320, 300, 3); lips are redder and darker than the skin."""
    image = np.full((320, 300, 3), 120, np.uint8)
    points = frontal()
    x, y = (int(value) for value in MIDDLE)
    cv2.ellipse(image, (x, y + 30), (66, 95), 0, 0, 360, skin, -1)
    for eye in points[:2].astype(int).tolist():
        cv2.ellipse(image, eye, (14, 6), 0, 0, 360, (225, 225, 225), -1)
        cv2.circle(image, eye, 6, (30, 25, 22), -1)
        cv2.line(image, (eye[0] - 16, eye[1] - 16), (eye[0] + 16, eye[1] - 16), (30, 25, 22), 5)
    mouth = points[3:].mean(axis=0).astype(int).tolist()
    lips = tuple(int(value * part) for value, part in zip(skin, (0.8, 0.5, 0.55), strict=True))
    cv2.ellipse(image, mouth, (26, 11), 0, 0, 360, lips, -1)
    cv2.line(image, (mouth[0] - 24, mouth[1]), (mouth[0] + 24, mouth[1]), (25, 15, 15), 2)
    if mask:
        cv2.ellipse(image, (x, y + 75), (62, 52), 0, 0, 360, mask, -1)
    if lenses:
        for eye in points[:2].astype(int).tolist():
            cv2.ellipse(image, (eye[0], eye[1] + 4), (26, 19), 0, 0, 360, (12, 12, 14), -1)
    return image


def codes(quality: Quality, policy: QualityPolicy | None = None) -> set[str]:
    return {reason.code for reason in (policy or QualityPolicy.enrolment()).reasons(quality)}


def test_a_face_tilted_by_20_degrees_has_that_roll_and_neither_yaw_nor_pitch() -> None:
    angle = np.deg2rad(20)  # clockwise in the picture, where y points down
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    yaw, pitch, roll = head_pose(((frontal() - MIDDLE) @ turn.T + MIDDLE).astype(np.float32))
    assert roll == pytest.approx(20, abs=0.01)
    assert (yaw, pitch) == pytest.approx((0, 0), abs=1.5)


@pytest.mark.parametrize("yaw", [-45, -20, 0, 10, 30])
@pytest.mark.parametrize("pitch", [-20, 0, 20])
def test_yaw_and_pitch_of_the_projected_mean_face_come_back(yaw: float, pitch: float) -> None:
    found = head_pose(turned(yaw, pitch))
    assert found[:2] == pytest.approx((yaw, pitch), abs=4)  # the projection has no perspective, the fit a slight one


def test_a_longer_nose_scales_the_yaw_and_no_more() -> None:
    # Seen turned by 20 degrees, a nose a fifth longer shifts by sin(20) * 1.2 where the mean nose would need 24 degrees.
    nose = turned(20)
    nose[2, 0] = MIDDLE[0] + EYES * 0.444 * 1.2 * np.sin(np.deg2rad(20))
    assert 20 < head_pose(nose)[0] < 26


def test_the_inter_eye_distance_is_that_of_the_landmarks_and_is_stretched_by_the_yaw() -> None:
    image = drawn(SKINS["middle"])
    assert assess(image, face_at(frontal())).inter_eye_distance.value == pytest.approx(60, abs=0.1)
    # Turned by 40 degrees the eyes are 60 * cos(40) = 46 pixels apart in the picture.
    landmarks = turned(40)
    assert np.linalg.norm(landmarks[1] - landmarks[0]) == pytest.approx(46, abs=0.1)
    assert assess(image, face_at(landmarks)).inter_eye_distance.value == pytest.approx(60, abs=3)


def test_margins_count_from_the_eyes_to_the_edges() -> None:
    quality = assess(drawn(SKINS["middle"]), face_at(frontal()))
    # Eyes at x = 120 and 180 of 300; the eye line at y = 130 of 320; eye to mouth 67 / 63 * 60, to the chin 1.7 times it.
    chin = 1.7 * 67 / 63 * 60
    assert quality.leftward_crop.value == pytest.approx(120 / 60, abs=0.01)
    assert quality.rightward_crop.value == pytest.approx(120 / 60, abs=0.01)
    assert quality.margin_above.value == pytest.approx(130 / chin, abs=0.01)
    assert quality.margin_below.value == pytest.approx(190 / chin, abs=0.01)
    assert quality.head_size.value == pytest.approx(chin / 320, abs=0.01)


@pytest.mark.parametrize(
    ("side", "cut"),
    [("left", np.s_[:, 100:]), ("right", np.s_[:, :200]), ("top", np.s_[100:]), ("bottom", np.s_[:215])],
)
def test_a_face_cut_off_is_named_by_its_side_of_the_picture(side: str, cut: object) -> None:
    image = drawn(SKINS["middle"])
    whole = frontal()
    offset = np.array([100 if side == "left" else 0, 100 if side == "top" else 0], np.float32)
    assert not {code for code in codes(assess(image, face_at(whole))) if code.startswith("cut-off")}
    found = codes(assess(np.ascontiguousarray(image[cut]), face_at(whole - offset)))
    assert {code for code in found if code.startswith("cut-off")} == {f"cut-off-{side}"}


def disc(contrast: int) -> np.ndarray:
    """Edges in every direction, (160, 160) float32."""
    grey = np.full((160, 160), 20, np.float32)
    cv2.circle(grey, (80, 80), 50, 20 + contrast, -1)
    return grey


@pytest.mark.parametrize("contrast", [40, 200])
@pytest.mark.parametrize("sigma", [2.0, 3.0, 4.0])
def test_the_blur_of_an_edge_is_found_whatever_its_contrast(sigma: float, contrast: int) -> None:
    found = blur(cv2.GaussianBlur(disc(contrast), (0, 0), sigma), inter_eye=50)
    # Per cent of 50 pixels, and up to 0.7 pixels more, as an edge is measured over its width.
    assert 100 * sigma / 50 < found < 100 * (sigma + 0.7) / 50


def test_motion_in_one_direction_counts_as_blur() -> None:
    # 15 pixels of motion have a standard deviation of 15 / sqrt(12) = 4.3 pixels, 8.7 % of 50.
    streak = np.full((1, 15), 1 / 15, np.float32)
    assert blur(disc(200), 50) < 3
    assert blur(cv2.filter2D(disc(200), -1, streak), 50) == pytest.approx(8.7, rel=0.3)


def test_nothing_to_focus_on_counts_as_blur() -> None:
    assert measure("sharpness", blur(np.full((50, 50), 90, np.float32), 35)).component == pytest.approx(0, abs=0.1)


def test_linear_luminance_follows_srgb() -> None:
    # sRGB 128: ((128 / 255 + 0.055) / 1.055) ^ 2.4 * 255 = 55.05; red alone counts 0.2126 of it.
    pixels = np.array([[(0, 0, 0), (255, 255, 255), (128, 128, 128), (128, 0, 0)]], np.uint8)
    np.testing.assert_allclose(linear_luminance(pixels)[0], (0, 255, 55.05, 0.2126 * 55.05), atol=0.05)


def test_shares_and_range_of_light_by_hand() -> None:
    luminance = np.array([0, 6, 7, 100, 246, 247, 255, 255], np.float32)
    assert (dark_share(luminance), burnt_share(luminance)) == (2 / 8, 3 / 8)
    # A twentieth of 0 below, of 127 above: log2(128 / 1) = 7 stops.
    assert span(np.repeat(np.array([0, 127], np.float32), 50)) == pytest.approx(7)


def test_component_values_are_those_of_the_standard_s_maps() -> None:
    # Worked out from the sigmoids of OFIQ: InterEyeDistance x0 70, w 20; margins x0 1.4 and 1.8; cos^2 of angles.
    assert measure("inter_eye_distance", 70).component == pytest.approx(50)
    assert measure("inter_eye_distance", 90).component == pytest.approx(100 / (1 + np.exp(-1)))
    assert measure("margin_above", 1.4).component == measure("margin_below", 1.8).component == pytest.approx(50)
    assert measure("head_pose_yaw", -30).component == pytest.approx(75)
    assert measure("over_exposure_prevention", 0.09).component == pytest.approx(10)
    assert measure("under_exposure_prevention", 1).component == pytest.approx(0, abs=0.1)
    assert measure("head_size", 0.45).component == pytest.approx(100)
    assert measure("eyes_visible", 0.25).component == pytest.approx(75)


def test_every_component_value_lies_within_0_and_100() -> None:
    for field in CATALOGUE:
        for value in (-500.0, -1.0, 0.0, 0.5, 1.0, 500.0):
            if value >= 0 or field.startswith("head_pose"):
                assert 0 <= measure(field, value).component <= 100, field


def test_a_black_picture_is_too_dark_and_a_white_one_too_bright() -> None:
    black = assess(np.zeros((320, 300, 3), np.uint8), face_at(frontal()))
    assert (black.under_exposure_prevention.value, black.over_exposure_prevention.value) == (1, 0)
    assert "too-dark" in codes(black) and "washed-out" not in codes(black)
    assert black.weakest.component == pytest.approx(0, abs=0.1)
    white = assess(np.full((320, 300, 3), 255, np.uint8), face_at(frontal()))
    assert (white.under_exposure_prevention.value, white.over_exposure_prevention.value) == (0, 1)
    assert "too-bright" in codes(white)


def test_a_face_lit_from_one_side_is_named() -> None:
    image = drawn(SKINS["middle"])
    half = image.copy()
    half[:, :150] = (half[:, :150] * 0.4).astype(np.uint8)
    even, uneven = assess(image, face_at(frontal())), assess(half, face_at(frontal()))
    assert even.illumination_uniformity.value == pytest.approx(1, abs=0.02)
    assert uneven.illumination_uniformity.value == pytest.approx(0.4, abs=0.02)
    assert "uneven-light" in codes(uneven) - codes(even)


def test_a_veil_of_stray_light_is_named_and_not_taken_for_a_mask() -> None:
    # 80 % of the light is a white veil: the lightest skin is then at most 1 / 0.8 of the black of the pupils.
    image = drawn(SKINS["light"])
    veiled = (255 * ((image / 255.0) ** 2.2 * 0.2 + 0.8) ** (1 / 2.2)).astype(np.uint8)
    found = codes(assess(veiled, face_at(frontal()))) - codes(assess(image, face_at(frontal())))
    assert "washed-out" in found and "mouth-covered" not in found


@pytest.mark.parametrize("skin", SKINS)
class TestWhateverTheSkin:
    def test_a_free_face_is_not_called_dark_bright_or_covered(self, skin: str) -> None:
        found = codes(assess(drawn(SKINS[skin]), face_at(frontal())))
        assert found.isdisjoint(
            {"too-dark", "too-bright", "washed-out", "uneven-light", "eyes-covered", "mouth-covered"}
        )

    @pytest.mark.parametrize("cloth", CLOTHS)
    def test_a_mask_is_named_whatever_its_colour(self, skin: str, cloth: str) -> None:
        found = codes(assess(drawn(SKINS[skin], mask=CLOTHS[cloth]), face_at(frontal())))
        assert "mouth-covered" in found and "eyes-covered" not in found

    def test_a_mask_of_the_skin_s_own_colour_is_named(self, skin: str) -> None:
        assert "mouth-covered" in codes(assess(drawn(SKINS[skin], mask=SKINS[skin]), face_at(frontal())))

    def test_dark_lenses_are_named(self, skin: str) -> None:
        found = codes(assess(drawn(SKINS[skin], lenses=True), face_at(frontal())))
        assert "eyes-covered" in found and "mouth-covered" not in found


def test_a_grey_photo_can_t_tell_of_masks_and_accuses_nobody() -> None:
    grey = cv2.cvtColor(drawn(SKINS["light"], mask=CLOTHS["white"]), cv2.COLOR_RGB2GRAY)
    found = assess(np.repeat(grey[..., None], 3, axis=2), face_at(frontal()))
    assert found.mouth_occlusion_prevention.value == 0


def test_a_reason_says_what_to_do_in_both_languages() -> None:
    small = frontal(scale=21.4)
    (reason,) = (
        r for r in QualityPolicy().reasons(assess(drawn(SKINS["middle"]), face_at(small))) if r.code == "too-small"
    )
    assert reason.measure == "InterEyeDistance"
    assert (reason.value, reason.need) == (pytest.approx(21.4, abs=0.1), 30)
    assert reason.message_en == "Move closer: the eyes are 21 pixels apart, at least 30 are needed."
    assert reason.message_zh == "请靠近镜头：两眼相距 21 像素，至少需要 30 像素。"


def test_a_value_just_short_of_its_limit_never_reads_like_the_limit() -> None:
    short = frontal(scale=29.96)
    (reason,) = (
        r for r in QualityPolicy().reasons(assess(drawn(SKINS["middle"]), face_at(short))) if r.code == "too-small"
    )
    assert "30 pixels apart" not in reason.message_en


def test_the_limit_itself_is_good_enough() -> None:
    quality = assess(drawn(SKINS["middle"]), face_at(frontal()))
    exact = QualityPolicy(min_inter_eye_distance=quality.inter_eye_distance.value)
    above = QualityPolicy(min_inter_eye_distance=quality.inter_eye_distance.value + 1e-6)
    assert "too-small" not in codes(quality, exact)
    assert "too-small" in codes(quality, above)


def test_a_probe_is_never_asked_more_than_an_enrolment() -> None:
    strict, lenient = QualityPolicy.enrolment().model_dump(), QualityPolicy.probe().model_dump()
    for field in strict:
        more = strict[field] >= lenient[field] if field.startswith("min_") else strict[field] <= lenient[field]
        assert more, field


def test_a_large_photo_gives_what_its_small_copy_gives() -> None:
    small = drawn(SKINS["middle"])
    large = cv2.resize(small, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)
    one, two = assess(small, face_at(frontal())), assess(large, face_at(frontal() * 8))
    assert two.inter_eye_distance.value == pytest.approx(8 * one.inter_eye_distance.value)
    for field in ("sharpness", "eyes_visible", "mouth_occlusion_prevention", "illumination_uniformity"):
        assert getattr(two, field).component == pytest.approx(getattr(one, field).component, abs=12), field


@pytest.mark.data
class TestOnPhotos:
    @pytest.fixture(scope="class")
    def pipeline(self, face_bundle: Bundle) -> FacePipeline:
        return FacePipeline(face_bundle, OnnxRunner(face_bundle))

    @pytest.fixture
    def image(self, lfw) -> np.ndarray:
        return decode_image(lfw.root / "lfw-deepfunneled" / "Abel_Pacheco" / "Abel_Pacheco_0001.jpg")

    def test_a_clear_photo_may_be_enrolled(self, pipeline: FacePipeline, image: np.ndarray) -> None:
        assert codes(assess(image, pipeline.choose(image, "central"))) == set()

    def test_blur_lowers_sharpness_and_is_named(self, pipeline: FacePipeline, image: np.ndarray) -> None:
        face = pipeline.choose(image, "central")
        found = [assess(cv2.GaussianBlur(image, (0, 0), s) if s else image, face) for s in (0, 1, 2, 4)]
        components = [quality.sharpness.component for quality in found]
        assert components == sorted(components, reverse=True)
        assert codes(found[-1]) == {"blurred"}

    def test_darkness_lowers_exposure_and_is_named(self, pipeline: FacePipeline, image: np.ndarray) -> None:
        face = pipeline.choose(image, "central")
        found = [assess((image * gain).astype(np.uint8), face) for gain in (1, 0.4, 0.2, 0.1)]
        shares = [quality.under_exposure_prevention.value for quality in found]
        assert shares == sorted(shares) and shares[-1] > 0.9
        assert "too-dark" in codes(found[-1]) - codes(found[0])

    @pytest.mark.parametrize(
        ("condition", "level", "code"),
        [("mask", 80, "mouth-covered"), ("sunglasses", 3, "eyes-covered"), ("glare", 100, "washed-out")],
    )
    def test_what_was_done_to_the_photo_is_named(
        self, pipeline, image, condition: str, level: float, code: str
    ) -> None:
        face = pipeline.choose(image, "central")
        worse = apply(condition, image, face.landmarks, level, np.random.default_rng(0))
        assert code in codes(assess(worse, face))


def test_our_shares_and_quantiles_are_numpy_s() -> None:
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 10, 101, 3000):
        values = rng.normal(size=n).astype(np.float32)
        assert order.median(values) == pytest.approx(float(np.median(values)), abs=1e-6)
        table = rng.normal(size=(n, 3)).astype(np.float32)
        assert order.medians(table) == pytest.approx(np.median(table, axis=0), abs=1e-6)
        found = order.quantiles(values, 0.05, 0.5, 0.95)
        assert found == pytest.approx(np.percentile(values, (5, 50, 95)).tolist(), abs=1e-6)
        for nth in {1, values.size // 2 + 1, values.size}:
            assert order.nth_largest(values, nth) == pytest.approx(float(np.sort(values)[-nth]), abs=1e-6)
        assert order.share(values > 0) == float((values > 0).mean())
