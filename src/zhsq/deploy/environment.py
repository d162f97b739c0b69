"""The Triton server's own Python environment: nvidia-pytriton's wheel carries a real `tritonserver`.

It stays apart from zhsq's environment because the server's Python backend needs numpy < 2: with numpy >= 2 its outputs
come back empty, and no error is seen.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from zhsq.errors import DownloadError, MissingExtraError
from zhsq.workspace import cache_dir

#: The server, and the one numpy that its backend can use.
SERVER_PINS = ("nvidia-pytriton==0.7.0", "numpy==1.26.4")
#: What the graphs and the pipelines run on: the releases of zhsq's own lock, so that both sides compute the same.
SHARED_PINS = (
    "annotated-types==0.8.0",
    "flatbuffers==25.12.19",
    "onnxruntime==1.32.0",
    "opencv-python-headless==4.14.0.94",
    "packaging==26.3",
    "pillow==13.0.0",
    "pydantic==2.14.4",
    "pydantic-core==2.50.5",
    "pyyaml==6.0.3",
    "typing-extensions==4.16.0",
    "typing-inspection==0.4.5",
)
#: All that is in the server's environment. pytriton's Python side is not used, so none of its dependencies is needed.
PINS = SERVER_PINS + SHARED_PINS
#: Versions of Python with both a backend stub in that wheel and wheels of every pin, the preferred one first.
PYTHONS = ("3.11", "3.12")
_MARKER = "zhsq-environment.json"
_PROBE = """
import json, sys, sysconfig
v = sysconfig.get_config_var
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "executable": sys.executable, "prefix": sys.base_prefix,
    "libdir": v("LIBDIR") or "", "multiarch": v("MULTIARCH") or ""}))
"""
_console = Console(stderr=True)


@dataclass(frozen=True)
class Interpreter:
    """A Python that a backend stub fits, with the folder of its shared library."""

    version: str
    executable: str
    library: str


@dataclass(frozen=True)
class Environment:
    """An installed server environment."""

    root: Path
    python: Interpreter

    @property
    def site_packages(self) -> Path:
        return self.root / "lib" / f"python{self.python.version}" / "site-packages"

    @property
    def binary(self) -> Path:
        return self.site_packages / "pytriton" / "tritonserver" / "bin" / "tritonserver"

    @property
    def backends(self) -> Path:
        return self.site_packages / "pytriton" / "tritonserver" / "backends"

    def variables(self) -> dict[str, str]:
        """Environment variables for the server: the backend's stub finds its Python through PATH."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON") and k != "VIRTUAL_ENV"}
        return kept | {
            "PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "LD_LIBRARY_PATH": f"{self.site_packages / 'nvidia_pytriton.libs'}:{self.python.library}",
            "PYTHONPATH": str(self.site_packages),
            "PYTHONNOUSERSITE": "1",
            # numpy 1 then promotes types as numpy 2 does in zhsq's own environment (NEP 50).
            "NPY_PROMOTION_STATE": "weak",
        }


def location() -> Path:
    """Where the environment of these pins belongs in the user's cache."""
    return cache_dir().resolve() / f"triton-{hashlib.sha256(json.dumps(PINS).encode()).hexdigest()[:12]}"


def installed() -> Environment | None:
    """The environment if it is complete, else None."""
    root = location()
    marker = root / _MARKER
    if not marker.is_file():
        return None
    python = Interpreter(**json.loads(marker.read_text(encoding="utf-8"))["python"])
    environment = Environment(root, python)
    usable = environment.binary.is_file() and (root / "bin" / "python").exists() and Path(python.library).is_dir()
    return environment if usable else None


