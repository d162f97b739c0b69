"""Rules from YAML. Every error names its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.rules.schema import RuleSet

_Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; line and column count from 1."""

    line: int
    column: int
    where: str
    message: str


class BadRulesError(ZhsqError):
    """A file of rules that can't be used; `faults` has each reason with its place."""

    code = "bad-rules"

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.faults = faults
        told = (f"{name}:{f.line}:{f.column}: {f.where + ': ' if f.where else ''}{f.message}" for f in faults)
        super().__init__("\n".join(told), "See docs/alerts.md for the kinds of rules.")


def packaged() -> str:
    """The rules that ship with the package, as text."""
    return (files("zhsq.serve.alerting.rules") / "rules.yaml").read_text("utf-8")


def read(path: Path | None) -> RuleSet:
    """The rules of a file; the packaged ones for None.

    Raises:
        BadRulesError: they can't be used.
        ZhsqError: the file can't be read.
    """
    if path is None:
        return parse(packaged(), "rules.yaml")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ZhsqError(f"{path} can't be read: {error}.", "Give a file of rules in YAML, UTF-8.") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> RuleSet:
    """Check rules.

    Args:
        text: YAML.
        name: what to call it in errors.

    Raises:
        BadRulesError: not YAML, or not rules.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadRulesError(name, [Fault(line, column, "", error.problem or "not YAML")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadRulesError(name, [Fault(1, 1, "", f"not YAML: {error}")]) from error
    if root is None:
        raise BadRulesError(name, [Fault(1, 1, "", "the file is empty")])
    places: dict[_Path, tuple[int, int]] = {}
    faults: list[Fault] = []
    raw = _build(root, (), places, faults, frozenset())
    if faults:
        raise BadRulesError(name, faults)
    try:
        rules = RuleSet.model_validate(raw)
    except ValidationError as error:
        raise BadRulesError(name, _faults(error, raw, places)) from error
    seen: dict[str, int] = {}
    for i, rule in enumerate(rules.rules):
        if rule.name in seen:
            line, column = places["rules", i, "name"]
            faults.append(Fault(line, column, f"rules[{i}].name", f"'{rule.name}' is line {seen[rule.name]}'s already"))
        seen.setdefault(rule.name, places["rules", i, "name"][0])
    if faults:
        raise BadRulesError(name, faults)
    return rules


def _build(
    node: Any, path: _Path, places: dict[_Path, tuple[int, int]], faults: list[Fault], above: frozenset[int]
) -> Any:
    """The value of a node, with the place of each part; a key that stands twice, or an alias to itself, is a fault."""
    places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if id(node) in above:
        faults.append(Fault(*places[path], _shown(path), "an alias to what it stands in"))
        return None
    above = above | {id(node)}
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            place = (key.start_mark.line + 1, key.start_mark.column + 1)
            if name in made:
                faults.append(Fault(*place, _shown((*path, name)), "stands here a second time"))
            places[(*path, name)] = place
            made[name] = _build(value, (*path, name), places, faults, above)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_build(value, (*path, i), places, faults, above) for i, value in enumerate(node.value)]
    try:
        # Strings, numbers, booleans and null; no other tag has a meaning in rules.
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        faults.append(Fault(*places[path], _shown(path), f"not a plain value: {getattr(error, 'problem', error)}"))
        return None


def _faults(error: ValidationError, raw: Any, places: dict[_Path, tuple[int, int]]) -> list[Fault]:
    found: dict[tuple[int, int, str], Fault] = {}
    errors = error.errors()
    for told in errors:
        within = len(told["loc"])
        if told["type"] == "too_short" and any(e is not told and e["loc"][:within] == told["loc"] for e in errors):
            continue  # its items are wrong, which is told: what is left of them is too few only for that
        path: _Path = ()
        loc = told["loc"]
        if loc[:1] == ("rules",):
            loc = (*loc[:2], *loc[3:])  # the third part is the rule's kind, which is no part of the path in the file
        at = "kind" if told["type"].startswith("union_tag") else told.get("ctx", {}).get("at")
        for part in (*loc, at):
            if part is not None and (*path, part) in places:
                path = (*path, part)
        missing = f" '{told['loc'][-1]}'" if told["type"] == "missing" else ""
        message = told["msg"].removeprefix("Value error, ")
        message = "not a field of this kind of rule" if told["type"] == "extra_forbidden" else message
        fault = Fault(*places[path], _named(path, raw), f"{message}{missing}")
        found[fault.line, fault.column, fault.message] = fault
    return sorted(found.values(), key=lambda fault: (fault.line, fault.column))


def _named(path: _Path, raw: Any) -> str:
    """A path with the rule's own name where it has one."""
    if len(path) >= 2 and path[0] == "rules" and isinstance(path[1], int):
        rule = raw["rules"][path[1]]
        if isinstance(rule, dict) and isinstance(rule.get("name"), str):
            rest = _shown(path[2:])
            return f"rule {rule['name']}{', ' + rest if rest else ''}"
    return _shown(path)


def _shown(path: _Path) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
