"""The reader: its shapes, its graph, its temperature, and that training teaches it something."""

from __future__ import annotations

import lightning
import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from zhsq.training.plates.config import NetworkConfig, OptimiserConfig, SynthesisConfig
from zhsq.training.plates.export import halve, run, temperature, to_onnx
from zhsq.training.plates.module import ReaderModule, shaken
from zhsq.training.plates.network import PlateReader, Residual
from zhsq.training.plates.stream import FixedSet, fixed

TINY = NetworkConfig(height=16, width=56, channels=(8, 12, 16, 24), separable=False, columns=32, dropout=0.0)
STEPS = 60


def noise(n: int, config: NetworkConfig) -> np.ndarray:
    return np.random.default_rng(n).integers(0, 256, (n, 3, config.height, config.width)).astype(np.uint8)


@pytest.fixture(scope="module")
def few(small: SynthesisConfig) -> FixedSet:
    return fixed(small, (TINY.width, TINY.height), 24, 1)


@pytest.fixture(scope="module")
def taught(few: FixedSet) -> ReaderModule:
    """A tiny reader that has seen the same two dozen crops over and over."""
    lightning.seed_everything(0, verbose=False)
    module = ReaderModule(TINY, OptimiserConfig(steps=STEPS, batch=24, rate=1e-2, smoothing=0.0))
    batch = (torch.from_numpy(few.crops), torch.from_numpy(few.codes))
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    trainer = lightning.Trainer(max_steps=STEPS, accelerator="cpu", **quiet)
    trainer.fit(module, DataLoader([batch], batch_size=None))
    return module.eval()


SEPARABLE = TINY.model_copy(update={"separable": True})
THREE = TINY.model_copy(update={"channels": (0, 12, 16, 24)})


@pytest.mark.parametrize(
    "config", [NetworkConfig(), TINY, SEPARABLE, THREE], ids=["as shipped", "tiny", "separable", "three"]
)
def test_a_reader_has_eight_places_of_73_classes(config: NetworkConfig) -> None:
    reader = PlateReader(config).eval()
    with torch.inference_mode():
        assert reader(torch.from_numpy(noise(3, config)).float()).shape == (3, 8, 73)


def test_a_stage_has_as_many_residual_blocks_as_it_is_given() -> None:
    config = TINY.model_copy(update={"blocks": (2, 0, 1, 3)})
    kinds = [isinstance(part, Residual) for part in PlateReader(config).body]
    assert kinds == [False, True, True, False, False, True, False, True, True, True]


def test_a_network_without_a_first_stage_looks_at_more_pixels_at_once() -> None:
    first = [next(m for m in PlateReader(c).modules() if isinstance(m, torch.nn.Conv2d)) for c in (TINY, THREE)]
    assert [(conv.kernel_size, conv.stride, conv.out_channels) for conv in first] == [
        ((3, 3), (1, 1), 8),
        ((5, 5), (2, 2), 12),
    ]
    with pytest.raises(ValueError, match="no channels"):
        NetworkConfig(channels=(0, 12, 16, 24), blocks=(1, 1, 1, 1))


def test_separable_blocks_have_few_weights_and_see_as_far() -> None:
    weights = []
    for separable in (False, True):
        torch.manual_seed(0)
        block = Residual(32, separable).eval()
        weights.append(sum(p.numel() for p in block.parameters()))
        image = torch.rand(1, 32, 9, 9, requires_grad=True)
        block(image)[0, :, 4, 4].sum().backward()
        assert image.grad is not None
        reached = (image.grad.abs().sum((0, 1)) > 0).nonzero()
        assert reached.amin(0).tolist() == [2, 2] and reached.amax(0).tolist() == [6, 6]
    assert weights[1] < weights[0] / 6


def test_a_chinese_character_weighs_in_the_loss_what_it_is_given(few: FixedSet) -> None:
    module = ReaderModule(TINY, OptimiserConfig(hanzi=3.0, smoothing=0.0)).eval()
    crops, codes = torch.from_numpy(few.crops), torch.from_numpy(few.codes)
    with torch.inference_mode():
        each = -module(crops).log_softmax(-1).gather(2, codes[..., None])[..., 0]
        # 'none' is 0; the 31 provinces come first among the symbols, the 7 marks of a class last.
        weights = torch.where((codes >= 1) & (codes <= 31) | (codes > 73 - 1 - 7), 3.0, 1.0)
        expected = float((each * weights).sum() / weights.sum())
        assert float(module.training_step((crops, codes), 0)) == pytest.approx(expected, rel=1e-5)


def test_a_teacher_weighs_what_it_is_given_and_stays_as_it_is(few: FixedSet) -> None:
    torch.manual_seed(0)
    crops, codes = torch.from_numpy(few.crops), torch.from_numpy(few.codes)
    teacher, pupil = PlateReader(TINY), PlateReader(TINY).state_dict()
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    losses = []
    for share in (0.0, 0.25, 1.0):
        module = ReaderModule(TINY, OptimiserConfig(hanzi=2.0, smoothing=0.0, distil=share), [teacher]).eval()
        module.reader.load_state_dict(pupil)
        losses.append(float(module.training_step((crops, codes), 0).detach()))
    assert losses[1] == pytest.approx(0.75 * losses[0] + 0.25 * losses[2], rel=1e-5) and losses[0] != losses[2]
    assert not any("teacher" in name for name, _ in module.named_parameters())
    assert all((value == before[name]).all() for name, value in teacher.state_dict().items())


