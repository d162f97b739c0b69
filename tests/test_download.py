"""Downloads against a real server on loopback that supports ranges and can cut a connection."""

from __future__ import annotations

import hashlib
import http.server
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from zhsq.data.fetch import fetch_data_set, unpack
from zhsq.data.registry import Card, Source
from zhsq.download import fetch
from zhsq.errors import DataSetError, DownloadError

CONTENT = bytes(range(256)) * 4096
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    content = CONTENT
    cuts = 0
    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        cls = type(self)
        if self.path == "/gone":
            self.send_error(404)
            return
        wanted = self.headers.get("Range")
        cls.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        body = cls.content[start:]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cls.cuts > 0:
            cls.cuts -= 1
            self.wfile.write(body[: len(body) // 3])
            self.close_connection = True
            return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[tuple[str, type[Handler]]]:
    handler = type("Fresh", (Handler,), {"ranges": [], "cuts": 0})
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}", handler
    running.shutdown()
    running.server_close()


def test_a_file_is_fetched_verified_and_not_fetched_again(server, tmp_path: Path) -> None:
    url, handler = server
    for _ in range(2):
        assert fetch(f"{url}/a", tmp_path / "a", sha256=DIGEST, licence="MIT").read_bytes() == CONTENT
    assert handler.ranges == [None]


def test_the_licence_is_shown(server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fetch(f"{server[0]}/a", tmp_path / "a", sha256=DIGEST, licence="research use only")
    assert "research use only" in capsys.readouterr().err


def test_a_cut_connection_is_taken_up_where_it_stopped(server, tmp_path: Path) -> None:
    url, handler = server
    handler.cuts = 2
    assert fetch(f"{url}/a", tmp_path / "a", sha256=DIGEST, licence="MIT").read_bytes() == CONTENT
    assert handler.ranges[0] is None
    starts = [int(r.removeprefix("bytes=").rstrip("-")) for r in handler.ranges[1:] if r]
    assert len(starts) == 2 and 0 < starts[0] < starts[1] < len(CONTENT)


def test_what_an_earlier_command_left_is_taken_up(server, tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(CONTENT[:1000])
    fetch(f"{server[0]}/a", tmp_path / "a", sha256=DIGEST, licence="MIT")
    assert server[1].ranges == ["bytes=1000-"]
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_another_file_than_the_pinned_one_is_refused_and_removed(server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="not the pinned"):
        fetch(f"{server[0]}/a", tmp_path / "a", sha256="0" * 64, licence="MIT")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_and_a_dead_server_are_named(server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="/gone answered 404"):
        fetch(f"{server[0]}/gone", tmp_path / "a", sha256=None, licence="MIT")
    with pytest.raises(DownloadError, match="can't be reached"):
        fetch("http://127.0.0.1:9/a", tmp_path / "a", sha256=None, licence="MIT", attempts=1)


def test_a_path_that_can_t_be_made_is_named(server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="can't be made"):
        fetch(f"{server[0]}/a", tmp_path / "file" / "a", sha256=None, licence="MIT")


def test_a_whole_data_set_is_fetched_unpacked_and_brought_into_our_layout(server, tmp_path: Path) -> None:
    made = tmp_path / "made" / "UCSDped2"
    for clip, count in (("Train/Train001", 3), ("Test/Test001", 2), ("Test/Test001_gt", 2)):
        (made / clip).mkdir(parents=True)
        for i in range(count):
            pixels = np.zeros((8, 8), np.uint8)
            if not clip.endswith("_gt"):
                pixels[:] = 10 * i
            elif i == 1:
                pixels[2, 2] = 255
            suffix = "bmp" if clip.endswith("_gt") else "tif"
            Image.fromarray(pixels).save(made / clip / f"{i + 1:03d}.{suffix}")
    archive = tmp_path / "a.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(made, "Top/UCSDped2")
    url, handler = server
    handler.content = archive.read_bytes()
    card = Card(
        name="mini",
        title="t",
        layout="ucsd_ped2",
        release="r",
        licence="l",
        terms="t",
        use="u",
        citation="c",
        files={},
        protocol="p",
        sources=(Source(url=f"{url}/a.tar.gz", unpack="Top/UCSDped2"),),
    )
    root = tmp_path / "data"
    folder = fetch_data_set(card, root)
    assert (folder / "frame_labels.csv").read_text().split() == ["clip,frame,anomalous", "01,0,0", "01,1,1"]
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*.png")} == {
        *(f"training/01/00{i}.png" for i in range(3)),
        *(f"{kind}/01/00{i}.png" for kind in ("testing", "testing_masks") for i in range(2)),
    }
    with pytest.raises(DataSetError, match="is there already"):
        fetch_data_set(card, root)
    assert {p.name for p in root.iterdir()} == {".downloads", "mini"}, "no half-made folder stays behind"


def test_an_archive_can_t_write_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "evil.txt").write_text("x")
    archive = tmp_path / "evil.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(tmp_path / "evil.txt", "../../outside.txt")
    (tmp_path / "target").mkdir()
    with pytest.raises(DownloadError, match="can't be unpacked"):
        unpack(archive, ".", tmp_path / "target")


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.tgz").write_text("<html>moved</html>")
    (tmp_path / "target").mkdir()
    with pytest.raises(DownloadError, match=r"page\.tgz can't be unpacked"):
        unpack(tmp_path / "page.tgz", ".", tmp_path / "target")
