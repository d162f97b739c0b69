"""What holds, kind by kind; and that order, and how rules are looked up, change nothing."""

from __future__ import annotations

import random

import pytest

from zhsq.serve.alerting.engine.engine import Engine
from zhsq.serve.alerting.engine.facts import Fact
from zhsq.serve.alerting.rules.parse import parse

REST = "\n    severity: minor\n    message: { en: '{device} {count}', zh: y }\n"


def engine(*bodies: str, late_s: float = 600) -> Engine:
    rules = "".join(f"  - name: r{i}\n    {body}{REST}" for i, body in enumerate(bodies))
    return Engine(parse(f"version: 1\nrules:\n{rules}", "r.yaml"), late_s)


def fact(number: int, type: str, at: float, **data: object) -> Fact:
    return Fact(("s", str(number)), type, at, {"estate": "east", "device": "d1", **data})


def fired(one: Engine, facts: list[Fact]) -> list[str]:
    """Identifiers of the events with which something held."""
    return [f.trigger[1] for x in facts for f in one.feed(x) if f.trigger]


def test_a_threshold_holds_at_its_limit_and_needs_a_number() -> None:
    one = engine("kind: threshold\n    event: electrical\n    field: temperature_c\n    at_least: 70")
    values = [69.9, 70, None, 71]
    facts = [fact(i, "electrical", i, **({} if v is None else {"temperature_c": v})) for i, v in enumerate(values)]
    assert fired(one, facts) == ["1", "3"]


def test_an_anomaly_is_held_against_the_camera_s_own_threshold() -> None:
    plain, twice = "kind: anomaly", "kind: anomaly\n    times: 2"
    scores = [(0.9, 1.0), (1.0, 1.0), (2.0, 1.0), (-3.0, -4.0), (0.0, -4.0), (5.0, None)]
    facts = [
        fact(i, "anomaly", i, score=s, **({} if t is None else {"threshold": t})) for i, (s, t) in enumerate(scores)
    ]
    assert fired(engine(plain), facts) == ["1", "2", "3", "4"]
    assert fired(engine(twice), facts) == ["2", "4"]


COUNT = "kind: count\n    event: access\n    where: { decision: denied }\n    count: 3\n    within_s: 120"
SEQUENCE = (
    "kind: sequence\n    within_s: 60\n    steps:\n      - { event: access, where: { decision: denied } }\n"
    "      - { event: access, where: { decision: denied } }\n      - { event: access, where: { decision: forced } }"
)
TOGETHER = (
    "kind: combination\n    within_s: 30\n    key: [estate, zone]\n    all:\n      - { event: fire, where: { kind: smoke } }\n"
    "      - { event: fire, where: { kind: heat } }\n      - { event: fire, where: { kind: gas } }"
)


def test_a_count_holds_within_its_window_per_device() -> None:
    times = [0, 119, 120, 121, 300]
    facts = [fact(i, "access", t, decision="denied") for i, t in enumerate(times)]
    others = [fact(i + 10, "access", t, decision="denied", device="d2") for i, t in enumerate(times[:2])]
    # 0, 119 and 120 span 120 s, which is the window's end and no longer in it; 119, 120, 121 are.
    assert fired(engine(COUNT), [*others, *facts]) == ["3"]


def test_a_sequence_needs_its_order_in_time_and_a_combination_does_not() -> None:
    kinds = ["denied", "forced", "denied", "denied", "forced"]
    steps = [fact(i, "access", 10 * i, decision=kind) for i, kind in enumerate(kinds)]
    assert fired(engine(SEQUENCE), steps) == ["4"]
    parts = [
        fact(i, "fire", t, kind=k, value=1, zone="b")
        for i, (k, t) in enumerate((("gas", 20), ("heat", 0), ("smoke", 30)))
    ]
    assert fired(engine(TOGETHER), parts) == ["2"]
    assert fired(engine(TOGETHER), [*parts[:2], fact(2, "fire", 31, kind="smoke", value=1, zone="b")]) == []
    nowhere = [Fact(p.ref, p.type, p.at, {k: v for k, v in p.data.items() if k != "zone"}) for p in parts]
    assert fired(engine(TOGETHER), nowhere) == [], "without a zone they can't be told to be in one place"


