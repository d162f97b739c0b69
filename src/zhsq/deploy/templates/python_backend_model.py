# mypy: ignore-errors
# ruff: noqa: B905, PTH118 (runs under the server's own Python)
"""Runs model.onnx beside this file with ONNX Runtime inside Triton's Python backend.

Written by `zhsq export`. It reads all it needs from the model's config: names, batching, threads.
"""

import json
import os

import numpy as np
import onnxruntime as ort
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """One ONNX graph. Requests that Triton's dynamic batcher hands over together run as one batch."""

    def initialize(self, args):
        if int(np.__version__.split(".")[0]) >= 2:
            # With numpy >= 2 this backend hands out empty tensors and reports success.
            raise pb_utils.TritonModelException(
                f"numpy {np.__version__} in the server's environment: this backend needs numpy < 2"
            )
        config = json.loads(args["model_config"])
        self.inputs = [tensor["name"] for tensor in config["input"]]
        self.outputs = [tensor["name"] for tensor in config["output"]]
        self.batched = config["max_batch_size"] > 0
        # A config's "reshape" is applied by Triton outside this backend: scalars per item arrive as (n,).
        parameters = {key: value["string_value"] for key, value in config["parameters"].items()}
        options = ort.SessionOptions()
        options.intra_op_num_threads = int(parameters.get("intra_op_threads", "0")) or os.cpu_count() or 1
        options.log_severity_level = 3
        path = os.path.join(args["model_repository"], args["model_version"], "model.onnx")
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def execute(self, requests):
        arrays = [
            {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
            for request in requests
        ]
        replies = [None] * len(requests)
        for group in self._groups(arrays):
            for index, reply in zip(group, self._run([arrays[index] for index in group])):
                replies[index] = reply
        return replies

    def _groups(self, arrays):
        """Indices of requests that may run as one batch: the same shapes but for the first axis."""
        if not self.batched:
            return [[index] for index in range(len(arrays))]
        groups = {}
        for index, item in enumerate(arrays):
            groups.setdefault(tuple(item[name].shape[1:] for name in self.inputs), []).append(index)
        return list(groups.values())

    def _run(self, items):
        """One reply per item; an error of the graph becomes an error reply, and the server goes on."""
        try:
            if len(items) == 1:
                feed = items[0]
            else:
                feed = {name: np.concatenate([item[name] for item in items]) for name in self.inputs}
            results = self.session.run(self.outputs, feed)
        except Exception as error:
            if len(items) > 1:  # one bad request must not fail its neighbours
                return [reply for item in items for reply in self._run([item])]
            return [pb_utils.InferenceResponse(error=pb_utils.TritonError(f"{type(error).__name__}: {error}"))]
        if len(items) == 1:
            return [self._reply(results)]
        edges = np.cumsum([len(item[self.inputs[0]]) for item in items])[:-1]
        split = [np.split(result, edges) for result in results]
        return [self._reply([parts[index] for parts in split]) for index in range(len(items))]

    def _reply(self, results):
        tensors = [pb_utils.Tensor(name, np.ascontiguousarray(result)) for name, result in zip(self.outputs, results)]
        return pb_utils.InferenceResponse(output_tensors=tensors)
