"""Runs PatchCore of the package `anomalib` at its defaults, for `anomaly_speed.py`, in an environment of its own.

Argument: the threads of PyTorch. One process fits and writes its bank, others read it and are timed, so that the memory of
fitting is not theirs. Built with `pre_trained=False`: anomalib ships no weights and gets them from a hub. The
network is the same, so its speed is that of the real thing; its scores mean nothing. A frame goes from the file to a
score as in anomalib's own `TorchInferencer`: `read_image`, then the module with its pre- and post-processor.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import serving

os.environ["HF_HUB_OFFLINE"] = "1"


def load() -> Mapping[str, Callable[[Any], serving.Answer]]:
    import torch
    from anomalib.data.utils import read_image
    from anomalib.models import Patchcore

    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    module = Patchcore(pre_trained=False, evaluator=False, visualizer=False).eval()
    core = module.model

    def score(image: torch.Tensor) -> float:
        return float(module(image.unsqueeze(0)).pred_score)

    def fit(order: dict[str, Any]) -> serving.Answer:
        start = time.perf_counter()
        with torch.inference_mode():
            core.training = True  # it collects what it sees; the backbone stays as it is
            for file in order["files"]:
                core(module.pre_processor(read_image(file, as_tensor=True).unsqueeze(0)))
            core.training = False
            module.fit()
        if not torch.isfinite(core.memory_bank).all():
            raise ValueError("its bank is not finite")
        seconds = time.perf_counter() - start
        torch.save(core.memory_bank.clone(), order["target"])
        return {"seconds": seconds, "bank": list(core.memory_bank.shape)}

    def read(file: str) -> serving.Answer:
        core.memory_bank = torch.load(file, weights_only=True)
        return {"bank": list(core.memory_bank.shape)}

    def bank(rows: int) -> serving.Answer:
        times = -(-rows // len(core.memory_bank))
        core.memory_bank = core.memory_bank.repeat(times, 1)[:rows].contiguous()
        return {"bank": list(core.memory_bank.shape)}

    def play(cameras: list[dict[str, list[str]]]) -> serving.Answer:
        """It looks at each frame alone: cameras are so many more frames."""
        first = time.process_time()
        decode, scores = [], []
        with torch.inference_mode():
            for file in (camera["lead"][-1] for camera in cameras if camera["lead"]):
                score(read_image(file, as_tensor=True))
            begin, cpu = time.perf_counter(), time.process_time()
            for file in (file for camera in cameras for file in camera["timed"]):
                start = time.perf_counter()
                image = read_image(file, as_tensor=True)
                middle = time.perf_counter()
                score(image)
                decode.append(middle - start)
                scores.append(time.perf_counter() - middle)
        seconds, used = time.perf_counter() - begin, time.process_time() - cpu
        found = {"seconds": seconds, "cpu_seconds": used, "decode": decode, "score": scores, "steps": {}}
        return {**found, "whole_cpu_seconds": time.process_time() - first}

    def about(_: Any) -> serving.Answer:
        """What its defaults are in this release, read off the module."""
        transform = [str(step) for step in getattr(module.pre_processor.transform, "transforms", [])]
        return {
            "settings": {
                "backbone": core.backbone,
                "layers": list(core.layers),
                "pre_trained": False,
                "coreset_sampling_ratio": module.coreset_sampling_ratio,
                "num_neighbors": core.num_neighbors,
                "pre_processor": transform,
                "torch_threads": torch.get_num_threads(),
            }
        }

    return {"about": about, "fit": fit, "read": read, "bank": bank, "play": play}


if __name__ == "__main__":
    serving.serve(load, ("anomalib", "torch", "torchvision", "timm", "lightning", "pillow", "numpy"))
