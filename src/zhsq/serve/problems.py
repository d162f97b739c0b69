"""Errors as problem+json (RFC 9457) with stable codes, in English and Chinese."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from zhsq.errors import LowQualityError, RuntimeUnavailableError, ZhsqError
from zhsq.serve.problem_details import BY_CODE, CHINESE, of_error, of_field

#: Where a request's number is, in the scope of ASGI.
NUMBER = "zhsq.request"

#: code -> (status, English title, Chinese title)
CATALOGUE: dict[str, tuple[int, str, str]] = {
    "unauthorized": (401, "An API key is needed", "需要 API 密钥"),
    "forbidden": (403, "The role of this key does not allow it", "该密钥的角色无此权限"),
    "not-found": (404, "Not found", "未找到"),
    "not-allowed": (405, "The method is not allowed here", "不支持该请求方法"),
    "conflict": (409, "It does not fit the present state", "与当前状态冲突"),
    "changed-meanwhile": (412, "Someone changed it meanwhile", "数据已被他人修改"),
    "too-large": (413, "The upload is too large", "上传内容过大"),
    "too-many-requests": (429, "Too many requests", "请求过于频繁"),
    "invalid-request": (422, "The request is not valid", "请求无效"),
    "consent-required": (422, "Enrolment needs consent and another way in", "登记须有同意记录和另一种通行方式"),
    "idempotency-key-reused": (422, "The idempotency key was used for another request", "幂等键已用于另一请求"),
    "request-under-way": (409, "The request is being carried out", "该请求正在处理中"),
    "answer-gone": (409, "It was carried out; its answer is gone", "该请求已执行，其应答已不再保存"),
    "bad-code": (401, "The code is not known", "代码无效"),
    "guardian-required": (422, "A child under 14 needs a guardian's consent", "不满十四周岁须由监护人同意"),
    "bad-image": (422, "The image can't be used", "图像不可用"),
    "no-face": (422, "No face was found", "未检测到人脸"),
    "many-faces": (422, "More than one face was found", "检测到多张人脸"),
    "low-quality": (422, "The face is not good enough to enrol", "人脸图像质量不足，无法登记"),
    "another-person": (422, "The photos are not of one person", "照片不是同一人"),
    "no-plate": (422, "No plate was found", "未检测到车牌"),
    "event-time": (422, "The event's time is not taken", "事件时间超出接收范围"),
    "bad-calibration": (422, "The calibration can't be used", "校准文件无法使用"),
    "bad-rules": (422, "The rules can't be used", "规则文件无效"),
    "runtime-unavailable": (503, "Inference is not available at the moment", "推理服务暂不可用"),
    "gallery-mismatch": (503, "The enrolled templates are not those that were enrolled", "人脸模板库校验不一致"),
    "identity-unavailable": (503, "The identity provider can't be reached", "身份认证服务暂不可用"),
    "store-unavailable": (503, "The database is not available at the moment", "数据库暂不可用"),
    "store-full": (507, "The database has no room left", "数据库存储空间已满"),
    "overloaded": (503, "Too many requests are under way", "服务繁忙，请稍后重试"),
    "error": (500, "Something went wrong", "内部错误"),
}

_UNAVAILABLE = "Nothing was stored. Try again."
_OVERTAKEN = (
    "Nothing was stored: what is there already, or gone by now, was changed at the same moment. Look, and try again."
)
_FULL = "Nothing was stored. The operator must make room; then it goes on by itself."


class ProblemError(Exception):
    """Raised by routes; becomes a problem+json answer.

    Args:
        code: of `CATALOGUE`.
        template: in English, with `values` by name in braces; its Chinese is in `zhsq.serve.problem_details`.
        values: for the template. Without any, braces stand for themselves.
    """

    def __init__(self, code: str, template: str, **values: Any) -> None:
        self.code = code
        self.detail = template.format(**values) if values else template
        chinese = CHINESE.get(template)
        self.chinese = BY_CODE.get(code, self.detail) if chinese is None else chinese.format(**values)
        super().__init__(self.detail)


class Problem(BaseModel):
    """What every error is answered with, as application/problem+json (RFC 9457)."""

    type: str = Field(examples=["urn:zhsq:problem:not-found"])
    title: str = Field(description="in the language of Accept-Language: Chinese, or English")
    status: int
    code: str = Field(description="stable; see docs/api.md")
    detail: str = Field(description="what was wrong and what to do, in the same language")
    request: str = Field(description="the request's number, as in X-Request-ID and in the log")
    errors: list[dict[str, str]] | None = Field(default=None, description="of invalid-request: field and message")
    reasons: list[dict[str, Any]] | None = Field(default=None, description="of low-quality: what to put right")


def problem(request: Request, code: str, detail: str, chinese: str = "", **extra: Any) -> JSONResponse:
    """A problem+json answer; see `members` for the arguments."""
    return _answer(members(request, code, detail, chinese, **extra))


def answered(request: Request, error: ProblemError | ZhsqError) -> JSONResponse:
    """The answer that an error is."""
    return _answer(told(request, error))


def told(request: Request, error: ProblemError | ZhsqError) -> dict[str, Any]:
    """The members of the problem that an error is."""
    code = "runtime-unavailable" if isinstance(error, RuntimeUnavailableError) else error.code
    extra = {"reasons": list(error.reasons)} if isinstance(error, LowQualityError) else {}
    english, chinese = words(error)
    return members(request, code, english, chinese, **extra)


def words(error: ProblemError | ZhsqError) -> tuple[str, str]:
    """What was wrong and what to do, in English and in Chinese; the second is empty where there is none."""
    return (error.detail, error.chinese) if isinstance(error, ProblemError) else (str(error), of_error(error))


def members(request: Request, code: str, detail: str, chinese: str = "", **extra: Any) -> dict[str, Any]:
    """The members of the problem that a request is answered with, in the language of Accept-Language.

    Args:
        request: that is answered.
        code: of `CATALOGUE`.
        detail: in English.
        chinese: the same; the English is shown where it is empty.
        extra: further members.
    """
    said = as_problem(code, detail, chinese, request.headers.get("accept-language", ""))
    return {**said, "request": request.scope.get(NUMBER, ""), **extra}


def as_problem(code: str, detail: str, chinese: str = "", accept_language: str = "") -> dict[str, Any]:
    """The members of a problem (RFC 9457) wherever it is told; in Chinese where that is preferred, else in English."""
    code = code if code in CATALOGUE else "error"
    status, title, chinese_title = CATALOGUE[code]
    wants_chinese = prefers_chinese(accept_language)
    return {
        "type": f"urn:zhsq:problem:{code}",
        "title": chinese_title if wants_chinese else title,
        "status": status,
        "detail": chinese or detail if wants_chinese else detail,
        "code": code,
    }


class _Rendered(JSONResponse):
    def render(self, content: Any) -> bytes:
        # What it quotes may hold half of a surrogate pair, which UTF-8 has no bytes for.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _answer(body: dict[str, Any]) -> JSONResponse:
    status, number = int(body["status"]), body["request"]
    headers = {
        503: {"Retry-After": "5"},
        507: {"Retry-After": "60"},
        429: {"Retry-After": "60"},
        401: {"WWW-Authenticate": "Bearer"},
    }
    sent = {"X-Request-ID": number, **headers.get(status, {})}
    if body["code"] == "request-under-way":
        sent["Retry-After"] = "1"
    return _Rendered(body, status, headers=sent, media_type="application/problem+json")


def _is_full(error: OperationalError) -> bool:
    """Whether the disk is full: SQLite's SQLITE_FULL, PostgreSQL's disk_full."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or (
        getattr(error.orig, "sqlstate", None) == "53100"
    )


