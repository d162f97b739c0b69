"""Ask a served pipeline: an encoded image in, the typed answer out, of the version that is deployed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from zhsq.deploy.client import client_error, connect
from zhsq.deploy.rollout import pointers
from zhsq.errors import BadImageError, RuntimeUnavailableError, ZhsqError
from zhsq.models.answering import Answer

TIMEOUT_S = 30.0


def deployed(repository: Path, name: str) -> str:
    """The version of a bundle's pipeline that is deployed; '' when none is: Triton then takes the newest it has loaded.

    Raises:
        BundleError: the pointer file is damaged.
    """
    current = [pointer.current.models for pointer in pointers(repository).values()]
    return next((str(models[name]) for models in current if name in models), "")


class PipelineClient:
    """One pipeline on one Triton.

    Args:
        url: gRPC address, host:port.
        name: of the bundle, which is the model's.
        version: asked before each call, such as `lambda: deployed(repository, name)`, so that a rollback is followed;
            without it Triton takes the newest version that it has loaded, which after a rollback is not the one in use.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
    """

    def __init__(self, url: str, name: str, version: Callable[[], str] | None = None) -> None:
        self.url, self.name = url, name
        self.version = version or str
        self._client: Any = connect(url)
        self._config: Any = None

    def __call__(self, image: bytes, option: str = "") -> Answer:
        """The answer to one image; what the outputs are, `zhsq.models.answering` says.

        Args:
            image: encoded.
            option: of the pipeline; '' takes its default.

        Raises:
            BadImageError: the image can't be used.
            ZhsqError: another mistake in the call; the message starts with its code.
            RuntimeUnavailableError: the server or the model is not there, is too slow, or is full.
        """
        return self.ask(image, option, self.version())

    def camera(self, number: int) -> CameraClient:
        """A camera of a stateful pipeline; its frames are sent in order.

        Args:
            number: of the camera, from 1, its own on this server.

        Raises:
            ZhsqError: the pipeline keeps no state, or the number is below 1.
            RuntimeUnavailableError: the server or the model is not there.
        """
        if not self._described().HasField("sequence_batching"):
            raise ZhsqError(f"The pipeline {self.name} takes single images, not a camera's frames.", "Name no camera.")
        return CameraClient(self, number)

    def ask(self, image: bytes, option: str, version: str, **sequence: Any) -> Answer:
        """One request to a version; `sequence` as tritonclient's `infer` takes it. Errors as of a call."""
        import tritonclient.grpc as client

        inputs = [("image", image)]
        if option:
            inputs.append((self._option(), option.encode()))
        tensors = []
        for name, value in inputs:
            tensor = client.InferInput(name, [1, 1], "BYTES")
            tensor.set_data_from_numpy(np.array([[value]], np.object_))
            tensors.append(tensor)
        try:
            reply = self._client.infer(self.name, tensors, version, client_timeout=TIMEOUT_S, **sequence)
        except client_error() as error:
            raise self._explained(error) from error
        answer = {output.name: reply.as_numpy(output.name) for output in reply.get_response().outputs}
        missing = [name for name, array in answer.items() if array is None]
        if missing or "result" not in answer or answer["result"].size != 1:
            raise RuntimeUnavailableError(
                f"Triton's answer lacks {', '.join(missing) or 'its result'}.", "Install it again: zhsq triton install"
            )
        return {name: array[0] for name, array in answer.items()}

    def _described(self) -> Any:
        """The model's config as Triton has it."""
        if self._config is None:
            try:
                self._config = self._client.get_model_config(self.name, client_timeout=TIMEOUT_S).config
            except client_error() as error:
                raise self._explained(error) from error
        return self._config

    def _option(self) -> str:
        """The name of the pipeline's optional input."""
        options = [tensor.name for tensor in self._described().input if tensor.optional]
        if not options:
            raise ZhsqError(f"The pipeline {self.name} has no option.", "Leave it out.")
        return str(options[0])

    def _explained(self, error: Any) -> ZhsqError:
        status = str(error.status() or "").removeprefix("StatusCode.")
        reason = (error.message() or status).strip()
        if status == "INVALID_ARGUMENT":
            code, _, text = reason.partition(": ")
            if "correlation ID" in reason:
                return ZhsqError(f"The pipeline {self.name} takes a camera's frames in order.", "Say which camera's.")
            return BadImageError(text) if code == BadImageError.code else ZhsqError(reason)
        return RuntimeUnavailableError(
            f"Pipeline {self.name} on Triton at {self.url}: {reason.rstrip('.')}.", "See: zhsq triton status"
        )


class CameraClient:
    """Sends a camera's frames, and starts anew where the server lost its state: a restart, a long pause, a rollback."""

    def __init__(self, pipeline: PipelineClient, number: int) -> None:
        if number < 1:
            raise ZhsqError(f"A camera's number is at least 1, not {number}.")
        self._pipeline, self._number = pipeline, number
        self._version: str | None = None

    def __call__(self, image: bytes, *, last: bool = False) -> Answer:
        """The answer to the next frame. `last` lets the server forget the camera.

        Raises:
            As `PipelineClient`.
        """
        version = self._pipeline.version()
        try:
            answer = self._send(image, version, start=version != self._version, last=last)
        except RuntimeUnavailableError:
            self._version = None
            raise
        except BadImageError:
            self._version = None if last else version  # the frame was left out; the camera goes on
            raise
        except ZhsqError as error:
            if "START" not in error.message:
                raise
            answer = self._send(image, version, start=True, last=last)
        self._version = None if last else version
        return answer

    def _send(self, image: bytes, version: str, *, start: bool, last: bool) -> Answer:
        return self._pipeline.ask(image, "", version, sequence_id=self._number, sequence_start=start, sequence_end=last)


def told(answer: Answer) -> dict[str, Any]:
    """An answer's JSON."""
    found: dict[str, Any] = json.loads(answer["result"][0])
    return found


def summary(answer: Answer) -> str:
    """An answer in a line or a few, for a person."""
    found = told(answer)
    if "plates" in found:
        lines = [
            f"{plate['text']}  {plate['decision']}  weakest character {plate['confidence']:.4f}  {plate['plate_class']}"
            for plate in found["plates"]
        ]
        return "\n".join(lines) or "no plate"
    if "faces" in found:
        if not found["faces"]:
            return "no face"
        return (
            f"{len(found['faces'])} faces; the one that is meant: detection {found['chosen']['score']:.3f}, weakest in "
            f"{found['weakest']}, embedding of {answer['embedding'].shape[1]}"
        )
    verdict = "ALERT" if found["alert"] else "normal"
    return f"frame {found['frame']}  {verdict}  score {found['score']:.3f}  regions {len(found['regions'])}"
