"""Small real bundles: real ONNX graphs with seeded weights, one for each shape that a graph may have; and clients."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec
from zhsq.runtime.follow import Follower
from zhsq.runtime.onnx import OnnxRunner
from zhsq.runtime.pointer import State
from zhsq.runtime.triton import TritonRunner

MakeBundle = Callable[..., Bundle]


def _model(nodes: list, inputs: list, outputs: list, constants: dict[str, np.ndarray]) -> bytes:
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, weights)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()


def _value(name: str, kind: int, shape: list) -> object:
    return helper.make_tensor_value_info(name, kind, shape)


def build_tiny(store: Path, version: str, seed: int, width: int, name: str) -> Bundle:
    rng = np.random.default_rng(seed)
    f32, u8, i64 = TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT64
    embed = _model(
        [
            helper.make_node("Conv", ["image", "kernel"], ["c"], kernel_shape=[3, 3]),
            helper.make_node("Relu", ["c"], ["r"]),
            helper.make_node("Flatten", ["r"], ["f"]),
            helper.make_node("MatMul", ["f", "matrix"], ["embedding"]),
        ],
        [_value("image", f32, ["n", 3, 8, 8])],
        [_value("embedding", f32, ["n", width])],
        {
            "kernel": rng.normal(size=(4, 3, 3, 3)).astype(np.float32),
            "matrix": rng.normal(size=(144, width)).astype(np.float32),
        },
    )
    score = _model(  # two inputs, one of them a scalar per item, and a scalar per item out
        [
            helper.make_node("ReduceSum", ["features", "axis"], ["s"], keepdims=0),
            helper.make_node("Add", ["s", "offset"], ["score"]),
        ],
        [_value("features", f32, ["n", 5]), _value("offset", f32, ["n"])],
        [_value("score", f32, ["n"])],
        {"axis": np.array([1], np.int64)},
    )
    detect = _model(  # unbatched, free height and width, bytes in, whole numbers out
        [
            helper.make_node("Cast", ["photo"], ["x"], to=f32),
            helper.make_node("Mul", ["x", "gain"], ["heat"]),
            helper.make_node("ArgMax", ["heat"], ["where"], axis=3, keepdims=0),
        ],
        [_value("photo", u8, [1, 1, "h", "w"])],
        [_value("heat", f32, [1, 1, "h", "w"]), _value("where", i64, [1, 1, "h"])],
        {"gain": np.array(rng.uniform(0.5, 1.5), np.float32)},
    )
    spec = BundleSpec(
        task="face",
        name=name,
        version=version,
        labels=("小", "b"),
        graphs={
            "embed": GraphSpec(
                file="embed.onnx",
                inputs=(TensorSpec(name="image", shape=(-1, 3, 8, 8)),),
                outputs=(TensorSpec(name="embedding", shape=(-1, width)),),
            ),
            "score": GraphSpec(
                file="score.onnx",
                inputs=(TensorSpec(name="features", shape=(-1, 5)), TensorSpec(name="offset", shape=(-1,))),
                outputs=(TensorSpec(name="score", shape=(-1,)),),
            ),
            "detect": GraphSpec(
                file="detect.onnx",
                inputs=(TensorSpec(name="photo", dtype="uint8", shape=(1, 1, -1, -1)),),
                outputs=(
                    TensorSpec(name="heat", shape=(1, 1, -1, -1)),
                    TensorSpec(name="where", dtype="int64", shape=(1, 1, -1)),
                ),
                batched=False,
            ),
        },
        provenance=Provenance(built_by="tests"),
    )
    return Bundle.build(spec, {"embed.onnx": embed, "score.onnx": score, "detect.onnx": detect}, store)


@pytest.fixture
def make_bundle(tmp_path: Path) -> MakeBundle:
    """(version, seed, width, name) -> a bundle; another seed gives other weights under the same signature."""

    def make(version: str = "1.0.0", seed: int = 1, width: int = 6, name: str = "tiny.face-a") -> Bundle:
        return build_tiny(tmp_path / "bundles", version, seed, width, name)

    return make


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return build_tiny(tmp_path_factory.mktemp("tiny"), "1.0.0", 1, 6, "tiny.face-shared")


def build_small(store: Path, number: int, name: str = "small") -> Bundle:
    """A bundle of one graph, quick to load: three weighted sums of four numbers, other weights for each `number`."""
    f32 = TensorProto.FLOAT
    graph = _model(
        [helper.make_node("MatMul", ["x", "weights"], ["y"])],
        [_value("x", f32, ["n", 4])],
        [_value("y", f32, ["n", 3])],
        {"weights": np.random.default_rng(number).normal(size=(4, 3)).astype(np.float32)},
    )
    spec = BundleSpec(
        task="plate",
        name=name,
        version=f"1.0.{number}",
        graphs={
            "sum": GraphSpec(
                file="sum.onnx",
                inputs=(TensorSpec(name="x", shape=(-1, 4)),),
                outputs=(TensorSpec(name="y", shape=(-1, 3)),),
            )
        },
        provenance=Provenance(built_by="tests"),
    )
    return Bundle.build(spec, {"sum.onnx": graph}, store)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> MakeBundle:
    """(number, name) -> a bundle of one graph, quick to load."""
    store = tmp_path_factory.mktemp("small")
    return lambda number, name="small": build_small(store, number, name)


FEED = {"x": np.array([[1.0, -2.0, 3.0, 0.5]], np.float32)}


class Clients:
    """Threads that call through the runtime until they are left, and check every answer.

    Attributes:
        errors: of calls that failed.
        answers: how many answers were those of each version.
        wrong: answers that were not those of the version that was asked.
    """

    def __init__(self, repository: Path, urls: str | Sequence[str], bundles: Sequence[Bundle], n: int = 2) -> None:
        self._expected = {b.sha256: OnnxRunner(b, 1).run("sum", FEED)["y"] for b in bundles}
        self._urls, self._name = urls, bundles[0].name
        self._follower = Follower(repository, self._find, self._open)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(i,)) for i in range(n)]
        self.errors: list[Exception] = []
        self.answers: Counter[str] = Counter()
        self.wrong = 0

    def _find(self, state: State) -> str | None:
        return self._name if self._name in state.pointers else None

    def _open(self, bundle: Bundle) -> TritonRunner:
        runner = TritonRunner(bundle, self._urls)
        runner.check()
        return runner

    def _work(self, client: int) -> None:
        for call in range(10**9):
            if self._stop.wait(0.005):
                return
            arm = self._follower.choose(f"{client}-{call}")
            assert arm is not None
            try:
                got = arm.model.run("sum", FEED)["y"]
            except Exception as error:  # the test looks at them
                self.errors.append(error)
                continue
            self.wrong += not np.allclose(got, self._expected[arm.deployment.sha256], atol=1e-5)
            self.answers[arm.deployment.version] += 1

    def only(self, version: str, seconds: float = 10.0) -> bool:
        """Wait until every answer is of this version."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.answers.clear()
            time.sleep(0.2)
            if set(self.answers) == {version}:
                return True
        return False

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._follower.close()


@pytest.fixture(scope="session")
def clients() -> type[Clients]:
    return Clients
