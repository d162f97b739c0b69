"""From a run to a champion: the signed record, the aliases, a crash at any step, and a history that shows what was done to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from zhsq.bench.result import BenchResult
from zhsq.errors import BundleError, GateRefusedError, ZhsqError
from zhsq.tracking import history, promotion, registry, signing, store
from zhsq.tracking.gates.config import GatesConfig
from zhsq.tracking.gates.evidence import ParityFigures
from zhsq.tracking.promotion import Promotion, consider, promote
from zhsq.tracking.record import Record
from zhsq.tracking.runs import client
from zhsq.workspace import workspace

TASK = "plate-reading"
MODEL = registry.model_name(TASK)
FINE = (ParityFigures(what="graph read", value="error 1e-07", need="<= 0.001", passes=True),)


Copy = Callable[[Path, Path], Path]


@dataclass(frozen=True)
class Stock:
    """A workspace with a run of each of two bundles that read alike, and the bundles' addresses."""

    home: Path
    runs: tuple[str, str]
    bundles: tuple[str, str]


@pytest.fixture(scope="module")
def logged(
    empty_store: Path,
    good: BenchResult,
    remade: Callable[..., BenchResult],
    tmp_path_factory: pytest.TempPathFactory,
) -> Stock:
    home = tmp_path_factory.mktemp("logged")
    shutil.copyfile(empty_store, home / "mlflow.db")
    both = good, remade(good, version="9.0.0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHSQ_HOME", str(home))
        first, second = (store.log(one.report, one.bundle, one.trials) for one in both)
    return Stock(home, (first, second), (both[0].bundle.sha256, both[1].bundle.sha256))


