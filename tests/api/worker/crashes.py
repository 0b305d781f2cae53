"""Tests of the worker: a process that dies at every point at which something becomes lasting.

`Crashes` wraps what has effects — commits, signed bytes handed to the node, calls to the bank —
and dies once before and once after each kind of it. A kind is named by where in the program it
is, so a new step is met without being listed here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from api.bank.memory import FakeBank
from api.chain import Node
from api.kernel.database import Database
from tests.api.stage import Stage

ROUNDS = 80
ROOMS = ("api.steps", "api.issuing", "api.chain.reader", "api.chain.settling",
         "api.chain.resending", "api.chain.preparing", "api.chain.sender", "api.inbox.flow",
         "api.paying", "api.payouts.files", "api.worker", "api.statements.flow")  # fmt: skip


class Crash(BaseException):
    """The process is gone: nothing in the program may catch it and go on."""


class Crashes:
    """Dies once at each point while `armed`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, times: int = 1) -> None:
        self.armed = False
        self.met: dict[str, int] = {}
        self._times = times
        self._wrap_commits(monkeypatch)
        self._wrap(monkeypatch, Node, "send_many")
        for name in ("submit_payouts", "collect", "acknowledge"):
            self._wrap(monkeypatch, FakeBank, name)

    def point(self, name: str) -> None:
        """Die here, unless this point has had its deaths."""
        if self.armed and self.met.get(name, 0) < self._times:
            self.met[name] = self.met.get(name, 0) + 1
            raise Crash(name)

    def _wrap(self, monkeypatch: pytest.MonkeyPatch, kind: type, name: str) -> None:
        real: Callable[..., Any] = getattr(kind, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            where = f"{name} in {_place()}"
            self.point(f"before {where}")
            answer = real(*args, **kwargs)
            self.point(f"after {where}")
            return answer

        monkeypatch.setattr(kind, name, wrapped)

    def _wrap_commits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = Database.transaction

        @contextmanager
        def wrapped(database: Database) -> Iterator[Connection]:
            where = f"commit in {_place()}"
            with real(database) as connection:
                yield connection
                self.point(f"before {where}")
            self.point(f"after {where}")

        monkeypatch.setattr(Database, "transaction", wrapped)


def _place() -> str:
    """The function of the program that is at work, with its module."""
    frame = sys._getframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        name = frame.f_code.co_name
        if module in ROOMS and name not in ("transaction", "_transaction"):
            return f"{module}.{name}"
        frame = frame.f_back  # type: ignore[assignment]  # the loop ends at None
    return "elsewhere"


def survive(stage: Stage, done: Callable[[], bool], crashes: Crashes) -> None:
    """Let the bridge go on until `done`, starting it anew whenever it dies."""
    for _ in range(ROUNDS):
        if done():
            return
        crashes.armed = True
        try:
            stage.worker.cycle()
        except Crash:
            stage.restart()
        finally:
            crashes.armed = False
        stage.attest()
        stage.deployed.mine()
    raise AssertionError(f"not done after {ROUNDS} rounds; died at {sorted(crashes.met)}")
