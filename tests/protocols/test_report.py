"""The report's schema is the one that is documented."""

from __future__ import annotations

import re
from pathlib import Path

from zhsq.protocols.report import Report

DOC = Path(__file__).resolve().parents[2] / "docs" / "report-schema.md"


def test_every_field_is_documented_and_nothing_else() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", DOC.read_text("utf-8"), flags=re.M)
    assert documented == list(Report.model_fields)
