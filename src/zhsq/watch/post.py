"""Send events, and the pictures of those that raise alerts, to the platform beside watching: tried again with back-off,
never in the way of a frame."""

from __future__ import annotations

import queue
import threading
from typing import Any, Protocol

import httpx
from tenacity import (
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_delay,
    stop_when_event_set,
    wait_random_exponential,
)

from zhsq.watch.source import Say

#: Events that wait for a platform that is away; further ones are in the journal only.
WAITING = 1000
#: Of those that wait so many keep their picture: memory stays bounded while the platform is away.
PICTURES = 50


class Sender(Protocol):
    """Takes events to the platform; `delivered` and `failed` count them."""

    delivered: int
    failed: int

    def send(self, event: dict[str, Any], picture: bytes | None = None) -> None:
        """Queue an event, with a JPEG for the alerts that it raises where the way takes one; returns at once."""

    def close(self, wait: float = 5.0) -> None:
        """Deliver what is queued, for so many seconds at most; then give up."""


class Poster:
    """A thread that posts events in order.

    Args:
        url: of the API, with or without `/v1/events`.
        key: an API key of the role platform or operator.
        say: told when an event could not be delivered.
        patience: seconds that one event is tried for.
    """

    def __init__(self, url: str, key: str, say: Say, patience: float = 60.0) -> None:
        self.url = url.rstrip("/") if url.rstrip("/").endswith("/events") else f"{url.rstrip('/')}/v1/events"
        self.delivered = self.failed = 0
        self._say, self._patience = say, patience
        self._events: queue.Queue[tuple[dict[str, Any], bytes | None] | None] = queue.Queue(WAITING)
        self._hurry = threading.Event()
        self._client = httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=10)
        self._thread = threading.Thread(target=self._work, name="zhsq-post", daemon=True)
        self._thread.start()

    def send(self, event: dict[str, Any], picture: bytes | None = None) -> None:
        """Queue an event, with a JPEG for the alerts that it raises; returns at once."""
        try:
            self._events.put_nowait((event, picture if self._events.qsize() < PICTURES else None))
        except queue.Full:
            self.failed += 1

    def close(self, wait: float = 5.0) -> None:
        """Deliver what is queued, for so many seconds at most; then give up."""
        try:
            self._events.put(None, timeout=wait)
        except queue.Full:
            self._hurry.set()
        self._thread.join(wait)
        self._hurry.set()
        self._thread.join(11)
        self.failed += sum(waiting is not None for waiting in list(self._events.queue))
        self._client.close()

    def _work(self) -> None:
        while not self._hurry.is_set():
            try:
                waiting = self._events.get(timeout=0.2)
            except queue.Empty:
                continue
            if waiting is None:
                return
            event, picture = waiting
            try:
                alerts = self._patient()(self._post, event)
                self.delivered += 1
            except Exception as error:
                # Watching goes on whatever the platform does, and the event is in the journal.
                self.failed += 1
                self._say(f"Event {event['id']} was not delivered ({_why(error)}); it is in the events file.")
                continue
            for alert in alerts if picture is not None else ():
                try:
                    self._patient()(self._attach, alert, picture, event["time"])
                except Exception as error:
                    self._say(f"The picture of event {event['id']} was not delivered ({_why(error)}).")

    def _patient(self) -> Retrying:
        return Retrying(
            wait=wait_random_exponential(multiplier=0.5, max=15),
            stop=stop_after_delay(self._patience) | stop_when_event_set(self._hurry),
            sleep=sleep_using_event(self._hurry),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )

    def _post(self, event: dict[str, Any]) -> list[str]:
        """The alerts that it raised or became evidence of; none from a receiver that does not tell."""
        answer = self._client.post(self.url, json=event).raise_for_status()
        told: Any = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        return list(told.get("alerts", [])) if isinstance(told, dict) else []

    def _attach(self, alert: str, picture: bytes, taken_at: str) -> None:
        url = f"{self.url.removesuffix('/events')}/alerts/{alert}/evidence"
        files = {"image": ("snapshot.jpg", picture, "image/jpeg")}
        self._client.post(url, data={"taken_at": taken_at}, files=files).raise_for_status()


def _may_pass(error: BaseException) -> bool:
    """A platform that is away or overloaded may come back; one that refuses this event will refuse it again."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500 or error.response.status_code in (408, 429)
    return isinstance(error, httpx.TransportError)


def _why(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        try:
            detail = str(error.response.json()["detail"])
        except (ValueError, KeyError, TypeError):
            detail = ""
        return f"{error.response.status_code} {detail}".strip()
    return f"{type(error).__name__}: {error}"
