"""Ways in which a message reaches a target, by the target's kind: what the courier needs of each, and signed webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import httpx
from standardwebhooks import Webhook

from zhsq.serve.alerting.events.envelope import STRUCTURED
from zhsq.serve.alerting.sending import NOT_NOW, Answer
from zhsq.serve.store.tables import Delivery, Target

#: Kind of a target that gets webhooks.
WEBHOOK = "webhook"
#: For an answer, seconds.
TIMEOUT_S = 10.0


class Way(Protocol):
    """Delivers to targets of one kind.

    The targets that it is given are those of this process's lease; they are no longer of a session. Different targets
    come from different threads. `secret` is the target's, opened.
    """

    def due(self, target: Target, secret: str) -> bool:
        """Whether `prepare` is needed before a message can go. Asked within a transaction: it waits for nothing."""

    def prepare(self, target: Target, secret: str) -> Answer:
        """Do what is needed; 'delivered' means that messages can go."""

    def send(self, target: Target, secret: str, delivery: Delivery) -> Answer:
        """Send a message that is due."""

    def drop(self, target_id: str) -> None:
        """Leave a target: it was turned off, or this process stops."""

    def close(self) -> None:
        """End all."""


class Webhooks:
    """Posts signed by the Standard Webhooks specification.

    Args:
        timeout_s: for an answer.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False)

    def due(self, target: Target, secret: str) -> bool:
        del target, secret
        return False

    def prepare(self, target: Target, secret: str) -> Answer:
        del target, secret
        return Answer("delivered", "nothing is needed")

    def send(self, target: Target, secret: str, delivery: Delivery) -> Answer:
        return post(self._client, target.url, secret, delivery.message_id, delivery.body)

    def drop(self, target_id: str) -> None:
        """Nothing is kept of one."""

    def close(self) -> None:
        self._client.close()


def post(client: httpx.Client, url: str, secret: str, message_id: str, body: dict[str, object]) -> Answer:
    """Post a message, signed by the Standard Webhooks specification 1.0.0 (HMAC-SHA256 over id, time and body)."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    moment = datetime.now(UTC)
    headers = {
        "content-type": STRUCTURED,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, text),
    }
    try:
        answer = client.post(url, content=text.encode(), headers=headers)
    except httpx.HTTPError as error:
        return Answer("not-now", f"{type(error).__name__}: {error}"[:300])
    told = f"HTTP {answer.status_code}"
    if answer.is_success:
        return Answer("delivered", told)
    if answer.status_code == 410:
        return Answer("gone", told)
    if answer.status_code in NOT_NOW:
        return Answer("not-now", told, _asked(answer.headers.get("retry-after", ""), moment))
    return Answer("refused", told)


def _asked(retry_after: str, now: datetime) -> float | None:
    """Seconds of a Retry-After (RFC 9110, 10.2.3: seconds or a date), an hour at most; None where it says nothing."""
    if retry_after.isdigit():
        return min(float(retry_after), 3600.0)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), 3600.0)
