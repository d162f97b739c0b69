"""How the settings of the anomaly model were chosen: on training clips alone, with anomalies planted into held-out ones.

    .venv/bin/python benchmarks/anomaly_choose.py [--data ucsd_ped2] [--json F]

The first clips fit each setting's banks; into each of the last ones go boards, bicycles and carts
(`zhsq.training.anomaly.plant`). A setting is as good as it parts frames with something planted from all others. No test
frame is read. The planted things are drawn, and are harder than Ped2's: the figures only rank settings.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from zhsq.data import ucsd_ped2
from zhsq.data.registry import locate
from zhsq.imaging import decode_image
from zhsq.metrics.anomaly import frame_auroc
from zhsq.metrics.anomaly_regions import match_regions, rbdc, regions_of_mask
from zhsq.models.anomaly.backbone import SPEC, backbone_graph
from zhsq.models.anomaly.evidence import regions
from zhsq.models.anomaly.motion import scaled
from zhsq.training.anomaly.config import AnomalyExperiment
from zhsq.training.anomaly.normal import Clip, learn, scored, windows_of
from zhsq.training.anomaly.plant import SPEEDS, Planted, people_of, plant
from zhsq.training.anomaly.record import running

HELD, PER_KIND, SEED = 5, 2, 0
DEFAULT = AnomalyExperiment()


@dataclass(frozen=True)
class Try:
    """A setting: what it is called, the experiment, and which setting's windows it uses."""

    name: str
    config: AnomalyExperiment


def settings() -> list[Try]:
    """The default, and what differs from it in one thing."""

    def with_params(**values: object) -> AnomalyExperiment:
        return DEFAULT.model_copy(update={"params": DEFAULT.params.model_copy(update=values)})

    tries = [Try("default", DEFAULT), Try("motion alone", with_params(appearance=False))]
    tries += [Try(f"looks {w:g}", DEFAULT.model_copy(update={"looks": w})) for w in (0.35, 1.0)]
    tries += [Try(f"newest {a:g}", with_params(newest=a)) for a in (0.1, 0.3, 1.0)]
    tries += [Try("bank 600", DEFAULT.model_copy(update={"bank": 600}))]
    tries += [Try(f"region {q:g}", DEFAULT.model_copy(update={"region_quantile": q})) for q in (0.2, 0.8)]
    tries += [Try(f"gap {g}", with_params(gap=g)) for g in (1, 2)]
    return tries


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="ucsd_ped2", help="data set or folder of its layout with at least 7 clips")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    data = locate(args.data, "ucsd_ped2", labels=False)
    clips = [_grey(clip) for clip in ucsd_ped2.training(data)]
    if len(clips) < HELD + 2:
        raise SystemExit(f"{data.root} has {len(clips)} training clips; {HELD + 2} are needed to hold {HELD} out.")
    fitted, held = clips[:-HELD], clips[-HELD:]
    people, random = people_of(fitted), np.random.default_rng(SEED)
    trials = [_nothing(clip) for clip in held]
    kinds = ["nothing"] * HELD
    for clip in held:
        for kind in SPEEDS:
            trials += [plant(clip, kind, people, random) for _ in range(PER_KIND)]
            kinds += [kind] * PER_KIND
    results = []
    with running("look", SPEC, backbone_graph()) as runner:
        seen: dict[int, tuple[list[Clip], list[Clip]]] = {}
        for trial in track(settings(), "settings"):
            gap = trial.config.params.gap
            if gap not in seen:
                params = DEFAULT.params.model_copy(update={"gap": gap})
                frames = [fitted, [planted.frames for planted in trials]]
                normal, tested = ([windows_of(clip, params, runner) for clip in part] for part in frames)
                seen[gap] = (normal, tested)
            results.append({"setting": trial.name, **_measure(trial.config, *seen[gap], trials, kinds)})
    _show(results)
    if args.json:
        head = {"data": data.name, "release": data.release, "fitted": len(fitted), "held": HELD, "seed": SEED}
        args.json.write_text(json.dumps({**head, "settings": results}, indent=2) + "\n", encoding="utf-8")


def _grey(clip: ucsd_ped2.Clip) -> NDArray[np.uint8]:
    return np.stack([scaled(decode_image(path), DEFAULT.params.height) for path in clip.frames])


def _nothing(clip: NDArray[np.uint8]) -> Planted:
    return Planted(clip, np.zeros(len(clip), np.bool_), np.zeros(clip.shape, np.bool_))


def _measure(
    config: AnomalyExperiment,
    normal: Sequence[Clip],
    tested: Sequence[Clip],
    trials: Sequence[Planted],
    kinds: Sequence[str],
) -> dict[str, float]:
    learnt = learn(normal, config)
    params = config.params.model_copy(update={"region": learnt.region(config)})
    scores, maps = [], []
    for clip in tested:
        frame_scores, _, heat = scored(clip, learnt.banks, params)
        scores.append(frame_scores)
        maps += heat
    figures = {}
    for kind in ("all", *SPEEDS):
        of = [i for i, name in enumerate(kinds) if kind == "all" or name in (kind, "nothing")]
        truth = np.concatenate([trials[i].anomalous for i in of])
        figures[f"frame_auroc_{kind}"] = frame_auroc(np.concatenate([scores[i] for i in of]), truth)
    shape = trials[0].frames.shape[1:]
    found = [regions(cells, 1.0, shape, params) for cells in maps]
    boxes = [np.array([r.box for r in frame], np.int64).reshape(-1, 4) for frame in found]
    truth_boxes = [regions_of_mask(mask) for planted in trials for mask in planted.masks]
    matches = match_regions(truth_boxes, boxes, [np.array([r.score for r in frame]) for frame in found])
    return figures | {"rbdc": rbdc(matches)}


def _show(results: list[dict[str, object]]) -> None:
    table = Table(title="Planted anomalies in held-out training clips")
    for column in results[0]:
        table.add_column(column, justify="left" if column == "setting" else "right")
    for row in results:
        table.add_row(*(f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
