"""A resident enrols on a phone: headless Chromium at a phone's width, the real server, real photos."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from zhsq.serve.privacy import jobs
from zhsq.serve.server import Server

pytestmark = pytest.mark.data
INVITATION = {
    "reference": "3 号楼 502",
    "purpose": "刷脸进出小区大门",
    "credential_kind": "card",
    "credential_reference": "card 7731",
    "consent_expires_at": "2099-01-01T00:00:00Z",
}


@pytest.fixture
def server(app) -> Iterator[Server]:
    with Server(app) as running:
        yield running


@pytest.fixture
def phone(browser, server) -> Iterator[Any]:
    """A page at a phone's width that fails the test when anything is blocked, missing or thrown."""
    context = browser.new_context(viewport={"width": 375, "height": 720}, accept_downloads=True, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"thrown: {error}"))
    page.on("console", lambda message: troubles.append(message.text) if "Content Security" in message.text else None)
    page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
    page.on(
        "request", lambda r: None if r.url.startswith((server.url, "blob:")) else troubles.append(f"abroad: {r.url}")
    )
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def invited(operator, server):
    """invited() -> (code, link on the running server)."""

    def make(**changes: Any) -> tuple[str, str]:
        made = operator.post("/v1/estates/east/invitations", json=INVITATION | changes)
        assert made.status_code == 201, made.text
        return made.json()["code"], f"{server.url}/enrol#{made.json()['code']}"

    return make


@pytest.fixture
def photos(lfw, tmp_path: Path) -> dict[str, Path]:
    """'good': may be enrolled; 'small': too far away; 'other': the same person again."""
    folder = lfw.root / "lfw-deepfunneled" / "Abel_Pacheco"
    small = tmp_path / "small.png"
    with Image.open(folder / "Abel_Pacheco_0001.jpg") as image:
        image.resize((75, 75)).save(small)
    return {"good": folder / "Abel_Pacheco_0001.jpg", "small": small, "other": folder / "Abel_Pacheco_0004.jpg"}


def keep(page: Any, name: str) -> None:
    """Screenshots for a person to look at, where a folder is named."""
    if folder := os.environ.get("ZHSQ_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_resident_enrols_sees_the_record_and_withdraws_by_keyboard(
    app, operator, phone, invited, photos, tmp_path
) -> None:
    code, link = invited()
    phone.goto(link)
    phone.get_by_role("heading", name="请先阅读，再决定").wait_for()
    assert code not in phone.url, "the code leaves the address bar"
    assert phone.evaluate("document.activeElement.textContent") == "请先阅读，再决定", "the heading has the focus"
    assert "刷脸进出小区大门" in phone.inner_text("#statement") and "门禁卡" in phone.inner_text("#statement")
    fits(phone)
    keep(phone, "1-consent-zh")

    phone.get_by_role("button", name="同意，下一步").press("Enter")
    assert phone.inner_text("#error") == "请选择登记的是谁。"
    phone.get_by_label("我本人，已满 14 周岁").press("Space")
    phone.get_by_role("button", name="同意，下一步").press("Enter")
    assert phone.inner_text("#error") == "如同意，请先勾选“我已阅读并同意”。"
    assert phone.evaluate("document.activeElement.id") == "agree" and phone.get_attribute("#agree", "aria-invalid")
    keep(phone, "2-consent-missing")
    phone.keyboard.press("Space")
    phone.get_by_role("button", name="同意，下一步").press("Enter")
    phone.get_by_role("heading", name="拍一张正面照").wait_for()
    keep(phone, "3-photo")

    phone.set_input_files("#camera", photos["small"])
    phone.get_by_text("照片还不行，请重拍：", exact=True).wait_for()
    assert phone.locator("#feedback li").first.inner_text().startswith("请靠近镜头")
    assert phone.get_attribute("#feedback", "aria-live") == "polite", "a screen reader is told, too"
    assert phone.get_by_role("button", name="用这张照片登记").is_hidden()
    fits(phone)
    keep(phone, "4-photo-bad")
    phone.set_input_files("#upload", photos["good"])
    phone.get_by_text("照片合格，可以登记。", exact=True).wait_for()
    keep(phone, "5-photo-good")
    phone.get_by_role("button", name="用这张照片登记").press("Enter")
    phone.get_by_role("heading", name="登记成功").wait_for()
    personal = phone.inner_text("#personal")
    fits(phone)
    keep(phone, "6-done")
    again = operator.get("/v1/resident", headers={"X-Resident-Code": code})
    assert (again.status_code, again.json()["code"]) == (401, "bad-code"), "an invitation is used once"

    files = {"image": photos["other"].read_bytes()}
    assert operator.post("/v1/estates/east/faces/identify", files=files).json()["decision"] == "match"
    phone.get_by_role("button", name="查看我的记录").press("Enter")
    phone.get_by_text("您已登记，同意有效。").wait_for()
    keep(phone, "7-record")
    with phone.expect_download() as download:
        phone.get_by_role("button", name="下载我的全部记录（JSON）").press("Enter")
    downloaded = json.loads(Path(download.value.path()).read_text())
    (consent,) = downloaded["consents"]
    assert "statement zh sha256" in consent["evidence"] and consent["purpose"] == "刷脸进出小区大门"
    phone.get_by_role("button", name="撤回同意").press("Enter")
    assert phone.evaluate("document.activeElement.id") == "confirm-yes"
    keep(phone, "8-confirm")
    phone.keyboard.press("Enter")
    phone.get_by_text("已撤回，立即生效。").wait_for()
    assert operator.post("/v1/estates/east/faces/identify", files=files).json()["decision"] == "unknown"
    services = app.state.services
    assert jobs.run(services.database, services.keys, services.settings).erased == {"withdrawn": 1}

    phone.goto(f"{phone.url}?lang=en#{personal.lower()}")
    phone.get_by_text("The template has been erased.").wait_for()
    (receipt,) = operator.get("/v1/estates/east/erasures").json()["items"]
    assert receipt["digest"] in phone.inner_text("#record")
    fits(phone)
    keep(phone, "9-erased-en")


