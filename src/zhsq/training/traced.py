"""A network of torch as an ONNX graph."""

from __future__ import annotations

import io
from typing import Any

import torch
from torch import Tensor, nn


def traced(module: nn.Module, example: Tensor, inputs: list[str], outputs: list[str], axes: dict[str, Any]) -> bytes:
    """The graph of a module as it runs on an example.

    Args:
        module: in evaluation mode, on the processor.
        example: its only input.
        inputs, outputs: names of the values.
        axes: by value, the dimensions that are free and their names.
    """
    stream = io.BytesIO()
    # The exporter of traces: the newer one needs onnxscript, which nothing else here does.
    torch.onnx.export(
        module,
        (example,),
        stream,
        dynamo=False,
        opset_version=17,
        input_names=inputs,
        output_names=outputs,
        dynamic_axes=axes,
    )
    return stream.getvalue()
