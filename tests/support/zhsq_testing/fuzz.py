"""Send what nobody should send to a really running API, and note every answer that is not one it may give."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from zhsq_testing.mutants import Mutant, mutant
from zhsq_testing.process import ESTATE, Api

#: Seconds after which a call counts as hung: far more than any takes, for the machine may be busy.
PATIENCE_S = 60.0
#: Calls at the same time.
AT_ONCE = 2
PROBLEM = "application/problem+json"


@dataclass
class Account:
    """What came of it: answers by status, and faults, each with what was sent."""

    sent: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: str = ""
    most_mib: float = 0.0

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {n}" for status, n in sorted(self.answers.items()))
        return (
            f"{self.sent} sent; {told}; {len(self.faults)} faults; slowest {self.slowest_s:.1f} s ({self.slowest}); "
            f"at most {self.most_mib:.0f} MiB"
        )


#: One call: a client, a mutant, its number.
Call = Callable[[httpx.Client, Mutant, int], httpx.Response]


def send_images(api: Api, photos: tuple[bytes, ...], numbers: Iterable[int]) -> Account:
    """Each mutant to one of the routes that take a picture, by turns.

    Args:
        api: running, with an estate.
        photos: whole ones, which mutants are made of.
        numbers: of the mutants.
    """
    calls = _image_calls(photos[0])

    def call(client: httpx.Client, number: int) -> tuple[str, httpx.Response]:
        made = mutant(number, photos)
        return made.how, calls[number // 12 % len(calls)](client, made, number)

    return _run(api, numbers, call)


def send_bodies(api: Api, bodies: Iterator[tuple[str, str, bytes, str]]) -> Account:
    """Each body to its route.

    Args:
        api: running, with an estate.
        bodies: how it was made, path, body, content type.
    """

    def call(client: httpx.Client, given: tuple[str, str, bytes, str]) -> tuple[str, httpx.Response]:
        how, path, body, kind = given
        return how, client.post(path, content=body, headers={"Content-Type": kind})

    return _run(api, bodies, call)


def fault_of(answer: httpx.Response) -> str:
    """What is wrong with an answer to bad or good data: '' when it is one that the API may give."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code < 400:
        return ""
    kind = answer.headers.get("content-type", "")
    if kind != PROBLEM:
        return f"{answer.status_code} as {kind!r}"
    problem = answer.json()
    missing = {"type", "title", "status", "detail", "code"} - problem.keys()
    return f"a problem without {sorted(missing)}" if missing or problem["status"] != answer.status_code else ""


def peak_mib(pid: int) -> float:
    """The most memory that a process ever held, MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _run(api: Api, given: Iterable[Any], call: Callable[[httpx.Client, Any], tuple[str, httpx.Response]]) -> Account:
    account, lock, local = Account(), threading.Lock(), threading.local()
    clients: list[httpx.Client] = []

    def one(item: Any) -> None:
        if not hasattr(local, "client"):
            local.client = api.client(timeout_s=PATIENCE_S)
            with lock:
                clients.append(local.client)
        began, how, status = time.monotonic(), str(item)[:60], 0
        try:
            how, answer = call(local.client, item)
            status, fault = answer.status_code, fault_of(answer)
        except httpx.HTTPError as error:
            fault = f"no answer: {type(error).__name__} {error}"
        took = time.monotonic() - began
        with lock:
            account.sent += 1
            account.answers[status] += 1
            if fault:
                account.faults.append(f"{how}: {fault}")
            if took > account.slowest_s:
                account.slowest_s, account.slowest = took, how

    pid = api.pid
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(one, given):
            if not api.running:
                break  # the process died: each further call would only say so again
    for client in clients:
        client.close()
    if not api.running or api.pid != pid:
        account.faults.append("the process ended")
    else:
        account.most_mib = peak_mib(pid)
    return account


def _image_calls(whole: bytes) -> tuple[Call, ...]:
    def post(path: str, field: str = "image", **fields: str) -> Call:
        def call(client: httpx.Client, made: Mutant, number: int) -> httpx.Response:
            names = {name: value.format(number=number) for name, value in fields.items()}
            return client.post(path, files={field: ("m.jpg", made.data)}, data=names)

        return call

    def verify(client: httpx.Client, made: Mutant, _number: int) -> httpx.Response:
        return client.post("/v1/faces/verify", files={"first": ("m.jpg", made.data), "second": ("w.jpg", whole)})

    terms = {
        "reference": "flat {number}",
        "consent_purpose": "fuzz",
        "consent_evidence": "form {number}",
        "consent_expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        "credential_kind": "card",
        "credential_reference": "card {number}",
    }
    return (
        post("/v1/plates/read"),
        post("/v1/faces/quality"),
        post(f"/v1/estates/{ESTATE}/faces/identify"),
        post("/v1/plates/read", kind="photo"),
        verify,
        post("/v1/plates/match", estate=ESTATE),
        post(f"/v1/estates/{ESTATE}/subjects", **terms),
        post("/v1/plates/passes/read", field="images"),
    )
