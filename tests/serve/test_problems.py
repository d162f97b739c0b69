"""Problems: stable codes, both languages down to the detail, the request's number."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

import zhsq.serve
from zhsq.errors import BadImageError, LowQualityError, NoFaceError
from zhsq.serve.problem_details import BY_CODE, BY_KIND, CHINESE, of_error, of_field
from zhsq.serve.problem_table import put_into
from zhsq.serve.problems import CATALOGUE, ProblemError

SOURCES = sorted(Path(zhsq.serve.__file__).parent.rglob("*.py"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def raised() -> list[tuple[str, ast.Call]]:
    """Every `ProblemError(...)` in the code, with its place."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ProblemError":
                found.append((f"{path.name}:{node.lineno}", node))
    return found


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_problem_that_is_raised_has_a_known_code_and_its_chinese() -> None:
    assert len(raised()) > 50
    for place, call in raised():
        code, template = call.args
        if isinstance(code, ast.Constant):
            assert code.value in CATALOGUE, (place, code.value)
        if isinstance(template, ast.Constant):
            assert template.value in CHINESE, f"{place}: {template.value!r} needs its Chinese in problem_details.py"
            assert {keyword.arg for keyword in call.keywords} == fields(template.value), place
        else:
            assert not isinstance(template, ast.JoinedStr), f"{place}: give a template and values, not an f-string"


def test_the_chinese_has_the_same_values_and_nothing_is_left_over() -> None:
    for english, chinese in CHINESE.items():
        assert fields(english) == fields(chinese), english
        assert re.search(r"[\u4e00-\u9fff]", chinese), english
    used = {call.args[1].value for _, call in raised() if isinstance(call.args[1], ast.Constant)}
    of_others = {
        "Not Found",
        "Method Not Allowed",
        "There was an error parsing the body",
        "A value can't be stored: a number out of range, or a text that holds NUL.",
        "Nothing was stored. Try again.",
        "Nothing was stored: what is there already, or gone by now, was changed at the same moment. Look, and try again.",
        "Nothing was stored. The operator must make room; then it goes on by itself.",
    }
    assert set(CHINESE) - used == of_others


def test_braces_of_what_was_sent_stand_for_themselves() -> None:
    error = ProblemError("not-found", "There is no estate {estate!r}.", estate="{0.__class__}")
    assert (error.detail, error.chinese) == ("There is no estate '{0.__class__}'.", "没有小区 '{0.__class__}'。")
    assert ProblemError("not-found", "no {template}").detail == "no {template}"


@pytest.mark.parametrize(
    ("accepted", "chinese"),
    [("", False), ("zh", True), ("zh-CN,zh;q=0.9,en;q=0.5", True), ("en,zh;q=0.9", False), ("fr", False), ("*", False)],
)
def test_title_and_detail_follow_the_language(operator: TestClient, accepted: str, chinese: bool) -> None:
    for path in ("/v1/estates/none", "/v1/nothing", "/v1/estates?limit=0", "/v1/alerts/none"):
        told = operator.get(path, headers={"Accept-Language": accepted}).json()
        for name in ("title", "detail"):
            assert bool(re.search(r"[\u4e00-\u9fff]", told[name])) == chinese, (path, name, told[name])


def test_fields_are_told_in_chinese_one_by_one(operator: TestClient) -> None:
    body = {"name": "two words", "kind": "person"}
    done = operator.post("/v1/estates/east/devices", json=body, headers={"Accept-Language": "zh"}).json()
    told = {error["field"]: error["message"] for error in done["errors"]}
    assert told["body.name"].startswith("格式须符合") and told["body.kind"].startswith("须为 'face'")
    assert done["detail"] == "; ".join(f"{field}: {message}" for field, message in told.items())


def test_kinds_of_fields_have_their_values_filled_in() -> None:
    class Sample(BaseModel):
        a: int = Field(ge=1, le=5)
        b: str = Field(min_length=2, max_length=3, pattern="^x")
        c: list[int] = Field(max_length=1)

    for wrong in ({}, {"a": 0, "b": "x", "c": [1, 2]}, {"a": 9, "b": "xxxx", "c": 1}, {"a": "q", "b": "yy", "c": []}):
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(Sample).validate_python(wrong)
        for error in caught.value.errors():
            shown = of_field(error, chinese=True)
            assert error["type"] in BY_KIND and re.search(r"[\u4e00-\u9fff]", shown) and "{" not in shown
            assert of_field(error, chinese=False) == error["msg"]
    assert of_field({"type": "never_heard_of", "msg": "words"}, chinese=True) == "words"


def test_errors_of_models_say_in_chinese_what_to_do() -> None:
    assert of_error(NoFaceError("No face.", "Use another.")) == BY_CODE["no-face"]
    assert of_error(BadImageError("x", "y")).startswith("图像无法使用")
    reasons = [{"message_en": "Too dark.", "message_zh": "光线过暗。"}]
    assert of_error(LowQualityError("a.jpg", reasons)) == "人脸图像质量不足，无法登记。光线过暗。"
    assert set(BY_CODE) <= set(CATALOGUE)


def test_the_request_s_number_is_in_the_problem_the_header_and_the_log(operator, app: FastAPI, caplog) -> None:
    given = {"X-Request-ID": "from-the-gateway.7"}
    with caplog.at_level("INFO", "zhsq.requests"):
        done = operator.get("/v1/estates/none", headers=given)
    assert done.json()["request"] == done.headers["x-request-id"] == given["X-Request-ID"]
    assert given["X-Request-ID"] in {record.fields["request"] for record in caplog.records if hasattr(record, "fields")}

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    done = operator.get("/broken", headers={"Accept-Language": "zh"})
    assert (done.status_code, done.json()["detail"]) == (500, "RuntimeError，详见服务器日志。")
    assert len(done.json()["request"]) == 32 and done.headers["x-request-id"] == done.json()["request"]


def test_the_table_of_codes_in_the_documentation_is_current() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert put_into(text) == text, "run: zhsq openapi --problems docs/api.md"
