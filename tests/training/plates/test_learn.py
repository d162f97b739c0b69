"""What a training begins from and learns from: states of trained readers, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from zhsq.errors import ZhsqError
from zhsq.models.zoo.shipped import shipped
from zhsq.training.experiments import load
from zhsq.training.plates.config import NetworkConfig, OptimiserConfig, ReaderExperiment, SynthesisConfig, Teacher
from zhsq.training.plates.export import run
from zhsq.training.plates.learn import train
from zhsq.training.plates.network import PlateReader
from zhsq.training.plates.stream import fixed

SMALL = NetworkConfig(height=16, width=56, channels=(8, 8, 8, 8), columns=16)
LARGE = SMALL.model_copy(update={"channels": (12, 16, 16, 16), "columns": 24})
STATE = Path("experiments/plate-reader.pt")
EXPERIMENT = Path("experiments/plate-reader.yaml")


def experiment(small: SynthesisConfig, steps: int, **fields: object) -> ReaderExperiment:
    return ReaderExperiment(
        synthesis=small,
        network=SMALL,
        optimiser=OptimiserConfig(steps=steps, batch=16),
        pool=256,
        workers=0,
        validation=12,
        **fields,  # type: ignore[arg-type]
    )


def quiet(*_: object) -> None:
    """Takes progress and figures."""


def kept(network: NetworkConfig, path: Path, seed: int) -> PlateReader:
    torch.manual_seed(seed)
    reader = PlateReader(network)
    torch.save(reader.state_dict(), path)
    return reader


def test_without_steps_it_is_the_mean_of_the_states_it_begins_from(small: SynthesisConfig, tmp_path: Path) -> None:
    a, b = (kept(SMALL, tmp_path / f"{seed}.pt", seed) for seed in (1, 2))
    begin = tuple(str(tmp_path / f"{seed}.pt") for seed in (1, 2))
    made = train(experiment(small, 0, begin=begin), quiet, quiet, None)
    torch.testing.assert_close(made.name.weight, (a.name.weight + b.name.weight) / 2)


def test_a_teacher_of_another_size_changes_what_is_learnt(small: SynthesisConfig, tmp_path: Path) -> None:
    kept(LARGE, tmp_path / "large.pt", 3)
    teacher = Teacher(state=str(tmp_path / "large.pt"), network=LARGE)
    alone, taught = (train(experiment(small, 3, teachers=t), quiet, quiet, None) for t in ((), (teacher,)))
    assert not torch.equal(alone.name.weight, taught.name.weight)


@pytest.mark.parametrize("where", ["begin", "teachers"])
@pytest.mark.parametrize(
    ("content", "told"), [(None, "can't be read"), (b"no state", "can't be read"), ("large", "of another network")]
)
def test_a_state_that_does_not_do_is_named(
    content: bytes | str | None, told: str, where: str, small: SynthesisConfig, tmp_path: Path
) -> None:
    path = tmp_path / "state.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        kept(LARGE, path, 1)
    given = (str(path),) if where == "begin" else (Teacher(state=str(path), network=SMALL),)
    with pytest.raises(ZhsqError, match=told) as caught:
        train(experiment(small, 1, **{where: given}), quiet, quiet, None)
    assert str(path) in str(caught.value)


def test_the_state_beside_the_experiment_is_the_reader_that_ships() -> None:
    config = load(EXPERIMENT)
    assert isinstance(config, ReaderExperiment)
    reader = PlateReader(config.network)
    reader.load_state_dict(torch.load(STATE, weights_only=True))
    hard = config.synthesis.model_copy(update={"fonts": "small", "alphabets": 6})
    crops = fixed(hard, (config.network.width, config.network.height), 240, 7).crops
    with torch.inference_mode():
        said = reader.eval()(torch.from_numpy(crops).float()).softmax(-1).numpy()
    ships = run((shipped("plate-zhsq").path / "read.onnx").read_bytes(), crops)
    # Eight bits and a temperature change one plate or two, where symbols are nearly even; another training changes nine.
    assert (said.argmax(-1) == ships.argmax(-1)).all(1).mean() > 0.98


def test_the_teacher_that_the_experiment_names_reads_what_the_reader_reads(
    small: SynthesisConfig, tmp_path: Path
) -> None:
    text = EXPERIMENT.read_text(encoding="utf-8")
    head = text[: text.index("kind:")].splitlines()
    (tmp_path / "gpu.yaml").write_text(
        "\n".join(line[4:] for line in head if line.startswith("#   ")) + "\nkind: plate-reader\n"
    )
    config = load(tmp_path / "gpu.yaml")
    assert isinstance(config, ReaderExperiment)
    (named,) = config.teachers
    teacher = PlateReader(named.network)
    teacher.load_state_dict(torch.load(named.state, weights_only=True))
    drawn = fixed(small, (96, 24), 48, 8)
    with torch.inference_mode():
        read = teacher.eval()(torch.from_numpy(drawn.crops).float()).argmax(-1).numpy()
    assert (read == drawn.codes).all(1).mean() > 0.9
