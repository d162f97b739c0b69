"""The two commands of the README, for a machine that has Python 3.11 to 3.13 and nothing else.

    python3 run.py quickstart [...]   install what the main job needs, then run `zhsq quickstart`
    python3 run.py test [...]         install everything, then run every check and test
    python3 run.py checks             of that the checks alone: linters, types, import rules
    python3 run.py quality [SUITE...] install everything, then the long suites: who may do what, faults, fuzz, crash and cut
    python3 run.py zhsq ...           any `zhsq` command in that environment

Only the standard library is imported here: uv is installed into a small environment of its own, and
makes `.venv` from the lock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV_VERSION = "0.13.9"
BOOTSTRAP = ROOT / ".venv-bootstrap"
#: Debian's packages, and the commands of which each brings one: a browser for pages, a broker of MQTT, network namespaces
#: that a line is cut between, a clock that jumps.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "mosquitto": ("mosquitto", "/usr/sbin/mosquitto"),
    "iproute2": ("ip", "/usr/sbin/ip"),
    "make": ("make",),
    "faketime": ("faketime",),
}


def main() -> int:
    """Run the command named on the command line; its exit code is ours."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        print(f"zhsq needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    if len(sys.argv) < 2 or sys.argv[1] not in ("quickstart", "test", "checks", "quality", "zhsq"):
        print(__doc__)
        return 2
    command, rest = sys.argv[1], sys.argv[2:]
    os.chdir(ROOT)
    if command in ("test", "checks", "quality"):
        install("--all-extras")
        install_programs()
        return {"test": test, "checks": checks, "quality": quality}[command](rest)
    # --inexact: an environment that `test` filled with more extras keeps them.
    install("--inexact", "--no-dev", "--extra", "track", "--extra", "deploy")
    arguments = ["quickstart", *rest] if command == "quickstart" else rest
    return subprocess.run([venv_bin() / "zhsq", *arguments]).returncode


def install(*extras: str) -> None:
    """Make `.venv` from the lock with the extras; nothing is done when it is up to date."""
    uv = shutil.which("uv") or bootstrap_uv()
    environment = {**os.environ, "FIFTYONE_DATABASE_VALIDATION": "false", "UV_HTTP_TIMEOUT": "300"}
    environment.pop("VIRTUAL_ENV", None)  # otherwise uv warns about, or fills, the caller's environment
    subprocess.run([uv, "sync", "--frozen", "--python", sys.executable, *extras], check=True, env=environment)


def bootstrap_uv() -> str:
    """Install uv from PyPI into an environment of its own and give its path."""
    uv = BOOTSTRAP / bin_name() / "uv"
    if not uv.exists():
        print("Installing uv into .venv-bootstrap ...", flush=True)
        try:
            venv.create(BOOTSTRAP, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, SystemExit, ModuleNotFoundError):
            # Debian splits ensurepip off its python3; everyone else ships it.
            if shutil.which("apt-get") is None:
                raise
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            subprocess.run(["apt-get", "update", "-qq"], check=True)
            subprocess.run(["apt-get", "install", "-y", "-qq", f"python{version}-venv"], check=True)
            venv.create(BOOTSTRAP, with_pip=True, clear=True)
        python = BOOTSTRAP / bin_name() / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"], check=True)
    return str(uv)


def install_programs() -> None:
    """What tests start beside Python, from Debian; where it can't be had, the tests that need it skip and say so."""
    packages = [package for package, commands in PROGRAMS.items() if not any(map(shutil.which, commands))]
    if not packages or shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    if "chromium" in packages:
        packages.append("fonts-wqy-zenhei")  # pages are in Chinese
    print(f"Installing {', '.join(packages)} ...", flush=True)
    subprocess.run(["apt-get", "update", "-qq"])
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


def test(rest: list[str]) -> int:
    """The checks, then the tests, even if a check failed."""
    failed = failed_checks()
    tests = run_check("pytest", rest)
    return report(failed) or tests


def checks(_rest: list[str]) -> int:
    """The checks alone."""
    return report(failed_checks())


def quality(names: list[str]) -> int:
    """The long suites, one after another, whatever comes of each; all of them unless some are named. Then a summary."""
    suites = {"roles": "tests/serve/test_roles.py"}
    suites |= {file.stem.removeprefix("test_"): str(file) for file in sorted(Path("tests/quality").glob("test_*.py"))}
    unknown = [name for name in names if name not in suites]
    if unknown:
        print(f"There is no suite {', '.join(unknown)}. There are: {', '.join(suites)}.", file=sys.stderr)
        return 2
    lines, failed = [], False
    for name in names or suites:
        start = time.monotonic()
        code = run_check("pytest", [suites[name]])
        failed = failed or code != 0
        lines.append(f"{name:24} {'passed' if code == 0 else 'FAILED':8} {time.monotonic() - start:6.0f} s")
    print("\n".join(["", "Quality", *lines]), flush=True)
    return int(failed)


def failed_checks() -> list[str]:
    """Run every check, each one even if one before it failed; the names of those that did."""
    tools = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ]
    return [name for name, *args in tools if run_check(name, args) != 0]


def report(failed: list[str]) -> int:
    """Say which checks failed; the exit code."""
    if failed:
        print(f"Checks failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def run_check(name: str, args: list[str]) -> int:
    """Run one tool of the environment, saying which."""
    print(f"$ {name} {' '.join(args)}", flush=True)
    return subprocess.run([venv_bin() / name, *args]).returncode


def venv_bin() -> Path:
    """The folder of commands of the project's environment."""
    return ROOT / ".venv" / bin_name()


def bin_name() -> str:
    """Where an environment keeps its commands."""
    return "Scripts" if os.name == "nt" else "bin"


if __name__ == "__main__":
    sys.exit(main())
