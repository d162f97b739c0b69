"""Fixtures that every test may use: real data where it is found, real bundles, a workspace of the session's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zhsq.data.registry import DataSet, Layout, data_root, locate
from zhsq.models.bundle import Bundle

if TYPE_CHECKING:
    from zhsq.deploy.server import TritonServer
    from zhsq.runtime.triton import TritonRunner

pytest_plugins = ["zhsq_testing.line", "zhsq_testing.mqtt", "zhsq_testing.postgres", "zhsq_testing.residents"]
REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace that no other run shares; data and weights are found as from the repository's root."""
    root = tmp_path_factory.mktemp("zhsq-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHSQ_HOME", str(root))
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        os.chdir(REPOSITORY)
        if "ZHSQ_DATA" not in os.environ:
            patch.setenv("ZHSQ_DATA", str(data_root().resolve()))
        shared_weights = REPOSITORY.parent / "shared" / "weights"
        if "ZHSQ_WEIGHTS" not in os.environ and shared_weights.is_dir():
            patch.setenv("ZHSQ_WEIGHTS", str(shared_weights))
        yield root


@pytest.fixture(scope="session")
def datasets(home: Path) -> Path:
    """The root of the public data sets, or a skip that says what is missing."""
    root = data_root()
    if not root.is_dir():
        pytest.skip(f"no public data at {root}: set ZHSQ_DATA, or see `zhsq data list`")
    return root


def _located(name: Layout, datasets: Path) -> DataSet:
    if not (datasets / name).is_dir():
        pytest.skip(f"data set {name} is not under {datasets}: `zhsq data fetch {name}`")
    return locate(name, name)


@pytest.fixture(scope="session")
def lfw(datasets: Path) -> DataSet:
    return _located("lfw", datasets)


@pytest.fixture(scope="session")
def plates_cn(datasets: Path) -> DataSet:
    return _located("plates_cn", datasets)


@pytest.fixture(scope="session")
def ccpd_samples(datasets: Path) -> DataSet:
    return _located("ccpd_samples", datasets)


@pytest.fixture(scope="session")
def ucsd_ped2(datasets: Path) -> DataSet:
    return _located("ucsd_ped2", datasets)


@pytest.fixture(scope="session")
def face_bundle(home: Path) -> Bundle:
    """The default face bundle, built from mirrored weights or the package index."""
    from zhsq.models.zoo.recipes import default

    return default("face")


@pytest.fixture(scope="session")
def plate_bundle(home: Path) -> Bundle:
    from zhsq.models.zoo.recipes import default

    return default("plate")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """A drawn camera scene: 2 training and 2 test clips of 45 frames, 240x160; in the tests a thing drives by."""
    from zhsq.quickstart.samples import scene

    return locate(str(scene(tmp_path_factory.mktemp("scene") / "drawn", clips=2, frames=45)), "ucsd_ped2")


@pytest.fixture(scope="session")
def anomaly_bundle(drawn: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The default anomaly experiment fitted on the drawn scene; its backbone comes from the cache or the package index."""
    from zhsq.bench.result import no_progress
    from zhsq.training.anomaly.cells import fit
    from zhsq.training.anomaly.config import AnomalyExperiment

    return fit(drawn, AnomalyExperiment(), tmp_path_factory.mktemp("anomaly"), no_progress)


@pytest.fixture(scope="session")
def face_photo(lfw: DataSet) -> bytes:
    """One LFW photo with one clear face, as JPEG bytes."""
    photos = sorted((lfw.root / "lfw-deepfunneled").glob("*/*.jpg"))
    return photos[0].read_bytes()


@pytest.fixture(scope="session")
def photos(lfw: DataSet, plates_cn: DataSet) -> tuple[bytes, ...]:
    """Two faces and two plates, as encoded pictures."""
    faces = sorted((lfw.root / "lfw-deepfunneled").glob("*/*.jpg"))[:2]
    plates = sorted(path for path in plates_cn.root.rglob("*") if path.suffix.lower() in (".jpg", ".png"))[:2]
    return tuple(path.read_bytes() for path in (*faces, *plates))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """This machine's own Chromium, headless, driven by Playwright."""
    driver = pytest.importorskip("playwright.sync_api", reason="the development group is not installed")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with driver.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def triton_server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TritonServer]:
    """A real Triton on free ports with an empty repository; give it models with the fixture `served`."""
    pytest.importorskip("tritonclient.grpc", reason="the extra 'deploy' is not installed")
    from zhsq.deploy.server import TritonServer

    folder = tmp_path_factory.mktemp("triton")
    server = TritonServer.start(folder / "repository", state=folder / "server.json")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def served(triton_server: TritonServer) -> Callable[[Bundle], TritonRunner]:
    """Export a bundle into the server's repository, load its models, and open a runner on them."""
    from zhsq.deploy.client import load_model
    from zhsq.deploy.repository import export
    from zhsq.runtime.triton import TritonRunner

    def serve(bundle: Bundle) -> TritonRunner:
        for model in export(bundle, triton_server.repository, variant="python"):
            load_model(triton_server.url, model.name, model.version)
        return TritonRunner(bundle, triton_server.url)

    return serve