def test_a_guardian_is_named_for_a_child_and_one_may_say_no_in_english(app, operator, phone, invited, photos) -> None:
    _, link = invited()
    phone.goto(link.replace("#", "?lang=en#"))
    phone.get_by_role("heading", name="Read first, then decide").wait_for()
    phone.get_by_role("button", name="I don't agree").click()
    phone.get_by_text("Nothing was stored.").wait_for()
    phone.get_by_role("button", name="Back").click()
    phone.get_by_label("My child, under 14; I am a parent or guardian").check()
    phone.get_by_label("I have read this and agree, of my own free will.").check()
    phone.get_by_role("button", name="Agree and go on").click()
    assert phone.inner_text("#error") == "Enter the name of the parent or guardian."
    keep(phone, "10-guardian-en")
    phone.get_by_label("Name of the parent or guardian").fill("Wang Fang")
    phone.get_by_role("button", name="Agree and go on").click()
    phone.set_input_files("#camera", photos["good"])
    phone.get_by_role("button", name="Enrol with this photo").click()
    phone.get_by_role("heading", name="You are enrolled").wait_for()
    record = operator.get(
        "/v1/resident/record", headers={"X-Resident-Code": phone.inner_text("#personal").lower()}
    ).json()
    assert record["consents"][0]["guardian"] == "Wang Fang"


def test_a_wrong_code_is_refused_in_words_and_can_be_typed_again(phone, invited, server) -> None:
    code, _ = invited()
    phone.goto(f"{server.url}/enrol")
    phone.get_by_label("登记码或个人代码").fill("0000-0000-0000-0000")
    phone.keyboard.press("Enter")
    phone.get_by_text("此代码无效、已使用或已过期。").wait_for()
    keep(phone, "11-wrong-code")
    phone.get_by_label("登记码或个人代码").fill(code.replace("-", " ").lower())
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="请先阅读，再决定").wait_for()


CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  document.querySelectorAll("[hidden]").forEach((e) => { e.hidden = false; });
  return [...document.querySelectorAll("body *")].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .filter((e) => e.tagName !== "SCRIPT" && e.tagName !== "NOSCRIPT").map((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim().slice(0, 30)];
    });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_names_and_sizes_are_enough_for_everyone(phone, invited, scheme: str) -> None:
    """WCAG 2.1: contrast of 4.5 (1.4.3), every control with a name (4.1.2), targets of 44 pixels (2.5.5)."""
    phone.emulate_media(color_scheme=scheme)
    phone.goto(invited()[1])
    phone.get_by_role("heading", name="请先阅读，再决定").wait_for()
    low = [found for found in phone.evaluate(CONTRAST) if found[0] < 4.5]
    assert low == []
    for control in phone.locator("button, input:not(.visually-hidden), label.button").all():
        named = control.evaluate("e => e.labels?.length ? e.labels[0].innerText : e.innerText")
        assert named.strip()
        height = control.evaluate("e => (e.closest('.choice') ?? e).getBoundingClientRect().height")
        assert height >= 40, named
    assert phone.locator("h1").count() == phone.locator("section").count()


def test_an_answer_that_was_lost_on_the_way_comes_again_with_the_code_and_enrols_nobody_twice(
    operator, phone, invited, photos
) -> None:
    _, link = invited()
    phone.goto(link)
    phone.get_by_label("我本人，已满 14 周岁").check()
    phone.get_by_label("我已阅读并同意").check()
    phone.get_by_role("button", name="同意，下一步").click()
    phone.set_input_files("#upload", photos["good"])
    phone.get_by_text("照片合格，可以登记。", exact=True).wait_for()
    lost: list[str] = []

    def lose_the_first(route: Any) -> None:
        answer = route.fetch()
        lost.append(answer.json()["code"])
        route.fulfill(status=502, body="") if len(lost) == 1 else route.fulfill(response=answer)

    phone.route("**/v1/resident/enrolment", lose_the_first)
    phone.get_by_role("button", name="用这张照片登记").click()
    phone.locator("#error").wait_for()
    phone.get_by_role("button", name="用这张照片登记").click()
    phone.get_by_role("heading", name="登记成功").wait_for()
    assert lost == [phone.inner_text("#personal")] * 2, "the first code was not lost with its answer"
    assert len(operator.get("/v1/estates/east/subjects").json()["items"]) == 1