@pytest.fixture
def stock(logged: Stock, copied: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stock:
    """A copy of it for one test."""
    home = copied(logged.home, tmp_path / "home")
    monkeypatch.setenv("ZHSQ_HOME", str(home))
    return replace(logged, home=home)


def promoted(run_id: str, **options: Any) -> Promotion:
    return promote(consider(store.read(run_id), FINE, GatesConfig.load(), **options), by="Li Wei 李伟")


def aliases() -> dict[str, int]:
    found = client().get_registered_model(MODEL).aliases
    return {alias: int(version) for alias, version in found.items()}


def test_the_first_promotion_makes_a_champion_with_a_signed_record(stock: Stock) -> None:
    assert registry.champion(TASK) is None and not registry.champion_is_whole(TASK)
    done = promoted(stock.runs[0])
    body = done.record.body
    assert registry.champion(TASK).sha256 == stock.bundles[0]  # type: ignore[union-attr]
    assert registry.champion_is_whole(TASK)
    assert (body.sequence, body.previous_record, body.previous_champion) == (1, "", "")
    assert body.who.by == "Li Wei 李伟" and body.who.user
    assert body.bundle.sha256 == stock.bundles[0] and body.gates_sha256 == GatesConfig.load().sha256
    assert {gate.state for gate in body.gates} == {"pass", "n/a"} and body.parity == FINE
    assert done.record.is_genuine and body.key == signing.signer().public
    (entry,) = registry.entries(TASK)
    assert entry.record == done.record and entry.done and entry.aliases == ("champion",)
    copy = stock.home / "champions" / TASK / done.record.file
    assert Record.model_validate_json(copy.read_text("utf-8")) == done.record
    kept = store.fetched(entry.run_id, f"promotion/{done.record.file}")
    assert kept.read_text("utf-8") == copy.read_text("utf-8")
    assert client().get_run(entry.run_id).data.tags["promoted"] == "v1"
    assert history.faults(TASK) == []


def test_the_next_is_chained_and_the_one_before_stays_at_hand(
    stock: Stock,
) -> None:
    first, second = (promoted(run_id) for run_id in stock.runs)
    assert aliases() == {"champion": 2, "previous": 1}
    assert second.record.body.previous_record == first.record.sha256
    assert second.record.body.previous_champion == stock.bundles[0]
    assert {gate.name: gate.state for gate in second.record.body.gates}[
        "no regression: all trials, exact_match"
    ] == "pass"
    assert registry.champion(TASK, registry.PREVIOUS).sha256 == stock.bundles[0]  # type: ignore[union-attr]
    again = promoted(stock.runs[1])
    assert again.version == 3 and aliases() == {"champion": 3, "previous": 1}, "the same bundle is not the one before"
    assert history.faults(TASK) == []


def test_what_a_person_took_on_is_in_the_record(stock: Stock) -> None:
    done = promoted(stock.runs[0], accepted="cleared by counsel")
    assert done.record.body.accepted == "cleared by counsel"


def test_a_refused_run_changes_nothing(stock: Stock, good: BenchResult) -> None:
    promoted(stock.runs[0])
    before = aliases(), registry.entries(TASK)
    subset = good.report.model_copy(update={"protocol": "p/subset-9"})
    with pytest.raises(GateRefusedError, match="whole protocol"):
        promoted(store.log(subset, good.bundle, good.trials))
    assert (aliases(), registry.entries(TASK)) == before and history.faults(TASK) == []


def test_a_bundle_that_was_touched_after_it_was_measured_can_not_be_promoted(
    stock: Stock,
) -> None:
    run_id = stock.runs[0]
    graph = store.fetched(run_id, "bundle") / "read.onnx"
    content = bytearray(graph.read_bytes())
    content[1000] ^= 1
    graph.write_bytes(content)
    with pytest.raises(BundleError, match=r"read\.onnx was changed after it was built"):
        store.read(run_id)


#: Steps of `promote` that may be the last before a crash, in their order: a function of its module or of MLflow's client.
STEPS = ["log_text", "create_model_version", "write", "alias previous", "alias champion", "done"]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_a_champion_with_its_record_and_the_next_promotion_goes_through(
    step: str, stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    promoted(stock.runs[0])
    with monkeypatch.context() as patch:
        crash_at(step, patch)
        with pytest.raises(RuntimeError, match="power cut"):
            promoted(stock.runs[1])
    stands = stock.bundles[step == "done"]
    assert registry.champion(TASK).sha256 == stands  # type: ignore[union-attr]
    entry = registry.champion_entry(TASK)
    assert entry and entry.record and entry.record.body.bundle.sha256 == stands
    written = STEPS.index(step) > STEPS.index("create_model_version")
    assert [one.done for one in registry.entries(TASK)] == [True, *([step == "done"] if written else [])]
    # Only where its version was made but not yet its copy does the history show a gap, which is what happened.
    assert [text for text in history.faults(TASK) if "its copy" not in text] == []
    assert len(history.faults(TASK)) == (step == "write")
    promoted(stock.runs[1])
    assert registry.champion(TASK).sha256 == stock.bundles[1]  # type: ignore[union-attr]
    assert aliases()["previous"] == 1
    assert [one.record.body.sequence for one in registry.entries(TASK) if one.record] == (
        [1, 2, 3] if written else [1, 2]
    )


def crash_at(step: str, patch: pytest.MonkeyPatch) -> None:
    from mlflow import MlflowClient

    def crash(*arguments: object, **named: object) -> None:
        raise RuntimeError("power cut")

    if step == "write":
        patch.setattr(Record, "write", crash)
    elif step.startswith("alias"):
        move = MlflowClient.set_registered_model_alias

        def moved(self: Any, name: str, alias: str, version: str) -> None:
            if alias == step.removeprefix("alias "):
                crash()
            move(self, name, alias, version)

        patch.setattr(MlflowClient, "set_registered_model_alias", moved)
    elif step == "done":
        mark = MlflowClient.set_model_version_tag

        def marked(self: Any, name: str, version: str, key: str, value: str) -> None:
            if version == "2":
                crash()
            mark(self, name, version, key, value)

        patch.setattr(MlflowClient, "set_model_version_tag", marked)
    elif step == "log_text":
        log = MlflowClient.log_text

        def logged(self: Any, run_id: str, text: str, file: str) -> None:
            if file.startswith("promotion/"):
                crash()
            log(self, run_id, text, file)

        patch.setattr(MlflowClient, "log_text", logged)
    else:
        patch.setattr(MlflowClient, step, crash)


def test_two_promotions_at_once_do_not_both_win(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (consider(store.read(run_id), FINE, GatesConfig.load()) for run_id in stock.runs)
    new_version = promotion._new_version

    def overtaken(*arguments: Any) -> int:
        monkeypatch.setattr(promotion, "_new_version", new_version)
        promote(second)
        return new_version(*arguments)

    monkeypatch.setattr(promotion, "_new_version", overtaken)
    with pytest.raises(ZhsqError, match="came in between"):
        promote(first)
    assert registry.champion(TASK).sha256 == stock.bundles[1]  # type: ignore[union-attr]
    assert history.faults(TASK) == []


@pytest.fixture(scope="module")
def history_of_three(
    logged: Stock, copied: Copy, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Stock, list[Promotion]]:
    home = copied(logged.home, tmp_path_factory.mktemp("history") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHSQ_HOME", str(home))
        found = [promoted(run_id) for run_id in (*logged.runs, logged.runs[0])]
    return replace(logged, home=home), found


@pytest.fixture
def three(
    history_of_three: tuple[Stock, list[Promotion]], copied: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Promotion]:
    """A history of three promotions, which is whole."""
    stock, found = history_of_three
    monkeypatch.setenv("ZHSQ_HOME", str(copied(stock.home, tmp_path / "home")))
    assert history.faults(TASK) == []
    return found


def retag(version: int, record: Record) -> None:
    client().set_model_version_tag(MODEL, str(version), registry.RECORD, record.text())


def altered(record: Record, **changes: Any) -> Record:
    return record.model_copy(update={"body": record.body.model_copy(update=changes)})


def told(text: str) -> bool:
    return any(text in fault for fault in history.faults(TASK))


def test_a_record_that_was_changed_is_seen(three: list[Promotion]) -> None:
    record = three[1].record
    who = record.body.who.model_copy(update={"by": "somebody else"})
    retag(2, altered(record, who=who))
    assert told("v2, record 2 was changed after it was signed")
    assert told("v3, record 3 follows another record")


def test_a_record_signed_anew_by_a_stranger_is_seen(three: list[Promotion]) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    stranger = signing.Signer(Ed25519PrivateKey.generate())
    retag(3, Record.signed(three[2].record.body.model_copy(update={"key": stranger.public}), stranger))
    assert told("v3, record 3 is signed by a key that is not trusted here")
    assert told(f"record 3 ({three[2].record.file}) is not in the registry any more")


@pytest.mark.parametrize("version", [1, 2])
def test_a_removed_record_is_seen_by_the_chain(three: list[Promotion], version: int) -> None:
    client().delete_registered_model_alias(MODEL, registry.PREVIOUS)
    client().delete_model_version(MODEL, str(version))
    assert told("records between were removed")


def test_a_record_cut_off_at_the_end_is_seen_by_its_copy(three: list[Promotion]) -> None:
    client().delete_model_version(MODEL, "3")
    client().set_registered_model_alias(MODEL, registry.CHAMPION, "2")
    assert told(f"record 3 ({three[2].record.file}) is not in the registry any more")


def test_records_in_another_order_are_seen(three: list[Promotion]) -> None:
    retag(2, three[2].record)
    retag(3, three[1].record)
    assert told("v2, record 3 is of another version") and told("their order was changed")


def test_a_removed_and_a_changed_copy_are_seen(three: list[Promotion]) -> None:
    folder = workspace().champions / TASK
    (folder / three[0].record.file).unlink()
    assert told("v1, record 1: its copy in the workspace was removed")
    path = folder / three[1].record.file
    path.write_text(path.read_text("utf-8").replace("Li Wei", "Mr Wu"), encoding="utf-8")
    assert told(f"the copy {path} was changed after it was signed")


def test_a_champion_that_was_moved_by_hand_is_seen(three: list[Promotion]) -> None:
    client().set_registered_model_alias(MODEL, registry.CHAMPION, "1")
    assert history.faults(TASK) == ["the alias champion points to v1; the last promotion is v3"]


def test_changed_evidence_is_seen(three: list[Promotion]) -> None:
    run_id = three[0].record.body.run_id
    report = store.fetched(run_id, "report.json")
    found = json.loads(report.read_text("utf-8"))
    found["metrics"]["exact_match"]["value"] = 1.0001
    report.write_text(json.dumps(found), encoding="utf-8")
    (store.fetched(run_id, "bundle") / "read.onnx").unlink()
    assert told(f"the report of run {run_id[:12]} was changed")
    assert told("misses read.onnx")


def test_the_key_is_made_once_for_its_owner_alone_and_a_key_that_others_can_read_is_refused(own_store: Path) -> None:
    key = signing.signer().public
    path = own_store / "keys" / "promotion.pem"
    assert signing.signer().public == key and path.stat().st_mode & 0o777 == 0o600
    assert signing.is_signed(b"text", signing.signer().sign(b"text"), key)
    assert not signing.is_signed(b"Text", signing.signer().sign(b"text"), key)
    assert not signing.is_signed(b"text", "no signature", key)
    path.chmod(0o644)
    with pytest.raises(ZhsqError, match="can be read by others"):
        signing.signer()


def test_a_key_by_setting_signs_and_another_machine_trusts_its_public_half(
    stock: Stock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.signer()
    own = stock.home / "keys" / "promotion.pem"
    elsewhere = tmp_path / "team.pem"
    own.rename(elsewhere)
    monkeypatch.setenv("ZHSQ_PROMOTION_KEY", str(elsewhere))
    promoted(stock.runs[0])
    assert not own.exists() and history.faults(TASK) == []
    monkeypatch.delenv("ZHSQ_PROMOTION_KEY")  # as on a machine that has another key
    assert told("signed by a key that is not trusted here")
    monkeypatch.setenv("ZHSQ_PROMOTION_TRUSTED", str(stock.home / "keys" / "promotion.pub"))
    assert history.faults(TASK) == []


@pytest.mark.parametrize("content", [b"no key", b""])
def test_a_file_that_is_no_key_is_refused(
    own_store: Path, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    monkeypatch.setenv("ZHSQ_PROMOTION_KEY", str(path))
    with pytest.raises(ZhsqError, match="can't be used"):
        signing.signer()
    monkeypatch.setenv("ZHSQ_PROMOTION_KEY", str(tmp_path / "missing.pem"))
    with pytest.raises(ZhsqError, match="can't be used"):
        signing.signer()
