"""What the routes share: database, models, galleries, alerting. Made once per app."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from zhsq.errors import RuntimeUnavailableError
from zhsq.models.bundle import Bundle
from zhsq.models.face.identity import embedding_identity
from zhsq.models.face.liveness import LivenessPipeline
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.graph import GraphRunner
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.runtime.pointer import Move
from zhsq.serve.alerting.courier import Courier
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.alerting.ways import WEBHOOK, Way, Webhooks
from zhsq.serve.beside import Beside
from zhsq.serve.gat1400.delivery import Platforms
from zhsq.serve.gat1400.queue import KIND as GAT1400
from zhsq.serve.matching.calibrations import Calibrations
from zhsq.serve.matching.gallery import Entry, Gallery
from zhsq.serve.matching.operating_point import OperatingPoint, operating_point
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.audit import record
from zhsq.serve.security.limits import Limits
from zhsq.serve.security.sealing import ANSWERS, CURSORS, EVIDENCE, WEBHOOKS, Sealer
from zhsq.serve.security.template_keys import Space, TemplateKeys
from zhsq.serve.security.tokens import Tokens
from zhsq.serve.served import Served
from zhsq.serve.settings import Settings
from zhsq.serve.store import galleries
from zhsq.serve.store.answers import Answers
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate

if TYPE_CHECKING:
    from zhsq.serve.alerting.mqtt.listener import Listener

log = logging.getLogger(__name__)


class Services:
    """Opens the store at once, and each model at its first use (or by `warm`).

    Args:
        settings: of the app.
        face: a bundle to use instead of resolving `settings.face_bundle`.
        plate: a bundle to use instead of resolving `settings.plate_bundle`.
    """

    def __init__(self, settings: Settings, face: Bundle | None = None, plate: Bundle | None = None) -> None:
        self.settings = settings
        self.database = Database.of(settings)
        self.limits = Limits(settings)
        self.beside = Beside()
        self.calibrations = Calibrations(settings.calibration)
        self.tokens = Tokens(settings) if settings.oidc_issuer else None
        keys = settings.keys()
        self.keys = TemplateKeys(keys)
        self.intake = Intake(self.database, RuleFile(settings.rules), settings.events_late_s)
        self.mqtt = _listener(settings, self.intake) if settings.mqtt_url else None
        self.webhook_sealer = Sealer(keys, WEBHOOKS)
        self.evidence_sealer = Sealer(keys, EVIDENCE)
        self.cursor_sealer = Sealer(keys, CURSORS)
        self.answers = Answers(self.database, Sealer(keys, ANSWERS))
        self.courier = Courier(self.database, self.webhook_sealer, _ways(settings, self.database))
        self.faces = Served("face", settings, settings.face_bundle, face, self._face_pipeline, self._trial_ended)
        self.plates = Served("plate", settings, settings.plate_bundle, plate, PlatePipeline, self._trial_ended)
        self.living = Served("face-liveness", settings, "", None, LivenessPipeline, self._trial_ended)
        #: (estate, embedders, space) -> the generation that was read, and what was read.
        self._galleries: dict[tuple[str, str, str], tuple[int, Gallery]] = {}
        self._lock = threading.RLock()

    def warm(self) -> None:
        """Load both models, and the calibration, now rather than in the first request.

        Raises:
            ZhsqError: the calibration can't be read, or is of another bundle.
        """
        try:
            _ = self.calibrations.of_file(self.face.bundle), self.plate
        except RuntimeUnavailableError as error:  # requests are answered 503 until it is there
            log.warning("Not ready yet: %s", error)

    def start(self) -> None:
        """Begin what goes on beside requests: the clock of alerts, their delivery, and events by MQTT."""
        self.intake.start()
        self.courier.start()
        if self.mqtt is not None:
            self.mqtt.start()

    @property
    def face(self) -> FacePipeline:
        """The face pipeline that the request under way meets."""
        return self.faces.model

    @property
    def plate(self) -> PlatePipeline:
        """The plate pipeline that the request under way meets."""
        return self.plates.model

    def estate(self, session: Session, estate_id: str, *, lock: bool = False) -> Estate:
        """An estate by its id, locked until the end of the transaction where it is to be changed.

        Raises:
            ProblemError: there is none.
        """
        estate = session.get(Estate, estate_id, with_for_update=lock)
        if estate is None:
            raise ProblemError("not-found", "There is no estate {estate!r}.", estate=estate_id)
        return estate

    def check_estate(self, estate_id: str) -> None:
        """Look for an estate before work is done for it, in a session of its own.

        Raises:
            ProblemError: there is none.
        """
        with self.database.reading() as session:
            self.estate(session, estate_id)

    @property
    def liveness(self) -> LivenessPipeline:
        """Tells a live face from a picture of one; opened when a device's policy first asks for it."""
        return self.living.model

    def space(self, estate: Estate) -> Space:
        """The space that an estate's templates are compared in, now: ask once per request."""
        return self.keys.space(estate.salt)

    def gallery(self, session: Session, estate: Estate, space: Space) -> Gallery:
        """The estate's templates whose consent was not withdrawn, decrypted but still rotated, and indexed; kept in memory
        while the space and the store's generation of it stay, whichever process changes them.

        Templates of another bundle are left out, unless the very same embedders made them: vectors of two models can't
        be compared.

        Raises:
            ProblemError: the templates are not those that were enrolled.
        """
        bundle = self.face.bundle
        kept = (estate.id, embedding_identity(bundle), space.name)
        with self._lock:
            generation, gallery = self._galleries.get(kept, (-1, None))
            if gallery is None or generation != galleries.state(session, estate.id).generation:
                state, rows = galleries.rows(session, estate.id)
                alike = self.faces.comparable(bundle)
                gallery = Gallery(
                    Entry(
                        row.subject_id,
                        self.keys.open(row.sealed, row.key_id, row.subject_id, estate.salt, space),
                        row.expires_at,
                    )
                    for row in rows
                    if row.bundle_sha256 in alike
                )
                for old in [key for key in self._galleries if key[:2] == kept[:2]]:
                    del self._galleries[old]  # of a former space, which nobody asks for again
                self._galleries[kept] = state.generation, gallery
            return gallery

    def operating_point(self, session: Session, estate: str, people: int) -> OperatingPoint:
        """An estate's 1:N threshold for so many enrolled people.

        Raises:
            ZhsqError: the calibration can't be read, or is of another bundle.
        """
        bundle = self.face.bundle
        calibration = self.calibrations.in_force(session, estate, bundle).calibration
        return operating_point(bundle, people, self.settings.identify_fpir, calibration)

    def close(self) -> None:
        if self.mqtt is not None:
            self.mqtt.close()
        self.intake.close()
        self.courier.close()
        self.faces.close()
        self.plates.close()
        self.living.close()
        self.beside.close()
        self.database.close()

    def _face_pipeline(self, bundle: Bundle, runner: GraphRunner) -> FacePipeline:
        """A bundle that the site's calibration is not of is refused here: requests would fail with it."""
        self.calibrations.of_file(bundle)
        return FacePipeline(bundle, runner)

    def _trial_ended(self, name: str, move: Move) -> None:
        """To the audit: a decision that a program took by itself."""
        with self.database.session() as session:
            target = f"{name}/{move.deployment.sha256[:12]}"
            record(session, "trial", f"deployment.{move.action}", target, move.reason[:100])


def _ways(settings: Settings, database: Database) -> dict[str, Way]:
    """Kind of target -> how alerts reach it."""
    ways: dict[str, Way] = {WEBHOOK: Webhooks()}
    if settings.gat1400:
        ways[GAT1400] = Platforms(database)
    return ways


def _listener(settings: Settings, intake: Intake) -> Listener:
    from zhsq.serve.alerting.mqtt.listener import Listener  # paho-mqtt is loaded where there is a broker

    return Listener(settings, intake)