def install() -> Environment:
    """Install the server (about 480 MB on disk) from the package index, unless it is there. Complete or absent, never half.

    Raises:
        MissingExtraError: the extra `deploy` (uv) is not installed.
        DownloadError: no fitting Python, or the index can't be reached; carries the installer's last words.
    """
    if (found := installed()) is not None:
        return found
    uv = _uv()
    python = _interpreter(uv)
    root = location()
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    try:
        with _console.status(f"Installing Triton ({PINS[0]}, Python {python.version}) into {root}"):
            python_of = ["--python", python.executable]
            _run([uv, "venv", "--quiet", "--relocatable", "--allow-existing", *python_of, str(draft)], draft)
            target = ["--python", str(draft / "bin" / "python")]
            _run([uv, "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", *target, *PINS], draft)
            _finish(Environment(draft, python))
        shutil.rmtree(root, ignore_errors=True)  # an unusable one: its Python was removed, say
        try:
            draft.rename(root)
        except OSError:  # another process was faster
            if installed() is None:
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    environment = Environment(root, python)
    _console.print(f"Triton is installed in {root}")
    return environment


def _finish(environment: Environment) -> None:
    """Put the stub where the backend looks for it, and prove that the pins import together."""
    server = environment.site_packages / "pytriton" / "tritonserver"
    stub = server / "python_backend_stubs" / environment.python.version / "triton_python_backend_stub"
    placed = server / "backends" / "python" / stub.name
    shutil.copyfile(stub, placed)
    placed.chmod(0o755)
    environment.binary.chmod(0o755)
    check = "import cv2, numpy, onnxruntime, PIL, pydantic, yaml; assert numpy.__version__.startswith('1.'), numpy.__version__"
    _run([str(environment.root / "bin" / "python"), "-c", check], environment.root)
    marker = {"pins": PINS, "python": asdict(environment.python)}
    (environment.root / _MARKER).write_text(json.dumps(marker, indent=2) + "\n", encoding="utf-8")


def _interpreter(uv: str) -> Interpreter:
    for executable in _candidates(uv):
        if (found := _probe(executable)) is not None:
            return found
    wanted = " or ".join(PYTHONS)
    raise DownloadError(
        f"Triton's Python backend needs Python {wanted} with its shared library (libpython), and none was found.",
        f"On Debian: apt-get install libpython{PYTHONS[0]}; elsewhere: uv python install {PYTHONS[0]}",
    )


def _candidates(uv: str) -> Iterator[str]:
    """This Python first, then what the machine has, and only then one that uv downloads."""
    yield sys.executable
    for version in PYTHONS:
        found = shutil.which(f"python{version}")
        if found:
            yield found
    for download in (["--no-python-downloads"], []):
        for version in PYTHONS:
            if download == []:
                subprocess.run([uv, "python", "install", "--quiet", version], capture_output=True, check=False)
            done = subprocess.run(
                [uv, "python", "find", "--no-project", "--system", *download, version],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0 and done.stdout.strip():
                yield done.stdout.strip()


def _probe(executable: str) -> Interpreter | None:
    done = subprocess.run([executable, "-c", _PROBE], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    facts = json.loads(done.stdout)
    if facts["version"] not in PYTHONS:
        return None
    library = f"libpython{facts['version']}.so.1.0"
    places = [facts["libdir"], f"{facts['prefix']}/lib", f"{facts['libdir']}/{facts['multiarch']}"]
    # The distribution's own Python keeps its library in the multiarch folder. For no other prefix: a library of
    # another build than the standard library beside it is not what its maker tested.
    if facts["prefix"] == "/usr":
        places.append(f"/usr/lib/{facts['multiarch']}")
    for place in places:
        if place and (Path(place) / library).is_file():
            return Interpreter(facts["version"], facts["executable"], place)
    return None


def _uv() -> str:
    try:
        import uv
    except ImportError as error:
        raise MissingExtraError("deploy", "Installing Triton") from error
    return str(uv.find_uv_bin())


def _run(command: list[str], folder: Path) -> None:
    # In a folder of its own: a pyproject.toml around the caller may carry [tool.uv] settings, and ours overrides numpy.
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-600:] or f"exit code {done.returncode}"
        raise DownloadError(
            f"Triton's environment can't be made: {Path(command[0]).name} failed: {words}",
            "Check the network and the disk, then run: zhsq triton install",
        )
