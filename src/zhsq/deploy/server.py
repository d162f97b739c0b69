"""Start, find and stop a real Triton server on loopback; only ever the one that we started."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from zhsq.deploy.client import client_error, connect, load_model
from zhsq.deploy.environment import Environment, install
from zhsq.deploy.versions import CONFIG
from zhsq.errors import MissingExtraError, PortInUseError, RuntimeUnavailableError
from zhsq.runtime.channel import RESTRICTED, TOKEN, TOKEN_KEY
from zhsq.workspace import workspace

HOST = "127.0.0.1"
#: Seconds that requests in flight get to finish when the server is told to stop.
GRACE = 10


def state_path() -> Path:
    """Where the workspace's server is written down, so that another process can find and stop it."""
    return workspace().root / "triton" / "server.json"


@dataclass(frozen=True)
class Status:
    """What a running server answers: whether it takes requests, and (name, version, state, reason) of each model."""

    ready: bool
    models: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class TritonServer:
    """A running server. `created` is the process's start time (s since 1970): with it, a reused pid is told apart."""

    pid: int
    created: float
    folder: str
    http_port: int
    grpc_port: int
    metrics_port: int
    log: str
    state: str

    @property
    def repository(self) -> Path:
        """The model repository that it serves."""
        return Path(self.folder)

    @property
    def url(self) -> str:
        """The gRPC address, host:port."""
        return f"{HOST}:{self.grpc_port}"

    @property
    def http_url(self) -> str:
        return f"http://{HOST}:{self.http_port}"

    @property
    def metrics_url(self) -> str:
        return f"http://{HOST}:{self.metrics_port}/metrics"

    @classmethod
    def start(
        cls,
        repository: Path,
        *,
        http_port: int = 0,
        grpc_port: int = 0,
        metrics_port: int = 0,
        log: Path | None = None,
        state: Path | None = None,
        timeout: float = 60.0,
        options: Sequence[str] = (),
    ) -> TritonServer:
        """Start a server in the background and wait until it takes requests; no model is loaded yet.

        Args:
            repository: its model repository; made when it does not exist.
            http_port: 0 takes a free one, as for the other ports. All are bound to 127.0.0.1.
            grpc_port: the port that `TritonRunner` uses.
            metrics_port: Prometheus metrics.
            log: the server's own log; beside `state` when not given.
            state: where the server is written down; the workspace's own when not given.
            timeout: seconds until it must be ready.
            options: further ones of tritonserver, such as those of TLS.

        Raises:
            PortInUseError: a port is held by another process.
            RuntimeUnavailableError: another server is written down in `state`, or it did not become ready (with the
                end of its log).
            DownloadError: the server's environment can't be installed.
            MissingExtraError: the extra `deploy` is not installed.
        """
        _psutil()
        state = state or state_path()
        running = cls.current(state)
        if running is not None:
            raise RuntimeUnavailableError(
                f"Triton runs already: pid {running.pid}, gRPC {running.url}, repository {running.repository}.",
                "Use it, or stop it first: zhsq triton stop",
            )
        environment = install()
        ports = _ports(http_port, grpc_port, metrics_port)
        repository = repository.resolve()
        repository.mkdir(parents=True, exist_ok=True)
        state.parent.mkdir(parents=True, exist_ok=True)
        log = log or state.with_suffix(".log")
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*_command(environment, repository, ports), *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment.variables(),
                start_new_session=True,  # Ctrl-C in the caller's terminal is not for the server
            )
        created = _psutil().Process(process.pid).create_time()
        server = cls(process.pid, created, str(repository), *ports, log=str(log), state=str(state))
        state.write_text(json.dumps(asdict(server), indent=2) + "\n", encoding="utf-8")
        try:
            server._wait(process, timeout)
        except BaseException:
            server.stop()
            raise
        return server

    @classmethod
    def current(cls, state: Path | None = None) -> TritonServer | None:
        """The running server that is written down, else None; what a dead one left is removed."""
        state = state or state_path()
        try:
            server = cls(**json.loads(state.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        if server._process() is not None:
            return server
        state.unlink(missing_ok=True)
        return None

    def stop(self) -> bool:
        """End it, with its backends' processes. False when it was gone already; no other process is ever touched."""
        process = self._process()
        Path(self.state).unlink(missing_ok=True)
        if process is None:
            return False
        psutil = _psutil()
        with contextlib.suppress(psutil.NoSuchProcess):
            family = [process, *process.children(recursive=True)]
            process.terminate()
            _, left = psutil.wait_procs(family, timeout=GRACE + 5)
            for member in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
            psutil.wait_procs(left, timeout=5)
        return True

    def status(self) -> Status:
        """Readiness and the repository's index.

        Raises:
            RuntimeUnavailableError: it runs, but does not answer.
        """
        client = connect(self.url)
        try:
            ready = client.is_server_ready(client_timeout=5)
            index = client.get_model_repository_index(client_timeout=5)
        except client_error() as error:
            raise RuntimeUnavailableError(
                f"Triton at {self.url} does not answer: {error}.", f"See {self.log}."
            ) from error
        models = tuple((m.name, m.version, m.state, m.reason) for m in index.models)
        return Status(ready, models)

    def load_all(self) -> list[str]:
        """Load every model of the repository, pipelines after the graphs that they may ask; their names.

        Raises:
            RuntimeUnavailableError: one can't be loaded; says which and why.
        """
        found = [folder.parent.name for folder in self.repository.glob(f"*/{CONFIG}")]
        names = sorted(found, key=lambda name: ("__" not in name, name))
        for name in names:
            load_model(self.url, name)
        return names

    def _process(self) -> Any:
        """The psutil process if the pid is still the one that we started: start time and command line must agree."""
        psutil = _psutil()
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 2 and process.status() != psutil.STATUS_ZOMBIE
            command = process.cmdline() if same else []
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        ours = (
            len(command) > 1 and Path(command[0]).name == "tritonserver" and f"--grpc-port={self.grpc_port}" in command
        )
        return process if ours else None

    def _wait(self, process: subprocess.Popen[bytes], timeout: float) -> None:
        client = connect(self.url)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeUnavailableError(
                    f"Triton ended with exit code {process.returncode}, not ready. Its log ends:\n{self.tail()}",
                    f"The whole log is {self.log}.",
                )
            with contextlib.suppress(client_error()):
                if client.is_server_ready(client_timeout=1):
                    return
            time.sleep(0.1)
        raise RuntimeUnavailableError(
            f"Triton was not ready within {timeout:g} s. Its log ends:\n{self.tail()}", f"The whole log is {self.log}."
        )

    def tail(self, lines: int = 15) -> str:
        """The last lines of the server's log."""
        try:
            return "\n".join(Path(self.log).read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def _command(environment: Environment, repository: Path, ports: tuple[int, int, int]) -> list[str]:
    http, grpc, metrics = ports
    return [
        str(environment.binary),
        f"--model-repository={repository}",
        f"--backend-directory={environment.backends}",
        "--model-control-mode=explicit",
        # Configs are complete; to complete them the Python backend would start each model's process once more.
        "--disable-auto-complete-config",
        f"--http-address={HOST}",
        f"--http-port={http}",
        f"--grpc-address={HOST}",
        f"--grpc-port={grpc}",
        f"--metrics-address={HOST}",
        f"--metrics-port={metrics}",
        f"--exit-timeout-secs={GRACE}",
        *_restricted(),
    ]


def _restricted() -> list[str]:
    """With the admin token in the environment, only who has it may load models: also on loopback, where others work too."""
    token = os.environ.get(TOKEN, "")
    if not token:
        return []
    secret = f"{RESTRICTED}:{TOKEN_KEY}={token}"
    return [f"--grpc-restricted-protocol={secret}", f"--http-restricted-api={secret}"]


def _ports(*wanted: int) -> tuple[int, int, int]:
    """The ports to use, 0 replaced by free ones; all are held at once so that no two are the same."""
    with contextlib.ExitStack() as stack:
        found = []
        for port in wanted:
            probe = stack.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise PortInUseError(HOST, port) from error
            found.append(int(probe.getsockname()[1]))
    return found[0], found[1], found[2]


def _psutil() -> Any:
    try:
        import psutil
    except ImportError as error:
        raise MissingExtraError("deploy", "Running Triton") from error
    return psutil


def served_folder(root: Path) -> Path:
    """The folder to start the Python backend on: `root`, or its `python` after `--variant both`."""
    nested = root / "python"
    return nested if nested.is_dir() and not (nested / CONFIG).exists() else root


def default_repository() -> Path:
    """The running server's repository, else the workspace's own for the Python backend."""
    running = TritonServer.current()
    return running.repository if running else workspace().repository / "python"


def default_url() -> str:
    """The running server's gRPC address, else Triton's standard one on loopback."""
    running = TritonServer.current()
    return running.url if running else f"{HOST}:8001"
