"""Statements and notifications in every dialect, and the public samples as they are."""

from __future__ import annotations

import io
import tracemalloc
from collections import deque
from datetime import UTC, date, datetime

import pytest

from api.bank.errors import StatementRefused
from api.bank.iso20022 import (
    BadLine,
    BookedLine,
    Direction,
    StatementEnd,
    StatementHeader,
    StatementRecord,
    read_camt,
)
from api.bank.iso20022.camt_reader import CAMT_LAYOUTS, MAX_DETAILS
from api.kernel.money import Money
from tests.api.bank.iso20022.camt import SAMPLES, entry, read, statement

BALANCE = (
    "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    '<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-01-05</Dt></Dt></Bal>'
)


def sample(name: str) -> bytes:
    """One of the public sample files."""
    return (SAMPLES / name).read_bytes()


def test_reads_the_public_version_2_statement() -> None:
    """Header, the one line and the balances, in the bank's own words."""
    header, line, end = read(sample("camt053.v2.minimal.xml"))
    assert header == StatementHeader(
        message_id="CAMT053RIB000000000001",
        statement_id="253EURNL26VAYB8060476890",
        dialect="camt.053.001.02",
        account="NL26VAYB8060476890",
        currency="EUR",
        created_at=datetime(2015, 3, 10, 18, 43, 50, tzinfo=UTC),
        sequence=12312,
        legal_sequence=12312,
        from_on=date(2007, 10, 18),
        to_on=date(2007, 10, 18),
    )
    assert isinstance(line, BookedLine)
    assert (line.amount, line.direction) == (Money(885, "EUR"), Direction.CREDIT)
    assert (line.booked_on, line.value_on) == (date(2014, 12, 31), date(2015, 1, 2))
    assert (line.payer_name, line.payer_account) == ("NAME NAME", "NL56AGDH9619008421")
    assert line.structured_reference == "4654654654654654"
    assert line.bank_id.startswith("derived:")
    # the sample's closing balance is overdrawn, and in another currency than its account
    assert isinstance(end, StatementEnd)
    assert (end.opening, end.closing) == (Money(1815, "EUR"), Money(-2700, "SEK"))


def test_reads_the_public_version_8_statement() -> None:
    """Status in ``Cd``, parties in ``Pty``, an account in ``Othr``, a time as booking date."""
    header, line, _ = read(sample("camt053.v8.xml"))
    assert isinstance(header, StatementHeader)
    assert isinstance(line, BookedLine)
    assert (header.dialect, header.account) == ("camt.053.001.08", "NL26VAYB8060476890")
    assert line.bank_id == "AAAASESS-FP-CN_98765/01"
    assert line.amount == Money(885, "EUR")  # as booked; the detail speaks of 0 SEK
    assert line.end_to_end_id == "MUELL/FINP/RA12345"
    assert line.payer_name == "NAME NAME"
    assert line.booked_on == date(2014, 12, 31)


def test_reads_the_public_statement_without_a_booked_balance() -> None:
    """An available balance is not the reserve; a missing one is no fault."""
    _, line, end = read(sample("camt053.v2.with-account-name.xml"))
    assert isinstance(line, BookedLine)
    assert isinstance(end, StatementEnd)
    assert (end.opening, end.closing) == (None, None)


def test_reports_what_the_public_notifications_do_not_tell() -> None:
    """A batch without amounts cannot be split; a booking without day cannot be placed."""
    _, line, _ = read(sample("camt054.v2.xml"))
    assert isinstance(line, BadLine)
    assert (line.number, line.field) == (1, "NtryDtls/TxDtls[1]/Amt")
    _, line, _ = read(sample("camt054.v8-with-UETR.xml"))
    assert isinstance(line, BadLine)
    assert (line.number, line.field, line.problem) == (1, "BookgDt", "is missing")
    assert line.moved == -20_000_000


@pytest.mark.parametrize("message", sorted(CAMT_LAYOUTS))
def test_reads_every_dialect(message: str) -> None:
    """One entry in each, told apart by the namespace alone."""
    header, line, end = read(statement(entry(), message=message))
    assert isinstance(header, StatementHeader)
    assert header.dialect == message
    assert header.created_at == datetime(2026, 1, 5, 17, tzinfo=UTC)
    assert isinstance(line, BookedLine)
    assert line.bank_id == "REF-1"
    assert end == StatementEnd("S-1", None, None, None, 1)


def test_gives_booked_balances_with_their_sign() -> None:
    """PRCD stands in for a missing OPBD."""
    balances = BALANCE.format(kind="PRCD", amount="10.00", sign="CRDT") + BALANCE.format(
        kind="CLBD", amount="3.00", sign="DBIT"
    )
    end = read(statement(balances=balances))[-1]
    monday = date(2026, 1, 5)
    assert end == StatementEnd(
        "S-1", Money(1000, "EUR"), Money(-300, "EUR"), monday, 0, opening_on=monday
    )


