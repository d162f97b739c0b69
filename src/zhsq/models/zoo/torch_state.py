"""Read the parameters in a file of torch's first format, without torch and without running what a pickle may name."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import BundleError

#: Storages by the name that the pickle gives their type.
_TYPES = {"FloatStorage": np.float32, "HalfStorage": np.float16, "LongStorage": np.int64, "DoubleStorage": np.float64}


class _Reader(pickle.Unpickler):
    """Knows tensors, storages and ordered dictionaries; any other name is refused."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        super().__init__(stream)
        self.storages: dict[str, tuple[type[Any], int]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, pid: Any) -> str:
        _, kind, key, _, size = pid[:5]
        self.storages[str(key)] = (kind, int(size))
        return str(key)


class _Tensor:
    """A view of a storage; its values come behind the pickle."""

    def __init__(self, storage: str, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def values(self, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
        data = storages[self.storage]
        width = data.itemsize
        steps = tuple(step * width for step in self.stride)
        # A view that reaches beyond its storage is refused here.
        return np.ndarray(self.size, data.dtype, data.tobytes(), self.offset * width, steps).copy()


def read_state(path: Path) -> dict[str, NDArray[Any]]:
    """The parameters of a state dictionary by name.

    Args:
        path: written by torch.save before version 1.6, or with its zip format off.

    Raises:
        BundleError: it is no such file.
    """
    try:
        with path.open("rb") as stream:
            for _ in range(3):  # magic number, version, word sizes
                _Reader(stream).load()
            reader = _Reader(stream)
            state = reader.load()
            storages = {}
            for key in _Reader(stream).load():
                kind, size = reader.storages[str(key)]
                if int(np.frombuffer(stream.read(8), np.int64)[0]) != size:
                    raise ValueError(f"the storage {key} is not of {size} values")
                storages[str(key)] = np.frombuffer(stream.read(size * np.dtype(kind).itemsize), kind)
        return {name: tensor.values(storages) for name, tensor in state.items()}
    except (pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise BundleError(
            f"{path} holds no parameters in torch's first format: {error}.", "Get the file again."
        ) from error
