"""Wallet: the agent as a process of its own: nobody looks into it, and no terminal ends it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

from wallet.hints import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import NoReturn

_PR_SET_DUMPABLE: Final = 4  # <linux/prctl.h>
_STREAMS: Final = (0, 1, 2)


def harden() -> None:
    """From here on this process leaves no core file, and no other one of its user reads it.

    Where the system has no such switch (macOS), core files alone are turned off.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE)")


def in_background(serve: Callable[[], None], path: str, listener: socket.socket) -> int:
    """Run `serve` in a child without a terminal, and remove the socket when it ends; its pid.

    A fault there has nobody to be told to: it ends the child, and so locks the wallet.
    """
    own = os.lstat(path).st_ino
    child = os.fork()
    if child:
        listener.close()
        return child

    def leave() -> NoReturn:
        if os.path.lexists(path) and os.lstat(path).st_ino == own:  # not a later agent's
            os.unlink(path)  # noqa: PTH108  # the agent loads as little as it can
        os._exit(0)

    try:
        os.setsid()
        os.chdir("/")
        # no exception: raised in a destructor it would be dropped, and the wallet stay open
        signal.signal(signal.SIGTERM, lambda *_: leave())
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in _STREAMS:
            os.dup2(nothing, stream)
        serve()
    finally:
        leave()
