"""The export for an impact assessment counts what is stored, in both languages, and keeps text as text."""

from __future__ import annotations

from itertools import product

from zhsq.serve.privacy import assessment
from zhsq.serve.privacy.assessment_page import page
from zhsq.serve.privacy.wording import words


def read(client, estate: str = "east", **query: str):
    return client.get(f"/v1/estates/{estate}/assessment", params=query)


def test_it_counts_people_purposes_guardians_and_receipts(operator, enrolled) -> None:
    enrolled(1)
    enrolled(2, under_14=True, guardian="mother")
    enrolled(3, "west")
    operator.post(f"/v1/estates/east/subjects/{enrolled(4)}/withdraw")
    operator.delete(f"/v1/estates/east/subjects/{enrolled(5)}")
    operator.post("/v1/estates/east/devices", json={"name": "gate", "liveness": "required"})
    shown = read(operator).json()
    (east,) = shown["estates"]
    assert (shown["people_stored"], shown["filing_threshold"], shown["filing_due"]) == (3, 100_000, False)
    assert (east["people"], east["consent_holds"], east["to_erase"], east["by_guardian"]) == (3, 2, 1, 1)
    assert east["purposes"] == [{"purpose": "entry", "people": 2}] and east["receipts"] == 1
    assert (east["devices"], east["devices_requiring_liveness"], east["devices_requiring_quality"]) == (1, 1, 0)
    records = {record["kind"]: record for record in shown["records"]}
    assert (records["consents"]["count"], records["consents"]["days_kept"]) == (4, 1095)
    assert records["platforms"]["count"] == 0
    assert (records["images"]["count"], records["templates"]["count"], records["audit"]["days_kept"]) == (0, 3, None)


def test_a_filing_is_due_from_the_threshold_on(shared, enrolled, monkeypatch) -> None:
    monkeypatch.setattr(assessment, "FILING_THRESHOLD", 2)
    due = []
    for seed in range(2):
        enrolled(seed)
        with shared.database.session() as session:
            due.append(assessment.assess(session, shared.settings).filing_due)
    assert due == [False, True]


def test_the_metrics_have_the_counter_and_who_waits_for_erasure(operator, enrolled) -> None:
    enrolled(1)
    operator.post(f"/v1/estates/east/subjects/{enrolled(2)}/withdraw")
    shown = operator.get("/metrics").text
    assert "zhsq_enrolled_people 2.0" in shown and "zhsq_people_to_erase 1.0" in shown


def test_it_is_a_document_in_both_languages_and_text_stays_text(operator, shared, enrolled) -> None:
    enrolled(1)
    with shared.database.session() as session:
        found = assessment.assess(session, shared.settings)
    found.estates[0].name = "<b>East</b> | *"
    for form, language in product(("html", "md"), ("zh", "en")):
        text = page(found, form, language)
        assert words("assessment")[language]["title"] in text
        assert "<b>East" not in text.replace("\\<b\\>", "")
        if form == "md":
            tables = [line for line in text.splitlines() if line.startswith("|")]
            assert tables and all(line.endswith("|") for line in tables)
        answer = read(operator, format=form, language=language)
        assert answer.headers["content-type"].startswith("text/html" if form == "html" else "text/markdown")
        assert words("assessment")[language]["to_do"] in answer.text


def test_both_languages_say_the_same_things() -> None:
    zh, en = words("assessment")["zh"], words("assessment")["en"]
    assert zh.keys() == en.keys() and zh["records"].keys() == en["records"].keys()
    assert len(zh["risk_list"]) == len(en["risk_list"]) and len(zh["to_do_list"]) == len(en["to_do_list"])
    zh, en = words("consent_words")["zh"], words("consent_words")["en"]
    assert len(zh) == len(en)
    for one, other in zip(zh, en, strict=True):
        fields = [
            {name for name in ("estate", "purpose", "other", "until", "kept") if f"{{{name}}}" in part["text"]}
            for part in (one, other)
        ]
        assert fields[0] == fields[1], one["heading"]
