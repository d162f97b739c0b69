"""What a resident is told before consenting, in Chinese and English; the sha256 of the words is part of the evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
KINDS = {"card": {"zh": "门禁卡", "en": "your card"}, "pin": {"zh": "密码", "en": "your PIN"}}


@dataclass(frozen=True)
class Statement:
    """The words of one language, in the order in which they are shown: (heading, paragraph)."""

    language: Language
    paragraphs: tuple[tuple[str, str], ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256("\n".join(part for pair in self.paragraphs for part in pair).encode()).hexdigest()


@cache
def words(name: str) -> dict[str, Any]:
    """A file of words of this package, by its name."""
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def span(days: int, language: Language) -> str:
    """So many days in words; whole years as years."""
    count, units = (days // 365, ("年", "year")) if days % 365 == 0 else (days, ("天", "day"))
    return f"{count} {units[0]}" if language == "zh" else f"{count} {units[1]}{'s' if count != 1 else ''}"


def statement(
    language: Language, *, estate: str, purpose: str, credential: str, until: datetime, kept_days: int
) -> Statement:
    """What is agreed to.

    Args:
        language: of the words.
        estate: its name.
        purpose: as staff wrote it; it is shown as it is in both languages.
        credential: kind of the other way in, 'card' or 'pin'.
        until: when the consent ends, UTC.
        kept_days: how long its record is kept after that.
    """
    fill = {
        "estate": estate,
        "purpose": purpose,
        "other": KINDS[credential][language],
        "until": f"{until:%Y-%m-%d}",
        "kept": span(kept_days, language),
    }
    return Statement(
        language,
        tuple((part["heading"], part["text"].strip().format(**fill)) for part in words("consent_words")[language]),
    )
