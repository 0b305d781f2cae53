"""Tests of the process for large files: as good as reading them here, and it may die."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.bank import StatementRefused
from api.bank.memory import FakeBank
from api.deposits import DepositMatching, list_deposits
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.ledger import Account
from api.statements import Apart, FileState, Job
from api.statements.store import bank_lines
from tests.api.deposits.steps import link, sheet
from tests.api.world import ADA, KEY, NOW, RESERVE, camt, credit

LINES = 3_000


@pytest.fixture
def apart() -> Iterator[Apart]:
    """The process; it ends with the test."""
    made = Apart()
    yield made
    made.close()


def job(database_url: str, folder: Path, content: bytes) -> Job:
    """A file on disk, to be taken in."""
    file = folder / "statement.xml"
    file.write_bytes(content)
    return Job(database_url, file, "EUR", RESERVE, NOW, "test", DepositMatching(KEY))


def content(lines: int) -> bytes:
    """Credits of a linked customer."""
    return camt([credit(f"id-{n}", 10, payer_account=ADA.account) for n in range(lines)]).getvalue()


def test_it_takes_in_and_matches_as_this_process_would(
    database: Database, database_url: str, bank: FakeBank, tmp_path: Path, apart: Apart
) -> None:
    """One process for all files; what is refused is refused with the same words."""
    link(database, bank)
    report = apart.take_in(job(database_url, tmp_path, content(120)))
    first = apart.pid
    assert (report.state, report.new) == (FileState.COMPLETE, 120)
    assert sheet(database)[Account.ISSUING] == 1200
    with database.reading() as connection:
        assert len(list_deposits(connection, state=None, limit=500)) == 120
    assert apart.take_in(job(database_url, tmp_path, content(120))).repeated
    with pytest.raises(StatementRefused, match="cut off") as refused:
        apart.take_in(job(database_url, tmp_path, content(120)[:-99]))
    assert refused.value.remedy
    assert apart.pid == first != os.getpid()
    assert first is not None
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, first) == min(ours + 10, 19)  # a bulk stands back


def test_killed_in_the_middle_it_goes_on_where_it_stopped(
    database: Database, database_url: str, bank: FakeBank, tmp_path: Path, apart: Apart
) -> None:
    """What was stored stays; the same file again brings the rest, each line once."""
    link(database, bank)
    work = job(database_url, tmp_path, content(LINES))

    def kill() -> None:
        while stored(database) == 0:
            time.sleep(0.005)
        pid = apart.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(Unavailable, match="died"):
        apart.take_in(work)
    killer.join()
    before = stored(database)
    assert 0 < before < LINES
    report = apart.take_in(work)
    assert (report.state, report.new, report.known) == (FileState.COMPLETE, LINES, 0)
    assert stored(database) == LINES
    assert sheet(database)[Account.ISSUING] == 10 * LINES


def stored(database: Database) -> int:
    """How many lines there are."""
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(bank_lines)).scalar_one()
