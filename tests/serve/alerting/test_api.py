"""Events, alerts, targets and the live stream over the API."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import text

from zhsq.serve.server import Server

from .test_events import DAHUA, HIKVISION


def smoke(number: int, **changes: object) -> dict:
    data = {"estate": "east", "device": "smoke-7", "kind": "smoke", "value": 1}
    return {"id": f"e{number}", "source": "/east/fire-panel", "type": "fire", "data": data, **changes}


def opened(client) -> str:
    return client.post("/v1/events", json=smoke(1)).json()["alerts"][0]


def test_an_event_raises_one_alert_that_a_person_closes(operator, client) -> None:
    first = operator.post("/v1/events", json=smoke(1)).json()
    again = operator.post("/v1/events", json=smoke(1)).json()
    more = operator.post("/v1/events", json=smoke(2)).json()
    assert again == {"duplicate": True, "alerts": [], "evaluated": True}
    assert more["alerts"] == first["alerts"], "a second event is evidence of the open alert, not a new one"
    alert = first["alerts"][0]
    guard = client("guard", "east")
    listed = guard.get("/v1/alerts", params={"state": "open"}).json()["items"]
    assert [(a["id"], a["events"]) for a in listed] == [(alert, 2)]
    assert listed[0]["message"]["zh"] == "smoke-7 报告烟雾"
    assert guard.post(f"/v1/alerts/{alert}/resolve").status_code == 409, "nobody has seen it yet"
    assert guard.post(f"/v1/alerts/{alert}/acknowledge").json()["state"] == "acknowledged"
    done = guard.post(f"/v1/alerts/{alert}/resolve", json={"note": "a cigarette"}).json()
    assert [e["id"] for e in done["evidence"]] == ["e1", "e2"]
    assert [step["action"] for step in done["timeline"]] == ["opened", "acknowledged", "resolved"]
    assert done["timeline"][-1]["by"].startswith("guard:") and done["timeline"][-1]["note"] == "a cigarette"
    assert done["verdict"] == "true"
    assert guard.post(f"/v1/alerts/{alert}/acknowledge").status_code == 409


def test_every_step_out_of_its_state_is_refused_and_changes_nothing(operator) -> None:
    alert = opened(operator)
    bodies = {
        "dismiss": {"note": "x"},
        "assign": {"to": "property"},
        "notes": {"note": "x"},
        "verdict": {"verdict": "true"},
    }

    def allowed(*steps: str) -> set[str]:
        found = set()
        for step in ("acknowledge", "resolve", "dismiss", "assign", "notes", "verdict"):
            before = operator.get(f"/v1/alerts/{alert}").json()
            done = operator.post(f"/v1/alerts/{alert}/{step}", json=bodies.get(step, {}), headers={"If-Match": '"999"'})
            assert done.status_code == 412 and operator.get(f"/v1/alerts/{alert}").json() == before
            if step not in steps:
                done = operator.post(f"/v1/alerts/{alert}/{step}", json=bodies.get(step, {}))
                assert done.status_code == 409, (step, before["state"], done.text)
                assert operator.get(f"/v1/alerts/{alert}").json() == before
            else:
                found.add(step)
        return found

    assert allowed("acknowledge", "dismiss", "assign", "notes")
    operator.post(f"/v1/alerts/{alert}/acknowledge")
    assert allowed("resolve", "dismiss", "assign", "notes")
    operator.post(f"/v1/alerts/{alert}/resolve")
    assert allowed("notes", "verdict")


def test_of_two_people_with_the_same_etag_one_is_told_to_read_again(operator) -> None:
    alert = opened(operator)
    tag = operator.get(f"/v1/alerts/{alert}").headers["etag"]
    first = operator.post(f"/v1/alerts/{alert}/assign", json={"to": "property"}, headers={"If-Match": tag})
    second = operator.post(f"/v1/alerts/{alert}/acknowledge", headers={"If-Match": tag})
    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 412, "changed-meanwhile")
    assert operator.post("/v1/events", json=smoke(2)).json()["alerts"] == [alert]
    tag = first.headers["etag"]
    assert operator.post(f"/v1/alerts/{alert}/acknowledge", headers={"If-Match": tag}).status_code == 200, (
        "new evidence is no change by a person"
    )
    assert operator.post(f"/v1/alerts/{alert}/resolve", headers={"If-Match": "soon"}).status_code == 422


def test_a_dismissal_needs_a_reason(operator) -> None:
    alert = opened(operator)
    assert operator.post(f"/v1/alerts/{alert}/dismiss").status_code == 422
    assert operator.post(f"/v1/alerts/{alert}/dismiss", json={"note": "  "}).status_code == 422


def test_judgements_become_the_rule_s_share_of_false_alarms_per_device(operator, client) -> None:
    for number, verdict in enumerate((None, "false", "true")):
        data = {"estate": "east", "device": f"cam-{number % 2}", "score": 2.0, "threshold": 1.0}
        time = (datetime.now(UTC) + timedelta(seconds=100 * number)).isoformat()
        event = {"id": str(number), "source": "/c", "type": "anomaly", "time": time, "data": data}
        [alert] = operator.post("/v1/events", json=event).json()["alerts"]
        operator.post(
            f"/v1/alerts/{alert}/dismiss", json={"note": "a cat", **({"verdict": verdict} if verdict else {})}
        )
    assert client("guard", "east").post(f"/v1/alerts/{alert}/verdict", json={"verdict": "true"}).status_code == 403
    found = {(f["rule"], f["device"]): f for f in operator.get("/v1/alerts/figures").json()}
    whole = found["video-anomaly", None]
    assert (whole["alerts"], whole["judged"], whole["false_alarms"]) == (3, 3, 2)
    # Wilson for 2 of 3: centre (2/3 + z²/6) / (1 + z²/3) with z = 1.96, by hand 0.208 to 0.939.
    assert [round(v, 3) for v in whole["interval"]] == [0.208, 0.939]
    assert found["video-anomaly", "cam-0"]["false_share"] == 0.5
    assert operator.post(f"/v1/alerts/{alert}/verdict", json={"verdict": "false"}).json()["verdict"] == "false"
    assert client("property", "west").get("/v1/alerts/figures").json() == []


def test_each_change_is_audited(operator, client) -> None:
    alert = opened(operator)
    for step, body in (("assign", {"to": "property"}), ("notes", {"note": "x"}), ("acknowledge", {}), ("resolve", {})):
        assert operator.post(f"/v1/alerts/{alert}/{step}", json=body).status_code == 200
    operator.post(f"/v1/alerts/{alert}/verdict", json={"verdict": "false"})
    entries = [e for e in client("auditor").get("/v1/audit").json()["items"] if e["target"] == f"east/{alert}"]
    assert [e["action"] for e in entries] == [
        f"alert.{a}" for a in ("assign", "note", "acknowledge", "resolve", "judge")
    ]


def test_of_a_batch_each_event_is_answered_on_its_own(operator) -> None:
    batch = [
        smoke(1),
        smoke(1),
        {"id": "x"},
        smoke(2, data={"estate": "north", "device": "d", "kind": "smoke", "value": 1}),
        smoke(3, time="2020-01-01T00:00:00Z"),
    ]
    done = operator.post(
        "/v1/events", content=json.dumps(batch), headers={"Content-Type": "application/cloudevents-batch+json"}
    )
    assert done.status_code == 202
    told = done.json()
    assert [(t["id"], t["duplicate"], bool(t["alerts"]), bool(t["refused"])) for t in told] == [
        ("e1", False, True, False),
        ("e1", True, False, False),
        ("x", False, False, True),
        ("e2", False, False, True),
        ("e3", False, False, True),
    ]
    assert operator.post("/v1/events", json=[]).json() == []


def test_why_an_event_of_a_batch_is_not_taken_is_told_in_the_caller_s_language(operator) -> None:
    late, lost = smoke(1, time="2020-01-01T00:00:00Z"), {"estate": "north", "device": "d", "kind": "smoke", "value": 1}
    batch = [
        smoke(2),
        {"id": "x", "type": "fire", "source": "/s"},
        smoke(3, data=lost),
        late,
        "text",
        smoke(4, type="x"),
    ]
    told = {
        language: [one["refused"] for one in operator.post("/v1/events", json=batch, headers=headers).json()]
        for language, headers in (("en", {}), ("zh", {"Accept-Language": "zh-CN"}))
    }
    assert told["en"][:3] == [None, "event 'x': data: Field required", "There is no estate 'north'."]
    assert told["zh"][:3] == [None, "事件 'x'：data: 必填", "没有小区 'north'。"]
    for english, chinese in zip(told["en"][1:], told["zh"][1:], strict=True):
        assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[\u4e00-\u9fff]", english)
    alone = operator.post("/v1/events", json=late, headers={"Accept-Language": "zh"}).json()
    assert (alone["code"], alone["detail"]) == ("event-time", told["zh"][3])


def test_an_event_in_headers_is_taken(operator) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "b1", "ce-source": "/s", "ce-type": "fire"}
    assert operator.post("/v1/events", json=smoke(1)["data"], headers=headers).json()["alerts"]


def test_an_event_that_is_not_taken_is_a_problem(operator) -> None:
    lost = {"estate": "north", "device": "d", "kind": "smoke", "value": 1}
    for changes, status, code in (
        ({"type": "person"}, 422, "invalid-request"),
        ({"time": "2020-01-01T00:00:00Z"}, 422, "event-time"),
        ({"data": lost}, 404, "not-found"),
    ):
        done = operator.post("/v1/events", json=smoke(1, **changes))
        assert (done.status_code, done.json()["code"]) == (status, code)


def test_a_key_of_one_estate_reports_for_that_one_only(client, operator) -> None:
    assert client("operator", "west").post("/v1/events", json=smoke(1)).status_code == 404
    assert operator.get("/v1/alerts").json()["items"] == []


def test_a_body_over_the_limit_is_refused(operator) -> None:
    done = operator.post("/v1/events", content=b" " * 8_000_001, headers={"Content-Type": "application/json"})
    assert done.status_code == 413
    where = {"estate": "east", "device": "gate-1"}
    form = {"anpr.xml": ("anpr.xml", b" " * 8_000_001, "text/xml")}
    assert operator.post("/v1/events/cameras/hikvision", params=where, files=form).status_code == 413


def recent(body: str) -> str:
    return body.replace("2026-11-26T15:59:58+08:00", datetime.now(UTC).isoformat())


def test_a_camera_s_own_alarm_is_taken_alone_and_as_a_part_of_a_form(operator) -> None:
    operator.post("/v1/estates/east/vehicles", json={"plate": "京AD12345"})
    where = {"estate": "east", "device": "gate-1"}
    xml = recent(HIKVISION)
    form = {"anpr.xml": ("anpr.xml", xml, "text/xml"), "plate.jpg": ("p.jpg", b"\xff\xd8\xff", "image/jpeg")}
    [alone] = operator.post("/v1/events/cameras/hikvision", params=where, content=xml.encode()).json()
    [within] = operator.post("/v1/events/cameras/hikvision", params=where, files=form).json()
    assert alone == {
        "id": "77aa",
        "source": "camera/hikvision/east/gate-1",
        "duplicate": False,
        "alerts": [],
        "evaluated": True,
        "refused": None,
    }
    assert within["duplicate"], "the same pass, told twice"
    head = '--x\r\nContent-Disposition: form-data; name="{0}"; filename="{0}"\r\n\r\n'
    cut = f"{head.format('anpr.xml')}\n{xml}\r\n{head.format('plate.jpg')}cut pic".encode()
    headers = {"content-type": "multipart/form-data; boundary=x"}
    [cut_off] = operator.post("/v1/events/cameras/hikvision", params=where, content=cut, headers=headers).json()
    assert cut_off["duplicate"], "what it tells came whole"
    stranger = recent(HIKVISION).replace("京AD12345", "皖B00000").replace("77aa", "77ab")
    assert operator.post("/v1/events/cameras/hikvision", params=where, content=stranger.encode()).json()[0]["alerts"]
    soon = json.dumps(DAHUA).replace(
        "2026-11-26 15:59:58", (datetime.now(UTC) + timedelta(hours=8)).isoformat(" ")[:19]
    )
    assert operator.post("/v1/events/cameras/dahua", params={**where, "device": "gate-2"}, content=soon).json()[0][
        "alerts"
    ]
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><EventNotificationAlert>&a;</EventNotificationAlert>'
    done = operator.post("/v1/events/cameras/hikvision", params=where, content=bomb)
    assert (done.status_code, done.json()["code"]) == (422, "invalid-request")


def test_alerts_of_another_estate_are_not_seen(operator, client) -> None:
    alert = opened(operator)
    west = client("guard", "west")
    assert west.get("/v1/alerts").json()["items"] == []
    assert west.get(f"/v1/alerts/{alert}").status_code == 404
    assert west.post(f"/v1/alerts/{alert}/acknowledge").status_code == 404
    assert west.get("/v1/alerts", params={"estate": "east"}).status_code == 404


def test_a_target_that_is_not_https_is_refused(operator) -> None:
    for url in (
        "http://platform.example/x",
        "http://127.0.0.1.nip.example/",
        "https://u:p@platform.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://",
    ):
        assert operator.post("/v1/targets", json={"name": "p", "url": url}).status_code == 422, url


def test_a_target_gets_what_it_asked_for_and_what_was_set_aside_can_be_sent_again(operator, client, app) -> None:
    made = operator.post(
        "/v1/targets", json={"name": "p", "url": "https://127.0.0.1:9/", "severity": "critical"}
    ).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in operator.get("/v1/targets").json()["items"][0]
    assert operator.post("/v1/targets", json={"name": "p", "url": "https://127.0.0.1:9/"}).status_code == 409
    assert client("guard", "east").get("/v1/targets").status_code == 403
    alert = opened(operator)
    client("guard", "east").post(f"/v1/alerts/{alert}/acknowledge")
    wifi = {"estate": "east", "device": "ap", "state": "rogue"}
    assert operator.post("/v1/events", json=smoke(9, type="wifi", data=wifi)).json()["alerts"]
    where = f"/v1/targets/{made['id']}"
    waiting = operator.get(f"{where}/deliveries", params={"state": "pending"}).json()["items"]
    assert [d["type"] for d in waiting] == ["zhsq.alert.acknowledged", "zhsq.alert.opened"], (
        "major is less than critical"
    )
    with app.state.services.database.session() as session:
        session.execute(text("UPDATE deliveries SET state = 'dead', attempts = 8"))
    assert operator.get("/v1/targets").json()["items"][0]["dead"] == 2
    assert operator.post(f"{where}/redrive", params={"delivery": waiting[0]["id"]}).json() == {"redriven": 1}
    assert operator.post(f"{where}/redrive").json() == {"redriven": 1}
    assert operator.post(f"{where}/redrive", params={"delivery": 1}).status_code == 404
    assert operator.patch(where, json={"enabled": False}).json()["enabled"] is False
    operator.post("/v1/events", json=smoke(10, data={**smoke(1)["data"], "device": "s9"}))
    assert operator.get("/v1/targets").json()["items"][0]["pending"] == 2


def test_the_stream_tells_each_change_once_and_resumes_behind_the_last_that_was_heard(app, operator) -> None:
    def hear(server: Server, count: int, act, **headers: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        sent = {**dict(operator.headers), **headers, "accept": "text/event-stream"}
        with httpx.stream("GET", f"{server.url}/v1/alerts/stream?estate=*", headers=sent, timeout=20) as lines:
            act()
            number = ""
            for line in lines.iter_lines():
                field, _, value = line.partition(": ")
                if field == "id":
                    number = value
                elif field == "data":
                    found.append((number, json.loads(value)["action"]))
                if len(found) == count:
                    break
        return found

    with Server(app) as server:
        alert: list[str] = []
        first = hear(server, 1, lambda: alert.append(opened(operator)))
        operator.post(f"/v1/alerts/{alert[0]}/acknowledge")
        operator.post(f"/v1/alerts/{alert[0]}/resolve")
        missed = hear(server, 2, lambda: None, **{"last-event-id": first[0][0]})
    assert [action for _, action in (*first, *missed)] == ["opened", "acknowledged", "resolved"]
    assert operator.get("/v1/alerts/stream?estate=*", headers={"last-event-id": "x"}).status_code == 422
