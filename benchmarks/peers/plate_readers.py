"""The readers of plates that `plate_peers.py` measures: what each is, its environment, how its worker starts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peers.environment import Environment, Unavailable
from peers.worker import Worker

from zhsq.errors import ZhsqError
from zhsq.files import sha256_file
from zhsq.models.bundle import Bundle
from zhsq.models.plate import lprnet
from zhsq.models.plate.weights import LPRNET
from zhsq.models.zoo.torch_state import read_state
from zhsq.models.zoo.weights import obtain
from zhsq.workspace import cache_dir

WORKERS = Path(__file__).parent / "plates"
#: Batches that are tried to find a reader's best; a reader that takes one crop at a time has (1,).
BATCHES = (1, 2, 4, 8, 16, 32)

#: The same releases as zhsq's own lock, so that only the readers differ.
_COMMON = ("numpy==2.4.6", "onnxruntime==1.32.0", "opencv-python-headless==4.14.0.94", "flatbuffers==25.12.19")
_AGENTCLPR = (
    *("agentclpr==1.1.0", "agentocr==2.0.0", *_COMMON),
    *("pillow==13.0.0", "pyclipper==1.4.0", "shapely==2.2.0", "six==1.17.0", "wget==3.2"),
)
_RAPIDOCR = (
    *("rapidocr==3.10.0", *_COMMON, "pillow==13.0.0", "pyclipper==1.4.0", "shapely==2.2.0", "six==1.17.0"),
    *("PyYAML==6.0.4", "omegaconf==2.4.0", "colorlog==6.12.0", "tqdm==4.70.1", "requests==2.34.2", "urllib3==2.8.0"),
    *("certifi==2026.10.19.post1", "charset-normalizer==3.5.2", "idna==3.20"),
)
#: Its code calls functions that OpenCV 4 and numpy 1.24 took out.
_HYPERLPR = ("hyperlpr==0.0.2", "opencv-python-headless==3.4.18.65", "numpy==1.23.5")
_HYPERLPR3 = (
    *("hyperlpr3==0.1.3", *_COMMON, "loguru==0.7.3", "tqdm==4.70.1", "requests==2.34.2", "urllib3==2.8.0"),
    *("certifi==2026.10.19.post1", "charset-normalizer==3.5.2", "idna==3.20"),
)


@dataclass(frozen=True)
class Reader:
    """One contender.

    Attributes:
        key: its name in the results. title: for people.
        command: gives what starts its worker; may install an environment, and raise `Unavailable`.
        ours: a bundle of zhsq. batches: to try. photos: whether it finds plates in photos.
        needed: times as many crops per second as this peer that issue 4 asks of us; 0 for none.
        note: what a reader of the figures must know.
    """

    key: str
    title: str
    command: Callable[[], list[str]]
    ours: bool = False
    batches: tuple[int, ...] = BATCHES
    photos: bool = True
    needed: float = 0
    note: str = ""

    def open(self) -> Worker:
        """Start its worker on one core.

        Raises:
            Unavailable: it can't be had here; the text says why.
        """
        command = self.command()
        # hyperlpr3 keeps its models in the home folder: its environment's, not the user's.
        worker = Worker(command, 1, {} if self.ours else {"HOME": str(Path(command[0]).parent.parent)})
        try:
            worker.ask({"about": True})
        except Unavailable:
            worker.__exit__()
            raise
        return worker


def ours(bundle: Bundle) -> Reader:
    """A bundle of zhsq, in this environment."""
    command = [sys.executable, str(WORKERS / "zhsq_worker.py"), str(bundle.path)]
    return Reader(bundle.name, f"zhsq {bundle.name} {bundle.version}", lambda: command, ours=True)


def _in_environment(name: str, pins: tuple[str, ...], worker: str, *arguments: str) -> Callable[[], list[str]]:
    def command() -> list[str]:
        python = Environment.make(name, pins, pythons=("3.11", "3.12", "3.10")).python
        return [str(python), str(WORKERS / worker), *arguments]

    return command


def _lprnet() -> list[str]:
    """Its graph is written once into the cache."""
    graph = cache_dir() / "peers" / f"lprnet-{LPRNET.sha256[:12]}-{sha256_file(Path(lprnet.__file__))[:12]}.onnx"
    if not graph.is_file():
        try:
            made = lprnet.to_onnx(read_state(obtain(LPRNET)))
        except ZhsqError as error:
            raise Unavailable(error.message) from error
        graph.parent.mkdir(parents=True, exist_ok=True)
        part = graph.with_suffix(".part")
        part.write_bytes(made)
        part.replace(graph)
    return [sys.executable, str(WORKERS / "lprnet_worker.py"), str(graph)]


PEERS = (
    Reader(
        "agentclpr",
        "agentclpr 1.1.0",
        _in_environment("agentclpr", _AGENTCLPR, "agentclpr_worker.py", "own"),
        needed=5,
        note="as the package runs it: crops go to its recogniser as its own pipeline hands lines of text over",
    ),
    Reader(
        "agentclpr-canvas",
        "agentclpr 1.1.0, canvas",
        _in_environment("agentclpr", _AGENTCLPR, "agentclpr_worker.py", "canvas"),
        photos=False,
        needed=5,
        note="the same recogniser, crops scaled to 112 x 32 on a canvas of 320 x 32: the most it can read, not how the "
        "package runs it",
    ),
    Reader(
        "rapidocr",
        "RapidOCR 3.10.0",
        _in_environment("rapidocr", _RAPIDOCR, "rapidocr_worker.py"),
        needed=10,
        note="PP-OCRv6 small, general text; crops: recogniser alone; photos: its own pipeline and settings",
    ),
    Reader(
        "hyperlpr",
        "hyperlpr 0.0.2",
        _in_environment("hyperlpr", _HYPERLPR, "hyperlpr_worker.py"),
        batches=(1,),
        note="2019, the last release that carries its models; knows no 8-character plates; OpenCV 3.4, which its code needs",
    ),
    Reader(
        "hyperlpr3",
        "hyperlpr3 0.1.3",
        _in_environment("hyperlpr3", _HYPERLPR3, "hyperlpr3_worker.py"),
        batches=(1,),
        note="its models come from its own server at the first use; low detection level, its default",
    ),
    Reader(
        "lprnet",
        "LPRNet (open weights)",
        _lprnet,
        photos=False,
        note="sirius-ai/LPRNet_Pytorch; its features scaled by the mean over a crop, not over a batch",
    ),
)
