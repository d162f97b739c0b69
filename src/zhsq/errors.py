"""Every error a user can cause or meet, each with what was wrong and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class ZhsqError(Exception):
    """Base of the errors that the command and the API show as they are, without a traceback.

    Args:
        message: what was wrong, naming the thing.
        hint: what to do about it; empty when there is nothing to say.
    """

    code = "error"
    #: The same in Chinese, where it says more than what stands for its code (`zhsq.serve.problem_details`).
    chinese = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadImageError(ZhsqError):
    """The bytes are not an image that can be used: unreadable, truncated, too large, or of no size."""

    code = "bad-image"


class TooManyPixelsError(BadImageError):
    """An image, or several together, of more pixels than are decoded."""


class NoFaceError(ZhsqError):
    """No face was found where one is needed."""

    code = "no-face"


class ManyFacesError(ZhsqError):
    """More than one face was found where exactly one is needed (enrolment)."""

    code = "many-faces"


class LowQualityError(ZhsqError):
    """A face is not good enough to enrol; `reasons` say what to put right, each with its code and both languages.

    Args:
        name: what to call the image.
        reasons: fields of `zhsq.models.face.quality.Reason`, at least one.
    """

    code = "low-quality"

    def __init__(self, name: str, reasons: Iterable[Mapping[str, Any]]) -> None:
        self.reasons = tuple(dict(reason) for reason in reasons)
        hint = " ".join(reason["message_en"] for reason in self.reasons)
        super().__init__(f"The face in {name} is not good enough to enrol.", hint)


class NoPlateError(ZhsqError):
    """No plate was found where one is needed."""

    code = "no-plate"


class BundleError(ZhsqError):
    """A bundle is missing, incomplete, malformed, or was touched after it was built."""

    code = "bad-bundle"


class DataSetError(ZhsqError):
    """A data set is unknown, absent, empty, or not in its documented layout."""

    code = "bad-data-set"


class UnknownNameError(ZhsqError):
    """A name that is not registered; carries the nearest ones that are."""

    code = "unknown-name"

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        hint = f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(names) or 'none'}."
        super().__init__(f"There is no {kind} named {name!r}.", hint)
        self.nearest = near


class MissingExtraError(ZhsqError):
    """An optional extra of the package is not installed."""

    code = "missing-extra"

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs the optional extra '{extra}'.", f"Install it: pip install 'zhsq[{extra}]'")
        self.extra = extra


class DownloadError(ZhsqError):
    """A download failed, or what arrived is not what was pinned."""

    code = "download-failed"


class RuntimeUnavailableError(ZhsqError):
    """The inference server can't be reached or doesn't have the model; the same call may succeed later."""

    code = "runtime-unavailable"


class PortInUseError(ZhsqError):
    """A server was asked to listen on a port that another process holds."""

    code = "port-in-use"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is in use.", "Choose another with --port, or stop what holds it.")


class GateRefusedError(ZhsqError):
    """A promotion was refused; the message names each gate, its value and what it needed."""

    code = "gate-refused"
