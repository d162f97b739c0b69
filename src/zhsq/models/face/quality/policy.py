"""What a use needs of a face, and what a person should do where it is missing.

Limits are native values. They come from standards where these give one, else from geometry and optics; none was chosen
on a benchmark's data.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from zhsq.models.face.quality.measures import Measure, Quality


@dataclass(frozen=True)
class Reason:
    """One thing to put right.

    Attributes:
        code: stable, kebab-case.
        measure: name of the measure.
        value: what was measured, native unit.
        need: the limit that it missed, native unit.
        message_en: what to do, English.
        message_zh: what to do, Chinese.
    """

    code: str
    measure: str
    value: float
    need: float
    message_en: str
    message_zh: str


class QualityPolicy(BaseModel):
    """Limits of one use; a limit itself is good enough. HeadSize is not limited: no use here needs a portrait's frame."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Pixels. Enrolment: the embedders' crops set the eyes 35 (MobileFaceNet) and 53 (dlib) pixels apart; below 30 both
    #: would be mostly interpolation. ISO/IEC 39794-5 asks 90 of a passport portrait, 19794-5 at least 60: a gate's
    #: camera gives neither. Probe: half of that, near where the detector's finest stride (8 pixels) loses a face.
    min_inter_eye_distance: float = Field(default=30, ge=0)
    #: Percent of the inter-eye distance. An iris is 11.7 mm wide and the eyes stand 63 mm apart. Enrolment: the blur's
    #: full width at half maximum (2.36 of its standard deviations) stays within two thirds of an iris; probe: within a
    #: whole one. The crop's own pixels make up about 3.
    max_blur: float = Field(default=5.0, gt=0)
    #: Share of the face. Enrolment: most of the face must hold a tone; probe: some of it.
    max_dark: float = Field(default=0.5, ge=0, le=1)
    #: Share of the face. A tenth burnt out is a component value of 9 in the standard: highlights are small, a flash is not.
    max_burnt: float = Field(default=0.1, ge=0, le=1)
    #: Stops. Light skin and black lashes lie about 4 stops apart, the darkest skin and its lashes over 1.5; less is a veil.
    min_range: float = Field(default=1.3, ge=0)
    #: Darker by lighter cheek. ISO/IEC 39794-5, annex D: the lowest mean intensity is at least half of the highest.
    min_evenness: float = Field(default=0.5, ge=0, le=1)
    #: Degrees. ISO/IEC 39794-5 asks 5 of yaw and pitch and 8 of roll, which five landmarks can't tell (`pose.head_pose`).
    #: Enrolment: a component value of 82 (cos^2 of 25 degrees), and the far side of the nose still in sight; alignment
    #: undoes roll, and 25 is what detectors for upright faces are made for. Probe: half-profile.
    max_yaw: float = Field(default=25, ge=0, le=90)
    max_pitch: float = Field(default=25, ge=0, le=90)
    max_roll: float = Field(default=25, ge=0, le=180)
    #: Share hidden. Lashes, shade, a frame and eyes narrowed in laughter darken up to about half of the eyes' zones.
    max_eyes_hidden: float = Field(default=0.7, ge=0, le=1)
    #: Share hidden. Closed lips fill about two thirds of the mouth's zone; a quarter in sight is enough to tell.
    max_mouth_hidden: float = Field(default=0.75, ge=0, le=1)
    #: Inter-eye distances beside the eyes. A face is about 2.1 of them wide, so 0.55 lie outside each eye (Farkas 1994).
    min_side: float = Field(default=0.5, ge=0)
    #: Eye-to-chin lengths. Up to the hairline lie about 0.6 of them; brows and half the forehead must be there.
    min_above: float = Field(default=0.35, ge=0)
    #: Eye-to-chin lengths. The mouth and nearly all of the chin.
    min_below: float = Field(default=0.9, ge=0)

    @classmethod
    def enrolment(cls) -> QualityPolicy:
        """For a photo that every later probe is compared with; strict, for it can be taken again."""
        return cls()

    @classmethod
    def probe(cls) -> QualityPolicy:
        """For a camera's photo: names only what makes a failure to match likely."""
        return cls(
            min_inter_eye_distance=15,
            max_blur=8.0,
            max_dark=0.8,
            max_burnt=0.3,
            min_range=0.8,
            min_evenness=0.25,
            max_yaw=45,
            max_pitch=45,
            max_roll=45,
            max_eyes_hidden=0.85,
            max_mouth_hidden=0.85,
            min_side=0.25,
            min_above=0.2,
            min_below=0.65,
        )

    def reasons(self, quality: Quality) -> list[Reason]:
        """What is missing, most basic first; empty when the face is good enough."""
        return [
            *self._size(quality),
            *self._frame(quality),
            *self._light(quality),
            *self._focus(quality),
            *self._pose(quality),
            *self._cover(quality),
        ]

    def _size(self, q: Quality) -> list[Reason]:
        eyes = q.inter_eye_distance
        if eyes.value >= self.min_inter_eye_distance:
            return []
        seen, least = _apart(eyes.value, self.min_inter_eye_distance)
        english = f"Move closer: the eyes are {seen} pixels apart, at least {least} are needed."
        chinese = f"请靠近镜头：两眼相距 {seen} 像素，至少需要 {least} 像素。"
        return [_reason("too-small", eyes, self.min_inter_eye_distance, english, chinese)]

    def _frame(self, q: Quality) -> list[Reason]:
        # The picture's left is the person's right: a person is told the side of the picture.
        sides = (
            ("left", "左", q.leftward_crop, self.min_side),
            ("right", "右", q.rightward_crop, self.min_side),
            ("top", "上", q.margin_above, self.min_above),
            ("bottom", "下", q.margin_below, self.min_below),
        )
        return [
            _reason(
                f"cut-off-{english}",
                measure,
                need,
                f"Move the whole face into the picture: it is cut off at the {english}.",
                f"请让整张脸进入画面：人脸在画面{chinese}侧被截断。",
            )
            for english, chinese, measure, need in sides
            if measure.value < need
        ]

    def _light(self, q: Quality) -> list[Reason]:
        found = []
        if (dark := q.under_exposure_prevention).value > self.max_dark:
            seen, most = _apart(100 * dark.value, 100 * self.max_dark)
            english = f"Add light in front of the face: {seen} % of it is nearly black, at most {most} % may be."
            chinese = f"请在面部前方补光：面部有 {seen}% 接近全黑，最多允许 {most}%。"
            found.append(_reason("too-dark", dark, self.max_dark, english, chinese))
        elif (stops := q.dynamic_range).value < self.min_range:  # what is black has no range either
            seen, least = _apart(stops.value, self.min_range, 1)
            english = (
                f"Keep lamps and the sun out of the lens, and wipe it: the face is washed out, with {seen} stops from dark "
                f"to light where at least {least} are needed."
            )
            chinese = f"请避免强光直射镜头并擦净镜头：面部发白，明暗差仅 {seen} 档，至少需要 {least} 档。"
            found.append(_reason("washed-out", stops, self.min_range, english, chinese))
        if (burnt := q.over_exposure_prevention).value > self.max_burnt:
            seen, most = _apart(100 * burnt.value, 100 * self.max_burnt)
            english = f"Reduce the light on the face, or turn the flash off: {seen} % of it is burnt out, at most {most} % may be."
            chinese = f"请减弱面部光线或关闭闪光灯：面部有 {seen}% 过曝，最多允许 {most}%。"
            found.append(_reason("too-bright", burnt, self.max_burnt, english, chinese))
        if (even := q.illumination_uniformity).value < self.min_evenness:
            seen, least = _apart(100 * even.value, 100 * self.min_evenness)
            english = f"Face the light: one cheek is {seen} % as bright as the other, at least {least} % is needed."
            chinese = f"请面向光源：一侧脸颊的亮度只有另一侧的 {seen}%，至少需要 {least}%。"
            found.append(_reason("uneven-light", even, self.min_evenness, english, chinese))
        return found

    def _focus(self, q: Quality) -> list[Reason]:
        blur = q.sharpness
        if blur.value <= self.max_blur:
            return []
        seen, most = _apart(blur.value, self.max_blur, 1)
        english = (
            f"Hold still and let the camera focus: the blur is {seen} % of the distance between the eyes, at most {most} % "
            "is allowed."
        )
        chinese = f"请保持静止并等待对焦：模糊程度为两眼间距的 {seen}%，最多允许 {most}%。"
        return [_reason("blurred", blur, self.max_blur, english, chinese)]

    def _pose(self, q: Quality) -> list[Reason]:
        poses = (
            ("turned-sideways", q.head_pose_yaw, self.max_yaw, "Look at the camera", "turned sideways", "正对镜头", "转向一侧"),
            ("head-up-or-down", q.head_pose_pitch, self.max_pitch, "Hold the chin level", "raised or lowered", "放平下巴", "抬起或低下"),
            ("tilted", q.head_pose_roll, self.max_roll, "Hold the head upright", "tilted", "保持头部竖直", "歪斜"),
        )  # fmt: skip
        found = []
        for code, measure, limit, do_en, is_en, do_zh, is_zh in poses:
            if abs(measure.value) > limit:
                seen, most = _apart(abs(measure.value), limit)
                english = f"{do_en}: the head is {is_en} by about {seen} degrees, at most {most} are allowed."
                chinese = f"请{do_zh}：头部{is_zh}约 {seen} 度，最多允许 {most} 度。"
                found.append(_reason(code, measure, limit, english, chinese))
        return found

    def _cover(self, q: Quality) -> list[Reason]:
        found = []
        if (eyes := q.eyes_visible).value > self.max_eyes_hidden:
            english = "Take off dark glasses and keep the eyes free: they seem to be covered."
            chinese = "请摘下深色眼镜并露出双眼：眼部似乎被遮挡。"
            found.append(_reason("eyes-covered", eyes, self.max_eyes_hidden, english, chinese))
        if (mouth := q.mouth_occlusion_prevention).value > self.max_mouth_hidden:
            english = "Take off the mask or scarf: the mouth seems to be covered."
            chinese = "请摘下口罩或围巾：嘴部似乎被遮挡。"
            found.append(_reason("mouth-covered", mouth, self.max_mouth_hidden, english, chinese))
        return found


def _reason(code: str, measure: Measure, need: float, english: str, chinese: str) -> Reason:
    return Reason(code, measure.name, measure.value, need, english, chinese)


def _apart(value: float, need: float, digits: int = 0) -> tuple[str, str]:
    """Both as text, with enough digits to differ: never '30 pixels apart, at least 30 are needed'."""
    wanted = f"{need:g}"
    while digits < 6 and float(f"{value:.{digits}f}") == float(wanted):
        digits += 1
    return f"{value:.{digits}f}", wanted
