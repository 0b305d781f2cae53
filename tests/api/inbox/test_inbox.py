"""Tests of the inbox: stored, then acknowledged; a bad file is remembered, not retried for ever."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from api.approvals import Action
from api.bank import Bank, BankUnreachable, BookedLine, Debtor, Direction
from api.bank.files import FileBank
from api.bank.memory import FakeBank
from api.inbox import DocumentState, Inbox, count_by_state, flow
from api.inbox.store import find
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Conflict, Unavailable
from api.ledger import Account, balances
from api.operations import build_actions
from api.statements import waiting_lines
from api.statements.flow import CHUNK
from api.waiting import waiting as waiting_now
from tests.api.world import KEY, NOW, RESERVE, camt, credit, no_bank


@pytest.fixture
def inbox(database: Database, bank: FakeBank, clock: FixedClock) -> Inbox:
    """The inbox of a bridge in euros."""
    return Inbox(
        database=database,
        work=database,
        bank=bank,
        clock=clock,
        currency="EUR",
        reserve_account=RESERVE,
        log=logging.getLogger("jiaozi.tests"),
    )


def waiting(database: Database) -> int:
    """Lines that wait."""
    with database.reading() as connection:
        return len(waiting_lines(connection, Direction.CREDIT, 100))


def test_taken_in_and_acknowledged(inbox: Inbox, bank: FakeBank, database: Database) -> None:
    """Everything that waits, oldest first; then there is nothing more."""
    for number in (1, 2):
        content = camt([credit(f"L{number}", 100)], message_id=f"M{number}").getvalue()
        bank.deliver("camt.053", content)
    assert inbox.step()
    assert waiting(database) == 2
    assert bank.collect() == []
    assert not inbox.step()


def test_a_crash_before_the_acknowledgement(
    inbox: Inbox, bank: FakeBank, database: Database
) -> None:
    """The bank gives it again: it changes nothing, and is acknowledged then."""
    document_id = bank.deliver("camt.053", camt([credit("L1", 100)]).getvalue())
    real = bank.acknowledge

    def die(_document_id: str) -> None:
        raise BankUnreachable("gone", remedy="wait")

    bank.acknowledge = die  # type: ignore[method-assign]  # the bank is gone at this moment
    with pytest.raises(BankUnreachable):
        inbox.step()
    bank.acknowledge = real  # type: ignore[method-assign]  # and is back
    assert inbox.step()
    assert waiting(database) == 1
    assert bank.collect() == []
    with database.reading() as connection:
        found = find(connection, document_id)
    assert found is not None
    assert found.state is DocumentState.TAKEN


@pytest.mark.parametrize("again", [True, False])
def test_the_file_is_another_when_it_was_taken_in(
    database: Database,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    again: bool,
) -> None:
    """The bank uses the name again, or a person takes the file away: both are taken in, once, and
    lie in the archive."""
    folder = FileBank(tmp_path, Debtor(name="Reserve", account=RESERVE, bic="JIAONL2A"))
    folder.collect()
    contents = [
        camt([credit(f"L{number}", 100)], message_id=f"M{number}").getvalue()
        for number in range(2 if again else 1)
    ]
    file, real = tmp_path / "inbox" / "statement.xml", flow.take_in
    file.write_bytes(contents[0])

    def take(*given: Any, **words: Any) -> Any:
        report = real(*given, **words)
        file.unlink()
        if again:
            file.write_bytes(contents[1])
        monkeypatch.setattr(flow, "take_in", real)
        return report

    monkeypatch.setattr(flow, "take_in", take)
    inbox = made(database, folder, clock)
    assert inbox.step()
    assert inbox.step() is again
    assert not inbox.step()
    assert waiting(database) == len(contents)
    kept = [path.read_bytes() for path in (tmp_path / "archive").glob("*.xml")]
    assert sorted(kept) == sorted(contents)


class Dying(Database):
    """A database whose n-th transaction does not come about."""

    def __init__(self, real: Database, at: int) -> None:
        self.engine, self._readers = real.engine, real._readers
        self._left = at

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Fail once."""
        self._left -= 1
        if self._left == 0:
            raise Unavailable("The database is gone.", remedy="Wait.")
        with super().transaction() as connection:
            yield connection


def made(database: Database, bank: Bank, clock: FixedClock) -> Inbox:
    """An inbox over another database."""
    return Inbox(
        database=database,
        work=database,
        bank=bank,
        clock=clock,
        currency="EUR",
        reserve_account=RESERVE,
        log=logging.getLogger("jiaozi.tests"),
    )


@pytest.mark.parametrize("at", range(1, 7))
def test_a_document_that_fails_half_way_goes_on(
    database: Database, bank: FakeBank, clock: FixedClock, at: int
) -> None:
    """At any of its transactions: every line once, and the document is acknowledged in the end."""
    lines = [credit(f"L{number}", 1) for number in range(CHUNK + 10)]
    bank.deliver("camt.053", camt(lines).getvalue())
    with suppress(Unavailable):
        made(Dying(database, at), bank, clock).step()
    made(database, bank, clock).step()
    assert bank.collect() == []
    with database.reading() as connection:
        assert len(waiting_lines(connection, Direction.CREDIT, 10_000)) == len(lines)
        assert balances(connection, "EUR")[Account.UNMATCHED] == len(lines)


