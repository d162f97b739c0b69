"""The whole path in seconds: scenes, both networks, graphs, the search, figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
import yaml

from zhsq.models.plate.locate import CentreParams, find
from zhsq.training.locator.config import LocatorExperiment, SceneConfig, StageConfig
from zhsq.training.locator.evaluate import Figures, runner
from zhsq.training.locator.export import finder_graph, graph_specs, refiner_graph
from zhsq.training.locator.fit import Trained, fit
from zhsq.training.locator.network import Finder, Refiner


def _experiment(plain: SceneConfig, **changes: object) -> LocatorExperiment:
    values: dict[str, object] = {
        "scenes": plain,
        "side": 192,
        "finder": StageConfig(side=128, cycles=(4, 2), batch=2, rate=1e-3, pool=6),
        "refiner": StageConfig(cycles=(6,), batch=4, rate=1e-3, pool=6),
        "validation": 3,
    }
    return LocatorExperiment.model_validate({**values, **changes})


def _fit(config: LocatorExperiment) -> tuple[Trained, list[tuple[str, float, int]], list[str]]:
    figures: list[tuple[str, float, int]] = []
    steps: list[str] = []
    trained = fit(config, lambda _done, _all, what: steps.append(what), lambda *figure: figures.append(figure))
    return trained, figures, steps


def test_a_short_training_gives_graphs_and_parameters_that_the_search_takes(plain: SceneConfig) -> None:
    trained, figures, steps = _fit(_experiment(plain))
    assert list(dict.fromkeys(steps)) == ["scenes", "finder", "refiner", "validation"]
    names = {name for name, _, _ in figures}
    assert {"finder_focal", "finder_corners", "refiner_corners", "refiner_plate", "validation_found_0.5"} <= names
    assert all(np.isfinite(value) for _, value, _ in figures)
    assert trained.figures.photos == 3
    assert len(trained.locate) + len(trained.refine) < 600_000
    params = CentreParams.model_validate(trained.params)
    photo = np.full((300, 500, 3), 90, np.uint8)
    assert isinstance(find(photo, params, runner(trained.locate, trained.refine)), list)


def test_the_same_seed_trains_the_same_networks(plain: SceneConfig) -> None:
    stage = StageConfig(side=64, cycles=(2,), batch=2, rate=1e-3, pool=2)
    config = _experiment(plain, finder=stage, refiner=stage, validation=1)
    (first, _, _), (again, _, _) = _fit(config), _fit(config)
    assert first.locate == again.locate
    assert first.refine == again.refine
    (other, _, _) = _fit(config.model_copy(update={"seed": 9}))
    assert first.locate != other.locate


def test_the_loss_falls_when_one_scene_is_learned(plain: SceneConfig) -> None:
    stage = StageConfig(side=128, cycles=(60,), batch=2, rate=4e-3, pool=2)
    short = StageConfig(cycles=(1,), batch=2, rate=1e-3, pool=2)
    scenes = plain.model_copy(update={"empty": 0.0, "night": 0.0})
    _, figures, _ = _fit(_experiment(plain, scenes=scenes, finder=stage, refiner=short, validation=1))
    focal = [value for name, value, _ in figures if name == "finder_focal"]
    # It begins with p = sigmoid(-4) = 0.018 everywhere, which costs (1 - p)^2 ln(1 / p) = 3.87 a plate.
    assert np.mean(focal) < 2.6


def test_the_graphs_say_what_the_networks_say_but_for_their_weights_of_16_bits() -> None:
    torch.manual_seed(0)
    finder, refiner = Finder().eval(), Refiner().eval()
    photo, crops = torch.rand(1, 3, 96, 160) * 255, torch.rand(3, 3, 64, 128) * 255
    with torch.inference_mode():
        heat, corners = finder(photo)
        said = refiner(crops)
    graphs = {"locate": finder_graph(finder), "refine": refiner_graph(refiner)}
    run = runner(graphs["locate"], graphs["refine"])
    warm, where = run("locate", photo.numpy())
    assert warm == pytest.approx(heat.sigmoid().numpy(), abs=2e-3)
    assert where == pytest.approx(corners.numpy(), abs=2e-2)
    (moves,) = run("refine", crops.numpy())
    assert moves[:, :8] == pytest.approx(said[:, :8].numpy(), abs=2e-2)
    assert moves[:, 8] == pytest.approx(said[:, 8].sigmoid().numpy(), abs=2e-2)
    for name, spec in graph_specs().items():
        session = onnxruntime.InferenceSession(graphs[name], providers=["CPUExecutionProvider"])
        assert [tensor.name for tensor in session.get_inputs()] == [tensor.name for tensor in spec.inputs]
        assert [tensor.name for tensor in session.get_outputs()] == [tensor.name for tensor in spec.outputs]


def test_the_experiment_file_holds_the_defaults_and_a_run_of_seconds() -> None:
    raw = yaml.safe_load(
        (Path(__file__).resolve().parents[3] / "experiments" / "plate-locator.yaml").read_text("utf-8")
    )
    smoke = raw.pop("smoke")
    assert LocatorExperiment.model_validate(raw) == LocatorExperiment()
    for field, value in smoke.items():
        raw[field] = {**raw[field], **value} if isinstance(value, dict) else value
    short = LocatorExperiment.model_validate(raw)
    assert sum(short.finder.cycles) + sum(short.refiner.cycles) < 20
    assert not short.scenes.pictures


def test_figures_count_by_tag() -> None:
    figures = Figures(
        [0.9, 0.6, 0.0, 0.75], [("blue", "day"), ("blue", "night"), ("yellow", "day"), ("blue", "day")], 3, 2
    )
    assert figures.summary() == pytest.approx(
        {"found_0.5": 0.75, "found_0.7": 0.5, "found_0.8": 0.25, "overlap": 0.75, "false_boxes_per_photo": 1.5}
    )
    assert figures.table()["blue"] == pytest.approx(
        {"n": 3, "found_0.5": 1, "found_0.7": 2 / 3, "found_0.8": 1 / 3, "overlap": 0.75}
    )
    assert figures.table()["day"]["n"] == 3
