"""Keys from a provider, rotated under running servers; decisions are the same before and after protection."""

from __future__ import annotations

import os
import stat
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import numpy as np
import pytest

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.serve.security import key_provider
from zhsq.serve.security.key_provider import EnvironmentKeys, FileKeys, key_id, plugged
from zhsq.serve.security.template_keys import TemplateKeys

SALT, OTHER = bytes(32), bytes([1]) * 32


def faces(n: int, size: int = 256, seed: int = 0):
    drawn = np.random.default_rng(seed).standard_normal((n, size))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def test_a_key_file_is_made_for_its_owner_alone_and_a_new_key_opens_before_it_protects(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "master.key")
    (first,) = keys.ids()
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    second = keys.add()
    assert keys.ids() == (first, second)
    keys.activate(second)
    assert keys.ids() == (second, first)
    with pytest.raises(ZhsqError, match="active"):
        keys.remove(second)
    keys.remove(first)
    assert keys.ids() == (second,)
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"], "no draft with keys is left behind"
    with pytest.raises(ZhsqError, match=first):
        keys.secret(first)


def test_a_running_server_reads_a_key_file_that_changed(tmp_path: Path) -> None:
    server, command = FileKeys(tmp_path / "master.key"), FileKeys(tmp_path / "master.key")
    (first,) = server.ids()
    second = command.add()
    command.activate(second)
    assert server.ids() == (second, first)


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 31, f"{'ab' * 32},cd"])
def test_what_is_no_key_is_refused_with_where_it_stands(text: str, tmp_path: Path) -> None:
    with pytest.raises(ZhsqError, match="ZHSQ_SERVE_MASTER_KEY"):
        EnvironmentKeys(text)
    path = tmp_path / "k"
    path.write_text(text)
    with pytest.raises(ZhsqError, match=str(path)):
        FileKeys(path).ids()


def test_the_first_key_of_the_environment_is_active(tmp_path: Path) -> None:
    keys = EnvironmentKeys(f"{'ab' * 32}, {'cd' * 32}")
    assert keys.ids() == (key_id(bytes.fromhex("ab" * 32)), key_id(bytes.fromhex("cd" * 32)))


def test_a_kms_comes_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("vault", f"{__name__}:vault", key_provider.GROUP)
    monkeypatch.setattr(key_provider, "entry_points", lambda group: EntryPoints([point]).select(group=group))
    monkeypatch.setattr(EntryPoint, "load", lambda self: vault)
    assert plugged("vault").ids() == vault().ids()
    with pytest.raises(UnknownNameError, match="Did you mean vault"):
        plugged("vualt")


def vault() -> EnvironmentKeys:
    return EnvironmentKeys("ef" * 32)


def test_a_protected_template_gives_the_scores_of_the_plain_one(tmp_path: Path) -> None:
    plain = faces(40)
    space = TemplateKeys(EnvironmentKeys("ab" * 32)).space(SALT)
    kept = np.stack([space.guard.rotate(vector) for vector in plain])
    assert np.abs(kept @ kept.T - plain @ plain.T).max() < 1e-6
    assert np.abs(kept @ plain.T).max() < 0.5, "and is another vector"


def test_templates_of_a_former_key_are_compared_as_if_the_active_one_had_made_them() -> None:
    old, new = "ab" * 32, "cd" * 32
    before, after = TemplateKeys(EnvironmentKeys(old)), TemplateKeys(EnvironmentKeys(f"{new},{old}"))
    plain = faces(10)
    was, now = before.space(SALT), after.space(SALT)
    assert was.name != now.name
    for i, vector in enumerate(plain):
        sealed = was.guard.seal(was.guard.rotate(vector), str(i))
        opened = after.open(sealed, was.key_id, str(i), SALT, now)
        assert np.abs(opened - now.guard.rotate(vector)).max() < 1e-6
        assert np.array_equal(opened, after.open(sealed, "", str(i), SALT, now)), "of unknown key: the one that fits"


def test_without_its_key_or_with_another_s_name_a_template_stays_shut() -> None:
    old = TemplateKeys(EnvironmentKeys("ab" * 32))
    space = old.space(SALT)
    sealed = space.guard.seal(space.guard.rotate(faces(1)[0]), "me")
    new = TemplateKeys(EnvironmentKeys("cd" * 32))
    for key in (space.key_id, ""):
        with pytest.raises(ZhsqError, match="Restore"):
            new.open(sealed, key, "me", SALT, new.space(SALT))
    for subject, salt in (("you", SALT), ("me", OTHER)):
        with pytest.raises(ZhsqError, match="can't be read"):
            old.open(sealed, space.key_id, subject, salt, space)
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(ZhsqError, match="can't be read"):
        old.open(broken, space.key_id, "me", SALT, space)


def test_across_two_estates_one_face_is_as_unlike_as_two_faces() -> None:
    keys = TemplateKeys(EnvironmentKeys("ab" * 32))
    one, two = keys.space(SALT).guard, keys.space(OTHER).guard
    plain = faces(200)
    mated = np.array([one.rotate(v) @ two.rotate(v) for v in plain])
    others = np.array([one.rotate(v) @ two.rotate(w) for v, w in zip(plain, np.roll(plain, 1, 0), strict=True)])
    assert abs(mated.mean()) < 0.02 and abs(others.mean()) < 0.02  # standard error of 200 cosines at d = 256: 0.0044
    assert mated.std() == pytest.approx(others.std(), rel=0.3)


def test_a_draft_of_a_process_that_was_killed_does_not_stop_the_next(tmp_path: Path) -> None:
    (tmp_path / f"master.key.{os.getpid()}").write_text("half")
    assert len(FileKeys(tmp_path / "master.key").ids()) == 1
