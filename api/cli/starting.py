"""Cli: what a process that stays waits for when it starts."""

from __future__ import annotations

import logging
import threading

from api.kernel.errors import Unavailable
from api.kernel.log import note
from api.migrations import upgrade

__all__ = ["await_database"]

_PAUSE = 0.5


def await_database(url: str, stop: threading.Event, log: logging.Logger) -> None:
    """Bring the database to this version as soon as it answers, unless asked to stop.

    After a power cut all start at once, and the database last. Raises `Misconfigured`.
    """
    told = None
    while not stop.is_set():
        try:
            upgrade(url)
        except Unavailable as missing:
            if missing.detail != told:
                note(log, "waiting for the database", reason=missing.detail)
            told = missing.detail
            stop.wait(_PAUSE)
        else:
            return
