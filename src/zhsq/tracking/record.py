"""The record of a promotion: who, when, on what evidence; signed, and chained to the record before."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhsq.files import replace_file
from zhsq.tracking.gates.evidence import AgainstChampion, Gate, ParityFigures
from zhsq.tracking.signing import Signer, is_signed


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Who(_Frozen):
    """Who promoted: as they say themselves, and as the system knows them."""

    by: str
    user: str
    host: str


class BundleRef(_Frozen):
    """The bundle that became champion; `sha256` is its content address."""

    name: str
    version: str
    sha256: str


class Body(_Frozen):
    """What is signed.

    Attributes:
        task: of the registry.
        sequence: 1 for a task's first record.
        who: promoted. at: in UTC, ISO 8601.
        bundle: that became champion. run_id: MLflow run that measured it.
        report_sha256: of the run's `report.json`. gates_sha256: of the file of gates that judged it.
        gates: every gate's outcome. parity, against: the figures behind two of them.
        accepted: the reason that a person gave for restricted training data.
        previous_champion: sha256 of the bundle before; empty for the first.
        previous_record: sha256 of the record before; empty for the first.
        key: public key, 64 hex digits.
    """

    format: Literal[1] = 1
    task: str
    sequence: int
    who: Who
    at: str
    bundle: BundleRef
    run_id: str
    report_sha256: str
    gates_sha256: str
    gates: tuple[Gate, ...]
    parity: tuple[ParityFigures, ...]
    against: AgainstChampion
    accepted: str
    previous_champion: str
    previous_record: str
    key: str

    def canonical(self) -> bytes:
        """The bytes that are signed: JSON with sorted keys, no spaces, UTF-8."""
        body = self.model_dump(mode="json")
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Record(_Frozen):
    """A body and its signature, 128 hex digits."""

    body: Body
    signature: str

    @classmethod
    def signed(cls, body: Body, signer: Signer) -> Record:
        """Sign a body; its `key` must be the signer's."""
        return cls(body=body, signature=signer.sign(body.canonical()))

    @property
    def is_genuine(self) -> bool:
        """Whether the signature is of this body by the key that it names; whether that key is trusted is another question."""
        return is_signed(self.body.canonical(), self.signature, self.body.key)

    @property
    def sha256(self) -> str:
        """What the next record names as `previous_record`: the sha256 of body and signature."""
        return hashlib.sha256(self.body.canonical() + bytes.fromhex(self.signature)).hexdigest()

    @property
    def file(self) -> str:
        """Its file's name, by which files of a task sort in their order."""
        return f"{self.body.sequence:06d}-{self.sha256[:12]}.json"

    def text(self) -> str:
        """As it is stored."""
        return self.model_dump_json(indent=2) + "\n"

    def write(self, folder: Path) -> Path:
        """Write its file whole or not at all; one that is there already is left."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.file
        if not path.exists():
            replace_file(path, self.text())
        return path
