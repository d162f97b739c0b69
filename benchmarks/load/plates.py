"""What is called: one network, and the pipeline on a crop and on a photo, of a plate bundle, on real pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from load.ways import Caller, Feed, Model, over_grpc, over_shared_memory
from zhsq.data import ccpd, plates_cn
from zhsq.data.registry import Layout, locate
from zhsq.deploy.repository import export
from zhsq.deploy.server import TritonServer
from zhsq.deploy.serving import ModelServing, Serving
from zhsq.errors import DataSetError, ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.answering import Call, open_answering
from zhsq.models.bundle import Bundle
from zhsq.models.graph import Array
from zhsq.models.plate import read as reader
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.quickstart.samples import jpeg, plate
from zhsq.runtime.onnx import OnnxRunner
from zhsq.runtime.triton import model_name

LEVELS = ("graph", "crop", "photo")
SINGLE, IN_PROCESS, GRPC, BATCHING, SHARED, SERVED = (
    "in process, one call at a time",
    "in process",
    "grpc",
    "grpc, batching",
    "shared memory, batching",
    "grpc, batching, graphs served",
)
Opened = Callable[[int], AbstractContextManager[Caller]]


@dataclass(frozen=True)
class Way:
    """One way to call one level.

    `opened` opens a client by its number; `server` and `model` are None in process; `most` clients call at the same time
    at most.
    """

    level: str
    name: str
    opened: Opened
    feeds: Sequence[Feed]
    server: TritonServer | None = None
    model: Model | None = None
    most: int | None = None


@dataclass(frozen=True)
class Pictures:
    """Encoded crops and photos, and where they are from."""

    crops: list[bytes]
    photos: list[bytes]
    source: str


def pictures(limit: int) -> Pictures:
    """Of the registered sets; where one is absent, a drawn plate, alone and on grey."""
    crops, first = _files("plates_cn", lambda data: [item.path for item in plates_cn.load(data)], limit)
    photos, second = _files("ccpd_samples", lambda data: [item.path for item in ccpd.load(data)], limit)
    if not photos:
        grey = np.full((720, 960, 3), 120, np.uint8)
        grey[400:540, 260:700] = plate()
        photos = [jpeg(grey)]
    return Pictures(crops or [jpeg(plate())], photos, f"crops: {first}; photos: {second}")


def _files(name: Layout, listed: Callable[[Any], Sequence[Path]], limit: int) -> tuple[list[bytes], str]:
    try:
        data = locate(name, name)
    except DataSetError:
        return [], "a drawn plate"
    return [path.read_bytes() for path in listed(data)[:limit]], f"{data.name}, {data.release}"


@contextmanager
def serving(bundle: Bundle, folder: Path, limits: ModelServing) -> Iterator[dict[str, TritonServer]]:
    """A server for each setting of the same models: batcher off, on, and on with the pipeline's graphs served.

    All but the one whose turn it is are idle.
    """
    settings = {
        GRPC: (limits.model_copy(update={"max_batch": 1}), "inside"),
        BATCHING: (limits, "inside"),
        SERVED: (limits, "served"),
    }
    with ExitStack() as stack:
        found = {}
        for number, (name, (chosen, graphs)) in enumerate(settings.items()):
            root = folder / f"repository-{number}"
            both = Serving(graphs=chosen, pipeline=chosen)
            export(bundle, root, variant="python", pipeline=True, graphs=graphs, serving=both)
            server = found[name] = TritonServer.start(root, state=folder / f"server-{number}.json")
            stack.callback(server.stop)
            server.load_all()
        yield found


def ways(bundle: Bundle, shown: Pictures, servers: dict[str, TritonServer], cores: int) -> list[Way]:
    """Every way of every level; in process comes first in each. `cores` that a call made alone may take."""
    pipeline = PlatePipeline(bundle, OnnxRunner(bundle, 1))
    spec = bundle.graph("read")
    prepared = [reader.pixels(decode_image(data), pipeline.params.read)[None] for data in shown.crops]
    here, alone = (_Here(bundle, threads) for threads in (1, cores))
    tensor = spec.outputs[0].name
    feeds = {"graph": [Feed({spec.inputs[0].name: item}) for item in prepared]}
    shape = here.graph(feeds["graph"][0]).shape[1:]

    found = []
    for level, images in (("graph", ()), ("crop", shown.crops), ("photo", shown.photos)):
        feed = feeds.setdefault(level, [Feed({"image": np.array([[data]], np.object_)}) for data in images])
        whole = level != "graph"
        model = Model(bundle.name, "result", None) if whole else Model(model_name(bundle.name, "read"), tensor, shape)
        found.append(Way(level, IN_PROCESS, partial(_directly, here.image if whole else here.graph), feed))
        found.append(Way(level, SINGLE, partial(_directly, alone.image if whole else alone.graph), feed, most=1))
        for name in (GRPC, BATCHING, *((SERVED,) if whole else ())):
            server = servers[name]
            found.append(Way(level, name, partial(_grpc, server.url, model), feed, server, model))
        server = servers[BATCHING]
        found.append(Way(level, SHARED, partial(_shared, server.url, model, feed), feed, server, model))
    return found


class _Here:
    """The bundle in this process, `threads` in each call."""

    def __init__(self, bundle: Bundle, threads: int) -> None:
        self._tensor = bundle.graph("read").outputs[0].name
        self._runner = OnnxRunner(bundle, threads)
        self._answering = open_answering(bundle, OnnxRunner(bundle, threads))
        self._answering.warm()

    def graph(self, feed: Feed) -> Array:
        return self._runner.run("read", feed.inputs)[self._tensor]

    def image(self, feed: Feed) -> Array:
        (answer,) = self._answering([Call(feed.inputs["image"][0, 0])])
        if isinstance(answer, ZhsqError):
            raise answer
        return answer["result"]


@contextmanager
def _directly(call: Caller, _: int) -> Iterator[Caller]:
    yield call


def _grpc(url: str, model: Model, _: int) -> AbstractContextManager[Caller]:
    return over_grpc(url, model)


def _shared(url: str, model: Model, feeds: Sequence[Feed], number: int) -> AbstractContextManager[Caller]:
    return over_shared_memory(url, model, feeds, number)


def agree(found: Sequence[Way]) -> None:
    """Every way gives what in process gives, before anything is timed.

    Raises:
        RuntimeError: one does not.
    """
    for way in found:
        first = next(other for other in found if other.level == way.level)
        with first.opened(0) as here, way.opened(0) as there:
            for feed in way.feeds[:4]:
                if not _same(np.asarray(here(feed)), np.asarray(there(feed))):
                    raise RuntimeError(f"{way.level}, {way.name} answers otherwise than in process")


def _same(ours: Array, theirs: Array) -> bool:
    if ours.dtype != np.object_:
        return bool(np.allclose(ours.ravel(), theirs.ravel(), atol=1e-4))
    texts = [[read["text"] for read in json.loads(answer.ravel()[0])["plates"]] for answer in (ours, theirs)]
    return texts[0] == texts[1]
