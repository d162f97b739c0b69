"""Every table, a module per topic. Times are UTC, without zone."""

from zhsq.serve.store.tables.alerts import Alert, AlertLink, AlertStep, Arrival, Delivery, Event, Heard, Target
from zhsq.serve.store.tables.answers import KeptAnswer, KeptAnswerThing
from zhsq.serve.store.tables.audit import AuditEntry, AuditHead
from zhsq.serve.store.tables.base import Base, Versioned, new_id, now
from zhsq.serve.store.tables.calibrations import SiteCalibration
from zhsq.serve.store.tables.devices import Device
from zhsq.serve.store.tables.estates import Estate
from zhsq.serve.store.tables.evidence import DeviceState, Picture
from zhsq.serve.store.tables.galleries import GalleryState
from zhsq.serve.store.tables.keys import ApiKey
from zhsq.serve.store.tables.people import Consent, Erasure, Invitation, Subject, Template
from zhsq.serve.store.tables.platforms import LegalBasis, ToldState
from zhsq.serve.store.tables.vehicles import Permit, Vehicle

__all__ = [
    "Alert",
    "AlertLink",
    "AlertStep",
    "ApiKey",
    "Arrival",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Consent",
    "Delivery",
    "Device",
    "DeviceState",
    "Erasure",
    "Estate",
    "Event",
    "GalleryState",
    "Heard",
    "Invitation",
    "KeptAnswer",
    "KeptAnswerThing",
    "LegalBasis",
    "Permit",
    "Picture",
    "SiteCalibration",
    "Subject",
    "Target",
    "Template",
    "ToldState",
    "Vehicle",
    "Versioned",
    "new_id",
    "now",
]
