"""The API's own description: OpenAPI 3.1 with readable names, who may call, problems and examples on every operation.

Nothing is listed twice: the examples are put together from those of the fields, and the problems of a route follow from
what it depends on. What a signature does not tell, a route adds by `may_raise`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from zhsq.serve.api import deps, residents
from zhsq.serve.api import once as keys
from zhsq.serve.api.events import event_schemas
from zhsq.serve.problems import CATALOGUE, Problem

PROBLEM_TYPE = "application/problem+json"
#: Tags, which are the areas that a key may be bound to, in the order of the documentation.
TAGS = {
    "estates": "Housing estates 小区. Everything else belongs to one; a caller who is bound to one sees no other.",
    "devices": "Devices and what is asked of a probe of each 设备.",
    "people": "People who enrolled 登记人员: consent first, renewal, withdrawal, erasure with a receipt, invitations.",
    "faces": "Faces 人脸: quality, verify 1:1, identify 1:N among those who enrolled. 'unknown' leaves nothing behind.",
    "plates": "Plates 车牌: registered vehicles, read, match. A gate opens on 'match' only.",
    "calibration": "Calibration 校准: which thresholds decide in an estate, where they come from, and its own calibrations.",
    "events": "Events in 事件: CloudEvents 1.0 of every system of the estate, and what cameras post by themselves.",
    "alerts": "Alerts 告警: what is open, who handles it, what became of it. A person decides.",
    "delivery": "Where alerts are delivered to 推送: signed webhooks, with a queue that survives days offline.",
    "reports": "Reports 报表: the property's performance, and how an estate is accepted.",
    "platforms": "Platforms above 上级平台, by GA/T 1400: off by default, on a recorded legal basis; never faces.",
    "privacy": "What is processed, why, how long, of how many people 影响评估.",
    "audit": "The audit 审计: who did what, as a chain of hashes.",
    "resident": "A resident's own routes 住户, by a personal code and without a key.",
    "health": "Whether it lives and is ready 健康检查.",
}
SCHEMES: dict[str, dict[str, Any]] = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key: `Authorization: Bearer zhsq_...`"},
    "keyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key, for cameras."},
    "oidc": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the OpenID Connect issuer that the server is set to take (docs/access.md).",
    },
    "residentCode": {"type": "apiKey", "in": "header", "name": "X-Resident-Code", "description": "Of one resident."},
}
_ERROR_SCHEMAS = ("HTTPValidationError", "ValidationError")
_PICTURES = ("bad-image", "no-face", "many-faces", "low-quality", "no-plate")


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an app, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=[{"name": name, "description": words} for name, words in TAGS.items()],
        )
        parts = document["components"]
        parts["securitySchemes"] = SCHEMES
        parts["schemas"] |= {"Problem": Problem.model_json_schema(), **event_schemas()}
        for name in _ERROR_SCHEMAS:
            parts["schemas"].pop(name, None)
        _mark_files(parts["schemas"])
        for path, operation, route in _operations(app, document):
            _tell(operation, path, route, parts["schemas"])
        app.openapi_schema = document
    return app.openapi_schema


def _operations(app: FastAPI, document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    routes: dict[tuple[str | None, str], Any] = {}
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            routes |= {(context.path, method.lower()): context for method in context.methods or ()}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, operation, routes[path, method]


def _tell(operation: dict[str, Any], path: str, route: Any, schemas: dict[str, Any]) -> None:
    words = operation.get("description", "").strip()
    if words:  # the docstring: its first sentence is the summary
        operation["summary"] = " ".join(words.split("\n\n")[0].split()).split(". ")[0].rstrip(".")
    calls = set(_calls(route.dependant))
    by_code = residents.by_code in calls
    roles = [call.roles for call in calls if isinstance(call, deps.RoleCheck)]
    by_key = deps.caller in calls or bool(roles)
    if roles:
        operation["description"] = f"{words}\n\nRoles: {', '.join(roles[0])}."
    if by_key:
        operation["security"] = [{"key": []}, {"keyHeader": []}, {"oidc": []}]
    elif by_code:
        operation["security"] = [{"residentCode": []}]
    codes = ["overloaded", "store-unavailable", "error"]
    codes += ["unauthorized", "forbidden", "too-many-requests"] if by_key else []
    codes += ["bad-code", "too-many-requests"] if by_code else []
    named = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    codes += ["not-found"] if "{" in path or "estate" in named else []
    codes += ["changed-meanwhile"] if "if-match" in named else []
    if {keys.once, keys.once_by_code} & calls:
        codes += ["request-under-way", "answer-gone", "idempotency-key-reused"]
    body = operation.get("requestBody", {}).get("content", {})
    codes += ["invalid-request"] if body or named else []
    if "multipart/form-data" in body:
        codes += ["too-large", *_PICTURES, "runtime-unavailable"]
    _responses(operation, codes)
    _name_bodies(body, schemas)
    _examples(operation, schemas)


def _mark_files(part: Any) -> None:
    """Say of files what OpenAPI 3.0 said: generators of clients still look for it, and take them for texts otherwise."""
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        if isinstance(each, dict) and each.get("contentMediaType") == "application/octet-stream":
            each["format"] = "binary"
        _mark_files(each)


def _name_bodies(content: dict[str, Any], schemas: dict[str, Any]) -> None:
    """What a route describes by itself (`zhsq.serve.api.bodies.sent_as`) is named among the schemas, for generated clients."""
    for media in content.values():
        name = media.get("schema", {}).get("title")
        if name and "properties" in media["schema"]:
            schemas[name] = media["schema"]
            media["schema"] = {"$ref": f"#/components/schemas/{name}"}


def _calls(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def _responses(operation: dict[str, Any], codes: list[str]) -> None:
    told = operation["responses"]
    told.pop("422", None)
    for status in [status for status, answer in told.items() if "codes" in answer]:
        codes += told.pop(status)["codes"]
    for code in codes:
        status, title, chinese = CATALOGUE[code]
        answer = told.setdefault(
            str(status),
            {"description": "", "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        )
        line = f"`{code}` {title} {chinese}"
        if line not in answer["description"]:
            answer["description"] = f"{answer['description']}\n\n{line}".strip()


def _examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        _add_example(kind, media, schemas)
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for kind, media in answer.get("content", {}).items():
                _add_example(kind, media, schemas)


def _add_example(kind: str, media: dict[str, Any], schemas: dict[str, Any]) -> None:
    if "example" not in media and "schema" in media and kind in ("application/json", "multipart/form-data"):
        made = example(media["schema"], schemas)
        if made is not MISSING:
            media["example"] = made


#: Of a schema that says too little to make an example of.
MISSING = object()


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example of a schema, from the examples, defaults and choices of its fields; `MISSING` where one has none."""
    if "$ref" in schema and "examples" not in schema:
        return example(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    for given in ("example", "default", "const"):
        if given in schema:
            return schema[given]
    for several in ("examples", "enum"):
        if several in schema:
            return schema[several][0]
    for variants in ("anyOf", "oneOf", "allOf"):
        if variants in schema:
            made = (example(each, schemas) for each in schema[variants])
            return next((each for each in made if each is not MISSING), MISSING)
    return _of_type(schema, schemas)


def _of_type(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        made = {name: example(field, schemas) for name, field in schema["properties"].items()}
        needed = schema.get("required", ())
        if any(made[name] is MISSING for name in needed):
            return MISSING
        return {name: value for name, value in made.items() if value is not MISSING}
    if kind == "array" and "items" in schema:
        item = example(schema["items"], schemas)
        return MISSING if item is MISSING else [item]
    if schema.get("format") == "date-time":
        return "2026-11-26T08:00:00Z"
    if schema.get("contentMediaType") == "application/octet-stream":
        return "(bytes of a JPEG)"
    if kind in ("null", "boolean"):
        return None if kind == "null" else False
    return MISSING
