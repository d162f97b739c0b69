"""Measure a plate bundle: `reading` of crops, `end_to_end` in full photos."""

from zhsq.bench.plate.end_to_end import run as run_end_to_end
from zhsq.bench.plate.reading import calibrate
from zhsq.bench.plate.reading import run as run_reading

__all__ = ["calibrate", "run_end_to_end", "run_reading"]
