"""The load benchmark of Triton: `python benchmarks/triton.py --json T`. All of it is in `triton_load.py`.

torch imports a compiler that is named triton as well. For the scripts of this folder, which stands first on their path,
this file would be found in its place: it hands over to the real one.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path


def _hand_over() -> None:
    """Import the package named triton from anywhere but here, under that name."""
    here = Path(__file__).resolve().parent
    spec = PathFinder.find_spec("triton", [entry for entry in sys.path if Path(entry or ".").resolve() != here])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("No module named 'triton'", name="triton")
    sys.modules["triton"] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)


if __name__ == "__main__":
    from triton_load import main

    main()
else:
    _hand_over()
