"""End the API at random moments while clients write, start it again, and compare it with the ledger each time."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from zhsq_testing.ledger import Ledger
from zhsq_testing.process import Api


@dataclass
class Account:
    """What was done and what was found; `faults` is empty when all holds."""

    seed: int
    times: int = 0
    seconds: float = 0.0
    answered: dict[str, int] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    in_doubt: int = 0
    faults: list[str] = field(default_factory=list)


def killed_at_random(api: Api, photos: list[bytes], kills: int) -> Account:
    """As `ended_while_it_writes`, by SIGKILL."""
    return ended_while_it_writes(api, photos, kills, api.kill)


def ended_while_it_writes(api: Api, photos: list[bytes], times: int, end: Callable[[], object]) -> Account:
    """End it so often while four clients write.

    After each end the store is compared with the ledger before anything else is done, and two people's decisions are
    asked for; at last everyone's. $ZHSQ_QUALITY_SEED repeats a run's choices (not its moments to the microsecond).

    Args:
        api: not started yet, on an empty store.
        photos: of different people.
        times: how often.
        end: ends it.
    """
    account = Account(seed=int(os.environ.get("ZHSQ_QUALITY_SEED") or time.time_ns() % 10**6))
    chance, ledger, begun = random.Random(account.seed), Ledger(photos, account.seed), time.monotonic()
    api.prepare()
    api.start()
    while account.times < times and not account.faults:
        timer = threading.Timer(chance.uniform(0.1, 2.0), end)
        timer.start()
        ledger.write(api, until=timer.finished.is_set)
        timer.join()
        account.times += 1
        account.in_doubt += ledger.in_doubt
        database = api.database()
        with database.session() as session:
            ledger.settle(session)
            account.faults += ledger.faults(session)
        database.close()
        api.start()
        with api.client() as client:
            account.faults += ledger.wrong_decisions(client, sample=2)
    with api.client() as client:
        account.faults += ledger.wrong_decisions(client)
    account.answered, account.refused = dict(ledger.answered), dict(ledger.refused)
    account.seconds = round(time.monotonic() - begun, 1)
    return account
