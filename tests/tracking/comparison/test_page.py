"""The page of a comparison: opened in a real browser, self-contained, and with nobody in it who can be recognised."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from zhsq.imaging import decode_image
from zhsq.tracking.comparison.items import unequal_items
from zhsq.tracking.comparison.page import page
from zhsq.tracking.comparison.pictures import HIDDEN, embedded
from zhsq.tracking.comparison.result import Comparison, compare
from zhsq.tracking.comparison.words import findings
from zhsq.tracking.store import LoggedRun

PAGES = ("plates", "faces")


@pytest.fixture(scope="module")
def written(plates: Comparison, faces: Comparison, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, comparison in zip(PAGES, (plates, faces), strict=True):
        found[name] = folder / f"{name}.html"
        found[name].write_text(page(comparison), encoding="utf-8")
    return found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows_and_the_verdict_is_there_in_a_real_browser(
    browser: Any, written: dict[str, Path], name: str, width: int, request: pytest.FixtureRequest
) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda asking: asked.append(asking.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(written[name].as_uri())
    opened.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    (finding,) = findings(request.getfixturevalue(name))
    assert opened.get_by_role("heading", name=finding.headline).is_visible()
    assert opened.get_by_role("img", name=re.compile("lower is better")).first.is_visible()
    # On a phone a table is a list of cards; to a screen reader it is still a table.
    assert opened.get_by_role("table").first.get_by_role("columnheader").count() == 8
    pictures = opened.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(pictures) > 0 and min(pictures) > 0
    assert [url for url in asked if not url.startswith("data:")] == [written[name].as_uri()] and said == []
    opened.close()


def test_the_keyboard_reaches_the_verdict_and_the_folded_parts_and_dark_is_dark(
    browser: Any, written: dict[str, Path]
) -> None:
    opened = browser.new_page(color_scheme="dark")
    opened.goto(written["plates"].as_uri())
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Skip to the verdict"
    opened.keyboard.press("Enter")
    assert opened.evaluate("location.hash") == "#verdict"
    fold = opened.locator("summary").last
    fold.focus()
    opened.keyboard.press("Enter")
    assert opened.locator("details").last.get_attribute("open") is not None
    red, green, blue = map(int, re.findall(r"\d+", opened.evaluate("getComputedStyle(document.body).backgroundColor")))
    assert max(red, green, blue) < 60
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_names_no_resource_and_no_script(written: dict[str, Path], name: str) -> None:
    text = written[name].read_text("utf-8")
    assert "<script" not in text and "<link" not in text and "@import" not in text and "url(" not in text
    assert all(target.startswith(("data:", "#")) for target in re.findall(r"(?:src|href)=\"([^\"]+)\"", text))


def test_people_are_hidden_and_not_named_unless_asked(faces: Comparison) -> None:
    first = faces.first.run
    people = {str(name) for name in first.trials["left"]}
    hidden, shown = page(faces), page(faces, show_faces=True)
    assert not [name for name in people if name in hidden]
    assert [name for name in people if name in shown]


def test_a_hidden_portrait_holds_no_more_than_its_few_pixels(verifiers: list[LoggedRun]) -> None:
    run = verifiers[0]
    photo = next((Path(run.report.data.root) / "lfw-deepfunneled").glob("*/*.jpg"))

    def sharpness(show: bool) -> float:
        uri = embedded(photo, "face-verification", show_faces=show)
        assert uri is not None
        image = decode_image(base64.b64decode(uri.partition(",")[2])).astype(np.float32)
        coarse = cv2.resize(image, (HIDDEN["face"],) * 2, interpolation=cv2.INTER_AREA)
        back = cv2.resize(coarse, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return float(np.abs(image - back).mean())

    assert sharpness(False) < 0.45 * sharpness(True)


def test_without_the_data_the_page_says_so_and_still_works(
    readers: list[LoggedRun], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHSQ_DATA", str(tmp_path))
    gone = [
        replace(
            run,
            report=run.report.model_copy(update={"data": run.report.data.model_copy(update={"root": "/nowhere"})}),
        )
        for run in readers
    ]
    text = page(compare(gone, resamples=100))
    assert "The data are not at /nowhere" in text and "<img" not in text and 'id="verdict"' in text


def test_what_a_report_says_is_text_and_never_markup(readers: list[LoggedRun]) -> None:
    note = "<img src=x onerror=alert(1)>"
    runs = [replace(run, report=run.report.model_copy(update={"notes": (note,)})) for run in readers]
    text = page(compare(runs, resamples=100))
    assert note not in text and "&lt;img src=x" in text


def test_items_are_those_that_one_has_right_the_surest_error_first(plates: Comparison) -> None:
    (found,) = unequal_items(plates)
    first, second = (side.trials for side in plates.sides)
    lost = np.flatnonzero(first["correct"] & ~second["correct"])
    assert found.lost_n == len(lost) and found.gained_n == int((~first["correct"] & second["correct"]).sum())
    assert found.lost[0].name == str(first["file"][lost[np.argmax(second["confidence"][lost])]])
    assert all(item.lines[0][2] and not item.lines[1][2] for item in found.lost)
    assert all(item.images for item in found.lost)
