"""Setup: one process at a time may change what is installed in a checkout."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.setup.console import say
from scripts.toolchain import CACHE


@contextmanager
def alone() -> Iterator[None]:
    """Hold the checkout's lock: of two setups at once, the second waits and finds all done."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("setup: another one is at work in this checkout; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
