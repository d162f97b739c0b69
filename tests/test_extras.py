"""Without an optional extra the error says which one to install. Each runs in a process where it can't be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("hidden", "arguments", "extra"),
    [
        ("mlflow", ["runs"], "track"),
        ("mlflow", ["bench", "plate-reading"], "track"),
        ("onnx", ["zoo", "build", "face-dlib"], "deploy"),
        ("psutil", ["triton", "start"], "deploy"),
        ("openvino", ["parity", "plate-zhsq", "--against", "openvino"], "openvino"),
    ],
)
def test_a_missing_extra_is_named_before_any_work(
    hidden: str, arguments: list[str], extra: str, tmp_path: Path
) -> None:
    code = f"import sys; sys.modules[{hidden!r}] = None; sys.argv = ['zhsq', *{arguments!r}]; from zhsq.cli import main; main()"
    environment = {**os.environ, "ZHSQ_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2, done.stderr
    assert f"pip install 'zhsq[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_names_the_extra_of_traces_when_a_receiver_is_named(tmp_path: Path) -> None:
    code = "import sys; sys.modules['opentelemetry.exporter'] = None; sys.argv = ['zhsq', 'serve']; from zhsq.cli import main; main()"
    environment = {**os.environ, "ZHSQ_HOME": str(tmp_path), "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2, done.stderr
    assert "pip install 'zhsq[telemetry]'" in done.stderr


def test_serve_names_a_port_that_is_taken(tmp_path: Path) -> None:
    from zhsq.serve.server import listen

    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [Path(sys.executable).with_name("zhsq"), "serve", "--port", port]
        environment = {**os.environ, "ZHSQ_HOME": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr and "--port" in done.stderr
