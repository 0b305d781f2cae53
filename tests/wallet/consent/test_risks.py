"""Tests of wallet.consent.risks: each danger is named, and honest payments raise no alarm."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tidy.sources import ROOT
from tests.wallet.test_typed_json import message, parse
from wallet.address import Address, checksum
from wallet.consent import (
    RISKS,
    Act,
    ActKind,
    Facts,
    risks_of_acts,
    risks_of_contact,
    risks_of_name,
    risks_of_sign_in,
    risks_of_text,
    risks_of_typed,
)
from wallet.consent.risks import is_contract, look_alike

ME = checksum(b"\x11" * 20)
BO = checksum(bytes.fromhex("6fac4d18c912343bf86fa7049364dd4e424ab9c0"))
ALIKE = checksum(bytes.fromhex("6fac000000000000000000000000000000 00b9c0".replace(" ", "")))
STRANGER = checksum(b"\x77" * 20)
TOKEN = checksum(b"\x22" * 20)
FACTS = Facts(account=ME, chain_id=1, own=frozenset({ME}), trusted=frozenset({TOKEN}))
PAY = Act(ActKind.PAY, "transfer", 1, TOKEN, ME, BO, 100, TOKEN)
ALLOW = Act(ActKind.ALLOW, "approve", 1, TOKEN, ME, BO, 100, TOKEN)
_addresses = st.binary(min_size=20, max_size=20).map(checksum)


def names(act: Act, facts: Facts = FACTS) -> list[str]:
    found = [risk.name for risk in risks_of_acts([act], facts)]
    assert set(found) <= set(RISKS)
    return found


def test_an_ordinary_payment_has_no_risk() -> None:
    assert names(PAY) == []
    assert names(replace(PAY, party=ME)) == []


# ---------------------------------------------------------------------- look-alikes


def test_a_look_alike_of_somebody_paid() -> None:
    facts = replace(FACTS, paid=frozenset({BO}))
    (risk,) = risks_of_acts([replace(PAY, party=ALIKE)], facts)
    assert (risk.name, risk.values) == ("look-alike", {"address": ALIKE, "known": BO})
    assert names(replace(PAY, party=STRANGER), facts) == []
    assert names(PAY, facts) == []


def test_a_look_alike_of_a_contact_and_of_oneself() -> None:
    facts = replace(FACTS, contacts={"Bo": BO})
    assert names(replace(PAY, party=ALIKE), facts) == ["look-alike"]
    mine = checksum(bytes.fromhex(ME[2:6] + "00" * 16 + ME[-4:]))
    assert names(replace(PAY, party=mine), facts) == ["look-alike"]


def test_who_is_known_is_no_look_alike() -> None:
    both = replace(FACTS, paid=frozenset({BO, ALIKE}))
    assert names(replace(PAY, party=ALIKE), both) == []


def test_contracts_are_not_compared() -> None:
    """Only payees are: a spender or a contract may look like anything."""
    facts = replace(FACTS, paid=frozenset({BO}), contacts={"exchange": ALIKE})
    assert names(replace(ALLOW, party=ALIKE, contract=ALIKE), facts) == []


@pytest.mark.parametrize(
    ("first", "last", "alike"),
    [(4, 4, True), (3, 3, True), (2, 4, True), (5, 2, True), (2, 3, False), (8, 1, False),
     (1, 9, False), (0, 12, False), (12, 0, False)],
)  # fmt: skip
def test_how_much_must_agree(first: int, last: int, alike: bool) -> None:
    known = "0x" + "a" * 40
    other = "0x" + "a" * first + "b" * (40 - first - last) + "a" * last
    assert (look_alike(other, [known]) == known) is alike
    assert (look_alike(other.upper().replace("0X", "0x"), [known]) == known) is alike


@given(_addresses, st.lists(_addresses, max_size=5), st.integers(3, 6), st.integers(3, 6))
def test_whatever_is_made_to_look_alike_is_found(
    known: Address, others: list[Address], first: int, last: int
) -> None:
    digits = known[2:].lower()
    middle = "".join("1" if each == "0" else "0" for each in digits[first : 40 - last])
    forged = checksum(bytes.fromhex(digits[:first] + middle + digits[40 - last :]))
    assert look_alike(forged, [*others, known]) is not None or forged in others
    assert look_alike(known, [*others, known]) is None


@settings(max_examples=300)
@given(st.sets(_addresses, max_size=20), _addresses)
def test_unrelated_addresses_raise_no_alarm(known: set[Address], other: Address) -> None:
    """As far as they differ within the first two or the last two letters, as most do."""
    apart = {each for each in known if each[2:4].lower() != other[2:4].lower()}
    assert look_alike(other, apart) is None


# ---------------------------------------------------------------------- allowances


def test_a_spender_that_nobody_knows() -> None:
    assert names(ALLOW) == ["unknown-spender"]
    assert names(ALLOW, replace(FACTS, contacts={"shop": BO})) == []
    assert names(replace(ALLOW, party=TOKEN)) == []
    # That somebody was paid once is no reason to let them help themselves.
    assert names(ALLOW, replace(FACTS, paid=frozenset({BO}))) == ["unknown-spender"]


@pytest.mark.parametrize("amount", [2**96 - 1, 2**160 - 1, 2**256 - 1, None])
def test_an_allowance_without_limit(amount: int | None) -> None:
    facts = replace(FACTS, contacts={"shop": BO})
    assert names(replace(ALLOW, amount=amount), facts) == ["unlimited-allowance"]
    both = ["unknown-spender", "unlimited-allowance"]
    assert names(replace(ALLOW, amount=amount)) == both


def test_revoking_is_no_risk() -> None:
    assert names(replace(ALLOW, amount=0)) == []


@given(st.integers(1, 2**96 - 2))
def test_any_amount_that_there_can_be_is_a_limit(amount: int) -> None:
    assert "unlimited-allowance" not in names(replace(ALLOW, amount=amount))


# ---------------------------------------------------------------------- contracts, chains


def test_a_contract_where_a_person_is_expected() -> None:
    facts = replace(FACTS, codes={BO: b"\x60\x80"})
    assert names(PAY, facts) == ["contract-payee"]
    assert names(PAY, replace(facts, contacts={"Bo": BO})) == ["contract-payee"]
    assert names(PAY, replace(facts, paid=frozenset({BO}))) == []  # accepted once already


def test_a_delegated_account_is_a_person() -> None:
    assert not is_contract(b"\xef\x01\x00" + b"\x55" * 20)
    assert is_contract(b"\xef\x01\x00" + b"\x55" * 21)
    assert is_contract(b"\xef\x01\x01" + b"\x55" * 20)
    assert not is_contract(b"")
    assert names(PAY, replace(FACTS, codes={BO: b"\xef\x01\x00" + b"\x55" * 20})) == []


@pytest.mark.parametrize("kind", list(ActKind))
def test_another_chain(kind: ActKind) -> None:
    assert "other-chain" in names(replace(PAY, kind=kind, chain_id=5))


def test_no_chain_is_every_chain_where_money_moves() -> None:
    assert names(replace(PAY, chain_id=None)) == ["other-chain"]
    assert names(Act(ActKind.OTHER, "Login")) == []


def test_another_account() -> None:
    assert names(replace(PAY, account=STRANGER)) == ["other-account"]
    assert names(replace(PAY, account=None)) == []


def test_a_call_that_nobody_can_explain() -> None:
    assert names(Act(ActKind.OTHER, "", 1, BO)) == ["blind-call"]
    assert names(Act(ActKind.OTHER, "", 1, None)) == ["blind-call"]


# ---------------------------------------------------------------------- messages, texts, names


@pytest.mark.parametrize(
    ("types", "value", "blind"),
    [
        ({"A": {"hash": "bytes32"}}, {"hash": "0x" + "11" * 32}, True),
        ({"A": {"data": "bytes", "parts": "bytes4[]"}}, {"data": "0x00", "parts": []}, True),
        ({"A": {}}, {}, True),
        ({"A": {"hash": "bytes32", "n": "uint8"}}, {"hash": "0x" + "11" * 32, "n": 1}, False),
        ({"A": {"text": "string"}}, {"text": ""}, False),
    ],
)
def test_a_message_with_nothing_to_read(types: Any, value: Any, blind: bool) -> None:
    found = [risk.name for risk in risks_of_typed(parse(message(types, value)))]
    assert found == (["blind-typed-data"] if blind else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"hello", []),
        ("你好，交子\n第二行\r\n".encode(), []),
        (b"", []),
        (b"0x" + b"ab" * 32, ["raw-digest"]),
        (b"AB" * 32 + b"\n", ["raw-digest"]),
        (b"\xff" * 32, ["raw-digest"]),
        (b"\x00" * 32, ["raw-digest"]),
        (b"a" * 32, []),
        (b"\xff\xfe", ["hidden-text"]),
        (b"a\x00b", ["hidden-text"]),
        ("pay\u202eme".encode(), ["hidden-text"]),
        ("pay\u200bme".encode(), ["hidden-text"]),
        (b"a\rb", ["hidden-text"]),
        (b"\x1b[2Jx", ["hidden-text"]),
    ],
)
def test_texts(text: bytes, expected: list[str]) -> None:
    assert [risk.name for risk in risks_of_text(text)] == expected


def test_a_text_that_only_looks_like_a_sign_in() -> None:
    text = b"evil.example wants you to sign in with your Ethereum  Account:\n0x00"
    assert [risk.name for risk in risks_of_sign_in(text)] == ["sign-in-look-alike"]
    assert risks_of_sign_in(b"hello") == ()


def test_names() -> None:
    assert risks_of_name("Bo", {"Ada": BO}) == ()
    (risk,) = risks_of_name("B\u043e", {"Ada": BO})
    assert risk.name == "mixed-script"
    (risk,) = risks_of_name("Ado", {"Adо": BO})
    assert risk.name == "look-alike-name"
    assert risks_of_name("Bo", {"Bo": BO}) == ()


def test_contacts() -> None:
    facts = replace(FACTS, contacts={"Bo": BO})
    assert [risk.name for risk in risks_of_contact("Bob", ALIKE, facts)] == ["look-alike"]
    assert risks_of_contact("Bob", STRANGER, facts) == ()
    coded = replace(facts, codes={STRANGER: b"\x60"})
    assert [risk.name for risk in risks_of_contact("Bob", STRANGER, coded)] == ["contract-payee"]


def test_a_contact_with_a_mixed_name_is_told_when_paid() -> None:
    facts = replace(FACTS, contacts={"B\u043e": BO})
    assert names(PAY, facts) == ["mixed-script"]


def test_each_risk_once() -> None:
    assert names(ALLOW) == [risk.name for risk in risks_of_acts([ALLOW, ALLOW], FACTS)]


def test_the_guide_names_every_risk_and_no_other() -> None:
    page = (ROOT / "docs/guide/signing.md").read_text("utf-8")
    table = page.partition("| name | it stops because |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == RISKS
