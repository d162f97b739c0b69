"""Guards and property staff at the console: real Chromium, a running server, real events through the packaged rules."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from zhsq.quickstart.samples import jpeg, plate
from zhsq.serve.store.tables import Alert, AuditEntry, Picture, now

from .conftest import PHONE, SCREEN


def soon(locator) -> None:
    locator.wait_for(timeout=15_000)


def test_a_new_alert_appears_without_a_reload_and_a_critical_one_is_announced(desk, happen) -> None:
    guard = desk()
    soon(guard.page.get_by_text("没有待处理的告警"))
    happen("perimeter", "fence-2", state="crossed", zone="北墙")
    soon(guard.rows().filter(has_text="fence-2 周界越界"))
    assert guard.page.get_by_role("alert").filter(has_text="fence-2").count() == 0, "a major one is said politely"
    guard.press("声音：关")
    assert guard.page.get_by_role("button", name="声音：开").get_attribute("aria-pressed") == "true"
    happen()
    soon(guard.rows().filter(has_text="smoke-7 报告烟雾"))
    announced = guard.page.get_by_role("alert").filter(has_text="新的严重告警：smoke-7 报告烟雾")
    soon(announced)
    assert guard.rows().first.inner_text().startswith("▲"), "the most severe stands first"
    assert guard.page.title() == "(1) 值班台"
    announced.get_by_role("link", name="查看").click()
    soon(guard.page.get_by_role("article").get_by_role("heading", name="smoke-7 报告烟雾"))


def test_what_one_person_acknowledges_the_other_sees_and_closing_it_tells_whether_it_was_true(
    desk, happen, operator
) -> None:
    alert = happen()
    first, second = desk(), desk(role="property")
    article = second.open("报告烟雾")
    first.open("报告烟雾")
    first.press("确认收到")
    soon(article.locator(".badge", has_text="处理中"))
    soon(second.rows().locator(".badge", has_text="处理中"))
    assert first.page.evaluate("document.activeElement.id") == "detail-title"
    soon(article.get_by_role("button", name="处理完毕"))
    second.press("处理完毕")
    dialog = second.page.get_by_role("dialog", name="处理完毕")
    dialog.get_by_label("说明（可不填）").fill("厨房油烟，已通风")
    dialog.get_by_label("误报").check()
    dialog.get_by_role("button", name="提交").click()
    soon(article.get_by_text("厨房油烟，已通风"))
    soon(first.page.get_by_text("没有待处理的告警"))
    found = operator.get(f"/v1/alerts/{alert}").json()
    assert (found["state"], found["verdict"]) == ("resolved", "false")
    second.press("更正判断")
    second.page.get_by_role("dialog").get_by_role("button", name="提交").click()
    soon(article.get_by_text("属实", exact=True))
    assert first.page.get_by_role("button", name="更正判断").count() == 0, "a guard does not judge"


def test_who_acts_on_what_someone_changed_meanwhile_is_told_and_loses_no_word(desk, happen, operator) -> None:
    alert = happen()
    guard = desk()
    guard.open("报告烟雾")
    guard.press("忽略")
    dialog = guard.page.get_by_role("dialog")
    dialog.get_by_role("button", name="提交").click()
    soon(dialog.get_by_text("请写明原因。"))
    dialog.get_by_label("原因").fill("有人抽烟")
    assert operator.post(f"/v1/alerts/{alert}/acknowledge").status_code == 200
    dialog.get_by_role("button", name="提交").click()
    soon(dialog.get_by_text("有人先一步改动了这条告警"))
    told = dialog.get_by_role("alert").inner_text()
    assert "运营 test operator" in told and "确认收到" in told and "处理中" in told
    assert dialog.get_by_label("原因").input_value() == "有人抽烟"
    assert operator.get(f"/v1/alerts/{alert}").json()["state"] == "acknowledged"
    dialog.get_by_role("button", name="提交").click()
    soon(guard.page.get_by_role("article").get_by_text("有人抽烟"))
    assert operator.get(f"/v1/alerts/{alert}").json()["state"] == "dismissed"


def test_a_step_that_is_possible_no_more_is_not_offered_again(desk, happen, operator) -> None:
    alert = happen()
    guard = desk()
    guard.open("报告烟雾")
    guard.press("转交")
    dialog = guard.page.get_by_role("dialog", name="转交给")
    operator.post(f"/v1/alerts/{alert}/dismiss", json={"note": "test"})
    dialog.get_by_role("button", name="提交").click()
    soon(dialog.get_by_text("这一步已不能再做"))
    assert dialog.get_by_role("button", name="提交").is_hidden()
    dialog.get_by_role("button", name="关闭").click()
    assert guard.page.get_by_role("dialog").count() == 0


def test_filters_narrow_the_list_by_state_severity_kind_device_and_time(desk, happen, operator, app) -> None:
    closed = happen("wifi", "ap-1", state="rogue")
    operator.post(f"/v1/alerts/{closed}/dismiss", json={"note": "test"})
    happen()
    happen("perimeter", "fence-2", state="crossed")
    old = happen("perimeter", "fence-3", state="crossed")
    with app.state.services.database.session() as session:
        session.execute(update(Alert).where(Alert.id == old).values(opened_at=now() - timedelta(days=2)))
    guard = desk()
    page = guard.page

    def shown() -> set[str]:
        page.wait_for_timeout(400)
        return {re.search(r"(smoke|fence|ap)-\d", text).group() for text in guard.rows().all_inner_texts()}  # type: ignore[union-attr]

    assert shown() == {"smoke-7", "fence-2", "fence-3"}
    page.get_by_label("级别").select_option("major")
    assert shown() == {"fence-2", "fence-3"}
    page.get_by_label("时间", exact=True).select_option("day")
    assert shown() == {"fence-2"}
    page.get_by_role("button", name="清除筛选").click()
    page.get_by_label("状态").select_option("dismissed")
    assert shown() == {"ap-1"}
    page.get_by_label("状态").select_option("")
    assert shown() == {"smoke-7", "fence-2", "fence-3", "ap-1"}
    page.get_by_label("类型").select_option(label="… 周界越界")
    page.get_by_label("设备", exact=True).fill("fence-3")
    page.keyboard.press("Enter")
    assert shown() == {"fence-3"}
    page.get_by_label("设备", exact=True).fill("nothing")
    page.keyboard.press("Enter")
    soon(page.get_by_text("没有符合条件的告警"))
    page.get_by_role("button", name="清除筛选").click()
    page.get_by_label("时间", exact=True).select_option("custom")
    page.get_by_label("到", exact=True).fill("2020-01-01T00:00")
    page.keyboard.press("Enter")
    assert shown() == set()


def test_everything_can_be_done_by_keyboard(desk, happen) -> None:
    happen()
    guard = desk()
    page = guard.page
    soon(guard.rows().first)

    def tab_to(words: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if words in page.evaluate("document.activeElement.closest('a, button')?.innerText ?? ''"):
                return
        raise AssertionError(f"no way to {words!r} by Tab")

    page.keyboard.press("Shift+Tab")
    tab_to("报告烟雾")
    page.keyboard.press("Enter")
    soon(page.locator("#detail-title:focus"))
    tab_to("确认收到")
    page.keyboard.press("Enter")
    soon(page.get_by_role("article").locator(".badge", has_text="处理中"))
    tab_to("处理完毕")
    page.keyboard.press("Enter")
    page.keyboard.type("done")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.innerText") == "处理完毕", "the focus is back where it was"
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "提交":
            break
    page.keyboard.press("Enter")
    soon(page.get_by_text("没有待处理的告警"))


def test_the_page_is_english_at_a_switch_and_stays_so_after_a_reload(desk, happen) -> None:
    happen("electrical", "box-4", temperature_c=86.5)
    guard = desk(role="property")
    guard.open("电箱 box-4 温度过高")
    soon(guard.page.get_by_text("电箱（温度（°C） ≥ 70）"))
    guard.press("English")
    soon(guard.page.get_by_role("article").get_by_role("heading", name="Electrical box box-4 is hot"))
    soon(guard.page.get_by_text("Electrical box (temperature (°C) ≥ 70)"))
    guard.page.reload()
    soon(guard.page.get_by_role("article").get_by_role("button", name="Acknowledge", exact=True))
    assert guard.page.locator("html").get_attribute("lang") == "en"
    soon(guard.page.get_by_role("navigation", name="Main").get_by_role("link", name="Devices"))
    left = guard.page.locator("body").evaluate("e => e.innerText")
    assert re.findall(r"[\u4e00-\u9fff]+", left) == ["中文"], "nothing is left in the other language but its switch"


def test_on_a_phone_nothing_is_wider_than_the_window_and_the_way_back_is_there(desk, happen) -> None:
    happen(zone="三号楼地下一层东侧配电间旁的消防通道入口")
    happen("heartbeat", "camera-with-a-very-long-name-that-does-not-break-1234567890", state="offline", battery_pct=7)
    guard = desk(size=PHONE)
    assert guard.fits()
    guard.open("报告烟雾")
    assert guard.fits() and guard.page.get_by_role("heading", name="告警列表").is_hidden()
    guard.page.get_by_role("button", name="返回列表").click()
    soon(guard.page.get_by_role("heading", name="告警列表"))
    for view, heading in (("设备", "设备状态"), ("统计", "每日统计")):
        guard.page.get_by_role("link", name=view).click()
        soon(guard.page.get_by_role("heading", name=heading))
        guard.page.wait_for_timeout(300)
        assert guard.fits(), view
    guard.page.get_by_role("link", name="告警").click()
    for control in guard.page.locator("button:visible, .top select:visible, nav a").all():
        assert control.bounding_box()["height"] >= 36, control.inner_text()


def test_a_line_that_is_cut_is_said_and_what_was_missed_comes_after_it(desk, happen, line) -> None:
    guard = desk(url=line.url)
    happen("perimeter", "fence-1", state="crossed")
    soon(guard.rows().filter(has_text="fence-1"))
    line.cut()
    soon(guard.page.get_by_role("alert").filter(has_text="连接已断开"))
    soon(guard.page.get_by_text("已断线", exact=True))
    happen("perimeter", "fence-2", state="crossed")
    alert = happen()
    assert guard.rows().count() == 1
    line.mend()
    soon(guard.page.get_by_text("实时", exact=True))
    soon(guard.rows().filter(has_text="fence-2"))
    soon(guard.page.get_by_role("alert").filter(has_text="新的严重告警：smoke-7"))
    assert guard.page.get_by_text("连接已断开").is_hidden()
    assert guard.page.locator(f".toast[data-alert='{alert}']").count() == 1, "told once"


def test_a_picture_is_shown_with_faces_hidden_and_as_it_came_only_to_who_may_with_a_reason(
    desk, happen, operator, app, lfw, tmp_path
) -> None:
    services = app.state.services
    services.settings = services.settings.model_copy(update={"evidence_original_hours": 24})
    alert = happen()
    photo = next((lfw.root / "lfw-deepfunneled" / "Abel_Pacheco").glob("*.jpg"))
    guard, manager = desk(), desk(role="property")
    guard.open("报告烟雾")
    guard.page.set_input_files("#add-picture", photo)
    soon(guard.page.get_by_text("已打码 1 张人脸"))
    soon(guard.page.get_by_role("img", name=re.compile("人脸已打码 1 处")))
    assert guard.page.get_by_role("button", name="查看未打码原图").count() == 0
    guard.page.set_input_files("#add-picture", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    soon(guard.page.get_by_role("article").get_by_role("alert").filter(has_text="图像不可用"))
    manager.open("报告烟雾")
    manager.press("查看未打码原图")
    dialog = manager.page.get_by_role("dialog", name="查看未打码原图")
    dialog.get_by_role("button", name="查看").click()
    soon(dialog.get_by_text("请写明原因。"))
    dialog.get_by_label("人身安全紧急情况").check()
    dialog.get_by_role("button", name="查看").click()
    soon(manager.page.get_by_text("未打码原图 · 本次查看已记入审计"))
    with services.database.session() as session:
        entries = session.query(AuditEntry).filter(AuditEntry.action == "alert.original.read").all()
        assert [(e.actor.split(":")[0], e.target, e.outcome) for e in entries] == [
            ("property", f"east/{alert}", "for safety")
        ]
        assert session.query(Picture).count() == 1


def test_a_role_that_has_no_business_here_and_a_wrong_key_are_told_so(browser, server, key, desk) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{server.url}/console")
    field = page.get_by_label("API 密钥或令牌")
    for typed, words in (
        ("", "请输入密钥。"),
        ("zhsq_wrong", "密钥无效、已过期或已撤销。"),
        (key("auditor", None), "该密钥的角色不能使用值班台"),
    ):
        field.fill(typed)
        page.keyboard.press("Enter")
        soon(page.get_by_role("alert").filter(has_text=words))
    assert page.evaluate("JSON.parse(sessionStorage.getItem('zhsq-console') ?? '{}').key ?? ''") == ""
    page.close()


def test_signing_out_and_a_revoked_key_leave_nothing_behind(desk, happen, app) -> None:
    from zhsq.serve.security.keys import revoke
    from zhsq.serve.store.tables import ApiKey

    happen()
    guard = desk()
    soon(guard.rows().first)
    guard.page.wait_for_timeout(500)
    with app.state.services.database.session() as session:
        for found in session.query(ApiKey).filter(ApiKey.role == "guard"):
            revoke(session, found.id)
    guard.rows().first.get_by_role("link").click()
    soon(guard.page.get_by_text("登录已失效，请重新登录。"))
    assert "smoke-7" not in guard.page.content()
    other = desk()
    other.press("退出")
    soon(other.page.get_by_label("API 密钥或令牌"))
    assert (
        "zhsq_" not in other.page.evaluate("JSON.stringify(sessionStorage)") and "smoke-7" not in other.page.content()
    )


def test_devices_are_told_apart_by_what_was_last_heard_of_them(desk, happen, operator, app) -> None:
    def heard(device: str, kind: str = "heartbeat", minutes: float = 0, **data) -> None:
        time = f"{(now() - timedelta(minutes=minutes)).isoformat()}Z"
        event = {
            "id": f"{device}{kind}",
            "source": "/d",
            "type": kind,
            "time": time,
            "data": {"estate": "east", "device": device, **data},
        }
        assert operator.post("/v1/events", json=event).status_code == 202

    heard("lamp-1", "lamp", state="on")
    heard("charger-1", "charger", minutes=1, state="idle")
    heard("charger-1", battery_pct=12)
    heard("charger-2", "charger", state="idle")
    heard("charger-2", minutes=2, state="offline")
    heard("charger-2", "charger", minutes=3, state="idle")
    heard("cam-1", minutes=30)
    operator.post("/v1/estates/east/devices", json={"name": "gate-9", "kind": "face"})
    manager = desk(role="property")
    manager.page.get_by_role("link", name="设备").click()
    table = manager.page.get_by_role("table", name="充电桩 · 2")
    soon(table)
    row = table.get_by_role("row").filter(has_text="charger-1")
    assert "在线" in row.inner_text() and "12%" in row.inner_text()
    others = manager.page.get_by_role("table", name="其他设备 · 1")
    assert "失联" in others.get_by_role("row").filter(has_text="cam-1").inner_text()
    assert "从未上线" in manager.page.get_by_role("table", name="门禁 · 1").inner_text()
    assert "无心跳" in manager.page.get_by_role("table", name="路灯 · 1").inner_text()
    manager.page.get_by_label("只看有问题的").check()
    assert manager.page.get_by_role("table", name="路灯 · 1").count() == 0
    assert manager.page.evaluate("document.activeElement.id") == "only"


def test_figures_count_what_the_api_counts(desk, happen, operator) -> None:
    for number in range(3):
        alert = happen("perimeter", f"fence-{number}", state="crossed")
        if number:
            operator.post(f"/v1/alerts/{alert}/acknowledge")
            operator.post(
                f"/v1/alerts/{alert}/dismiss", json={"note": "a cat", "verdict": "false" if number == 1 else "true"}
            )
    manager = desk(role="property")
    manager.page.get_by_role("link", name="统计").click()
    tile = manager.page.get_by_role("listitem").filter(has_text="误报率")
    soon(tile.get_by_text("50%", exact=True))
    assert "2 条已判断，误报 1 条" in tile.inner_text()
    soon(manager.page.get_by_role("img", name="每日告警数，按级别"))
    manager.page.get_by_text("以表格查看").click()
    total = manager.page.get_by_role("row").filter(has_text="合计")
    assert total.get_by_role("cell").first.inner_text() == "3"


def test_an_operator_of_all_estates_sees_which_is_meant_and_can_choose_one(desk, happen, operator) -> None:
    happen()
    happen("perimeter", "fence-1", estate="west", state="crossed")
    everyone = desk(role="operator", estate=None)
    soon(everyone.rows().nth(1))
    assert "west" in everyone.rows().filter(has_text="fence-1").inner_text()
    everyone.page.get_by_label("小区").select_option("west")
    soon(everyone.page.get_by_text("1 条", exact=True))
    happen("perimeter", "fence-2", estate="west", state="crossed")
    soon(everyone.rows().filter(has_text="fence-2"))


CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const ground = (e) => { const layers = []; for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor)); return layers.reduceRight((under, top) => over(top, under), [255, 255, 255]); };
  const seen = (e) => e.checkVisibility() && !e.closest(".visually-hidden, .skip, option, script, noscript, title");
  return [...document.querySelectorAll("body *")].filter((e) => seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => { const style = getComputedStyle(e); const [a, b] = [light(parse(e instanceof SVGElement ? style.fill : style.color)), light(ground(e instanceof SVGElement ? e.ownerSVGElement.parentElement : e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.className, e.textContent.trim().slice(0, 30)]; }).filter(([ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize(("scheme", "size"), [("light", SCREEN), ("dark", PHONE)])
def test_contrast_and_names_are_enough_for_everyone(desk, happen, operator, scheme: str, size) -> None:
    """WCAG 2.1: contrast of 4.5 (1.4.3), a name for every control (4.1.2), landmarks, one h1, motion only where it is wanted."""
    alert = happen(zone="b1")
    operator.post(
        f"/v1/alerts/{alert}/evidence", files={"image": ("x.jpg", jpeg(plate()), "image/jpeg")}, data={"kind": "plate"}
    )
    happen("perimeter", "fence", state="crossed")
    happen("heartbeat", "cam-1", state="offline", battery_pct=5)
    someone = desk(role="property", size=size, color_scheme=scheme, reduced_motion="reduce")
    page = someone.page
    assert page.evaluate("document.getAnimations().length") == 0
    someone.open("报告烟雾")
    soon(page.get_by_role("img", name=re.compile("的车牌图片")))
    looks = [("告警", None), ("告警", "忽略"), ("设备", None), ("统计", None)]
    for view, dialog in looks:
        if view != "告警":
            page.get_by_role("link", name=view).click()
            page.wait_for_timeout(300)
        if dialog:
            someone.press(dialog)
        assert page.evaluate(CONTRAST) == [], (view, dialog)
        for control in page.locator("button:visible, a:visible, select:visible, textarea:visible, input:visible").all():
            assert control.evaluate(
                "e => (e.labels?.[0]?.innerText ?? '') + (e.innerText ?? '') + (e.title ?? '') + (e.getAttribute('aria-label') ?? '')"
            ).strip()
        if dialog:
            page.keyboard.press("Escape")
    for landmark in ("banner", "navigation", "main"):
        assert page.get_by_role(landmark).count() == 1
    assert page.locator("h1:visible").count() == 1
