"""A model's config.pbtxt, made with Triton's own protobuf."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Literal

from zhsq.deploy.serving import ModelServing, Serving
from zhsq.errors import MissingExtraError
from zhsq.models.answering import Field, Signature
from zhsq.models.bundle import GraphSpec, TensorSpec
from zhsq.runtime.triton import DATATYPES

Variant = Literal["python", "onnxruntime"]
#: What stands for a free dimension in a warm-up: a multiple of every detector's stride.
FREE = 320
#: In the model's folder `warmup`: the encoded image that warms a pipeline up.
WARMUP_IMAGE = "image"
_FIELDS = {"string": "STRING", "float32": "FP32", "int64": "INT64", "bool": "BOOL"}


def model_config(
    name: str, what: GraphSpec | Signature, variant: Variant, serving: Serving, *, asks: bool = False
) -> Any:
    """The config of one model, a `ModelConfig` without versions.

    Args:
        name: of the model.
        what: a bundle's graph, or the signature of its pipeline.
        variant: of the repository; a pipeline is Python in both.
        serving: the limits.
        asks: whether a pipeline asks other models: it can't be warmed up then, since they may load after it.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
    """
    if isinstance(what, Signature):
        return _pipeline_config(name, what, serving, asks)
    return _graph_config(name, what, variant, serving.graphs)


def _graph_config(name: str, spec: GraphSpec, variant: Variant, serving: ModelServing) -> Any:
    pb = model_config_module()
    config = pb.ModelConfig(name=name, backend=variant, max_batch_size=serving.max_batch if spec.batched else 0)
    if variant == "onnxruntime":
        config.platform = "onnxruntime_onnx"
        config.default_model_filename = "model.onnx"
        config.parameters["intra_op_thread_count"].string_value = str(serving.threads)
    else:
        config.parameters["intra_op_threads"].string_value = str(serving.threads)
    kind = pb.ModelInstanceGroup.KIND_CPU if variant == "python" else pb.ModelInstanceGroup.KIND_AUTO
    config.instance_group.add(count=serving.count, kind=kind)
    for tensor in spec.inputs:
        _tensor(config.input.add(), tensor, spec.batched)
    for tensor in spec.outputs:
        _tensor(config.output.add(), tensor, spec.batched)
    if spec.batched:
        _batching(config.dynamic_batching, serving)
    if serving.warmup:
        warm = config.model_warmup.add(name="zeros", batch_size=1, count=1)  # 1 for unbatched models too: 0 skips it
        for tensor in spec.inputs:
            dims = (tensor.shape[1:] or (1,)) if spec.batched else tensor.shape
            made = warm.inputs[tensor.name]
            made.data_type = pb.DataType.Value(f"TYPE_{DATATYPES[tensor.dtype]}")
            made.dims.extend(FREE if side == -1 else side for side in dims)
            made.zero_data = True
    return config


def _pipeline_config(name: str, signature: Signature, serving: Serving, asks: bool) -> Any:
    pb = model_config_module()
    limits = serving.pipeline
    config = pb.ModelConfig(name=name, backend="python", max_batch_size=limits.max_batch)
    config.parameters["threads"].string_value = str(limits.threads)
    config.parameters["graph_batch"].string_value = str(serving.graphs.max_batch)
    config.instance_group.add(count=limits.count, kind=pb.ModelInstanceGroup.KIND_CPU)
    for field in signature.inputs:
        _field(config.input.add(optional=field.optional), field)
    for field in signature.outputs:
        _field(config.output.add(), field)
    if signature.stateful:
        _sequences(config.sequence_batching, serving)
    else:
        _batching(config.dynamic_batching, limits)
        if limits.warmup and not asks:
            warm = config.model_warmup.add(name="picture", batch_size=1, count=1)
            warm.inputs["image"].data_type = pb.TYPE_STRING
            warm.inputs["image"].dims.append(1)
            warm.inputs["image"].input_data_file = WARMUP_IMAGE
    return config


def _batching(batching: Any, serving: ModelServing) -> None:
    batching.SetInParent()
    batching.preferred_batch_size.extend(serving.preferred_batch)
    batching.max_queue_delay_microseconds = serving.max_delay_us
    policy = batching.default_queue_policy
    policy.max_queue_size = serving.max_queue
    policy.default_timeout_microseconds = 1000 * serving.queue_timeout_ms
    policy.timeout_action = policy.TimeoutAction.Value(serving.timeout_action.upper())


def _sequences(batching: Any, serving: Serving) -> None:
    """A sequence is a camera; frames of several run together, those of one in order and in one instance."""
    pb = model_config_module()
    batching.max_sequence_idle_microseconds = round(1_000_000 * serving.camera_idle_s)
    batching.oldest.max_candidate_sequences = serving.max_cameras
    batching.oldest.max_queue_delay_microseconds = serving.pipeline.max_delay_us
    control = pb.ModelSequenceBatching.Control
    for name, kind in (("start", control.CONTROL_SEQUENCE_START), ("end", control.CONTROL_SEQUENCE_END)):
        batching.control_input.add(name=name).control.add(kind=kind, int32_false_true=[0, 1])
    batching.control_input.add(name="camera").control.add(
        kind=control.CONTROL_SEQUENCE_CORRID, data_type=pb.TYPE_UINT64
    )


def _tensor(target: Any, tensor: TensorSpec, batched: bool) -> None:
    pb = model_config_module()
    target.name = tensor.name
    target.data_type = pb.DataType.Value(f"TYPE_{DATATYPES[tensor.dtype]}")
    dims = tensor.shape[1:] if batched else tensor.shape
    target.dims.extend(dims or (1,))
    if not dims:
        target.reshape.SetInParent()  # one scalar per item: (n, 1) on the wire, (n,) for the graph


def _field(target: Any, field: Field) -> None:
    pb = model_config_module()
    target.name = field.name
    target.data_type = pb.DataType.Value(f"TYPE_{_FIELDS[field.dtype]}")
    target.dims.extend(field.shape)


def warmup_files(image: bytes) -> Mapping[str, bytes]:
    """Files of the model's folder `warmup`: the image as Triton keeps strings, its length before it."""
    return {WARMUP_IMAGE: struct.pack("<I", len(image)) + image}


def model_config_module() -> Any:
    """Triton's `model_config_pb2`.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
    """
    try:
        from tritonclient.grpc import model_config_pb2
    except ImportError as error:
        raise MissingExtraError("deploy", "Writing a Triton repository") from error
    return model_config_pb2
