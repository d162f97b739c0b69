"""A second reader weighs what the first one thinks possible; LPRNet's graph and weights, read without torch."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.errors import BundleError
from zhsq.models.plate import lprnet, opinion
from zhsq.models.plate.read import CtcParams
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE
from zhsq.models.plate.weights import LPRNET
from zhsq.models.zoo.torch_state import read_state
from zhsq.models.zoo.weights import at_hand, obtain

BLANK = len(lprnet.SYMBOLS)
TAKEN = CtcParams(height=24, width=94, canvas=94, mean=127.5, scale=128, blank=BLANK)
PARAMS = opinion.OpinionParams(reader=TAKEN, symbols=lprnet.SYMBOLS, lengths=(7,))


def table(*places: dict[str, float]) -> NDArray[np.float32]:
    found = np.zeros((8, COLUMNS), np.float32)
    for row, place in zip(found, places, strict=False):
        for symbol, probability in place.items():
            row[COLUMN[symbol]] = probability
    found[len(places) :, NONE] = 1
    return found


def spelt(text: str, sure: float = 0.9) -> NDArray[np.float32]:
    """Frames that spell a text, a blank behind each symbol."""
    frames = np.full((lprnet.STEPS, BLANK + 1), (1 - sure) / BLANK, np.float32)
    path = [c for symbol in text for c in (lprnet.SYMBOLS.index(symbol), BLANK)]
    for step in range(lprnet.STEPS):
        frames[step, path[step] if step < len(path) else BLANK] = sure
    return frames


def likeliest(found: NDArray[np.float32]) -> str:
    by_column = {column: symbol for symbol, column in COLUMN.items()}
    return "".join(by_column[c] for c in found.argmax(1).tolist() if c != NONE)


CERTAIN = ({"A": 1.0}, {"1": 1.0}, {"2": 1.0}, {"3": 1.0}, {"4": 1.0}, {"5": 1.0})


def test_the_second_reader_decides_where_the_first_is_torn() -> None:
    torn = table({"桂": 0.55, "皖": 0.45}, *CERTAIN)
    found = opinion.weighed(torn, spelt("皖A12345"), PARAMS, 7)
    assert found.shape == (8, COLUMNS) and found.dtype == np.float32
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    assert likeliest(found) == "皖A12345" and found[0].max() > 0.99


def test_what_the_first_reader_is_sure_of_stands() -> None:
    sure = table({"桂": 1.0}, *CERTAIN)
    assert likeliest(opinion.weighed(sure, spelt("皖A12345"), PARAMS, 7)) == "桂A12345"


def test_a_character_that_the_second_reader_lost_is_not_lost() -> None:
    torn = table({"桂": 0.5, "皖": 0.5}, *CERTAIN[:-1], {"5": 0.6, "6": 0.4})
    assert likeliest(opinion.weighed(torn, spelt("皖A1235"), PARAMS, 7)) == "皖A12345"


def test_an_opinion_that_finds_nothing_possible_changes_nothing() -> None:
    torn = table({"桂": 0.5, "皖": 0.5}, *CERTAIN)
    never = np.zeros((lprnet.STEPS, BLANK + 1), np.float32)
    never[:, BLANK] = 1
    assert (opinion.weighed(torn, never, PARAMS, 7) == torn).all()


@pytest.mark.parametrize(
    ("text", "known"), [("皖A12345", True), ("皖AD12345", False), ("粤B1234警", False), ("WJ12345", False), ("", False)]
)
def test_it_is_asked_about_plates_of_its_kind_alone(text: str, known: bool) -> None:
    assert opinion.knows(text, PARAMS) is known


def test_a_blank_in_front_of_the_classes_is_told_apart() -> None:
    front = opinion.OpinionParams(reader=TAKEN.model_copy(update={"blank": 0}), symbols=lprnet.SYMBOLS, lengths=(7, 8))
    frames = np.roll(spelt("皖A12345"), 1, axis=1)
    torn = table({"桂": 0.55, "皖": 0.45}, *CERTAIN)
    assert likeliest(opinion.weighed(torn, frames, front, 7)) == "皖A12345"
    assert opinion.knows("皖AD12345", front)


def test_what_names_more_than_parameters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.pth"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path, ("/etc/passwd",))

    path.write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in (1, 2, {}, {"a": Evil()}, [])))
    with pytest.raises(BundleError, match=r"pathlib.*Path"):
        read_state(path)
    (tmp_path / "short").write_bytes(b"\x80\x02")
    with pytest.raises(BundleError, match="Get the file again"):
        read_state(tmp_path / "short")


@pytest.fixture(scope="module")
def weights() -> Path:
    if at_hand(LPRNET) is None:
        pytest.skip(f"{LPRNET.name} is in no mirror: {LPRNET.url}")
    return obtain(LPRNET)


@pytest.mark.data
def test_parameters_are_those_that_torch_reads(weights: Path) -> None:
    torch = pytest.importorskip("torch", reason="the extra 'research' is not installed")
    expected, found = torch.load(weights, map_location="cpu", weights_only=True), read_state(weights)
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value.numpy())


@pytest.mark.data
def test_a_file_that_was_cut_off_is_refused(weights: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.pth"
    short.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(BundleError, match="Get the file again"):
        read_state(short)


@pytest.mark.data
def test_a_crop_is_read_alike_alone_and_beside_others(weights: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(lprnet.to_onnx(read_state(weights)))
    crops = np.random.default_rng(0).normal(0, 0.5, (3, 3, lprnet.HEIGHT, lprnet.WIDTH)).astype(np.float32)
    (together,) = session.run(None, {lprnet.INPUT: crops})
    assert together.shape == (3, lprnet.STEPS, BLANK + 1)
    np.testing.assert_allclose(together.sum(2), 1, atol=1e-5)
    (alone,) = session.run(None, {lprnet.INPUT: crops[1:2]})
    np.testing.assert_allclose(alone[0], together[1], atol=1e-4)
    with pytest.raises(BundleError, match=r"container\.0"):
        state = read_state(weights)
        lprnet.to_onnx({name: value for name, value in state.items() if not name.startswith("container")})
