"""While an app runs, Python's collector leaves alone what it is made of, and nothing else."""

from __future__ import annotations

import gc
import weakref

from fastapi import FastAPI
from fastapi.testclient import TestClient


class Thing:
    """Something that may be in a cycle."""

    me: object = None


def test_what_an_app_is_made_of_is_spared_while_it_runs_and_what_comes_meanwhile_is_collected(app: FastAPI) -> None:
    with TestClient(app):
        assert not _looked_through(app)
        dropped = Thing()
        dropped.me, gone = dropped, weakref.ref(dropped)
        del dropped
        gc.collect()
        assert gone() is None
    assert _looked_through(app)


def _looked_through(thing: object) -> bool:
    return any(each is thing for each in gc.get_objects())
