"""PatchCore of the package `anomalib` with EfficientNet-Lite0's weights, for `anomaly_patchcore.py`, in its own environment.

One request: {"measure": {...}}, see `measure`. The backbone is timm's `tf_efficientnet_lite0`; the file's tensors go into it
in their order, since the file names them otherwise. All else is anomalib's default, pre-processing included.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import serving

os.environ["HF_HUB_OFFLINE"] = "1"
BACKBONE = "tf_efficientnet_lite0"
#: The ends of stages at an eighth and a sixteenth of the picture, as `zhsq.models.anomaly.patchcore` has them.
LAYERS = ("blocks.2", "blocks.4")


def load() -> Mapping[str, Callable[[Any], serving.Answer]]:
    import numpy as np
    import onnxruntime
    import timm
    import torch
    from anomalib.data.utils import read_image
    from anomalib.models import Patchcore

    def module_with(weights: str, ratio: float) -> Patchcore:
        torch.manual_seed(0)
        module = Patchcore(
            backbone=BACKBONE,
            layers=LAYERS,
            pre_trained=False,
            coreset_sampling_ratio=ratio,
            evaluator=False,
            visualizer=False,
        )
        whole = timm.create_model(BACKBONE, pretrained=False)
        tensors = list(torch.load(weights, map_location="cpu", weights_only=True).values())
        names = list(whole.state_dict())
        if len(names) != len(tensors):
            raise ValueError(f"the weights have {len(tensors)} tensors, the network {len(names)}")
        whole.load_state_dict(dict(zip(names, tensors, strict=True)))
        extractor = module.model.feature_extractor.feature_extractor
        missing = extractor.load_state_dict(whole.state_dict(), strict=False).missing_keys
        if missing:
            raise ValueError(f"the extractor lacks {missing[:3]}")
        return module.eval()

    def measure(order: dict[str, Any]) -> serving.Answer:
        """Fit, score and export.

        The order: `weights` a file, `ratio` of the coreset, `training` and `test` files, `export` a folder, `compared` how many
        test frames the export is compared on.

        Returns scores of the test frames in order; seconds a frame; rows of the bank; of the export: `max_abs`, `scale` and
        `order_kept` (share of pairs of frames that it ranks alike), or `error`.
        """
        module = module_with(order["weights"], order["ratio"])
        core = module.model
        with torch.inference_mode():
            core.training = True  # it collects what it sees; the backbone stays as it is
            for file in order["training"]:
                core(module.pre_processor(read_image(file, as_tensor=True).unsqueeze(0)))
            core.training = False
            module.fit()
            start, scores = time.perf_counter(), []
            for file in order["test"]:
                scores.append(float(module(read_image(file, as_tensor=True).unsqueeze(0)).pred_score))
            seconds = (time.perf_counter() - start) / len(order["test"])
        return {
            "scores": scores,
            "seconds_per_frame": seconds,
            "bank": list(core.memory_bank.shape),
            "export": exported(module, order, scores),
        }

    def exported(module: Patchcore, order: dict[str, Any], scores: list[float]) -> serving.Answer:
        every = max(1, len(scores) // order["compared"])
        files, torch_scores = order["test"][::every], np.array(scores[::every])
        height, width = read_image(files[0], as_tensor=True).shape[-2:]
        try:
            path = module.to_onnx(order["export"], input_size=(height, width))
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            (entry,) = session.get_inputs()
            place = [output.name for output in session.get_outputs()].index("pred_score")
            found = []
            for file in files:
                image = read_image(file, as_tensor=True).unsqueeze(0).numpy()
                found.append(float(np.ravel(session.run(None, {entry.name: image})[place])[0]))
        except Exception as error:
            said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()
            return {"error": f"{type(error).__name__}: {said[0] if said else 'no reason given'}"}
        onnx_scores = np.array(found)
        above = [np.sign(s[:, None] - s) for s in (torch_scores, onnx_scores)]
        return {
            "max_abs": float(np.abs(torch_scores - onnx_scores).max()),
            "scale": float(np.abs(torch_scores).max()),
            "order_kept": float((above[0] == above[1]).mean()),
            "n": len(files),
        }

    def about(_: Any) -> serving.Answer:
        return {"settings": {"backbone": BACKBONE, "layers": list(LAYERS)}}

    return {"about": about, "measure": measure}


if __name__ == "__main__":
    serving.serve(load, ("anomalib", "torch", "timm", "onnxruntime", "onnxscript"))
