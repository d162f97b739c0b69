"""Run a bundle's graphs on Triton over gRPC: the same signature and, checked here, the same content."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from zhsq.errors import BundleError, MissingExtraError, RuntimeUnavailableError
from zhsq.models.bundle import Bundle, GraphSpec, TensorSpec
from zhsq.models.graph import Array
from zhsq.runtime.channel import open_client
from zhsq.runtime.endpoints import Endpoint, Endpoints, addresses
from zhsq.spans import span

#: Each version of a served model names the sha256 of its bundle in a config parameter '<this>_<version>'.
SHA_PARAMETER = "zhsq_bundle_sha256"
DATATYPES = {"float32": "FP32", "uint8": "UINT8", "int64": "INT64"}
_DTYPES: dict[str, np.dtype[Any]] = {
    "FP32": np.dtype(np.float32),
    "UINT8": np.dtype(np.uint8),
    "INT64": np.dtype(np.int64),
}
#: A restarted server is found again within a second (gRPC's own default backs off to two minutes).
_CHANNEL = [
    ("grpc.max_send_message_length", 2**31 - 1),
    ("grpc.max_receive_message_length", 2**31 - 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
]
_START = "Start it: zhsq triton start; or check the address."
_DEPLOY = "Deploy the bundle: zhsq deploy; or open the bundle that is served."
_EMPTY = (
    "A Triton Python backend gives empty outputs when its environment has numpy >= 2: "
    "install the server again with: zhsq triton install"
)


def model_name(bundle_name: str, graph: str) -> str:
    """The name of a bundle's graph in a Triton repository."""
    return f"{bundle_name}__{graph}"


@dataclass(frozen=True)
class _Served:
    """Which version of a served model is the bundle's, and how many items one request may carry (0: unbatched)."""

    version: str
    max_batch: int


class _OutOfTimeError(RuntimeUnavailableError):
    """The request took too long: its time is up, so no other endpoint is tried."""


