"""The API against its own OpenAPI document, by Schemathesis: data as described and as not, call after call.

Every answer must be described, be of its schema, and be no 5xx; every call must be answered in time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Seconds that a call may take: far more than any does, for the machine may be busy.
PATIENCE_S = 60
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "use_after_free",
)
#: A stream does not end; tests/serve/alerting reads it.
ENDLESS = "/v1/alerts/stream"


@dataclass(frozen=True)
class Found:
    """What came of a run: operations and calls, and failures as Schemathesis words them."""

    operations: int
    calls: int
    failures: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.operations} operations, {self.calls} calls, {len(self.failures)} kinds of failure"


def conform(
    url: str,
    key: str,
    folder: Path,
    *,
    examples: int,
    seed: int,
    phases: Sequence[str] = ("coverage", "fuzzing", "stateful"),
    estate: str = "",
) -> Found:
    """Run it.

    Args:
        url: of a running API.
        key: of the caller.
        folder: for the report.
        examples: calls of an operation in each phase, at most.
        seed: of the data.
        phases: of Schemathesis.
        estate: one that is there, for every path that names an estate; else they are drawn.

    Raises:
        AssertionError: it could not be run; with its output.
    """
    config, report = folder / "schemathesis.toml", folder / f"conformance-{seed}.json"
    config.write_text(f'[parameters]\n"path.estate" = "{estate}"\n' if estate else "", encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={config}",
        "run",
        f"{url}/openapi.json",
        f"--header=X-API-Key: {key}",
        f"--checks={','.join(CHECKS)}",
        f"--phases={','.join(phases)}",
        f"--max-examples={examples}",
        f"--seed={seed}",
        f"--request-timeout={PATIENCE_S}",
        f"--exclude-path={ENDLESS}",
        "--generation-database=none",
        "--generation-with-security-parameters=false",
        "--continue-on-failure",
        "--no-shrink",
        "--no-color",
        "--report=json",
        f"--report-json-path={report}",
    ]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONWARNINGS": "ignore"}, capture_output=True, text=True
    )
    assert done.returncode in (0, 1) and report.is_file(), done.stdout[-3000:] + done.stderr[-3000:]
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    failures = [f"{each['title']}: {', '.join(_names(each['operations']))}" for each in told["failures"]]
    if told["failures"] or told["errors"]:
        print(done.stdout)
    failures += [f"error: {json.dumps(each)[:300]}" for each in told["errors"]]
    return Found(told["operations"]["tested"], told["test_cases"]["generated"], tuple(failures))


def _names(operations: Sequence[Any]) -> list[str]:
    return [each if isinstance(each, str) else str(each.get("label", each)) for each in operations]
