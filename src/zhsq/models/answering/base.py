"""What every pipeline's calls and answers are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.models.graph import Array

#: Output name -> array without a batch's axis; strings are `object` arrays of bytes.
Answer = dict[str, Array]

Dtype = Literal["string", "float32", "int64", "bool"]


@dataclass(frozen=True)
class Field:
    """An input or output. -1 in `shape` is free, and may be 0 where nothing was found."""

    name: str
    dtype: Dtype
    shape: tuple[int, ...]
    optional: bool = False


#: The encoded image, in every pipeline.
IMAGE = Field("image", "string", (1,))
#: The whole answer (but for vectors and maps) as one JSON text, in every pipeline.
RESULT = Field("result", "string", (1,))


@dataclass(frozen=True)
class Signature:
    """`inputs` start with the image; `stateful` pipelines take a camera's frames in order."""

    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    stateful: bool = False


@dataclass(frozen=True)
class Call:
    """One image and how to take it.

    Attributes:
        image: encoded: JPEG, PNG, BMP, WebP or TIFF.
        option: of the pipeline: its optional input; '' takes the default.
        camera: whose frame it is; stateful pipelines only, as `start` and `end`.
        start: the first frame of a camera: what was known of it is forgotten.
        end: the last one.
    """

    image: bytes
    option: str = ""
    camera: int | str = 0
    start: bool = False
    end: bool = False


class Answering(Protocol):
    """The pipeline of one bundle."""

    signature: Signature

    def __call__(self, calls: Sequence[Call]) -> list[Answer | ZhsqError]:
        """One answer or error per call, in order; calls are worked on together, and none fails for another."""
        ...

    def warm(self) -> None:
        """Run every graph once, so that the first call is no slower than the next."""
        ...


def one_of(option: str, known: Sequence[str], name: str) -> str:
    """The option, or the first of those known when it is ''.

    Raises:
        UnknownNameError: it is not known.
    """
    if option and option not in known:
        raise UnknownNameError(name, option, known)
    return option or known[0]


def texts(values: Sequence[str]) -> Array:
    """(n,) UTF-8 bytes."""
    return np.array([value.encode() for value in values], dtype=np.object_)


def result(bundle: Bundle, body: Mapping[str, Any]) -> Array:
    """The JSON text, (1,) bytes, with the bundle that gave it."""
    made_by = {"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256}
    return texts([json.dumps({**body, "bundle": made_by}, ensure_ascii=False, allow_nan=False)])
