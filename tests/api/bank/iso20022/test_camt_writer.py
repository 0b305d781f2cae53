"""Statements that are written read back as the same records, in every dialect."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.bank.iso20022 import (
    BookedLine,
    Statement,
    StatementEnd,
    StatementHeader,
    write_camt,
)
from api.bank.iso20022.camt_reader import CAMT_LAYOUTS
from api.kernel.money import Money
from tests.api.bank.iso20022.camt import read
from tests.api.bank.iso20022.strategies import lines

DAY = date(2026, 1, 5)
HEAD = Statement(
    dialect="camt.053.001.08",
    message_id="M-1",
    statement_id="S-1",
    created_at=datetime(2026, 1, 5, 18, tzinfo=UTC),
    account="NL96JIAO0000000001",
    owner="Jiaozi <Reserve> & Co",
    currency="EUR",
    sequence=7,
    legal_sequence=9,
    period=(DAY, DAY),
    opening=(Money(-5, "EUR"), DAY),
    closing=(Money(100, "EUR"), DAY),
)


def written(head: Statement, entries: list[BookedLine]) -> bytes:
    """The file."""
    out = io.BytesIO()
    write_camt(out, head, entries)
    return out.getvalue()


@settings(max_examples=60)
@given(st.sampled_from(sorted(CAMT_LAYOUTS)), st.lists(lines(), max_size=4))
def test_what_is_written_reads_back(dialect: str, entries: list[BookedLine]) -> None:
    """Every field of every line, markup and all; the same input is the same bytes."""
    numbered = [replace(line, number=n, entry=n) for n, line in enumerate(entries, 1)]
    head = replace(HEAD, dialect=dialect)
    content = written(head, numbered)
    assert content == written(head, numbered)
    header, *found, end = read(content)
    assert header == StatementHeader(
        "M-1", "S-1", dialect, "NL96JIAO0000000001", "EUR", HEAD.created_at, 7, 9, DAY, DAY
    )
    assert found == numbered
    assert end == StatementEnd(
        "S-1", Money(-5, "EUR"), Money(100, "EUR"), DAY, len(numbered), opening_on=DAY
    )


def test_a_notification_has_no_balances() -> None:
    """camt.054 knows none."""
    head = replace(HEAD, dialect="camt.054.001.08", opening=None, closing=None)
    assert read(written(head, []))[-1] == StatementEnd("S-1", None, None, None, 0)


def test_what_xml_cannot_carry_is_refused() -> None:
    """Rather than written as a file that nobody can read."""
    with pytest.raises(ValueError, match="XML cannot carry"):
        written(replace(HEAD, owner="Bell\x07"), [])
