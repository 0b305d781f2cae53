"""Ids of lines: stable when a file comes again, different for different money."""

from __future__ import annotations

import pytest

from api.bank.iso20022.bank_ids import MAX_REFERENCE
from tests.api.bank.iso20022.camt import booked, entry, statement, with_details

BARE = entry(("<AcctSvcrRef>REF-1</AcctSvcrRef>", ""))


def ids(content: bytes) -> list[str]:
    """The ids of a file's lines."""
    return [line.bank_id for line in booked(content)]


def test_the_banks_own_reference_is_the_id() -> None:
    """Also when only the detail has it; «not provided» is no reference."""
    assert ids(statement(entry())) == ["REF-1"]
    detail = "<Refs><AcctSvcrRef>REF-2</AcctSvcrRef></Refs>"
    assert ids(statement(with_details(detail, reference=""))) == ["REF-2"]
    [derived] = ids(statement(entry(("REF-1", "NOTPROVIDED"))))
    assert derived.startswith("derived:")


def test_a_derived_id_is_the_same_when_the_file_comes_again() -> None:
    """And in the other order: only equal lines are counted."""
    other = BARE.replace("8.85", "9.00")
    first, second = ids(statement(BARE, other)), ids(statement(other, BARE))
    assert first == second[::-1]
    assert first[0] != first[1]


def test_equal_lines_of_one_statement_are_different_money() -> None:
    """Two customers may well pay ten euros on one day."""
    given = ids(statement(BARE, BARE, BARE))
    assert len(set(given)) == 3
    assert given[:2] == ids(statement(BARE, BARE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("8.85", "8.86"),
        ("2026-01-05", "2026-01-06"),
        ("CRDT", "DBIT"),
        ("<Sts>", "<RvslInd>true</RvslInd><Sts>"),
        ("</Ntry>", "<AddtlNtryInf>hello</AddtlNtryInf></Ntry>"),
    ],
)
def test_a_derived_id_speaks_for_all_that_tells_lines_apart(old: str, new: str) -> None:
    """Another amount, day, direction or text is another id."""
    assert ids(statement(BARE)) != ids(statement(BARE.replace(old, new)))


def test_a_derived_id_is_of_its_account() -> None:
    """The same line on two accounts is two bookings."""
    content = statement(BARE)
    assert ids(content) != ids(content.replace(b"NL26VAYB8060476890", b"NL96JIAO0000000001"))


def test_no_reference_can_imitate_a_derived_id() -> None:
    """Derived ids are longer than any reference that is taken as it is."""
    [derived] = ids(statement(BARE))
    assert len(derived) > MAX_REFERENCE
    [again] = ids(statement(entry(("REF-1", derived))))
    assert again != derived


def test_a_notification_and_a_statement_agree_on_the_id() -> None:
    """The same booking told twice is one booking."""
    for line in (entry(), BARE):
        assert ids(statement(line)) == ids(statement(line, message="camt.054.001.02"))


def batch(*references: str, amounts: tuple[str, str] = ("5.00", "3.85"), entry_ref: bool) -> bytes:
    """A statement with one batch entry of two payments."""
    details = [
        f'<Refs>{reference}</Refs><Amt Ccy="EUR">{amount}</Amt>'
        for reference, amount in zip(references, amounts, strict=True)
    ]
    if entry_ref:
        return statement(with_details(*details))
    return statement(with_details(*details, reference=""))


def test_payments_of_a_batch_are_told_apart_by_their_own_references() -> None:
    """The id does not hang on their order, nor on their amounts: a changed one is noticed."""
    a, b = "<TxId>A</TxId>", "<EndToEndId>B</EndToEndId>"
    given = ids(batch(a, b, entry_ref=True))
    assert given == ids(batch(b, a, amounts=("3.85", "5.00"), entry_ref=True))[::-1]
    assert given == ids(batch(a, b, amounts=("5.01", "3.84"), entry_ref=True))
    assert len(set(given)) == 2


def test_payments_of_a_batch_without_references_are_told_apart_by_their_place() -> None:
    """And stay the same when the file comes again; a repeated reference does not join two."""
    for references in (("", ""), ("<TxId>A</TxId>", "<TxId>A</TxId>")):
        given = ids(batch(*references, entry_ref=True))
        assert len(set(given)) == 2
        assert given == ids(batch(*references, entry_ref=True))


def test_payments_of_a_batch_may_have_the_banks_references_themselves() -> None:
    """Then those are their ids; one that is repeated is the entry's in truth."""
    own = ("<AcctSvcrRef>A</AcctSvcrRef>", "<AcctSvcrRef>B</AcctSvcrRef>")
    assert ids(batch(*own, entry_ref=False)) == ["A", "B"]
    repeated = ids(batch(own[0], own[0], entry_ref=False))
    assert len(set(repeated)) == 2
    assert "A" not in repeated
    bare = ids(batch("", "", amounts=("4.425", "4.425"), entry_ref=False))
    assert bare == []  # three decimals are no euros: the batch is bad, not booked
