"""Tests of wallet.book.records: every record reads back, and a damaged book is not believed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.address import checksum
from wallet.book import Book, LinkRecord, RedemptionRecord, TransferRecord
from wallet.errors import SetupError

ME, YOU = checksum(b"\x11" * 20), checksum(b"\x22" * 20)
LINK = LinkRecord("aa" * 32, "DE89", "Ada", 5, "00" * 65, "SIGNED")
TRANSFER = TransferRecord("bb" * 32, "relay", ME, YOU, 7, 5, "SIGNED", 0, 9, "00" * 65)
REDEMPTION = RedemptionRecord(
    "cc" * 32, ME, 9, 1, 5, "DE89", "Ada", "ref", "dd" * 32, "00" * 65, 5, "SIGNED"
)
BOOK = Book({"Bo": YOU}).put(LINK).put(TRANSFER).put(REDEMPTION)

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(_text, st.none() | _text, st.integers(0, 2**96))
def test_what_is_written_reads_back(name: str, memo: str | None, value: int) -> None:
    book = BOOK.put(replace(LINK, name=name)).put(replace(TRANSFER, memo=memo, value=value))
    assert Book.from_json(book.with_contact(name, ME).to_json()) == book.with_contact(name, ME)


def test_a_record_replaces_the_one_of_its_nonce() -> None:
    sent = replace(TRANSFER, state="SENT")
    other = replace(TRANSFER, nonce="ee" * 32)
    assert BOOK.put(sent).transfers == (sent,)
    assert BOOK.put(other).transfers == (TRANSFER, other)


def test_the_signed_messages_come_back() -> None:
    assert TRANSFER.message().nonce.hex() == TRANSFER.nonce
    assert REDEMPTION.message().payout.salt.hex() == "dd" * 32
    assert LINK.message(ME).wallet == ME


def test_a_record_is_found_by_the_start_of_its_nonce() -> None:
    assert BOOK.find(TransferRecord, "bbbb") == TRANSFER
    assert BOOK.find(RedemptionRecord, "bbbb") is None
    twice = BOOK.put(replace(TRANSFER, nonce="bb" * 31 + "bc"))
    assert twice.find(TransferRecord, "bb") is None  # two begin so: neither is meant


def test_contacts_have_names() -> None:
    assert BOOK.name_of(YOU) == "Bo"
    assert BOOK.name_of(ME) is None


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["version"], 2),
        (["contacts"], []),
        (["contacts", "Bo"], "0x12"),
        (["links"], None),
        (["transfers", 0, "value"], "7"),
        (["transfers", 0, "value"], True),
        (["transfers", 0, "value"], 7.0),
        (["transfers", 0, "memo"], 5),
        (["transfers", 0, "unknown"], 5),
        (["redemptions", 0], []),
    ],
)
def test_a_damaged_book_is_refused(place: list[Any], value: object) -> None:
    whole: Any = json.loads(BOOK.to_json())
    parent = whole
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    with pytest.raises(SetupError) as caught:
        Book.from_json(json.dumps(whole).encode())
    assert caught.value.code == "book.damaged"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", BOOK.to_json()[:-20]])
def test_a_truncated_book_is_refused(data: bytes) -> None:
    with pytest.raises(SetupError):
        Book.from_json(data)


def test_a_missing_field_is_refused() -> None:
    whole = json.loads(BOOK.to_json())
    del whole["redemptions"][0]["salt"]
    with pytest.raises(SetupError):
        Book.from_json(json.dumps(whole).encode())


def test_records_of_one_network_pass_through_another_unchanged() -> None:
    here = Book({}).put(TRANSFER)
    there = Book.from_json(here.to_json(), "eip155:5/erc20:0x1")
    assert (there.transfers, there.contacts) == ((), {})
    both = there.put(LINK).with_contact("Bo", YOU).to_json()
    assert Book.from_json(both).transfers == (TRANSFER,)
    assert Book.from_json(both).links == ()
    assert Book.from_json(both, "eip155:5/erc20:0x1").links == (LINK,)
    assert Book.from_json(both, "eip155:6/erc20:0x1").contacts == {"Bo": YOU}
    assert Book.from_json(both).to_json() == both