def may_raise(*codes: str) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: problems that its signature does not tell; `zhsq.serve.openapi` makes answers of them."""
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        found.setdefault(CATALOGUE[code][0], {"codes": []})["codes"].append(code)
    return found


def prefers_chinese(accepted: str) -> bool:
    """Whether Chinese comes before English in 'Accept-Language' (RFC 9110, 12.5.4)."""
    weights = {"zh": 0.0, "en": 0.0}
    for item in accepted.lower().split(","):
        tag, _, parameter = item.strip().partition(";")
        language = tag.partition("-")[0]
        quality = parameter.strip().removeprefix("q=") or "1"
        if language in weights and quality.replace(".", "", 1).isdigit():
            weights[language] = max(weights[language], float(quality))
    return weights["zh"] > weights["en"]


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""

    @app.exception_handler(ProblemError)
    @app.exception_handler(ZhsqError)
    def _ours(request: Request, error: ProblemError | ZhsqError) -> JSONResponse:
        return answered(request, error)

    @app.exception_handler(OperationalError)
    def _store(request: Request, error: OperationalError) -> JSONResponse:
        code, detail = ("store-full", _FULL) if _is_full(error) else ("store-unavailable", _UNAVAILABLE)
        return problem(request, code, detail, CHINESE[detail])

    @app.exception_handler(IntegrityError)
    def _overtaken(request: Request, _error: IntegrityError) -> JSONResponse:
        # Routes look first; this is for who looked at the same moment.
        return problem(request, "conflict", _OVERTAKEN, CHINESE[_OVERTAKEN])

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        chinese = prefers_chinese(request.headers.get("accept-language", ""))
        fields = [
            {"field": ".".join(map(str, e["loc"])), "message": of_field(e, chinese=chinese)} for e in error.errors()
        ]
        detail = "; ".join(f"{field['field']}: {field['message']}" for field in fields)
        consent = any("consent" in field["field"] or "credential" in field["field"] for field in fields)
        code = "consent-required" if consent else "invalid-request"
        return problem(request, code, detail, errors=fields)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        codes = {401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "not-allowed", 413: "too-large"}
        detail = str(error.detail)
        return problem(request, codes.get(error.status_code, "invalid-request"), detail, CHINESE.get(detail, ""))

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        # The detail stays in the log: it may hold personal data.
        name = type(error).__name__
        return problem(request, "error", f"{name}; see the server's log.", f"{name}，详见服务器日志。")
