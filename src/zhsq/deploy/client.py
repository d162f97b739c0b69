"""Ask a Triton server to load and unload models, and what it has loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhsq.errors import RuntimeUnavailableError
from zhsq.runtime.channel import open_channel, open_client

#: Seconds that one model may take to load.
LOAD_TIMEOUT = 120.0
_START = "Start it: zhsq triton start; or check the address."


def connect(url: str) -> Any:
    """A tritonclient gRPC client.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
    """
    return open_client(url, [("grpc.max_reconnect_backoff_ms", 500)])


def client_error() -> type[Exception]:
    """tritonclient's InferenceServerException."""
    from tritonclient.utils import InferenceServerException

    return InferenceServerException  # type: ignore[no-any-return]


def load_model(url: str, name: str, version: int | None = None) -> None:
    """Load a model, or reload it by its changed config: the versions served stay until the new ones are ready.

    Args:
        url: gRPC address, host:port.
        name: the model.
        version: must be ready afterwards; any when None.

    Raises:
        RuntimeUnavailableError: the server can't be reached, or can't load it; says why.
    """
    client = connect(url)
    try:
        client.load_model(name, client_timeout=LOAD_TIMEOUT)
        ready = client.is_model_ready(name, "" if version is None else str(version), client_timeout=5)
    except client_error() as error:
        reason = str(error).rstrip(".")
        hint = "See its address and state: zhsq triton status"
        if "onnxruntime" in reason and "backend" in reason:
            hint = "This Triton has no onnxruntime backend: export with --variant python."
        raise RuntimeUnavailableError(f"Triton at {url} could not load {name}: {reason}.", hint) from error
    if not ready:
        which = name if version is None else f"version {version} of {name}"
        raise RuntimeUnavailableError(f"Triton at {url} loaded {name}, but {which} is not ready.", "See its log.")


def ready(url: str, models: Mapping[str, int]) -> bool:
    """Whether a server has these versions ready (model -> version).

    Raises:
        RuntimeUnavailableError: it can't be reached.
    """
    import grpc

    with open_channel(url) as channel:
        ask = channel.unary_unary("/inference.GRPCInferenceService/ModelReady")
        try:
            # KServe's ModelReadyRequest: field 1 the name, 2 the version; its answer: field 1, true or left out.
            return all(ask(_text(1, name) + _text(2, str(version)), timeout=5) for name, version in models.items())
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return False
            reason = str(error.details()).splitlines()[0].rstrip(".")
            raise RuntimeUnavailableError(f"Triton at {url} can't be reached: {reason}.", _START) from error


def _text(field: int, text: str) -> bytes:
    """A string as protobuf writes it. By hand: importing tritonclient takes half a second, and rollbacks wait for it."""
    encoded = text.encode()
    length, rest = b"", len(encoded)
    while rest > 127:
        length += bytes([rest & 127 | 128])
        rest >>= 7
    return bytes([field << 3 | 2]) + length + bytes([rest]) + encoded


def ready_versions(url: str) -> dict[str, set[int]]:
    """The versions that a server has ready, by model.

    Raises:
        RuntimeUnavailableError: it can't be reached.
    """
    client = connect(url)
    try:
        index = client.get_model_repository_index(client_timeout=5)
    except client_error() as error:
        raise RuntimeUnavailableError(f"Triton at {url} can't be reached: {_reason(error)}.", _START) from error
    found: dict[str, set[int]] = {}
    for model in index.models:
        if model.state == "READY" and model.version.isdigit():
            found.setdefault(model.name, set()).add(int(model.version))
    return found


def _reason(error: Exception) -> str:
    """The first line: gRPC's own words go on with addresses and codes."""
    return str(getattr(error, "message", lambda: error)()).strip().splitlines()[0].rstrip(".")


def unload_model(url: str, name: str) -> None:
    """Unload a model.

    Raises:
        RuntimeUnavailableError: the server can't be reached.
    """
    try:
        connect(url).unload_model(name, client_timeout=LOAD_TIMEOUT)
    except client_error() as error:
        raise RuntimeUnavailableError(f"Triton at {url} could not unload {name}: {error}.") from error
