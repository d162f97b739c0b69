"""Rules from YAML. Every error names its line and column."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from zhsq.checked_yaml import BadFileError, Fault, Place, faults, load, shown, text_of
from zhsq.serve.alerting.rules.schema import RuleSet


class BadRulesError(BadFileError):
    """A file of rules that can't be used; `faults` has each reason with its place."""

    code = "bad-rules"
    help = "See docs/alerts.md for the kinds of rules."


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
    return parse(text_of(path, "a file of rules"), str(path))


def parse(text: str, name: str) -> RuleSet:
    """Check rules.

    Args:
        text: YAML.
        name: what to call it in errors.

    Raises:
        BadRulesError: not YAML, or not rules.
    """
    raw, places = load(text, name, BadRulesError)
    try:
        rules = RuleSet.model_validate(raw)
    except ValidationError as error:
        told = faults(error, places, path=_path, named=lambda place: _named(place, raw), unknown=_UNKNOWN)
        raise BadRulesError(name, told) from error
    found: list[Fault] = []
    seen: dict[str, int] = {}
    for i, rule in enumerate(rules.rules):
        if rule.name in seen:
            line, column = places["rules", i, "name"]
            found.append(Fault(line, column, f"rules[{i}].name", f"'{rule.name}' is line {seen[rule.name]}'s already"))
        seen.setdefault(rule.name, places["rules", i, "name"][0])
    if found:
        raise BadRulesError(name, found)
    return rules


_UNKNOWN = "not a field of this kind of rule"


def _path(loc: Place) -> Place:
    """Without the rule's kind, the third part of pydantic's location, which is no part of the path in the file."""
    return (*loc[:2], *loc[3:]) if loc[:1] == ("rules",) else loc


def _named(path: Place, raw: Any) -> str:
    """A path with the rule's own name where it has one."""
    if len(path) >= 2 and path[0] == "rules" and isinstance(path[1], int):
        rule = raw["rules"][path[1]]
        if isinstance(rule, dict) and isinstance(rule.get("name"), str):
            rest = shown(path[2:])
            return f"rule {rule['name']}{', ' + rest if rest else ''}"
    return shown(path)
