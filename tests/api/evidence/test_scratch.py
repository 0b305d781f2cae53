"""Tests of the evidence on disk: what comes out is what went in, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api.bank import Direction, LineKind, StatementRefused
from api.evidence import Events, Log, Version, Versions
from tests.api.world import ADA, RESERVE, credit, debit

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def version(bank_id: str, minor: int = 5) -> Version:
    """A line with every word that a line can have."""
    line = credit(
        bank_id,
        minor,
        value_on=date(2026, 11, 20),
        structured_reference="RF18",
        payer_name="Dee",
        reversal=True,
        return_reason="AC04",
        kind=LineKind.INTEREST,
        transaction_id="T",
        original_reference="O",
        entry=3,
    )
    return Version("f" * 64, 2, RESERVE, line)


def log(number: int | None, name: str, block: int) -> Log:
    """An event with arguments of every kind."""
    args = {"ref": b"\x01" * 16, "holder": ADA.wallet} | ({"number": number} if number else {})
    return Log(f"e:{name}:{block}", name, args, block, NOON, f"0x{block:064x}", 1)


def test_lines_come_back_whole_and_by_their_id() -> None:
    """The first that was told of a line comes first, whatever the order of ids."""
    kept, told = Versions(), [("b", version("B")), ("a", version("A")), ("b", version("B", 6))]
    kept.add(told)
    kept.add([("c", Version("0" * 64, 1, RESERVE, debit("C", 9, end_to_end_id="E")))])
    kept.finish()
    assert list(kept.in_order())[:3] == [told[1], told[0], told[2]]
    assert kept.of("b") == [told[0][1], told[2][1]]
    assert kept.of("none") == []
    assert len(kept) == 3
    assert list(kept.payments()) == [("c", "E")]
    assert kept.of("c")[0].line.direction is Direction.DEBIT


def test_half_a_file_says_nothing() -> None:
    """A file that turns out to be unsound takes all its lines with it."""
    kept = Versions()

    def broken() -> Iterator[tuple[str, Version]]:
        yield "a", version("A")
        raise StatementRefused("It is cut off.", "Ask again.")

    with pytest.raises(StatementRefused):
        kept.add(broken())
    kept.finish()
    assert list(kept.in_order()) == []


def test_the_first_word_on_a_number_counts() -> None:
    """By number, up to a block; events without a number are found by their names."""
    kept = Events()
    told = [log(2, "Issued", 5), log(1, "NumberVoided", 6), log(2, "IssueRefused", 7)]
    kept.add([*told, log(None, "TierSet", 8), log(3, "Issued", 9)])
    kept.finish()
    assert list(kept.ended(8)) == [(1, told[1]), (2, told[0])]
    assert kept.end_of(2, 8) == told[0]
    assert kept.end_of(3, 8) is None
    assert [each.block for each in kept.named("TierSet", "Issued", up_to=8)] == [5, 8]
    assert [each.block for each in kept.named("Issued", after=5)] == [9]
    assert kept.transactions("Issued") == {told[0].tx_hash, f"0x{9:064x}"}
    assert len(kept) == 5
    assert replace(told[0], args=dict(told[0].args)) == next(kept.named("Issued"))
