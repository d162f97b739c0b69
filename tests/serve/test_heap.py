"""One heap for all threads, unless the environment asks for more."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys

import pytest

#: Threads that allocate at the same time; how many heaps glibc has by then (malloc_info(3)).
PROGRAM = """
import ctypes, sys, threading
from zhsq.serve.heap import share_one
done = share_one() if sys.argv[1] == "share" else None
barrier, libc = threading.Barrier(8), ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def work():
    barrier.wait()
    for _ in range(200):
        libc.malloc(5000)
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
print(done, flush=True)
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out)), libc.fflush(ctypes.c_void_p(out))
"""


def heaps(what: str, **environment: str) -> tuple[str, int]:
    given = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"} | environment
    done = subprocess.run([sys.executable, "-c", PROGRAM, what], env=given, capture_output=True, text=True, check=True)
    return done.stdout.split()[0], len(re.findall(r"<heap nr=", done.stdout))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps of threads are glibc's")
def test_threads_share_one_heap() -> None:
    assert heaps("share") == ("True", 1)
    assert heaps("leave")[1] > 1
    assert heaps("share", MALLOC_ARENA_MAX="3") == ("False", 3)
