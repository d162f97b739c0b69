"""The pictures of docs/console.md, taken of a made-up estate's day. They are made anew with ZHSQ_CONSOLE_PICTURES=docs/images."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from sqlalchemy import update

from zhsq.quickstart.samples import jpeg, plate, portraits
from zhsq.serve.store.tables import Alert, AlertStep, DeviceState, now

from .conftest import PHONE, SCREEN
from .desk import Desk

DOCS = Path(__file__).parents[3] / "docs"
FOLDER = os.environ.get("ZHSQ_CONSOLE_PICTURES")
ESTATE = "cuihu"
MOST_BYTES = 150_000

#: device, zone, kind, what its newest event said, minutes since, heartbeat (None: it sends none), battery
DEVICES = (
    ("1 号楼单元门", "1 号楼", "access", {"decision": "granted"}, 1, "online", None),
    ("2 号楼单元门", "2 号楼", "access", {"decision": "granted"}, 3, "online", None),
    ("北门岗亭", "北门", "access", {"decision": "granted"}, 0, "online", None),
    ("烟感 B1-07", "地下一层", "fire", {"kind": "smoke", "value": 0}, 2, "online", 86),
    ("烟感 B1-08", "地下一层", "fire", {"kind": "smoke", "value": 0}, 2, "online", 14),
    ("温感 B1-02", "地下一层", "fire", {"kind": "heat", "value": 24}, 5, "degraded", 61),
    ("充电桩 3", "非机动车棚", "charger", {"state": "charging", "power_w": 310}, 0, "online", None),
    ("充电桩 4", "非机动车棚", "charger", {"state": "idle"}, 1, "online", None),
    ("充电桩 5", "非机动车棚", "charger", {"state": "idle"}, 44, "offline", None),
    ("周界 北-2", "北墙", "perimeter", {"state": "clear"}, 1, "online", 72),
    ("周界 西-1", "西墙", "perimeter", {"state": "clear"}, 38, "online", 70),
    ("路灯 12", "中心花园", "lamp", {"state": "on"}, 9, None, None),
    ("路灯 13", "中心花园", "lamp", {"state": "fault"}, 9, None, None),
    ("7-A", "7 号楼", "electrical", {"temperature_c": 31.5}, 1, "online", None),
)


def taken(data: bytes) -> bytes:
    """A portrait as a door's camera would have it: wide, a little soft."""
    with Image.open(io.BytesIO(data)) as portrait:
        side = portrait.width
        shown = portrait.crop((0, 0, side, side * 5 // 8)).resize((960, 600)).filter(ImageFilter.GaussianBlur(1))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=88)
    return out.getvalue()


@pytest.fixture
def day(app, operator) -> Callable[[], dict[str, str]]:
    """day() -> the alerts of an estate in the middle of its day, by a word for each."""

    def event(number: str, kind: str, device: str, zone: str, minutes: float = 0, /, **data: object) -> list[str]:
        body = {
            "id": number, "source": f"/{ESTATE}", "type": kind, "time": f"{(now() - timedelta(minutes=minutes)).isoformat()}Z",
            "data": {"estate": ESTATE, "device": device, **({"zone": zone} if zone else {}), **data},
        }  # fmt: skip
        done = operator.post("/v1/events", json=body)
        assert done.status_code == 202, done.text
        return done.json()["alerts"]

    def make() -> dict[str, str]:
        operator.post("/v1/estates", json={"id": ESTATE, "name": "翠湖花园"})
        for device, zone, kind, said, _, _, _ in DEVICES:
            event(f"{device} {kind}", kind, device, zone, **said)
        with app.state.services.database.session() as session:
            for device, _, _, _, minutes, state, battery in DEVICES:
                row = session.get(DeviceState, (ESTATE, device))
                row.last_at = now() - timedelta(minutes=minutes)
                if state is not None:
                    row.heartbeat_at, row.state, row.battery_pct = row.last_at, state, battery
        found: dict[str, str] = {}
        [found["vehicle"]] = event(
            "v1", "vehicle", "南门车道 1", "南门", 14, plate="京A12345", decision="unknown", confidence=0.97
        )
        [found["box"]] = event("b1", "electrical", "12-A", "12 号楼", 9, temperature_c=86.5, leakage_ma=41)
        [found["perimeter"]] = event("p1", "perimeter", "周界 北-2", "北墙", 6, state="crossed")
        for number in range(3):
            found_ = event(
                f"d{number}", "access", "5 号楼单元门", "5 号楼", 5 - number / 2, decision="denied", method="card"
            )
        found["denied"] = found_[-1]
        [found["forced"], *_] = [
            a for a in event("f1", "access", "5 号楼单元门", "5 号楼", 1.5, decision="forced") if a != found["denied"]
        ]
        [found["anomaly"]] = event("a1", "anomaly", "相机 地库入口", "地下一层", 1, score=3.42, threshold=2.1)
        portrait, _ = portraits()
        attach(found["forced"], taken(portrait), "scene")
        attach(found["vehicle"], jpeg(plate()), "plate")
        for name, minutes in (
            ("vehicle", 14),
            ("box", 9),
            ("perimeter", 6),
            ("denied", 3),
            ("forced", 1.5),
            ("anomaly", 0.4),
        ):
            with app.state.services.database.session() as session:
                at = now() - timedelta(minutes=minutes)
                session.execute(update(Alert).where(Alert.id == found[name]).values(opened_at=at))
                session.execute(
                    update(AlertStep)
                    .where(AlertStep.alert_id == found[name], AlertStep.action == "opened")
                    .values(at=at)
                )
        operator.post(f"/v1/alerts/{found['perimeter']}/acknowledge")
        history(app)
        return found

    def attach(alert: str, data: bytes, kind: str) -> None:
        done = operator.post(f"/v1/alerts/{alert}/evidence", files={"image": ("x.jpg", data)}, data={"kind": kind})
        assert done.status_code == 201, done.text

    return make


def history(app) -> None:
    """Two weeks of handled alerts, drawn with a fixed seed."""
    drawn = random.Random(7)
    rules = (
        ("video-anomaly", "major", 0.35),
        ("denied-repeatedly", "major", 0.1),
        ("unregistered-vehicle", "minor", 0.05),
        ("smoke", "critical", 0.3),
        ("lamps-failing", "minor", 0.02),
    )
    with app.state.services.database.session() as session:
        for ago in range(1, 14):
            for number in range(drawn.randint(4, 13)):
                rule, severity, false = rules[drawn.choices(range(5), (5, 4, 6, 1, 2))[0]]
                opened = now() - timedelta(days=ago, minutes=drawn.uniform(-300, 300))
                wrong = drawn.random() < false
                seen = opened + timedelta(seconds=drawn.lognormvariate(4, 0.6))
                session.add(Alert(
                    estate_id=ESTATE, rule=rule, severity=severity, message={"zh": rule, "en": rule}, dedupe_key=f"h {ago} {number}",
                    state="dismissed" if wrong else "resolved", verdict="false" if wrong else "true", opened_at=opened, last_at=opened,
                    acknowledged_at=seen, closed_at=seen + timedelta(seconds=drawn.lognormvariate(6, 0.5)), escalate_at=None,
                ))  # fmt: skip


@pytest.mark.skipif(FOLDER is None, reason="makes the pictures of the docs: ZHSQ_CONSOLE_PICTURES=docs/images")
def test_the_pictures_of_the_docs_are_taken(desk, day, operator) -> None:
    folder = Path(FOLDER or "")
    folder.mkdir(parents=True, exist_ok=True)
    alerts = day()

    def keep(someone: Desk, name: str) -> None:
        someone.page.wait_for_timeout(600)
        raw = someone.page.screenshot(animations="disabled")
        with Image.open(io.BytesIO(raw)) as image:
            image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
                folder / f"console-{name}.png", optimize=True
            )
        assert (folder / f"console-{name}.png").stat().st_size < MOST_BYTES

    def go(someone: Desk, view: str) -> None:
        someone.page.goto(f"{someone.url}/console#{view}")
        someone.page.mouse.move(0, 0)

    guard = desk(estate=ESTATE)
    manager = desk(role="property", estate=ESTATE)
    go(guard, f"alerts/{alerts['forced']}")
    guard.page.get_by_role("img", name="人脸已打码").wait_for()
    keep(guard, "zh")
    go(manager, "devices")
    keep(manager, "devices-zh")
    go(manager, "figures")
    keep(manager, "figures-zh")
    guard.press("忽略")
    dialog = guard.page.get_by_role("dialog")
    dialog.get_by_label("原因").fill("业主忘带门禁卡，已核实身份")
    operator.post(f"/v1/alerts/{alerts['forced']}/acknowledge", json={"note": "已派人到场"})
    dialog.get_by_role("button", name="提交").click()
    dialog.get_by_text("有人先一步改动了这条告警").wait_for()
    keep(guard, "conflict-zh")
    dialog.get_by_role("button", name="取消").click()
    for someone in (guard, manager):
        someone.press("English")
    keep(guard, "en")
    keep(manager, "figures-en")
    phone = desk(estate=ESTATE, size=PHONE)
    keep(phone, "phone-zh")
    go(phone, f"alerts/{alerts['box']}")
    phone.page.get_by_role("article").wait_for()
    keep(phone, "phone-detail-zh")
    phone.press("English")
    keep(phone, "phone-en")
    night = desk(estate=ESTATE, size=SCREEN, color_scheme="dark")
    go(night, f"alerts/{alerts['vehicle']}")
    night.page.get_by_role("img", name="车牌图片").wait_for()
    keep(night, "night-zh")


def test_every_picture_of_the_docs_is_there_and_small() -> None:
    names = {part.split(")")[0] for part in (DOCS / "console.md").read_text(encoding="utf-8").split("](images/")[1:]}
    assert names == {path.name for path in (DOCS / "images").glob("console-*.png")}
    assert all((DOCS / "images" / name).stat().st_size < MOST_BYTES for name in names)
