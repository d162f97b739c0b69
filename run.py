"""The two commands of the README, for a machine that has Python 3.11 to 3.13 and nothing else.

    python3 run.py quickstart [...]   install what the main job needs, then run `zhsq quickstart`
    python3 run.py test [...]         install everything, then run every check and test
    python3 run.py zhsq ...           any `zhsq` command in that environment

Only the standard library is imported here: uv is installed into a small environment of its own, and
makes `.venv` from the lock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV_VERSION = "0.13.9"
BOOTSTRAP = ROOT / ".venv-bootstrap"
#: Debian's packages, and the commands of which each brings one: a browser for pages, a broker of MQTT, network namespaces
#: that a line is cut between.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "mosquitto": ("mosquitto", "/usr/sbin/mosquitto"),
    "iproute2": ("ip", "/usr/sbin/ip"),
    "make": ("make",),
}


def main() -> int:
    """Run the command named on the command line; its exit code is ours."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        print(f"zhsq needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    if len(sys.argv) < 2 or sys.argv[1] not in ("quickstart", "test", "zhsq"):
        print(__doc__)
        return 2
    command, rest = sys.argv[1], sys.argv[2:]
    os.chdir(ROOT)
    if command == "test":
        install("--all-extras")
        install_programs()
        return test(rest)
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
    """Every check, each one run even if one before it failed; then the tests."""
    checks = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ]
    failed = [name for name, *args in checks if run_check(name, args) != 0]
    tests = run_check("pytest", rest)
    if failed:
        print(f"Checks failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else tests


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
