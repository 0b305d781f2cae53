"""Tests of faults: the process dies at a point, in this process or by SIGKILL in a child.

In this process «dies» means: an exception that nothing in the bridge catches, and from then on
no transaction and no port call does anything, until fresh objects are made (`revive`). So what a
`finally` would still do in a living process is not done either.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pytest
from sqlalchemy import Connection

from api.chain import Node
from api.kernel.database import Database
from tests.faults.points import BANK_CALLS, NODE_CALLS, Point, place

__all__ = ["Death", "Killed", "Kills", "When", "really_die"]

When = Literal["before", "after"]


class Death(NamedTuple):
    """Before or after what becomes lasting at a point."""

    when: When
    point: Point

    def __str__(self) -> str:
        return f"{self.when} {self.point}"


class Killed(BaseException):
    """The process is gone: nothing in the program may catch it and go on."""


def really_die(_death: Death) -> None:
    """SIGKILL: no handler, no `finally`, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


def _raise(death: Death) -> None:
    raise Killed(str(death))


@dataclass
class Kills:
    """Counts every chance to die, and takes those that `plan` chooses.

    `plan` is asked with the chance and how many there were before it.
    """

    plan: Callable[[Death, int], bool] = lambda _death, _number: False
    die: Callable[[Death], None] = _raise
    upset: Callable[[Death], None] = lambda _death: None
    """Called at each chance: it may raise what a port or the database would."""
    dead: bool = False
    died: int = 0
    chances: int = 0

    def __post_init__(self) -> None:
        self.met: Counter[Death] = Counter()

    def revive(self) -> None:
        """Fresh objects were made: the new process lives."""
        self.dead = False

    def install(self, monkeypatch: pytest.MonkeyPatch, bank: type) -> None:
        """Wrap what has effects."""
        self._wrap_commits(monkeypatch)
        for name in NODE_CALLS:
            self._wrap(monkeypatch, Node, name)
        for name in sorted(BANK_CALLS):
            self._wrap(monkeypatch, bank, name)

    def chance(self, when: When, point: Point | None) -> None:
        """Die here, if that is the plan."""
        if self.dead:
            raise Killed("it is dead already")
        if point is None:
            return
        death = Death(when, point)
        number, self.chances = self.chances, self.chances + 1
        self.met[death] += 1
        if self.plan(death, number):
            self.dead = True
            self.died += 1
            self.die(death)
        self.upset(death)

    def _wrap(self, monkeypatch: pytest.MonkeyPatch, kind: type, name: str) -> None:
        real: Callable[..., Any] = getattr(kind, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            point = place(name)
            self.chance("before", point)
            answer = real(*args, **kwargs)
            self.chance("after", point)
            return answer

        monkeypatch.setattr(kind, name, wrapped)

    def _wrap_commits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = Database.transaction

        @contextmanager
        def wrapped(database: Database) -> Iterator[Connection]:
            point = place("commit")
            if self.dead:
                raise Killed("it is dead already")
            with real(database) as connection:
                yield connection
                self.chance("before", point)
            self.chance("after", point)

        monkeypatch.setattr(Database, "transaction", wrapped)