def test_who_says_what_the_teacher_says_has_the_least_loss(few: FixedSet) -> None:
    torch.manual_seed(0)
    crops, codes = torch.from_numpy(few.crops), torch.from_numpy(few.codes)
    teacher, other = PlateReader(TINY), PlateReader(TINY)
    module = ReaderModule(TINY, OptimiserConfig(distil=1.0), [teacher]).eval()
    losses = []
    for reader in (teacher, other):
        module.reader.load_state_dict(reader.state_dict())
        losses.append(float(module.training_step((crops, codes), 0).detach()))
    assert losses[0] < losses[1]


def test_a_crop_that_is_drawn_again_is_moved_and_noisy_but_the_same() -> None:
    torch.manual_seed(0)
    smooth = torch.linspace(20, 220, 96).expand(64, 3, 24, 96).clone()
    found = shaken(smooth)
    assert found.shape == smooth.shape and found.is_contiguous(memory_format=torch.channels_last)
    # Two pixels of this slope are 4.2 grey levels, the noise's standard deviation is at most 10.
    off = (found - smooth).reshape(64, -1)
    assert float(off.mean(1).abs().max()) < 5 and 0 < float(off.std(1).max()) < 12
    assert len({round(float(value), 3) for value in off.std(1)}) > 32
    assert (off[:8].mean(1).abs() < 0.5).all()  # the first part stays where it is
    assert float(off.mean(1).abs().max()) > 1


def test_light_on_the_whole_crop_changes_nothing_that_is_read(taught: ReaderModule, few: FixedSet) -> None:
    crops = torch.from_numpy(few.crops).float()
    cast = torch.tensor([0.9, 0.7, 0.5]).reshape(1, 3, 1, 1)
    with torch.inference_mode():
        plain, tinted = taught(crops).softmax(-1), taught(crops * cast + 20).softmax(-1)
    # Not exactly: what is divided by is the spread of a crop and 4 grey levels more, lest an empty one be all noise.
    assert float((plain - tinted).abs().median()) < 1e-3
    assert (plain.argmax(-1) == tinted.argmax(-1)).float().mean() > 0.95


def test_the_graph_says_what_the_network_says(taught: ReaderModule, few: FixedSet) -> None:
    heat = 1.7
    graph = to_onnx(taught.reader, heat)
    crops = np.concatenate([few.crops, 255 - few.crops, few.crops[:, :, ::-1]])  # 72, more than one batch of `run`
    with torch.inference_mode():
        expected = (taught(torch.from_numpy(crops)) / heat).softmax(-1).numpy()
    found = run(graph, crops)
    assert found.shape == (72, 8, 73) and found.dtype == np.float32
    np.testing.assert_allclose(found.sum(-1), 1, atol=1e-5)
    assert expected.std(0).max() > 0.1  # it does decide, and not the same for every crop
    # Weights are rounded to 11 bits, so that a logit of 10 moves by some hundredths.
    np.testing.assert_allclose(found, expected, atol=0.02)
    ranked = np.sort(expected, -1)
    surely = ranked[..., -1] - ranked[..., -2] > 0.04
    assert surely.mean() > 0.5
    assert (found.argmax(-1) == expected.argmax(-1))[surely].all()
    np.testing.assert_allclose(run(graph, crops[:1]), found[:1], atol=1e-5)  # alone or among others


def test_the_graph_of_the_reader_that_ships_is_small() -> None:
    # The bundle may have 2 MB, and the locator, with half a million bytes, is in it.
    exact = to_onnx(PlateReader(NetworkConfig()), 1.0)
    half = halve(exact)
    assert len(half) < 1_500_000 < len(exact)


def test_weights_of_16_bits_decide_as_those_of_32() -> None:
    torch.manual_seed(0)
    config = NetworkConfig()
    exact = to_onnx(PlateReader(config), 1.0)
    crops = np.random.default_rng(0).integers(0, 256, (40, 3, config.height, config.width), np.uint8)
    found, small = run(exact, crops), run(halve(exact), crops)
    np.testing.assert_allclose(small, found, atol=2e-3)
    assert (small.argmax(-1) == found.argmax(-1)).mean() > 0.99


def test_the_temperature_that_labels_were_drawn_at_is_found() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 2, (2000, 8, 73))
    chances = np.exp(truth) / np.exp(truth).sum(-1, keepdims=True)
    codes = (chances.cumsum(-1) > rng.random((2000, 8, 1))).argmax(-1)
    # Logits 2.5 times too large are 2.5 times too sure.
    assert temperature(torch.from_numpy(truth * 2.5).float(), torch.from_numpy(codes)) == pytest.approx(2.5, rel=0.05)
    assert temperature(torch.from_numpy(truth * 0.5).float(), torch.from_numpy(codes)) == pytest.approx(0.5, rel=0.05)


def test_a_few_steps_on_a_few_crops_teach_them(taught: ReaderModule, few: FixedSet) -> None:
    torch.manual_seed(0)
    codes = torch.from_numpy(few.codes)

    def loss(module: ReaderModule) -> float:
        with torch.inference_mode():
            logits = module.eval()(torch.from_numpy(few.crops)).reshape(-1, 73)
            return float(torch.nn.functional.cross_entropy(logits, codes.reshape(-1)))

    # Guessing among 73 costs ln 73 = 4.3; a reader that knows its crops by heart is nearly free.
    assert loss(ReaderModule(TINY, OptimiserConfig())) > 3.5
    assert loss(taught) < 1.5
