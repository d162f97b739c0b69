"""Fetch one file over HTTP: resumed where it stopped, verified by sha256, with progress and its licence shown."""

from __future__ import annotations

from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from zhsq.errors import DownloadError
from zhsq.files import sha256_file

_console = Console(stderr=True)


def fetch(url: str, target: Path, *, sha256: str | None, licence: str, attempts: int = 4) -> Path:
    """Download `url` to `target`; a finished file with the right sha256 is not fetched again.

    What has arrived stays in `<target>.part`, so a broken download goes on where it stopped. The file
    appears under its name only after its sha256 was checked.

    Args:
        url: http or https address.
        target: the file to make.
        sha256: the pinned digest, or None when the publisher states none (the digest found is printed).
        licence: shown to the user before the first byte.

    Raises:
        DownloadError: not reachable, refused by the server, disk full, or a different sha256.
    """
    if target.is_file() and (sha256 is None or sha256_file(target) == sha256):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"{target.parent} can't be made: {error.strerror}.", "Check the path.") from error
    part = target.with_name(target.name + ".part")
    _console.print(f"Fetching {target.name} from {url}\n  licence: {licence}")
    attempt = retry(
        retry=retry_if_exception_type(httpx.TransportError),
        stop=stop_after_attempt(attempts),
        wait=wait_exponential_jitter(initial=0.2, max=5),
        reraise=True,
    )
    try:
        attempt(_stream)(url, part)
    except httpx.HTTPStatusError as error:
        raise DownloadError(
            f"{url} answered {error.response.status_code}.", "Check the address, or try later."
        ) from error
    except httpx.HTTPError as error:
        hint = "What arrived is kept; run the same command again to go on."
        raise DownloadError(f"{url} can't be reached: {error}.", hint) from error
    except OSError as error:
        raise DownloadError(
            f"{part} can't be written: {error.strerror}.", "Free some space and run it again."
        ) from error
    found = sha256_file(part)
    if sha256 is not None and found != sha256:
        part.unlink()
        raise DownloadError(
            f"{url} has sha256 {found}, not the pinned {sha256}.", "The file was changed upstream: don't use it."
        )
    if sha256 is None:
        _console.print(f"  sha256: {found} (its publisher states none to compare with)")
    return part.replace(target)


def _stream(url: str, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with httpx.Client(follow_redirects=True, timeout=30) as client, client.stream("GET", url, headers=headers) as reply:
        if reply.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            return  # all of it is here already; the digest decides
        reply.raise_for_status()
        resumed = reply.status_code == httpx.codes.PARTIAL_CONTENT
        length = int(reply.headers.get("content-length", 0))
        total = (have if resumed else 0) + length if length else None
        columns = (TextColumn("  {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with (
            Progress(*columns, console=_console, transient=True) as progress,
            part.open("ab" if resumed else "wb") as out,
        ):
            task = progress.add_task(part.stem, total=total, completed=have if resumed else 0)
            for chunk in reply.iter_bytes(1 << 18):
                out.write(chunk)
                progress.advance(task, len(chunk))
