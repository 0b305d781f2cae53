"""Scripts: starting other programs so that none outlives its purpose, and free ports for them."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

POLL_SECONDS = 0.02
STOP_SECONDS = 10.0


class StartError(Exception):
    """A program did not come up. The text says which, why as far as known, and the remedy."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago; start its user at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def tied(argv: Sequence[str | Path], on_death: str = "TERM") -> list[str]:
    """The command line so that the program also ends when we are killed, where Linux can do it.

    setpriv replaces itself by the program, so the process id stays the program's own.
    """
    setpriv = shutil.which("setpriv")
    prefix = [setpriv, "--pdeathsig", on_death, "--"] if setpriv else []
    return [*prefix, *map(str, argv)]


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Poll until `ready`; False when the child ended first or the seconds are over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if child.poll() is not None:
            return False
        time.sleep(POLL_SECONDS)
    return False


def stop(child: subprocess.Popen[bytes], with_signal: int = signal.SIGTERM) -> None:
    """Ask a child to end, insist when it does not, and collect it."""
    if child.poll() is None:
        child.send_signal(with_signal)
        try:
            child.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
    child.wait()