def test_several_workers_at_once(database: Database, bank: FakeBank, clock: FixedClock) -> None:
    """One that slept past its duty harms nothing: every line once."""
    for number in range(3):
        lines = [credit(f"L{number}-{n}", 1) for n in range(60)]
        bank.deliver("camt.053", camt(lines, message_id=f"M{number}").getvalue())

    def work(_number: int) -> None:
        while bank.collect():
            with suppress(Unavailable):  # two files met in the database: once more
                made(database, bank, clock).step()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.UNMATCHED] == 180
        assert count_by_state(connection) == {DocumentState.TAKEN: 3}


def test_a_doubtful_statement_is_told_to_people(
    inbox: Inbox, bank: FakeBank, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log, by its id: nothing acts on its lines."""
    content = camt([credit("L1", 100)], opening=0, closing=99).getvalue()
    bank.deliver("camt.053", content)
    with caplog.at_level(logging.ERROR, "jiaozi.tests"):
        inbox.step()
    assert any("quarantine" in record.getMessage() for record in caplog.records)
    assert waiting(database) == 0


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("camt.053", b"no XML"),
        ("camt.053", b"<!DOCTYPE x []><Document/>"),
        ("camt.053", camt([credit("L1", 100)], account="NL91ABNA0417164300").getvalue()),
        ("pain.002", camt([credit("L1", 100)]).getvalue()),
        ("camt.053", camt([credit("L1", 100)], opening=0, closing=10**19).getvalue()),
    ],
)
def test_a_file_that_cannot_be_trusted(
    inbox: Inbox, bank: FakeBank, database: Database, kind: str, content: bytes
) -> None:
    """Nothing of it is taken; the reason is kept; the next document is not held up."""
    document_id = bank.deliver(kind, content)  # type: ignore[arg-type]  # the cases above
    bank.deliver("camt.053", camt([credit("L9", 100)], message_id="M9").getvalue())
    assert inbox.step()
    assert waiting(database) == 1
    assert bank.collect() == []
    with database.reading() as connection:
        found = find(connection, document_id)
        counts = count_by_state(connection)
    assert found is not None
    assert found.reason
    assert counts == {DocumentState.REFUSED: 1, DocumentState.TAKEN: 1}


@pytest.mark.parametrize(
    "line",
    [
        credit("L1", 10**20),
        # random: PostgreSQL presses a repetition into its index all the same
        credit("L1", 100, end_to_end_id=secrets.token_hex(4000)),
    ],
)
def test_a_line_that_cannot_be_stored_is_bad(
    inbox: Inbox, bank: FakeBank, database: Database, line: BookedLine
) -> None:
    """It is named; the lines and the documents behind it are taken."""
    bank.deliver("camt.053", camt([line, credit("L2", 100)]).getvalue())
    bank.deliver("camt.053", camt([credit("L9", 100)], message_id="M9").getvalue())
    assert inbox.step()
    assert waiting(database) == 2
    assert bank.collect() == []


@pytest.mark.parametrize(
    "error",
    [
        OverflowError("Python int too large: SECRET"),
        UnicodeEncodeError("utf-8", "SECRET", 0, 1, "surrogates not allowed"),
        DataError("INSERT SECRET", {}, Exception("SECRET")),
    ],
)
def test_what_the_database_cannot_hold_is_refused(
    inbox: Inbox,
    bank: FakeBank,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    """Whatever it is in the document: it stops no worker. The reason names the kind alone."""
    real = flow.take_in

    def take(database: Database, stream: io.BytesIO, **words: Any) -> Any:
        if b"BAD" in stream.getvalue():
            raise error
        return real(database, stream, **words)

    monkeypatch.setattr(flow, "take_in", take)
    document_id = bank.deliver("camt.053", camt([credit("BAD", 100)]).getvalue())
    bank.deliver("camt.053", camt([credit("L9", 100)], message_id="M9").getvalue())
    assert inbox.step()
    assert waiting(database) == 1
    assert bank.collect() == []
    [item] = refused(database)
    assert item["id"] == document_id
    assert type(error).__name__ in item["reason"]
    assert "SECRET" not in item["reason"]


def refused(database: Database) -> list[dict[str, Any]]:
    """The documents that wait for a person."""
    with database.reading() as connection:
        found = waiting_now(connection, currency="EUR", today=NOW.date())
    items: list[dict[str, Any]] = found["bank_documents"]["items"]
    return items


def test_a_refused_document_is_acknowledged(
    inbox: Inbox, bank: FakeBank, database: Database
) -> None:
    """It waits with its way out until a person has said what came of it; once."""
    document = bank.deliver("camt.053", b"<Document>this is no statement</Document>")
    assert inbox.step()
    with database.reading() as connection:
        [item] = waiting_now(connection, currency="EUR", today=NOW.date())["bank_documents"][
            "items"
        ]
    assert (item["id"], item["state"]) == (document, "REFUSED")
    assert f"jiaozi-bridge acknowledge {document}" in item["way_out"]
    actions = build_actions(KEY, no_bank)
    with database.transaction() as connection:
        done = actions["acknowledge"].run(connection, Action("acknowledge", document), NOW)
        assert done == {"document": document, "refused": item["reason"]}
        assert count_by_state(connection) == {DocumentState.ACKNOWLEDGED: 1}
        with pytest.raises(Conflict, match="No refused document"):
            actions["acknowledge"].run(connection, Action("acknowledge", document), NOW)
    assert refused(database) == []