@pytest.mark.parametrize("rule", [COUNT, SEQUENCE, TOGETHER])
def test_whatever_the_order_of_arrival_the_same_holds(rule: str) -> None:
    """Against a look at all windows at once: arrival in any order finds exactly whether one of them holds."""
    draw = random.Random(7)
    for _ in range(300):
        times = sorted(draw.sample(range(0, 400, 5), 5))
        if rule == TOGETHER:
            facts = [
                fact(i, "fire", t, kind=draw.choice(("smoke", "heat", "gas")), value=1, zone="b")
                for i, t in enumerate(times)
            ]
            kinds = [f.data["kind"] for f in facts]
            expected = any(
                {kinds[k] for k in range(5) if times[i] <= times[k] <= times[i] + 30} == {"smoke", "heat", "gas"}
                for i in range(5)
            )
        else:
            facts = [
                fact(i, "access", t, decision=draw.choice(("denied", "denied", "forced"))) for i, t in enumerate(times)
            ]
            kinds = [f.data["decision"] for f in facts]
            if rule == COUNT:
                denied = [t for t, k in zip(times, kinds, strict=True) if k == "denied"]
                expected = any(c - a < 120 for a, c in zip(denied, denied[2:], strict=False))
            else:
                expected = any(
                    (kinds[i], kinds[j], kinds[k]) == ("denied", "denied", "forced") and times[k] - times[i] <= 60
                    for i in range(5)
                    for j in range(i + 1, 5)
                    for k in range(j + 1, 5)
                )
        draw.shuffle(facts)
        assert bool(fired(engine(rule), facts)) is expected, [(f.at, f.data) for f in facts]


def test_a_silence_fires_once_at_the_moment_it_grew_too_long_and_again_after_a_sign_of_life() -> None:
    one = engine("kind: absence\n    event: heartbeat\n    longer_than_s: 600")
    for t in (0, 300):
        one.feed(fact(t, "heartbeat", t, state="online"))
    assert one.tick(899) == []
    assert [(f.at, f.device) for f in one.tick(5000)] == [(900, "d1")]
    assert one.tick(9000) == []
    one.feed(fact(2, "heartbeat", 9000, state="online"))
    one.feed(fact(3, "heartbeat", 8000, state="online"))
    assert [f.at for f in one.tick(20_000)] == [9600]


def test_a_device_that_is_expected_is_missed_though_it_never_spoke() -> None:
    one = engine("kind: absence\n    event: patrol\n    longer_than_s: 600\n    expect: [east/gate-3]")
    assert one.tick(1000) == []
    assert [(f.at, f.device) for f in one.tick(1600)] == [(1600, "gate-3")]


def test_a_silence_by_day_is_no_matter_of_a_rule_for_the_night() -> None:
    hours = "during: { from: '22:00', to: '06:00' }"
    one = engine(f"kind: absence\n    event: patrol\n    longer_than_s: 7200\n    {hours}")
    noon, day = 4 * 3600, 86_400  # 12:00 in China
    one.feed(fact(1, "patrol", noon, state="done"))
    moments = [f.at for f in one.tick(noon + 2 * day)]
    assert moments == [noon + 12 * 3600, noon + 12 * 3600 + day], "midnight of either night: two hours into it"


def test_rules_that_did_not_change_keep_what_they_saw() -> None:
    before = engine(COUNT)
    fired(before, [fact(i, "access", i, decision="denied") for i in range(2)])
    same = Engine(before.rules.model_copy(deep=True), 600, before)
    assert same.fresh == set() and fired(same, [fact(9, "access", 5, decision="denied")]) == ["9"]
    changed = Engine(engine(COUNT.replace("120", "121")).rules, 600, before)
    assert changed.fresh == {"r0"} and changed.remembers() == {"access": 121}


def test_looking_rules_up_finds_what_asking_each_of_them_would() -> None:
    draw = random.Random(3)
    bodies = []
    for _ in range(60):
        where = draw.sample(
            [f"device: d{draw.randrange(5)}", f"state: {draw.choice(('[crossed, tamper]', 'clear'))}"],
            draw.choice((1, 2)),
        )
        bodies.append(f"kind: state\n    event: perimeter\n    where: {{ {', '.join(where)} }}")
    one = engine(*bodies)
    for i in range(100):
        shown = fact(
            i, "perimeter", i, device=f"d{draw.randrange(6)}", state=draw.choice(("crossed", "clear", "fault"))
        )
        asked = [r.name for r in one.rules.rules if r.conditions[0].holds(shown.type, shown.data)]
        assert [f.rule.name for f in one.feed(shown)] == asked
