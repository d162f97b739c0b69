"""The site profile: what an estate says of itself, in YAML; every error names its line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from zhsq.checked_yaml import BadFileError, read, text_of

EstateClass = Literal["new", "old", "ordinary"]
#: Kinds of systems are named as the events that they send.
System = Literal["vehicle", "access", "anomaly", "perimeter", "patrol", "electrical", "fire", "charger", "lamp", "wifi"]
SYSTEMS: tuple[System, ...] = (
    "vehicle", "access", "anomaly", "perimeter", "patrol", "electrical", "fire", "charger", "lamp", "wifi",
)  # fmt: skip
Line = Literal["dedicated", "public", "none"]
#: What a labelled sample can be measured by: tasks of `zhsq bench`.
Task = Literal["face-verification", "face-identification", "plate-reading", "plate-end-to-end"]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class BadProfileError(BadFileError):
    """A site profile, or a table of requirements, that can't be used."""

    code = "bad-profile"
    help = "Begin with: zhsq report profile > site.yaml; the fields are in docs/reports.md."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gate(_Strict):
    """A gate of the estate, and whether people and cars go through it apart."""

    name: Name
    separates_people_and_cars: bool


class Equipment(_Strict):
    """Devices of one kind, by the names that their events carry."""

    kind: System
    devices: tuple[Name, ...] = Field(min_length=1)
    #: Kept from before: connected, not replaced.
    legacy: bool = False


class Platform(_Strict):
    """The line to the street's platform, and the target that alerts go out by (its name in `GET /v1/targets`)."""

    line: Line
    target: Name | None = None


class Sample(_Strict):
    """The site's own labelled sample: a folder in the layout of the task, or the report that `zhsq bench` made of it."""

    task: Task
    data: Path | None = None
    report: Path | None = None

    @model_validator(mode="after")
    def _one(self) -> Sample:
        if (self.data is None) == (self.report is None):
            raise ValueError("a sample needs either 'data' (a folder) or 'report' (JSON of zhsq bench)")
        return self


class Profile(_Strict):
    """One estate."""

    version: Literal[1]
    estate: str = Field(min_length=1, max_length=64, description="its identifier in the store")
    estate_class: EstateClass = Field(alias="class")
    gates: tuple[Gate, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    platform: Platform = Platform(line="none")
    samples: tuple[Sample, ...] = ()

    @field_validator("samples")
    @classmethod
    def _each_once(cls, samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
        tasks = [sample.task for sample in samples]
        if len(tasks) != len(set(tasks)):
            raise ValueError("a task is measured on one sample: name each task once")
        return samples

    @field_validator("equipment")
    @classmethod
    def _named_once(cls, equipment: tuple[Equipment, ...]) -> tuple[Equipment, ...]:
        seen: set[tuple[str, str]] = set()
        for part in equipment:
            for device in part.devices:
                if (part.kind, device) in seen:
                    raise ValueError(f"device '{device}' stands twice under '{part.kind}'")
                seen.add((part.kind, device))
        return equipment

    def devices(self, kind: System) -> list[str]:
        """Of a kind, in the order of the file."""
        return [device for part in self.equipment if part.kind == kind for device in part.devices]


def packaged() -> str:
    """A profile to begin with: that of the demonstration estate."""
    return (files("zhsq.acceptance") / "profile.yaml").read_text("utf-8")


def load(path: Path) -> Profile:
    """A profile from a file; its samples' paths are relative to the file.

    Raises:
        BadProfileError: it can't be used; every fault with its line.
        ZhsqError: it can't be read.
    """
    found = read(text_of(path, "a site profile"), Profile, str(path), BadProfileError)
    here = path.parent
    samples = tuple(
        sample.model_copy(
            update={name: here / place for name in ("data", "report") if (place := getattr(sample, name))}
        )
        for sample in found.samples
    )
    return found.model_copy(update={"samples": samples})


def example() -> Profile:
    """The packaged profile."""
    return read(packaged(), Profile, "profile.yaml", BadProfileError)
