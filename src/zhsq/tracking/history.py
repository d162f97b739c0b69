"""Whether the history of a task's champions is whole: signatures, the chain, its copies, the evidence, the aliases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from zhsq.errors import ZhsqError
from zhsq.files import sha256_file
from zhsq.models.bundle import Bundle
from zhsq.tracking.record import Record
from zhsq.tracking.registry import CHAMPION, Entry, entries
from zhsq.tracking.signing import fingerprint, signer, trusted
from zhsq.tracking.store import fetched
from zhsq.workspace import workspace


def faults(task: str) -> list[str]:
    """What is wrong with the history of a task, in words; empty when it is whole.

    A record that was changed, removed or put in another place is seen by its signature, by the chain, or by the copies in
    the workspace. Someone who holds the key and can write to both the registry and every copy can make another history:
    keep copies, or the key, elsewhere (docs/tracking.md).
    """
    found = entries(task)
    copies, spoilt = _copies(workspace().champions / task)
    return [
        *spoilt,
        *_chain(found),
        *_own_copies(found, copies),
        *(fault for entry in found if entry.record for fault in _evidence(entry)),
        *_aliases(task, found),
    ]


def _chain(found: list[Entry]) -> Iterator[str]:
    """Every record is genuine, of a trusted key, of its version, and follows the one before."""
    keys = trusted()
    before, sequence = "", 0
    for entry in found:
        record = entry.record
        if record is None:
            yield f"v{entry.version} carries no readable record"
            continue
        body, where = record.body, f"v{entry.version}, record {record.body.sequence}"
        if not record.is_genuine:
            yield f"{where} was changed after it was signed"
        elif body.key not in keys:
            yield f"{where} is signed by a key that is not trusted here: {fingerprint(body.key)}"
        if (body.run_id, body.bundle.sha256) != (entry.run_id, entry.bundle_sha256):
            yield f"{where} is of another version: it names run {body.run_id[:12]}, bundle {body.bundle.sha256[:12]}"
        if body.sequence != sequence + 1:
            yield f"{where} follows record {sequence}: records between were removed, or their order was changed"
        elif body.previous_record != before:
            yield f"{where} follows another record than the one that stands before it"
        before, sequence = record.sha256, body.sequence


def _copies(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Copies by their record's sha256, and those that can't be read or are named otherwise than they should be."""
    copies: dict[str, Path] = {}
    spoilt = []
    for path in sorted(folder.glob("*.json")):
        try:
            record = Record.model_validate_json(path.read_text("utf-8"))
        except (ValidationError, UnicodeDecodeError):
            spoilt.append(f"the copy {path} can't be read")
            continue
        if not record.is_genuine or record.file != path.name:
            spoilt.append(f"the copy {path} was changed after it was signed")
        else:
            copies[record.sha256] = path
    return copies, spoilt


def _own_copies(found: list[Entry], copies: dict[str, Path]) -> Iterator[str]:
    """What was signed here is in the registry and as a copy: a record that is cut off at the end leaves its copy behind."""
    records = {entry.record.sha256: entry for entry in found if entry.record}
    for sha256, path in copies.items():
        if sha256 not in records:
            yield f"record {int(path.name[:6])} ({path.name}) is not in the registry any more"
    own = _own_key()
    for sha256, entry in records.items():
        if entry.record and entry.record.body.key == own and sha256 not in copies:
            yield f"v{entry.version}, record {entry.record.body.sequence}: its copy in the workspace was removed or changed"


def _own_key() -> str:
    return signer().public if workspace().promotion_key.exists() else ""


def _evidence(entry: Entry) -> Iterator[str]:
    """The run's report and bundle are still those that were signed."""
    assert entry.record is not None  # the caller left out those without
    body = entry.record.body
    where = f"v{entry.version}, record {body.sequence}"
    try:
        if sha256_file(fetched(entry.run_id, "report.json")) != body.report_sha256:
            yield f"{where}: the report of run {entry.run_id[:12]} was changed"
        if Bundle.load(fetched(entry.run_id, "bundle")).sha256 != body.bundle.sha256:
            yield f"{where}: run {entry.run_id[:12]} holds another bundle"
    except ZhsqError as error:
        yield f"{where}: {error.message}"
    except Exception as error:  # MLflow and its stores raise their own kinds for a file that is gone
        yield f"{where}: the evidence of run {entry.run_id[:12]} can't be read ({type(error).__name__})"


def _aliases(task: str, found: list[Entry]) -> Iterator[str]:
    done = [entry for entry in found if entry.done]
    reigning = next((entry for entry in found if CHAMPION in entry.aliases), None)
    if reigning is None and done:
        yield f"nothing is champion of {task}, though v{done[-1].version} was promoted"
    elif reigning is not None and reigning is not done[-1]:
        yield f"the alias champion points to v{reigning.version}; the last promotion is v{done[-1].version}"
