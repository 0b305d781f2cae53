"""Demo: the programs it starts, watches and stops. None outlives it.

Each child writes to a log of its own, is told to die when the demo dies (Linux), and is listed in
`run.json`, so that a demo that was killed hard leaves nothing that the next one cannot clear away.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Child", "DemoError", "Processes", "port_is_free"]

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 10.0


class DemoError(Exception):
    """The demo cannot go on; the text says what happened and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass
class Child:
    """One running program."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None

    def tail(self, lines: int = 8) -> str:
        """The end of its log, for a message to a person."""
        text = self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


class Processes:
    """All children of one demo run."""

    def __init__(self, directory: Path) -> None:
        self._record = directory / "run.json"
        self._logs = directory / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._children: dict[str, Child] = {}

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start `argv` under `name`; its output is appended to logs/<name>.log."""
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            popen = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(env),
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one prctl call, no locks
            )
        child = Child(name, popen, log)
        self._children[name] = child
        self._save()
        return child

    def wait_until(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready`; a child that ends before is an error that shows its last words."""
        end = time.monotonic() + seconds
        while not ready():
            if not child.alive:
                raise DemoError(
                    f"{child.name} stopped while it was starting. Its last words:\n{child.tail()}",
                    f"The whole log is {child.log}.",
                )
            if time.monotonic() > end:
                raise DemoError(
                    f"{child.name} did not become ready within {seconds:.0f} seconds.",
                    f"Look at {child.log}; a busy machine may only need another try.",
                )
            time.sleep(0.05)

    def stop(self, name: str, seconds: float = _STOP_SECONDS) -> None:
        """Ask a child to end, and insist when it does not."""
        child = self._children.pop(name, None)
        if child is None:
            return
        if child.alive:
            child.popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.popen.wait(seconds)
        self._kill(child)

    def kill(self, name: str) -> None:
        """End a child without a warning, as a power cut would."""
        child = self._children.pop(name, None)
        if child is not None:
            self._kill(child)

    def stop_all(self) -> None:
        """Stop every child, the last started first."""
        for name in reversed(list(self._children)):
            self.stop(name)
        self._record.unlink(missing_ok=True)

    def check(self) -> None:
        """Raise when a child that should run has ended."""
        for child in self._children.values():
            if not child.alive:
                raise DemoError(
                    f"{child.name} has stopped by itself. Its last words:\n{child.tail()}",
                    f"The whole log is {child.log}.",
                )

    def clear_leftovers(self) -> list[str]:
        """End what an earlier demo left running; returns the names of what was ended."""
        if not self._record.exists():
            return []
        try:
            listed = json.loads(self._record.read_text("utf-8"))
        except ValueError:  # the earlier demo died while writing the list
            listed = {}
        ended = [name for name, entry in listed.items() if _end_if_ours(entry)]
        self._record.unlink()
        return ended

    def _kill(self, child: Child) -> None:
        if child.alive:
            child.popen.kill()
            child.popen.wait()
        self._save()

    def _save(self) -> None:
        listed = {
            child.name: {"pid": child.popen.pid, "started": _started(child.popen.pid)}
            for child in self._children.values()
        }
        temporary = self._record.with_suffix(".tmp")
        temporary.write_text(json.dumps(listed), "utf-8")
        temporary.replace(self._record)


def port_is_free(port: int) -> bool:
    """Whether a server can listen on 127.0.0.1:`port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _started(pid: int) -> str | None:
    # field 22 of /proc/PID/stat: with the number it names one process for ever
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def _end_if_ours(entry: Mapping[str, object]) -> bool:
    pid, started = entry.get("pid"), entry.get("started")
    if not isinstance(pid, int) or started is None or _started(pid) != started:
        return False  # gone, or its number belongs to a stranger by now
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + _STOP_SECONDS
    while _started(pid) == started and time.monotonic() < end and not _zombie(pid):
        time.sleep(0.02)
    return True


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True
