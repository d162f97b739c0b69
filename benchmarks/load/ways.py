"""The same model called in process, on Triton over gRPC, and with the tensors in system shared memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed
from tritonclient import grpc
from tritonclient.utils import InferenceServerException, serialize_byte_tensor

from zhsq.models.graph import Array

#: Bytes of one output in shared memory: more than any of those measured gives.
ROOM = 1 << 16


@dataclass(frozen=True)
class Feed:
    """One request: its one input's name -> array with the batch's axis; strings are object arrays of bytes."""

    inputs: dict[str, Array]


@dataclass(frozen=True)
class Model:
    """A served model and the output that is asked for."""

    name: str
    output: str
    #: One float32 item of the output, without the batch's axis; None for a text.
    shape: tuple[int, ...] | None


#: Makes one call after another for one client: feed -> the answer's array.
Caller = Callable[[Feed], Array]
DATATYPES = {"float32": "FP32", "uint8": "UINT8", "int64": "INT64", "object": "BYTES"}


@contextmanager
def over_grpc(url: str, model: Model) -> Iterator[Caller]:
    """Plain gRPC, as `TritonRunner` calls it."""
    client = grpc.InferenceServerClient(url)
    wanted = [grpc.InferRequestedOutput(model.output)]
    try:
        yield lambda feed: _array(client.infer(model.name, tensors(feed), outputs=wanted), model.output)
    finally:
        client.close()


def tensors(feed: Feed) -> list[Any]:
    """What gRPC is given; the cost of it is the call's serialising."""
    made = []
    for name, array in feed.inputs.items():
        item = grpc.InferInput(name, list(array.shape), DATATYPES[array.dtype.name])
        item.set_data_from_numpy(array)
        made.append(item)
    return made


@contextmanager
def over_shared_memory(url: str, model: Model, feeds: Sequence[Feed], client_id: int) -> Iterator[Caller]:
    """Inputs and the output in system shared memory; gRPC carries names and offsets only.

    A text has no fixed size, so that its answer comes over gRPC.
    """
    client = grpc.InferenceServerClient(url)
    stem = f"zhsq-{os.getpid()}-{client_id}"
    sizes = {"in": max(len(_content(array)) for feed in feeds for array in feed.inputs.values()), "out": ROOM}
    # Python's own shared memory: tritonclient's needs pkg_resources, which setuptools no longer has.
    regions = {kind: SharedMemory(f"{stem}-{kind}", create=True, size=size) for kind, size in sizes.items()}
    try:
        for kind, size in sizes.items():
            client.register_system_shared_memory(f"{stem}-{kind}", f"/{stem}-{kind}", size)
        wanted = grpc.InferRequestedOutput(model.output)
        if model.shape is not None:
            wanted.set_shared_memory(f"{stem}-out", ROOM)

        def call(feed: Feed) -> Array:
            ((name, array),) = feed.inputs.items()
            content = _content(array)
            regions["in"].buf[: len(content)] = content
            item = grpc.InferInput(name, list(array.shape), DATATYPES[array.dtype.name])
            item.set_shared_memory(f"{stem}-in", len(content))
            reply = client.infer(model.name, [item], outputs=[wanted])
            if model.shape is None:
                return _array(reply, model.output)
            count = int(np.prod(model.shape))
            return np.frombuffer(regions["out"].buf, np.float32, count).reshape(1, *model.shape).copy()

        yield call
    finally:
        for kind in sizes:
            _unregister(client, f"{stem}-{kind}")
        client.close()
        for region in regions.values():
            region.close()
            region.unlink()


@retry(retry=retry_if_exception_type(InferenceServerException), stop=stop_after_delay(5), wait=wait_fixed(0.02))
def _unregister(client: Any, name: str) -> None:
    """The server lets go of a region a moment after the last answer was sent."""
    client.unregister_system_shared_memory(name)


def _content(array: Array) -> memoryview:
    """The bytes of an array as Triton keeps them; of a text, its length before it."""
    if array.dtype == np.object_:
        return memoryview(serialize_byte_tensor(array).item())
    return memoryview(np.ascontiguousarray(array)).cast("B")


def _array(reply: Any, output: str) -> Array:
    found: Array = reply.as_numpy(output)
    return found
