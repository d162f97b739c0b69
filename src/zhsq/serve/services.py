"""What the routes share: database, models, galleries, rules. Made once per app."""

from __future__ import annotations

import threading

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.models.bundle import Bundle, Task
from zhsq.models.face.calibration import Calibration
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.zoo.recipes import default, resolve
from zhsq.runtime.load import open_runner
from zhsq.serve.alerting import rules
from zhsq.serve.matching.gallery import Entry, Gallery
from zhsq.serve.matching.operating_point import OperatingPoint, operating_point
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.templates import TemplateGuard
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate, Subject


class Services:
    """Opens the store at once, and each model at its first use (or by `warm`).

    Args:
        settings: of the app.
        face: a bundle to use instead of resolving `settings.face_bundle`.
        plate: a bundle to use instead of resolving `settings.plate_bundle`.
    """

    def __init__(self, settings: Settings, face: Bundle | None = None, plate: Bundle | None = None) -> None:
        self.settings = settings
        self.database = Database(settings.url)
        self.rules = rules.load()
        self._master = settings.key()
        self._bundles = {"face": face, "plate": plate}
        self._face: FacePipeline | None = None
        self._plate: PlatePipeline | None = None
        self._galleries: dict[str, Gallery] = {}
        self._calibration: Calibration | None = None
        self._lock = threading.RLock()

    def warm(self) -> None:
        """Load both models, and the calibration, now rather than in the first request.

        Raises:
            ZhsqError: the calibration can't be read, or is of another bundle.
        """
        _ = self.face, self.plate, self.operating_point(1)

    @property
    def face(self) -> FacePipeline:
        with self._lock:
            if self._face is None:
                bundle = self._bundles["face"] or _bundle("face", self.settings.face_bundle)
                self._face = FacePipeline(bundle, open_runner(bundle, self.settings.runtime_settings()))
            return self._face

    @property
    def plate(self) -> PlatePipeline:
        with self._lock:
            if self._plate is None:
                bundle = self._bundles["plate"] or _bundle("plate", self.settings.plate_bundle)
                self._plate = PlatePipeline(bundle, open_runner(bundle, self.settings.runtime_settings()))
            return self._plate

    def estate(self, session: Session, estate_id: str) -> Estate:
        """An estate by its id.

        Raises:
            ProblemError: there is none.
        """
        estate = session.get(Estate, estate_id)
        if estate is None:
            raise ProblemError("not-found", f"There is no estate {estate_id!r}.")
        return estate

    def guard(self, estate: Estate) -> TemplateGuard:
        """The template protection of an estate."""
        return TemplateGuard(self._master, estate.salt)

    def gallery(self, session: Session, estate: Estate) -> Gallery:
        """The estate's templates, decrypted but still rotated, and indexed; kept in memory until someone enrols or is erased.

        Templates of another bundle are left out: vectors of two models can't be compared.
        """
        with self._lock:
            gallery = self._galleries.get(estate.id)
            if gallery is None:
                guard, sha256 = self.guard(estate), self.face.bundle.sha256
                query = select(Subject).where(Subject.estate_id == estate.id, Subject.bundle_sha256 == sha256)
                gallery = Gallery(
                    Entry(subject.id, guard.open(subject.template, subject.id), subject.consent_expires_at)
                    for subject in session.scalars(query)
                )
                self._galleries[estate.id] = gallery
            return gallery

    def operating_point(self, people: int) -> OperatingPoint:
        """The 1:N threshold for so many enrolled people.

        Raises:
            ZhsqError: the calibration can't be read, or is of another bundle.
        """
        with self._lock:
            bundle = self.face.bundle
            if self._calibration is None and self.settings.calibration is not None:
                self._calibration = Calibration.load(self.settings.calibration).require(bundle)
            return operating_point(bundle, people, self.settings.identify_fpir, self._calibration)

    def forget(self, estate_id: str) -> None:
        """Drop an estate's gallery from memory; the next search reads the store."""
        with self._lock:
            self._galleries.pop(estate_id, None)

    def close(self) -> None:
        self.database.close()


def _bundle(task: Task, name: str) -> Bundle:
    return resolve(name) if name else default(task)
