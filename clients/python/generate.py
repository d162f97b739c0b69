"""Generate the client anew from the API of this checkout: `python clients/python/generate.py`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = HERE / "zhsq_client"


def generate(into: Path) -> None:
    """Write the package into a folder, which must not be there.

    Raises:
        RuntimeError: the generator refused the document, or warns of something that it left out.
    """
    from zhsq.serve.app import bare

    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(_of_one_kind(bare().openapi())), encoding="utf-8")
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
        options = ["--path", str(document), "--config", str(HERE / "generator.yaml"), "--output-path", str(into)]
        done = subprocess.run([*command, *options], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    for tidy in (["check", "--fix", "--select", "I"], ["format", "--line-length", "120"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, "--isolated", "--quiet", str(into)], check=True)
    shutil.rmtree(into / ".ruff_cache", ignore_errors=True)
    (into / "py.typed").touch()


def _of_one_kind(document: dict[str, Any]) -> dict[str, Any]:
    """Of bodies that may come in several media types one: files as a form, else JSON. The generator's choice does not run."""
    for methods in document["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            best = next((kind for kind in ("multipart/form-data", "application/json") if kind in content), None)
            for kind in [kind for kind in content if best and kind != best]:
                del content[kind]
    return document


if __name__ == "__main__":
    shutil.rmtree(PACKAGE, ignore_errors=True)
    generate(PACKAGE)
    print(f"{PACKAGE}: {sum(1 for _ in PACKAGE.rglob('*.py'))} modules")
