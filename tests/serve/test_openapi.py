"""The API's description of itself: it reads well, its examples are valid, and it names who may call and what can go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, get_args

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter
from typer.testing import CliRunner

from zhsq.cli import app as zhsq
from zhsq.serve.app import AREAS, bare
from zhsq.serve.openapi import MISSING, TAGS, example
from zhsq.serve.problems import CATALOGUE, Problem

DOCUMENT = bare().openapi()
#: Operations that need no key and no code.
OPEN = {"check_live", "check_ready"}
#: Answers that are too much of their own kind for an example.
NO_EXAMPLE = {
    "read_subject_record", "read_own_record", "read_assessment", "read_alert_figures", "read_alert_rules", "check_live",
    "check_ready", "stream_alerts", "read_property_report", "get_alert_picture", "get_alert_original",
}  # fmt: skip
VERBS = {
    "acknowledge", "add", "assign", "change", "check", "close", "create", "delete", "dismiss", "enrol", "erase", "face",
    "get", "identify", "judge", "list", "match", "open", "read", "receive", "record", "redrive", "register", "remove", "renew",
    "resolve", "revoke", "set", "stream", "try", "verify", "withdraw",
}  # fmt: skip


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def valid(instance: Any, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(instance)


def test_every_operation_has_a_name_that_reads_well_and_a_summary() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    for _, _, operation in operations():
        name, summary = operation["operationId"], operation["summary"]
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name) and name.split("_")[0] in VERBS, name
        assert 5 <= len(summary) <= 130 and summary[0].isupper() and not summary.endswith("."), (name, summary)
        assert summary != name.replace("_", " ").title(), f"{name} has no docstring"


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """A model, and those that its fields hold."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models(field.annotation)
    else:
        for part in get_args(kind):
            yield from models(part)


def test_every_time_that_is_answered_says_its_zone() -> None:
    told = {
        model
        for route in iter_route_contexts(bare().routes)
        for model in models(getattr(route, "response_model", None))
    }
    checked = 0
    for model in told:
        for name, field in model.model_fields.items():
            if "datetime.datetime" in str(field.annotation):
                of_field = TypeAdapter(Annotated[field.annotation, None, *field.metadata])
                told_of = of_field.dump_json(of_field.validate_python(datetime(2026, 11, 1)))
                assert told_of == b'"2026-11-01T00:00:00Z"', f"{model.__name__}.{name}"
                checked += 1
    assert checked > 30


def test_every_tag_is_described_and_every_area_is_a_tag() -> None:
    used = {tag for _, _, operation in operations() for tag in operation["tags"]}
    assert used == set(TAGS) == {tag["name"] for tag in DOCUMENT["tags"]}
    assert set(TAGS) >= AREAS


def test_every_operation_says_who_may_call_and_what_can_go_wrong() -> None:
    for path, _, operation in operations():
        name, answers = operation["operationId"], operation["responses"]
        assert ("security" in operation) == (name not in OPEN), name
        wrong = {status: answer for status, answer in answers.items() if status >= "4"}
        assert {"500", "503"} <= wrong.keys(), name
        if name not in OPEN:
            assert {"401", "429"} <= wrong.keys(), name
        if "{" in path and not path.startswith("/v1/events/cameras"):
            assert "404" in wrong, name
        if operation.get("parameters") or operation.get("requestBody"):
            assert "422" in wrong, name
        for status, answer in wrong.items():
            assert answer["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }, (name, status)
            codes = re.findall(r"`([a-z-]+)`", answer["description"])
            assert codes and {CATALOGUE[code][0] for code in codes} == {int(status)}, (name, status)


def test_every_body_and_every_answer_has_an_example_that_fits_its_schema() -> None:
    for _, _, operation in operations():
        name = operation["operationId"]
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [a.get("content", {}) for status, a in operation["responses"].items() if status[0] == "2"]
        for number, content in enumerate(contents):
            for media in content.values():
                assert "example" in media or (number and name in NO_EXAMPLE), (name, "body" if not number else "answer")
                if "example" in media and "schema" in media:
                    valid(media["example"], media["schema"])


def test_the_examples_of_bodies_are_taken(operator: TestClient) -> None:
    """Not only by the schema: what the documentation shows works when it is sent."""
    operator.post("/v1/estates/east/subjects")
    for path, method, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        body = content.get("application/json")
        if "multipart/form-data" in content or path.endswith("/calibrations"):
            continue  # a picture, and a calibration of the model in use, are no examples to write down
        if body is None or "{" in path.replace("{estate}", "") or method == "delete":
            continue
        done = operator.request(method, path.replace("{estate}", "east"), json=body["example"])
        # The estate is there already, and GA/T 1400 is off by default.
        allowed = (201, 409) if path in ("/v1/estates", "/v1/gat1400/targets") else (200, 201, 202)
        assert done.status_code in allowed, (path, done.text)


def test_examples_are_put_together_from_fields_and_not_made_up() -> None:
    text = {"type": "string"}
    assert example({"type": "object", "properties": {"a": text}, "required": ["a"]}, {}) is MISSING
    assert example({"type": "object", "properties": {"a": text, "b": {"default": 1}}}, {}) == {"b": 1}
    assert example({"type": "array", "items": {"enum": ["x", "y"]}}, {}) == ["x"]
    assert example({"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, {"A": {"const": 3}}) == 3
    assert example({"anyOf": [text, {"type": "null"}]}, {}) is None


@pytest.mark.parametrize("path", ["/v1/estates/none", "/v1/nothing", "/v1/estates?limit=0", "/v1/estates/x/y/z"])
def test_problems_are_what_the_document_says(operator: TestClient, path: str) -> None:
    done = operator.get(path)
    assert done.status_code in (404, 422) and done.headers["content-type"] == "application/problem+json"
    valid(done.json(), {"$ref": "#/components/schemas/Problem"})
    assert Problem.model_validate(done.json()).request == done.headers["x-request-id"]


def test_what_is_served_is_what_the_command_writes(app: FastAPI, tmp_path) -> None:
    done = CliRunner().invoke(zhsq, ["openapi", "--json", str(tmp_path / "o.json")])
    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
    assert written == TestClient(app).get("/openapi.json").json()
    assert TestClient(app).get("/docs").status_code == 200


def test_the_command_says_what_it_needs() -> None:
    assert CliRunner().invoke(zhsq, ["openapi"]).exit_code != 0
