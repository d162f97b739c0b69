"""Files, broken files, and a live stream over a real socket that is cut and comes back."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zhsq.watch.address import SourceError, parse
from zhsq.watch.source import Source, SourceSettings

Video = Callable[..., Path]


def source(what: str | Path, **settings: Any) -> tuple[Source, threading.Event, list[str]]:
    stop, said = threading.Event(), []
    return Source(parse(str(what)), SourceSettings(**settings), stop, said.append), stop, said


@pytest.fixture(params=["mpeg-ts", "multipart-jpeg"])
def transport(request: pytest.FixtureRequest, video: Video, make_scene: Callable[..., Any]) -> bytes:
    """Frames as cameras send them over HTTP; FFmpeg looks at some seconds of a stream before it opens."""
    frames = (make_scene(n) for n in range(300))
    if request.param == "mpeg-ts":
        return video(frames, "made.ts", "mpeg2video", fps=25).read_bytes()
    start = b"\xff\xd8"
    pictures = [start + part for part in video(frames, "made.mjpeg", "mjpeg", fps=25).read_bytes().split(start)[1:]]
    head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
    return b"".join(head % len(picture) + picture + b"\r\n" for picture in pictures)


def test_a_file_gives_every_frame_in_order_with_its_time(video: Video, make_scene: Callable[..., Any]) -> None:
    reader, _, said = source(video(make_scene(n) for n in range(30)))
    frames = [(frame.index, frame.time, frame.rgb()) for frame in reader.frames()]
    assert [index for index, _, _ in frames] == list(range(30))
    assert [t for _, t, _ in frames] == pytest.approx([n / 10 for n in range(30)])
    assert frames[7][2].shape == (96, 128, 3)
    assert np.abs(frames[7][2].astype(int) - make_scene(7)).mean() < 8
    assert (reader.counts.decoded, reader.counts.fps, not reader.counts.skipped.total(), said) == (30, 10, True, [])


def test_a_file_that_is_cut_short_counts_as_far_as_it_goes_and_that_is_said(
    video: Video, make_scene: Callable[..., Any]
) -> None:
    path = video(make_scene(n) for n in range(60))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    reader, _, said = source(path)
    frames = sum(1 for _ in reader.frames())
    assert 10 < frames < 58
    assert "cut short" in said[0] and f"{frames} of 60" in said[0] and reader.counts.warnings == said


@pytest.mark.parametrize("realtime", [False, True])
def test_what_is_no_video_is_said_at_once(tmp_path: Path, realtime: bool) -> None:
    text, empty = tmp_path / "notes.avi", tmp_path / "empty.mp4"
    text.write_text("not a video " * 500)
    empty.touch()
    for path in (text, empty):
        reader, _, _ = source(path, realtime=realtime)
        with pytest.raises(SourceError, match=path.name):
            list(reader.frames())


def test_a_recording_with_sound_alone_is_said(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(SourceError, match="holds no video"):
        list(source(path)[0].frames())


def test_a_file_as_if_live_skips_what_came_too_late_and_counts_it(video: Video, make_scene: Callable[..., Any]) -> None:
    reader, _, _ = source(video((make_scene(n) for n in range(40)), fps=50), realtime=True)
    seen = []
    for frame in reader.frames():
        seen.append(frame.index)
        time.sleep(0.06)  # scoring that takes three frames' time
    late = reader.counts.skipped["late"]
    assert late > 0 and len(seen) + late == reader.counts.decoded == 40
    assert seen == sorted(seen) and seen[-1] == 39


def test_a_dropped_stream_is_said_tried_again_and_goes_on(serve: Callable[..., Any], transport: bytes) -> None:
    server = serve([transport[: len(transport) // 2], transport])
    reader, stop, said = source(server.url(), give_up_after=20.0, longest_wait=0.2)
    epochs, times = [], []
    for frame in reader.frames():
        assert frame.rgb().shape == (96, 128, 3)
        epochs.append(frame.epoch)
        times.append(frame.time)
        if frame.epoch == 1 and len([e for e in epochs if e]) > 3:
            stop.set()
    assert set(epochs) == {0, 1} and reader.counts.reconnects == 1
    assert times == sorted(times)
    assert any("dropped" in text for text in said) and "The stream is back." in said
    assert reader.counts.decoded > 10


def test_a_stream_that_stays_away_is_given_up(serve: Callable[..., Any], transport: bytes) -> None:
    server = serve([transport])
    reader, _, said = source(server.url(), give_up_after=0.6, longest_wait=0.1)
    seen = 0
    with pytest.raises(SourceError) as caught:
        for _ in reader.frames():
            seen += 1
    assert seen > 0 and "127.0.0.1" in caught.value.message
    assert sum("Trying again" in text for text in said) >= 2


def test_nobody_listens(video: Video) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reader, _, said = source(f"http://127.0.0.1:{port}/x", give_up_after=0.5, longest_wait=0.1)
    with pytest.raises(SourceError, match="refused"):
        list(reader.frames())
    assert said


def test_a_refused_login_is_not_tried_again_and_not_shown(serve: Callable[..., Any]) -> None:
    server: Any = serve([], status=401)
    reader, _, said = source(server.url("admin:s3cret@"), give_up_after=20.0)
    with pytest.raises(SourceError, match="refuses the login") as caught:
        list(reader.frames())
    assert len(server.asked) <= 2 and said == []  # FFmpeg itself asks once more, with the login
    assert "s3cret" not in str(caught.value)


def test_stop_ends_a_source_that_waits_for_a_stream(serve: Callable[..., Any]) -> None:
    reader, stop, _ = source(serve([]).url(), give_up_after=1000.0, longest_wait=100.0)
    threading.Timer(0.5, stop.set).start()
    assert list(reader.frames()) == []