class TritonRunner:
    """Runs graphs of one bundle on one or several Tritons. Safe for threads; finds a restarted server again.

    Before the first request of a graph to an endpoint, the served model's recorded bundle sha256 is compared with the
    bundle's, and the version that matches is used from then on: what was measured is what is served. After any failure
    it is compared again.

    With several endpoints a call goes to the least busy one. When that can't be reached or lacks the bundle, the call
    goes to the next: graphs keep no state, so running one twice harms nothing. A call that ran out of time is not
    repeated. An endpoint that failed several times in a row is left alone for a while (`zhsq.runtime.breaker`); while all
    are, a call fails at once.

    Args:
        bundle: a verified bundle.
        url: Triton's gRPC address, host:port; several in a sequence, or separated by commas.
        timeout: seconds that one request may take.
        failures: in a row, after which an endpoint is left alone.
        cool_down: for so many seconds.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
        ValueError: no address.
    """

    def __init__(
        self,
        bundle: Bundle,
        url: str | Sequence[str],
        timeout: float = 30.0,
        failures: int = 2,
        cool_down: float = 1.0,
    ) -> None:
        try:
            import tritonclient.grpc as client
        except ImportError as error:
            raise MissingExtraError("deploy", "Running on Triton") from error
        self.bundle = bundle
        self.timeout = timeout
        self._grpc = client
        self._endpoints = Endpoints(addresses(url), failures, cool_down)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """What it runs on, with each one's breaker."""
        return self._endpoints.all

    def check(self) -> None:
        """Make sure that an endpoint serves every graph of this very bundle.

        Raises:
            RuntimeUnavailableError: none does; says why.
        """
        first: RuntimeUnavailableError | None = None
        for endpoint in self._endpoints.order():
            try:
                for graph in self.bundle.spec.graphs:
                    self._resolve(endpoint, graph)
                return
            except RuntimeUnavailableError as error:
                first = first or error
        assert first is not None
        raise first

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run a graph by its name in the bundle; more items than one request may carry go in several.

        Raises:
            BundleError: the graph, an input's name, dtype or shape is not the bundle's.
            RuntimeUnavailableError: not reachable, too slow, without this very bundle, or its answer is not what the
                bundle declares (an output that is missing, empty, or of another shape or dtype).
        """
        spec = self.bundle.graph(graph)
        checked = _check_inputs(self.bundle.name, graph, spec, inputs)
        failure: RuntimeUnavailableError | None = None
        for endpoint in self._endpoints.order():
            if not endpoint.breaker.admits():
                continue
            try:
                with endpoint.call():
                    outputs = self._run(endpoint, graph, spec, checked)
            except BundleError:  # the input's fault: it was answered
                endpoint.breaker.succeeded()
                raise
            except RuntimeUnavailableError as error:
                endpoint.breaker.failed()
                if isinstance(error, _OutOfTimeError):
                    raise
                failure = error
            except BaseException:
                endpoint.breaker.failed()
                raise
            else:
                endpoint.breaker.succeeded()
                return outputs
        raise failure or RuntimeUnavailableError(
            f"Triton at {', '.join(endpoint.url for endpoint in self.endpoints)} failed just now, and is left alone for a moment.",
            _START,
        )

    def _run(self, endpoint: Endpoint, graph: str, spec: GraphSpec, inputs: dict[str, Array]) -> dict[str, Array]:
        served = self._resolve(endpoint, graph)
        n = inputs[spec.inputs[0].name].shape[0]
        if not spec.batched or n <= served.max_batch:
            return self._infer(endpoint, graph, spec, inputs, served)
        parts = []
        for start in range(0, n, served.max_batch):
            chunk = {name: array[start : start + served.max_batch] for name, array in inputs.items()}
            parts.append(self._infer(endpoint, graph, spec, chunk, served))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _connection(self, endpoint: Endpoint) -> Any:
        with endpoint.lock:
            if endpoint.client is None:
                endpoint.client = open_client(endpoint.url, _CHANNEL)
            return endpoint.client

    def _forget(self, endpoint: Endpoint) -> None:
        """Drop what is known of the server. The old channel closes itself when the last request on it has ended."""
        with endpoint.lock:
            endpoint.client = None
            endpoint.served = {}

    def _resolve(self, endpoint: Endpoint, graph: str) -> _Served:
        with endpoint.lock:
            known: _Served | None = endpoint.served.get(graph)
        if known is not None:
            return known
        model = model_name(self.bundle.name, graph)
        config = self._call(endpoint, "get_model_config", model).config
        digests = {
            key.removeprefix(f"{SHA_PARAMETER}_"): value.string_value
            for key, value in config.parameters.items()
            if key.startswith(f"{SHA_PARAMETER}_")
        }
        matching = [version for version, digest in digests.items() if digest == self.bundle.sha256]
        ready = [v for v in matching if self._call(endpoint, "is_model_ready", model, v)]
        if not ready:
            have = ", ".join(f"version {v}: {d[:12]}" for v, d in sorted(digests.items())) or "no bundle's digest"
            raise RuntimeUnavailableError(
                f"Triton at {endpoint.url} does not serve {self.bundle.name} {self.bundle.version} "
                f"({self.bundle.sha256[:12]}): {model} has {have}.",
                _DEPLOY,
            )
        served = _Served(max(ready, key=int), int(config.max_batch_size))
        with endpoint.lock:
            endpoint.served[graph] = served
        return served

    def _infer(
        self, endpoint: Endpoint, graph: str, spec: GraphSpec, inputs: Mapping[str, Array], served: _Served
    ) -> dict[str, Array]:
        tensors = []
        for tensor in spec.inputs:
            array = inputs[tensor.name]
            # Triton wants at least one dimension beside the batch: a vector of scalars goes as (n, 1).
            sent = array.reshape(-1, 1) if spec.batched and array.ndim == 1 else array
            item = self._grpc.InferInput(tensor.name, list(sent.shape), DATATYPES[tensor.dtype])
            item.set_data_from_numpy(sent)
            tensors.append(item)
        outputs = [self._grpc.InferRequestedOutput(tensor.name) for tensor in spec.outputs]
        model = model_name(self.bundle.name, graph)
        with span("runtime.triton", graph=graph, endpoint=endpoint.url):
            result = self._call(endpoint, "infer", model, tensors, served.version, outputs=outputs, graph=graph)
        n = inputs[spec.inputs[0].name].shape[0] if spec.batched else None
        try:
            return read_outputs(result.get_response(), spec, n, graph)
        except RuntimeUnavailableError:
            self._forget(endpoint)
            raise

    def _call(self, endpoint: Endpoint, method: str, *args: Any, graph: str = "", **kwargs: Any) -> Any:
        try:
            return getattr(self._connection(endpoint), method)(*args, client_timeout=self.timeout, **kwargs)
        except self._grpc.InferenceServerException as error:
            self._forget(endpoint)
            raise self._explain(endpoint.url, error, graph) from error

    def _explain(self, url: str, error: Any, graph: str) -> RuntimeUnavailableError | BundleError:
        status = str(error.status()).removeprefix("StatusCode.")
        reason = (error.message() or status).strip().rstrip(".")
        if status == "DEADLINE_EXCEEDED":
            return _OutOfTimeError(
                f"Triton at {url} did not answer within {self.timeout:g} s.", "Try later, or give it more time."
            )
        if status == "NOT_FOUND" or "unknown model" in reason:
            return RuntimeUnavailableError(f"Triton at {url} lacks the model: {reason}.", _DEPLOY)
        if status == "INVALID_ARGUMENT" and graph:
            return BundleError(f"Graph {graph} of {self.bundle.name} refused the input: {reason}.")
        if status in ("UNAVAILABLE", "CANCELLED"):
            return RuntimeUnavailableError(f"Triton at {url} can't be reached: {reason}.", _START)
        return RuntimeUnavailableError(f"Triton at {url} failed ({status}): {reason}.", "See the server's log.")


def _check_inputs(bundle: str, graph: str, spec: GraphSpec, inputs: Mapping[str, Array]) -> dict[str, Array]:
    wanted = {tensor.name for tensor in spec.inputs}
    if set(inputs) != wanted:
        raise BundleError(f"Graph {graph} of {bundle} takes {sorted(wanted)}, got {sorted(inputs)}.")
    for tensor in spec.inputs:
        array = inputs[tensor.name]
        if array.dtype != np.dtype(tensor.dtype) or not _fits(array.shape, tensor.shape) or array.size == 0:
            raise BundleError(
                f"Input {tensor.name} of graph {graph} of {bundle} is {tensor.dtype} {tensor.shape}, "
                f"got {array.dtype} {array.shape}."
            )
    if spec.batched and len({inputs[tensor.name].shape[0] for tensor in spec.inputs}) > 1:
        raise BundleError(f"The inputs of graph {graph} of {bundle} differ in their number of items.")
    return {name: np.ascontiguousarray(array) for name, array in inputs.items()}


def _fits(shape: tuple[int, ...], declared: tuple[int, ...]) -> bool:
    return len(shape) == len(declared) and all(d in (-1, s) for s, d in zip(shape, declared, strict=True))


def read_outputs(response: Any, spec: GraphSpec, n: int | None, graph: str) -> dict[str, Array]:
    """The outputs of a ModelInferResponse by name, after their content was compared with what the bundle declares.

    Args:
        response: Triton's ModelInferResponse, with raw contents.
        spec: the graph's signature.
        n: number of items sent to a batched graph, else None.
        graph: for messages.

    Raises:
        RuntimeUnavailableError: an output is missing, empty, or of another dtype, shape or size in bytes.
    """
    raw = {
        tensor.name: (tensor, response.raw_output_contents[i] if i < len(response.raw_output_contents) else b"")
        for i, tensor in enumerate(response.outputs)
    }
    return {tensor.name: _read(tensor, raw.get(tensor.name), n, graph) for tensor in spec.outputs}


def _read(tensor: TensorSpec, got: tuple[Any, bytes] | None, n: int | None, graph: str) -> Array:
    where = f"Triton's output {tensor.name} of graph {graph}"
    if got is None:
        raise RuntimeUnavailableError(f"{where} is missing.", _DEPLOY)
    header, content = got
    dtype = _DTYPES.get(header.datatype)
    shape = tuple(int(side) for side in header.shape)
    if n is not None and len(tensor.shape) == 1 and shape == (n, 1):
        shape = (n,)
    if dtype is None or dtype != np.dtype(tensor.dtype):
        raise RuntimeUnavailableError(f"{where} is {header.datatype}, not {DATATYPES[tensor.dtype]}.", _DEPLOY)
    declared = tensor.shape if n is None else (n, *tensor.shape[1:])
    expected = math.prod(shape) * dtype.itemsize
    if not content and (expected or not _fits(shape, declared)):
        raise RuntimeUnavailableError(f"{where} is empty: no bytes for the declared {declared}.", _EMPTY)
    if not _fits(shape, declared):
        raise RuntimeUnavailableError(f"{where} has shape {shape}; the bundle declares {declared}.", _DEPLOY)
    if len(content) != expected:
        raise RuntimeUnavailableError(f"{where} has {len(content)} bytes; {shape} needs {expected}.", _EMPTY)
    # A copy: the buffer belongs to the reply and is read-only.
    return cast(Array, np.frombuffer(content, dtype=dtype).reshape(shape).copy())
