"""What else kept the machine's cores busy while something was measured."""

from __future__ import annotations

import os
from pathlib import Path


def busy_seconds() -> float | None:
    """Seconds that all cores together were busy since the start of the system; None where it does not tell."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, system, _, _, irq, softirq, steal, *_ = map(int, stat.read_text().split(maxsplit=10)[1:10])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
