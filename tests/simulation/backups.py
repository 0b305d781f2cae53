"""Tests of the simulation: a copy of the database, and its return in the middle of a life."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.engine import make_url

from api.statements import FileState
from api.statements.reports import files

if TYPE_CHECKING:
    from tests.simulation.bridge import SimulatedBridge

__all__ = ["Backups"]

DOWN = timedelta(seconds=11)
"""How long nothing runs: longer than a lease lasts."""


class Backups:
    """Keeps one copy of a life's database, and may put it back. Chain and bank stay as they are."""

    def __init__(self, bridge: SimulatedBridge) -> None:
        self._bridge = bridge
        self._file = Path(make_url(bridge.settings.database_url).database or "")
        self._kept = self._file.with_name(f"{self._file.name}.kept")
        self._seen: set[str] | None = None
        """What customers had been told of by then; None without a copy."""

    def change(self) -> None:
        """Perhaps make a copy, or put the one that there is back: in the calm, too, for only then
        has the bank been told to pay.
        """
        faults = self._bridge.faults
        if self._seen is not None:
            if faults.rare("older database restored", 0.15, always=True):
                self._restore(self._seen)
        elif faults.eventful and faults.dice.random() < 0.4:
            self._keep()

    def _keep(self) -> None:
        self._kept.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(self._file)) as it,
            closing(sqlite3.connect(self._kept)) as to,
        ):
            it.backup(to)
        self._seen = {request.seen for request in self._bridge.crowd.requests if request.seen}

    def _restore(self, seen: set[str]) -> None:
        """The bank hands out again what it has laid ready since that day's morning, but for what
        it had to mend, and customers who do not find what they were told of ask again.
        """
        bridge = self._bridge
        bridge.close()
        for end in ("-wal", "-shm"):
            self._file.with_name(self._file.name + end).unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._file)
        bridge.clock.move(DOWN)
        bridge.start()
        bridge.bank.hand_out_again(but=self._mended())
        for request in bridge.crowd.requests:
            if request.seen is not None and request.seen not in seen:
                request.seen, request.over = None, False

    def _mended(self) -> list[bytes]:
        """Statements that the bank hands out no more; of which nothing was read yet: the rest of
        one that was begun is asked for.
        """
        begun = select(files.c.sha256).where(files.c.state == FileState.READING.value)
        with self._bridge.parts.bridge.database.reading() as connection:
            hashes = set(connection.execute(begun).scalars())
        return [
            each for each in self._bridge.crowd.forged if sha256(each).hexdigest() not in hashes
        ]
