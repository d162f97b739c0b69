"""Errors as problem+json (RFC 9457) with stable codes, titled in English and Chinese."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from zhsq.errors import LowQualityError, RuntimeUnavailableError, ZhsqError

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
    "bad-code": (401, "The code is not known", "代码无效"),
    "guardian-required": (422, "A child under 14 needs a guardian's consent", "不满十四周岁须由监护人同意"),
    "bad-image": (422, "The image can't be used", "图像不可用"),
    "no-face": (422, "No face was found", "未检测到人脸"),
    "many-faces": (422, "More than one face was found", "检测到多张人脸"),
    "low-quality": (422, "The face is not good enough to enrol", "人脸图像质量不足，无法登记"),
    "no-plate": (422, "No plate was found", "未检测到车牌"),
    "event-time": (422, "The event's time is not taken", "事件时间超出接收范围"),
    "bad-rules": (422, "The rules can't be used", "规则文件无效"),
    "runtime-unavailable": (503, "Inference is not available at the moment", "推理服务暂不可用"),
    "gallery-mismatch": (503, "The enrolled templates are not those that were enrolled", "人脸模板库校验不一致"),
    "identity-unavailable": (503, "The identity provider can't be reached", "身份认证服务暂不可用"),
    "store-unavailable": (503, "The database is not available at the moment", "数据库暂不可用"),
    "overloaded": (503, "Too many requests are under way", "服务繁忙，请稍后重试"),
    "error": (500, "Something went wrong", "内部错误"),
}


class ProblemError(Exception):
    """Raised by routes; becomes a problem+json answer."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class _Problem(JSONResponse):
    def render(self, content: Any) -> bytes:
        # What it quotes may hold half of a surrogate pair, which UTF-8 has no bytes for.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def problem(request: Request, code: str, detail: str, **extra: Any) -> JSONResponse:
    """A problem+json answer; the title follows Accept-Language."""
    status, english, chinese = CATALOGUE.get(code, CATALOGUE["error"])
    wants_chinese = _prefers_chinese(request.headers.get("accept-language", ""))
    body = {
        "type": f"urn:zhsq:problem:{code}",
        "title": chinese if wants_chinese else english,
        "status": status,
        "detail": detail,
        "code": code,
        **extra,
    }
    headers = {503: {"Retry-After": "5"}, 429: {"Retry-After": "60"}, 401: {"WWW-Authenticate": "Bearer"}}
    return _Problem(body, status, headers=headers.get(status), media_type="application/problem+json")


def _prefers_chinese(accepted: str) -> bool:
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
    def _ours(request: Request, error: ProblemError) -> JSONResponse:
        return problem(request, error.code, error.detail)

    @app.exception_handler(ZhsqError)
    def _zhsq(request: Request, error: ZhsqError) -> JSONResponse:
        code = "runtime-unavailable" if isinstance(error, RuntimeUnavailableError) else error.code
        extra = {"reasons": error.reasons} if isinstance(error, LowQualityError) else {}
        return problem(request, code, str(error), **extra)

    @app.exception_handler(OperationalError)
    def _store(request: Request, _error: OperationalError) -> JSONResponse:
        return problem(request, "store-unavailable", "Nothing was stored. Try again.")

    @app.exception_handler(DataError)
    def _value(request: Request, _error: DataError) -> JSONResponse:
        return problem(
            request, "invalid-request", "A value can't be stored: a number out of range, or a text that holds NUL."
        )

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{field['field']}: {field['message']}" for field in fields)
        consent = any("consent" in field["field"] or "credential" in field["field"] for field in fields)
        return problem(request, "consent-required" if consent else "invalid-request", detail, errors=fields)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        codes = {401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "not-allowed", 413: "too-large"}
        return problem(request, codes.get(error.status_code, "invalid-request"), str(error.detail))

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        # The detail stays in the log: it may hold personal data.
        return problem(request, "error", f"{type(error).__name__}; see the server's log.")