def test_reads_several_statements_and_counts_each_from_one() -> None:
    """Numbers begin anew, and equal unreferenced lines in two statements are one booking."""
    unreferenced = entry(("<AcctSvcrRef>REF-1</AcctSvcrRef>", ""))
    one = statement(unreferenced, unreferenced).decode()
    inner = one[one.index("<Stmt>") : one.index("</BkToCstmrStmt>")]
    records = read(one.replace(inner, inner + inner).encode())
    lines = [record for record in records if isinstance(record, BookedLine)]
    assert [line.number for line in lines] == [1, 2, 1, 2]
    assert lines[0].bank_id != lines[1].bank_id
    assert [line.bank_id for line in lines[:2]] == [line.bank_id for line in lines[2:]]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("<MsgId>M-1</MsgId>", "", "MsgId"),
        ("<Id>S-1</Id>", "", "Id is missing"),
        ("<Id>S-1</Id>", "<Id>S-1</Id><Id>S-2</Id>", "Id is given more than once"),
        ("<ElctrncSeqNb>7<", "<ElctrncSeqNb>seven<", "ElctrncSeqNb"),
        ("2026-01-05T18:00:00+01:00", "yesterday", "CreDtTm"),
        ("</Acct>", "</Acct><Acct><Id><IBAN>X</IBAN></Id></Acct>", "Acct"),
        ("</Stmt>", "<Acct><Id><IBAN>X</IBAN></Id></Acct></Stmt>", "Acct comes behind"),
    ],
)
def test_refuses_a_statement_whose_head_is_wrong(old: str, new: str, named: str) -> None:
    """No line can be trusted when it is not known whose it is."""
    content = statement(entry()).decode()
    assert old in content
    with pytest.raises(StatementRefused, match=named):
        read(content.replace(old, new).encode())


@pytest.mark.parametrize("amount", ["ten", "10.001", "-1.00"])
def test_refuses_a_garbled_booked_balance(amount: str) -> None:
    """Balances come before the lines: nothing was given yet."""
    balance = BALANCE.format(kind="CLBD", amount=amount, sign="CRDT")
    with pytest.raises(StatementRefused, match="Bal"):
        read(statement(entry(), balances=balance))


def test_refuses_a_balance_given_twice() -> None:
    """Which of the two is true cannot be known."""
    balance = BALANCE.format(kind="CLBD", amount="1.00", sign="CRDT")
    with pytest.raises(StatementRefused, match="more than once"):
        read(statement(entry(), balances=balance * 2))


def test_refuses_a_file_without_a_statement() -> None:
    """A well-formed file that says nothing."""
    content = statement().decode()
    start, stop = content.index("<Stmt>"), content.index("</BkToCstmrStmt>")
    with pytest.raises(StatementRefused, match="no statement"):
        read((content[:start] + content[stop:]).encode())


def test_a_file_cut_off_half_way_gave_its_lines_before() -> None:
    """The docstring's promise: lines first, then the refusal, and never an end."""
    content = statement(*[entry(("REF-1", f"REF-{n}")) for n in range(2000)])
    given: list[StatementRecord] = []
    with pytest.raises(StatementRefused, match="cut off"):
        deque(map(given.append, read_camt(io.BytesIO(content[: len(content) // 2]))))
    assert not any(isinstance(record, StatementEnd) for record in given)
    assert len(given) > 100


def test_refuses_a_batch_of_too_many_payments(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are held in memory until they add up, so their number has a bound."""
    assert MAX_DETAILS == 100_000
    monkeypatch.setattr("api.bank.iso20022.camt_reader.MAX_DETAILS", 2)
    details = "<TxDtls/>" * 3
    with pytest.raises(StatementRefused, match="more than 2 payments"):
        read(statement(entry(("</Ntry>", f"<NtryDtls>{details}</NtryDtls></Ntry>"))))


class Endless(io.RawIOBase):
    """A statement of `lines` entries that never exists as a whole."""

    def __init__(self, lines: int) -> None:
        head, tail = statement("@").split(b"@")
        self._chunks = iter([head, *([entry().encode() * 100] * (lines // 100)), tail])
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes."""
        while len(self._rest) < size and (chunk := next(self._chunks, b"")):
            self._rest += chunk
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def peak(lines: int) -> int:
    """Bytes that reading a statement of `lines` entries holds at most."""
    tracemalloc.start()
    try:
        for record in read_camt(Endless(lines)):  # type: ignore[arg-type]  # `read` is all it needs
            assert not isinstance(record, BadLine)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.integration
def test_memory_does_not_grow_with_the_file() -> None:
    """9,000 lines more, and not a hundred bytes a line: a kept record alone is more than that."""
    peak(100)  # imports and caches
    # other tests' threads of this process are measured, too: some hundred kilobytes
    assert peak(10_000) - peak(1_000) < 900_000
