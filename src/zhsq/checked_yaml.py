"""YAML that people write, checked by a typed model: every error names its line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from zhsq.errors import ZhsqError

Place = tuple[str | int, ...]
#: Where each part of a file stands: its path -> line and column, from 1.
Places = dict[Place, tuple[int, int]]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; line and column count from 1."""

    line: int
    column: int
    where: str
    message: str


class BadFileError(ZhsqError):
    """A file that can't be used; `faults` has each reason with its place."""

    code = "bad-file"
    help = ""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.faults = faults
        told = (f"{name}:{f.line}:{f.column}: {f.where + ': ' if f.where else ''}{f.message}" for f in faults)
        super().__init__("\n".join(told), self.help)


def text_of(path: Path, what: str) -> str:
    """The text of a file.

    Raises:
        ZhsqError: it can't be read.
    """
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ZhsqError(f"{path} can't be read: {error}.", f"Give {what} in YAML, UTF-8.") from error


def read(text: str, model: type[Model], name: str, refusal: type[BadFileError] = BadFileError) -> Model:
    """Check a whole file against its model.

    Args:
        text: YAML.
        model: of the file.
        name: what to call it in errors.
        refusal: raised with every fault, each at its place.

    Raises:
        BadFileError: not YAML, or not what the model takes; of the class `refusal`.
    """
    raw, places = load(text, name, refusal)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise refusal(name, faults(error, places)) from error


def load(text: str, name: str, refusal: type[BadFileError]) -> tuple[Any, Places]:
    """The plain values of a file, and where each stands. A key that stands twice is a fault, as is a tag.

    Raises:
        BadFileError: not YAML; of the class `refusal`.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise refusal(name, [Fault(line, column, "", f"not YAML: {error.problem}")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise refusal(name, [Fault(1, 1, "", f"not YAML: {error}")]) from error
    if root is None:
        raise refusal(name, [Fault(1, 1, "", "the file is empty")])
    places: Places = {}
    found: list[Fault] = []
    raw = _build(root, (), places, found, frozenset())
    if found:
        raise refusal(name, found)
    return raw, places


def faults(
    error: ValidationError,
    places: Places,
    *,
    path: Callable[[Place], Iterable[str | int | None]] = lambda loc: loc,
    named: Callable[[Place], str] | None = None,
    unknown: str = "not a field here",
) -> list[Fault]:
    """What a model refused, each at its place in the file.

    Args:
        error: of the model.
        places: of `load`.
        path: where in the file a location of pydantic's is, if it is not the same.
        named: what to call a place; its path when not given.
        unknown: what to say of a field that the model does not have.
    """
    found: dict[tuple[int, int, str], Fault] = {}
    errors = error.errors()
    for told in errors:
        loc = told["loc"]
        within = len(loc)
        if told["type"] == "too_short" and any(e is not told and e["loc"][:within] == loc for e in errors):
            continue  # its items are wrong, which is told: what is left of them is too few only for that
        at = "kind" if told["type"].startswith("union_tag") else told.get("ctx", {}).get("at")
        here: Place = ()
        for part in (*path(loc), at):
            if part is not None and (*here, part) in places:
                here = (*here, part)
        missing = f" '{loc[-1]}'" if told["type"] == "missing" else ""
        message = told["msg"].removeprefix("Value error, ")
        message = unknown if told["type"] == "extra_forbidden" else message
        fault = Fault(*places[here], (named or shown)(here), f"{message}{missing}")
        found[fault.line, fault.column, fault.message] = fault
    return sorted(found.values(), key=lambda fault: (fault.line, fault.column))


def shown(place: Place) -> str:
    """A place as people write it: rules[2].where."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place).lstrip(".")


def _build(node: Any, place: Place, places: Places, found: list[Fault], above: frozenset[int]) -> Any:
    """The value of a node, with the place of each part; a key that stands twice, or an alias to itself, is a fault."""
    places.setdefault(place, (node.start_mark.line + 1, node.start_mark.column + 1))
    if id(node) in above:
        found.append(Fault(*places[place], shown(place), "an alias to what it stands in"))
        return None
    above = above | {id(node)}
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            mark = (key.start_mark.line + 1, key.start_mark.column + 1)
            if name in made:
                found.append(Fault(*mark, shown((*place, name)), "stands here a second time"))
            places[(*place, name)] = mark
            made[name] = _build(value, (*place, name), places, found, above)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_build(value, (*place, i), places, found, above) for i, value in enumerate(node.value)]
    try:
        # Strings, numbers, booleans and null; no other tag has a meaning here.
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        found.append(Fault(*places[place], shown(place), f"not a plain value: {getattr(error, 'problem', error)}"))
        return None
