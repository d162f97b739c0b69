# mypy: ignore-errors
# ruff: noqa: B905 (runs under the server's own Python)
"""Runs a bundle's pipeline inside Triton's Python backend: encoded images in, typed results and one JSON out.

Written by `zhsq export`. zhsq's code comes out of code.zip beside this file, the networks and thresholds out of bundle/.
"""

import json
import sys
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """One pipeline. Requests that Triton's batcher hands over together are worked on together."""

    def initialize(self, args):
        if (np.float32(1) + 1.0).dtype != np.float32:
            raise pb_utils.TritonModelException(
                f"numpy {np.__version__} promotes types the old way here, so that answers would differ from those in "
                "process: start Triton with NPY_PROMOTION_STATE=weak in its environment"
            )
        folder = Path(args["model_repository"]) / args["model_version"]
        card = json.loads((folder / "bundle.json").read_text())
        sys.path.insert(0, str(folder / "code.zip"))
        import cv2

        from zhsq.errors import RuntimeUnavailableError, ZhsqError
        from zhsq.models.answering import Call, open_answering
        from zhsq.models.bundle import Bundle

        config = json.loads(args["model_config"])
        parameters = {key: value["string_value"] for key, value in config["parameters"].items()}
        cv2.setNumThreads(int(parameters["threads"]))  # else every copy would take all cores
        self.call, self.error, self.unavailable = Call, ZhsqError, RuntimeUnavailableError
        bundle = Bundle.load(folder / "bundle")
        if card["pipeline"]["graphs"] == "served":
            runner = ServedGraphs(bundle, card["pipeline"]["models"], int(parameters["graph_batch"]))
        else:
            from zhsq.runtime.onnx import OnnxRunner

            runner = OnnxRunner(bundle, int(parameters["threads"]))
        self.answering = open_answering(bundle, runner)
        if card["pipeline"]["graphs"] == "inside":  # served graphs are warmed up by their own models
            self.answering.warm()
        signature = self.answering.signature
        self.option = next((field.name for field in signature.inputs if field.optional), None)
        self.stateful = signature.stateful
        self.fields = signature.outputs

    def execute(self, requests):
        replies, calls = [None] * len(requests), {}
        for index, request in enumerate(requests):
            try:
                calls[index] = self._call(request)
            except Exception as error:
                replies[index] = self._failure(error)
        for index, answer in zip(calls, self._answers(list(calls.values()))):
            failed = isinstance(answer, Exception)
            replies[index] = self._failure(answer) if failed else self._reply(answer, requests[index])
        return replies

    def _call(self, request):
        image = self._input(request, "image")
        if image.shape != (1, 1):
            raise ValueError(f"send one image a request, shape (1, 1), not {image.shape}; the server batches requests")
        option = self._input(request, self.option) if self.option else None
        state = {}
        if self.stateful:
            for name in ("start", "end", "camera"):
                state[name] = self._input(request, name).reshape(-1)[0].item()
        return self.call(
            bytes(image[0, 0]), bytes(option.reshape(-1)[0]).decode() if option is not None else "", **state
        )

    @staticmethod
    def _input(request, name):
        tensor = pb_utils.get_input_tensor_by_name(request, name)
        return None if tensor is None else tensor.as_numpy()

    def _answers(self, calls):
        """One answer or error a call; what breaks the work on all of them fails only the calls that break it alone."""
        if not calls:
            return []
        try:
            return self.answering(calls)
        except Exception as error:
            if len(calls) == 1 or self.stateful:
                return [error] * len(calls)
            return [self._answers([call])[0] for call in calls]

    def _reply(self, answer, request):
        wanted = set(request.requested_output_names())
        tensors = [
            pb_utils.Tensor(field.name, np.ascontiguousarray(answer[field.name][None]))
            for field in self.fields
            if field.name in wanted
        ]
        return pb_utils.InferenceResponse(output_tensors=tensors)

    def _failure(self, error):
        """A user's mistake is INVALID_ARGUMENT with zhsq's own code and hint; anything else is INTERNAL."""
        code, text = pb_utils.TritonError.INTERNAL, f"{type(error).__name__}: {error}"
        if isinstance(error, self.error):
            text = f"{error.code}: {error}"
        if isinstance(error, self.unavailable):
            code = pb_utils.TritonError.UNAVAILABLE
        elif isinstance(error, (self.error, ValueError)):
            code = pb_utils.TritonError.INVALID_ARG
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(text, code))


class ServedGraphs:
    """Runs graphs as the models of this server, by business-logic scripting, in the versions of this very bundle."""

    def __init__(self, bundle, models, most):
        self.bundle, self.models, self.most = bundle, models, most

    def run(self, graph, inputs):
        spec = self.bundle.graph(graph)
        n = len(inputs[spec.inputs[0].name])
        step = self.most if spec.batched else n
        parts = [
            self._infer(graph, spec, {name: array[at : at + step] for name, array in inputs.items()})
            for at in range(0, n, step)
        ]
        return parts[0] if len(parts) == 1 else {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}

    def _infer(self, graph, spec, inputs):
        tensors = []
        for tensor in spec.inputs:
            array = np.ascontiguousarray(inputs[tensor.name])
            tensors.append(pb_utils.Tensor(tensor.name, array.reshape(-1, 1) if self._scalars(spec, tensor) else array))
        request = pb_utils.InferenceRequest(
            model_name=f"{self.bundle.name}__{graph}",
            model_version=self.models[graph],
            requested_output_names=[tensor.name for tensor in spec.outputs],
            inputs=tensors,
            preferred_memory=pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0),
        )
        response = request.exec()
        if response.has_error():
            raise RuntimeError(f"graph {graph}: {response.error().message()}")
        outputs = {}
        for tensor in spec.outputs:
            array = pb_utils.get_output_tensor_by_name(response, tensor.name).as_numpy()
            outputs[tensor.name] = array.reshape(-1) if self._scalars(spec, tensor) else array
        return outputs

    @staticmethod
    def _scalars(spec, tensor):
        """One scalar per item: Triton wants a dimension beside the batch."""
        return spec.batched and len(tensor.shape) == 1
