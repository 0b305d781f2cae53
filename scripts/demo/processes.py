"""Demo: the programs it starts, watches and stops. None outlives it."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import processes

__all__ = ["Child", "DemoError", "Supervisor", "only_one", "port_is_free"]


class DemoError(Exception):
    """The demo cannot go on; the text says what happened and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True)
class Child:
    """One running program and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def last_words(self, lines: int = 4) -> str:
        """How it ended and what it said last, for a person; its routine log lines are left out."""
        text = self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""
        said = [line for line in text.splitlines() if '"level": "info"' not in line][-lines:]
        code = self.process.poll()
        return "\n".join(([] if code is None else [f"(exit status {code})"]) + said)


class Supervisor:
    """The children of one demo run, each with a log of its own under `logs`."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._logs.mkdir(parents=True, exist_ok=True)
        self._children: dict[str, Child] = {}

    def start(self, name: str, argv: Sequence[str | Path], env: Mapping[str, str]) -> Child:
        """Start `argv` under `name`; its output is added to <name>.log.

        A session of its own keeps Ctrl-C for the demo, which then stops its children in order.
        """
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                processes.tied(argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(env),
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._children[name] = child
        return child

    def wait_until(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready`; shows the last words of a child that ends before."""
        if processes.wait_until(ready, child.process, seconds):
            return
        happened = "did not become ready" if child.alive else "stopped while it was starting"
        raise DemoError(
            f"{child.name} {happened}. Its last words:\n{child.last_words()}\n",
            f"The whole log is {child.log}; run the demo again, or `make clean` to begin afresh.",
        )

    def stop(self, name: str) -> None:
        """Ask a child to end, and insist when it does not."""
        child = self._children.pop(name, None)
        if child is not None:
            processes.stop(child.process)

    def kill(self, name: str) -> None:
        """End a child without a warning, as a power cut would."""
        child = self._children.pop(name, None)
        if child is not None:
            child.process.kill()
            child.process.wait()

    def stop_all(self) -> None:
        """Stop every child, the last started first."""
        for name in reversed(list(self._children)):
            self.stop(name)

    def check(self) -> None:
        """Raise when a child that should run has ended."""
        for child in self._children.values():
            if not child.alive:
                raise DemoError(
                    f"{child.name} has stopped by itself. Its last words:\n{child.last_words()}\n",
                    f"The whole log is {child.log}.",
                )


def port_is_free(port: int) -> bool:
    """Whether a server can listen on 127.0.0.1:`port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for this demo; `demo.pid` tells others which process it is."""
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(
                f"Another demo is running in {folder}.",
                "Use that one, or stop it with Ctrl-C in its terminal.",
            ) from error
        note = folder / "demo.pid"
        note.write_text(f"{os.getpid()}\n", "ascii")
        try:
            yield
        finally:
            note.unlink(missing_ok=True)
