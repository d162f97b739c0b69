"""Rules in YAML: what is refused, with its line; hours; the file that is followed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhsq.serve.alerting.rules.conditions import During
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.alerting.rules.parse import BadRulesError, packaged, parse

HEAD = "version: 1\nrules:\n"
REST = "    severity: minor\n    message: { en: x, zh: y }\n"


def faults(body: str) -> list[tuple[int, str]]:
    with pytest.raises(BadRulesError) as caught:
        parse(HEAD + body, "r.yaml")
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_the_packaged_rules_are_valid_and_show_every_kind() -> None:
    rules = parse(packaged(), "rules.yaml").rules
    kinds = {rule.kind for rule in rules}
    assert kinds == {"threshold", "state", "schedule", "count", "absence", "anomaly", "sequence", "combination"}


@pytest.mark.parametrize("field", ["plate", "name", "face_id", "subject", "person", "mac", "gender"])
def test_a_rule_that_would_name_or_follow_someone_is_refused_with_the_reason(field: str) -> None:
    body = f"  - name: a\n    kind: state\n    event: vehicle\n    where:\n      lane: 1\n      {field}: x\n{REST}"
    [(line, message)] = faults(body)
    assert line == 8 and f"'{field}' is closed to rules" in message and "can't name or follow a person" in message


def test_no_rule_groups_events_by_a_plate() -> None:
    body = f"  - name: a\n    kind: count\n    event: vehicle\n    count: 2\n    within_s: 9\n    key: [estate, plate]\n{REST}"
    assert [line for line, _ in faults(body)] == [8]


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        (f"  - name: a\n    kind: thresold\n{REST}", 4, "does not match any of the expected tags"),
        (
            f"  - name: a\n    kind: state\n    event: access\n    where: {{ decision: denyed }}\n{REST}",
            6,
            "never 'denyed'",
        ),
        (
            f"  - name: a\n    kind: state\n    event: access\n    where: {{ colour: red }}\n{REST}",
            6,
            "has no field 'colour'",
        ),
        (f"  - name: a\n    kind: state\n    event: access\n{REST}", 3, "needs 'where'"),
        (f"  - name: a\n    kind: threshold\n    event: fire\n    at_least: 3\n{REST}", 3, "'field' goes with"),
        (
            f"  - name: a\n    kind: count\n    event: access\n    count: 3\n    within_s: 9\n    sevrity: x\n{REST}",
            8,
            "not a field of this kind",
        ),
        (f"  - name: a\n    kind: count\n    event: access\n    within_s: 9\n{REST}", 3, "Field required 'count'"),
        (f"  - name: a\n    name: b\n    kind: anomaly\n{REST}", 4, "a second time"),
        (f"  - name: a\n    kind: anomaly\n{REST}  - name: a\n    kind: anomaly\n{REST}", 7, "is line 3's already"),
        (
            "  - name: a\n    kind: anomaly\n    severity: minor\n    message: { en: '{who}', zh: y }\n",
            6,
            "are filled in",
        ),
        ("  - name: [\n", 4, "expected"),
        (
            "  - name: a\n    kind: absence\n    event: patrol\n    longer_than_s: 7200\n"
            f"    during: {{ from: '22:00', to: '23:00' }}\n{REST}",
            3,
            "too short for a silence",
        ),
    ],
)
def test_an_error_names_its_line(body: str, line: int, says: str) -> None:
    found = faults(body)
    assert [number for number, message in found if says in message] == [line], found


def test_an_alias_to_itself_and_a_foreign_tag_are_errors_not_endless() -> None:
    assert "alias to what it stands in" in faults("  - &a\n    name: *a\n")[0][1]
    assert "not a plain value" in faults("  - name: !!python/name:os.system ''\n")[0][1]


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-11-27 13:59", False),  # 21:59 in China, a Friday
        ("2026-11-27 14:00", True),
        ("2026-11-27 21:59", True),  # Saturday 05:59: still Friday's night
        ("2026-11-27 22:00", False),
        ("2026-11-28 15:00", False),  # Saturday's night is none of those named
    ],
)
def test_a_span_over_midnight_belongs_to_the_day_it_began(moment: str, inside: bool) -> None:
    night = During.model_validate({"from": "22:00", "to": "06:00", "days": ["fri"]})
    assert (night.begun(at(moment), 8 * 3600) is not None) is inside
    assert night.next(at("2026-11-27 14:00"), 8 * 3600) == at("2026-12-04 14:00")


def test_a_changed_file_is_taken_and_a_broken_one_leaves_the_rules_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(packaged())
    followed = RuleFile(path)
    before = followed.rules
    assert not followed.look()
    path.write_text("version: 1\nrules:\n  - name: A B\n")
    assert not followed.look() and followed.rules is before and ":3:" in followed.problem
    path.write_text(HEAD + f"  - name: a\n    kind: anomaly\n{REST}")
    os.utime(path, ns=(1, 1))
    assert followed.look() and [rule.name for rule in followed.rules.rules] == ["a"] and not followed.problem
