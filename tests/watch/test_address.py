from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.watch.address import SourceError, parse, parse_all


def test_a_login_is_opened_but_never_shown() -> None:
    address = parse("rtsp://admin:s3cret@10.0.0.7:554/ch1?token=abc")
    assert address.url == "rtsp://admin:s3cret@10.0.0.7:554/ch1?token=abc"
    assert address.kind == "stream"
    for text in (address.shown, address.camera):
        assert "s3cret" not in text and "admin" not in text and "abc" not in text


def test_a_camera_may_be_named_and_names_differ(tmp_path: Path) -> None:
    film = tmp_path / "Hall A.avi"
    film.touch()
    assert parse(f"gate={film}").camera == "gate"
    assert parse("gate=rtsp://h/a?b=c").camera == "gate"
    assert [a.camera for a in parse_all([str(film), str(film), str(film)])] == ["hall-a", "hall-a-2", "hall-a-3"]


def test_a_file_with_an_equals_sign_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a=b.avi").touch()
    assert parse("a=b.avi").url == "a=b.avi"


@pytest.mark.parametrize(
    ("source", "said"),
    [("nowhere.avi", "no file nowhere.avi"), ("src", "is a folder"), ("concat://a|b", "'concat' are not read")],
)
def test_what_can_not_be_a_source_is_said(source: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(source)
    assert said in caught.value.message and caught.value.hint and caught.value.final
