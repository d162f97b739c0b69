"""One thing that an acceptance looks at, and its verdict."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from zhsq.serve.reporting.document import Bi, named

Verdict = Literal["met", "not-met", "not-measured"]
Section = Literal["site", "systems", "accuracy", "service", "protection"]
#: In the order of the report.
SECTIONS: dict[Section, Bi] = {
    "site": Bi("小区与平台", "Site and platform"),
    "systems": Bi("应接系统与实接设备", "Systems required and connected"),
    "accuracy": Bi("本小区样本上的准确率", "Accuracy on the site's own sample"),
    "service": Bi("在线与送达", "Uptime and delivery"),
    "protection": Bi("数据保护", "Data protection"),
}
NOTHING = Bi("", "")


class Item(BaseModel):
    """What was required, what was found, and what to do about the difference."""

    section: Section
    key: str
    what: Bi
    required: Bi
    found: Bi
    verdict: Verdict
    #: What to do; empty where nothing is.
    advice: Bi = NOTHING


def verdict(met: bool) -> Verdict:
    """For what could be looked at."""
    return "met" if met else "not-met"


def system_name(kind: str) -> Bi:
    """A kind of system in both languages."""
    found = named("kind", kind)
    return found if isinstance(found, Bi) else Bi(found, found)
