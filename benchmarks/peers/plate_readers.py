"""The readers of plates that `plate_peers.py` measures: what each is, its environment, how its worker starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peers.environment import Environment, Unavailable
from peers.worker import Worker

from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle, Licence, sha256_file
from zhsq.models.zoo.weights import Weight, obtain
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

_LPRNET_LICENCE = Licence(
    name="LPRNet_Pytorch", spdx="Apache-2.0", source="https://github.com/sirius-ai/LPRNet_Pytorch", deployable=True
)
LPRNET = Weight(
    name="LPRNet_sirius_Final.pth",
    sha256="d1ca22ca7a251a90702a166c8ad8ce7f05acb39f5ef8055139a33d462716d1ad",
    size=1_806_995,
    licence=_LPRNET_LICENCE,
    training_data=Licence(
        name="LPRNet_Pytorch training data",
        spdx="UNDECLARED",
        source="https://github.com/sirius-ai/LPRNet_Pytorch publishes test crops only",
        deployable=None,
    ),
    url="https://raw.githubusercontent.com/sirius-ai/LPRNet_Pytorch/master/weights/Final_LPRNet_model.pth",
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
    """Its graph is written once into the cache, by a process of its own: torch stays out of the worker."""
    graph = cache_dir() / "peers" / f"lprnet-{LPRNET.sha256[:12]}-{sha256_file(WORKERS / 'lprnet.py')[:12]}.onnx"
    if not graph.is_file():
        try:
            weights = obtain(LPRNET)
        except ZhsqError as error:
            raise Unavailable(error.message) from error
        graph.parent.mkdir(parents=True, exist_ok=True)
        part = graph.with_suffix(".part")
        command = [sys.executable, str(WORKERS / "lprnet.py"), str(weights), str(part)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"its graph can't be made: {done.stderr.strip()[-300:]}")
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
        note="sirius-ai/LPRNet_Pytorch; what it reads depends on the batch, over which its features are scaled",
    ),
)
