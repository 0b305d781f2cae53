"""Cli: how a command that has no way of its own to stop ends when it is asked to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = [
    "EXIT_INTERRUPTED",
    "EXIT_TERMINATED",
    "SIGNALS",
    "asked_later",
    "end_when_asked",
    "is_done_when_asked",
]

EXIT_INTERRUPTED: Final = 130
EXIT_TERMINATED: Final = 143
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

_codes = {signal.SIGTERM: EXIT_TERMINATED}


def is_done_when_asked(done: bool) -> None:
    """Whether SIGTERM ends what this process does with exit code 0: that of one which runs until
    it is asked to end. A command that was cut off is not done."""
    _codes[signal.SIGTERM] = 0 if done else EXIT_TERMINATED


def end_when_asked() -> None:
    """SIGTERM ends the process with exit code 143, as Ctrl-C ends it with 130: by an exception, so
    that files and transactions are closed.

    Where Python cannot raise it, in a destructor or a weak reference's callback, it would only
    print it and go on as if nobody had asked; there the process ends at once. So it does when it
    is asked again before that is seen.
    """
    signal.signal(signal.SIGTERM, _leave)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in a shell's background
        signal.signal(signal.SIGINT, _leave)
    sys.unraisablehook = _unraised


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    ending = SystemExit(_codes[signal.SIGTERM]) if number == signal.SIGTERM else KeyboardInterrupt()
    while frame is not None:
        if frame.f_code is _unraised.__code__:
            _at_once(type(ending))
        frame = frame.f_back
    raise ending


def _unraised(unraised: UnraisableHookArgs, /) -> None:
    _at_once(unraised.exc_type)
    sys.__unraisablehook__(unraised)


def _at_once(why: type[BaseException]) -> None:
    if issubclass(why, SystemExit):
        os._exit(_codes[signal.SIGTERM])
    if issubclass(why, KeyboardInterrupt):
        os._exit(EXIT_INTERRUPTED)


@contextmanager
def asked_later() -> Iterator[None]:
    """Whoever asks the process to end meanwhile is heard when this is over, not in the middle."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
