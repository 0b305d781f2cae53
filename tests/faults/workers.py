"""Tests of faults: a worker in a process of its own, which SIGKILL ends at a point.

The parent is the rest of the world: API, customers, chain and bank. The worker's bank is asked
over a pipe, so its books outlive the worker, as a real bank's do.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from typing import Any

import pytest

from api.bootstrap import build, build_worker
from api.chain import Lane, SigningKey
from api.kernel.clock import FixedClock
from api.kernel.settings import Secrets, Settings
from tests.api import world
from tests.api.contracts import KEYS
from tests.api.stage import Stage
from tests.faults.kills import Death, Kills, really_die
from tests.faults.points import BANK_CALLS
from wallet.secret import Secret

__all__ = ["ChildWorker", "PipeBank"]

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.workers"])


class PipeBank:
    """The bank on the other side of a pipe."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def _ask(self, name: str, *args: Any) -> Any:
        self._pipe.send((name, args))
        return self._pipe.recv()


def _call(name: str) -> Callable[..., Any]:
    return lambda self, *args: self._ask(name, *args)


for _name in BANK_CALLS:
    setattr(PipeBank, _name, _call(_name))


@dataclass
class ChildWorker:
    """The stage's worker as a process. `deaths` are due, one each time a process is started."""

    stage: Stage
    deaths: list[Death]
    killed: int = 0
    _process: Any = None
    _pipe: Any = None

    def cycle(self) -> None:
        """One round of its worker, in a new process if the last one was killed in its round."""
        if self._process is None:
            self._start()
        self._pipe.send(self.stage.clock.now())
        try:
            self._serve()
        except EOFError:
            self._process.join()
            assert self._process.exitcode == -9, self._process.exitcode
            self._process, self.killed = None, self.killed + 1
            self.deaths.pop(0)
            self.stage.restart()  # time passes, until the dead worker's leases have run out

    def stop(self) -> None:
        """End the process in order."""
        if self._process is not None:
            self._pipe.send(None)
            self._process.join(10)

    def _start(self) -> None:
        self._pipe, theirs = _PROCESSES.Pipe()
        death = self.deaths[0] if self.deaths else None
        self._process = _PROCESSES.Process(
            target=_work, args=(theirs, self.stage.settings, self.stage.clock.now(), death)
        )
        self._process.start()
        theirs.close()

    def _serve(self) -> None:
        """Be the bank until the round is over."""
        while (asked := self._pipe.recv()) != "done":
            name, args = asked
            self._pipe.send(getattr(self.stage.bank, name)(*args))


def _work(pipe: Pipe, settings: Settings, start: datetime, death: Death | None) -> None:
    """The process: a worker, and a death that waits for it."""
    clock, kills = FixedClock(start), Kills(die=really_die)
    kills.plan = lambda chance, _number: chance == death
    kills.install(pytest.MonkeyPatch(), PipeBank)
    parts = build(
        settings,
        clock=clock,
        bank=PipeBank(pipe),  # type: ignore[arg-type]  # its calls are made from the port's names
        secrets=Secrets(Secret(world.OPERATOR.encode()), world.KEY),
    )
    worker = build_worker(parts, {lane: SigningKey(KEYS[lane.value]) for lane in Lane})
    while (now := pipe.recv()) is not None:
        clock.move(now - clock.now())
        worker.cycle()
        pipe.send("done")
