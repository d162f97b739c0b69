"""One call from an encoded image to a result: the pipeline of a bundle behind typed tensors and one JSON text.

It is what a Triton pipeline runs (`zhsq.deploy.pipeline`), and runs in process just as well: the same code, so that the
same bytes give the same answer.
"""

from __future__ import annotations

from zhsq.errors import BundleError
from zhsq.models.answering.base import Answer, Answering, Call, Field, Signature
from zhsq.models.bundle import Bundle, Task
from zhsq.models.graph import GraphRunner

__all__ = ["TASKS", "Answer", "Answering", "Call", "Field", "Signature", "open_answering", "signature"]

#: Tasks that have a pipeline.
TASKS: tuple[Task, ...] = ("face", "plate", "video-anomaly")


def open_answering(bundle: Bundle, runner: GraphRunner) -> Answering:
    """The answers of a bundle.

    Args:
        bundle: of a task in `TASKS`.
        runner: of its graphs.

    Raises:
        BundleError: the task has no pipeline.
    """
    if bundle.spec.task == "face":
        from zhsq.models.answering.face import FaceAnswers

        return FaceAnswers(bundle, runner)
    if bundle.spec.task == "plate":
        from zhsq.models.answering.plate import PlateAnswers

        return PlateAnswers(bundle, runner)
    if bundle.spec.task == "video-anomaly":
        from zhsq.models.answering.anomaly import AnomalyAnswers

        return AnomalyAnswers(bundle, runner)
    raise _no_pipeline(bundle)


def signature(bundle: Bundle) -> Signature:
    """What the bundle's pipeline takes and gives.

    Raises:
        BundleError: the task has no pipeline.
    """
    if bundle.spec.task == "face":
        from zhsq.models.answering.face import face_signature

        return face_signature(bundle)
    if bundle.spec.task == "plate":
        from zhsq.models.answering.plate import SIGNATURE as PLATE

        return PLATE
    if bundle.spec.task == "video-anomaly":
        from zhsq.models.answering.anomaly import SIGNATURE as ANOMALY

        return ANOMALY
    raise _no_pipeline(bundle)


def _no_pipeline(bundle: Bundle) -> BundleError:
    return BundleError(
        f"Bundle {bundle.name} is of the task {bundle.spec.task}, which has no pipeline.",
        f"Pipelines: {', '.join(TASKS)}. Its graphs can be exported without one.",
    )
