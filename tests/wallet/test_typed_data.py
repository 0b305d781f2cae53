"""Tests of wallet.typed_data and wallet.eip712, eth-account's encoder being the oracle."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.address import Address, checksum
from wallet.eip712 import Fields
from wallet.errors import InputError
from wallet.keccak import keccak256
from wallet.signer import LocalSigner, recover
from wallet.typed_data import (
    AccountLink,
    CancelAuthorization,
    CancelRedeem,
    Domain,
    IssueApproval,
    IssueEntry,
    Payout,
    Permit,
    ReceiveAuthorization,
    RedeemOrder,
    Struct,
    TransferAuthorization,
    teller_domain,
)

# The type strings that the contracts and every other wallet use; a change breaks them all.
_AUTHORIZATION = (
    "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)
_PAYOUT = "Payout(string account,string name,string reference,bytes32 salt)"
_ENTRY = "IssueEntry(uint256 number,bytes16 ref,address holder,uint256 amount)"
PINNED: dict[type[Struct], str] = {
    TransferAuthorization: "TransferWithAuthorization" + _AUTHORIZATION,
    ReceiveAuthorization: "ReceiveWithAuthorization" + _AUTHORIZATION,
    CancelAuthorization: "CancelAuthorization(address authorizer,bytes32 nonce)",
    Permit: "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
    Payout: _PAYOUT,
    RedeemOrder: "RedeemOrder(address holder,uint256 amount,Payout payout,uint256 fee,"
    "bytes32 nonce,uint256 deadline)" + _PAYOUT,
    CancelRedeem: "CancelRedeem(address holder,bytes32 nonce)",
    AccountLink: "AccountLink(address wallet,string account,string name,uint256 issuedAt,"
    "bytes32 nonce)",
    IssueEntry: _ENTRY,
    IssueApproval: "IssueApproval(IssueEntry[] entries,uint256 deadline)" + _ENTRY,
}

_uint = st.integers(0, 2**256 - 1)
_bytes32 = st.binary(min_size=32, max_size=32)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_address = st.binary(min_size=20, max_size=20).filter(any).map(checksum)
_domains = st.builds(Domain, _text, _uint, _address)
_payouts = st.builds(Payout, _text, _text, _text, _bytes32)
_entries = st.builds(IssueEntry, _uint, st.binary(min_size=16, max_size=16), _address, _uint)
_messages: st.SearchStrategy[Struct] = st.one_of(
    st.builds(TransferAuthorization, _address, _address, _uint, _uint, _uint, _bytes32),
    st.builds(ReceiveAuthorization, _address, _address, _uint, _uint, _uint, _bytes32),
    st.builds(CancelAuthorization, _address, _bytes32),
    st.builds(Permit, _address, _address, _uint, _uint, _uint),
    _payouts,
    st.builds(RedeemOrder, _address, _uint, _payouts, _uint, _bytes32, _uint),
    st.builds(CancelRedeem, _address, _bytes32),
    st.builds(AccountLink, _address, _text, _text, _uint, _bytes32),
    st.builds(IssueApproval, st.lists(_entries, max_size=5).map(tuple), _uint),
)

HOLDER = checksum(b"\x11" * 20)
TOKEN = checksum(b"\x22" * 20)
DOMAIN = Domain("Euro Deposit", 31337, TOKEN)
AUTHORIZATION = TransferAuthorization(HOLDER, checksum(b"\x33" * 20), 1234, 0, 99, b"\x44" * 32)


@pytest.mark.parametrize(("struct", "type_string"), list(PINNED.items()))
def test_type_strings_are_the_pinned_ones(struct: type[Struct], type_string: str) -> None:
    assert struct.encode_type() == type_string
    assert keccak256(type_string.encode()) == struct.TYPE_HASH


class Person(Struct):
    """The struct of EIP-712's own example."""

    name: str
    wallet: Address
    NAME: ClassVar[str] = "Person"
    FIELDS: ClassVar[Fields] = (("name", "name", "string"), ("wallet", "wallet", "address"))


class Mail(Struct):
    """The message of EIP-712's own example."""

    from_: Person
    to: Person
    contents: str
    NAME: ClassVar[str] = "Mail"
    FIELDS: ClassVar[Fields] = (
        ("from_", "from", "Person"),
        ("to", "to", "Person"),
        ("contents", "contents", "string"),
    )
    NESTED: ClassVar[tuple[type[Struct], ...]] = (Person,)


def test_the_standards_example() -> None:
    mail = Mail(
        Person("Cow", Address("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")),
        Person("Bob", Address("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB")),
        "Hello, Bob!",
    )
    domain = Domain("Ether Mail", 1, Address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"))
    signature = LocalSigner(keccak256(b"cow")).sign_message(mail, domain)
    assert mail.digest(domain).hex() == (
        "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    )
    assert signature.hex() == (
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
        "1c"
    )


@given(_messages, _domains, st.integers(1, 2**255))
@settings(max_examples=300, deadline=None)
def test_agrees_with_eth_account(message: Struct, domain: Domain, number: int) -> None:
    key = number.to_bytes(32, "big")
    full: dict[str, Any] = message.to_json(domain)
    signable = encode_typed_data(full_message=full)
    assert keccak256(b"\x19" + signable.version + signable.header + signable.body) == (
        message.digest(domain)
    )
    signature = LocalSigner(key).sign_message(message, domain)
    assert signature == Account.sign_message(signable, key).signature
    assert recover(message.digest(domain), signature) == LocalSigner(key).address


def test_json_form_has_decimal_strings_and_hex() -> None:
    order = RedeemOrder(
        HOLDER,
        2**255,
        Payout("DE89370400440532013000", "Ann", "rent", b"\1" * 32),
        1,
        b"\2" * 32,
        7,
    )
    full: dict[str, Any] = order.to_json(DOMAIN)
    assert full["primaryType"] == "RedeemOrder"
    assert full["message"]["amount"] == str(2**255)
    assert full["message"]["payout"]["salt"] == "0x" + "01" * 32
    assert set(full["types"]) == {"EIP712Domain", "RedeemOrder", "Payout"}


@pytest.mark.parametrize(
    "other",
    [
        replace(DOMAIN, name="Euro deposit"),
        replace(DOMAIN, chain_id=1),
        replace(DOMAIN, verifying_contract=HOLDER),
        replace(DOMAIN, version="2"),
    ],
)
def test_another_domain_is_another_digest(other: Domain) -> None:
    assert AUTHORIZATION.digest(DOMAIN) != AUTHORIZATION.digest(other)


def test_each_field_is_part_of_the_digest() -> None:
    changed: list[dict[str, Any]] = [
        {"from_": TOKEN},
        {"to": TOKEN},
        {"value": 1235},
        {"valid_after": 1},
        {"valid_before": 100},
        {"nonce": b"\x45" * 32},
    ]
    digests = {replace(AUTHORIZATION, **change).digest(DOMAIN) for change in changed}
    assert len(digests | {AUTHORIZATION.digest(DOMAIN)}) == len(changed) + 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": -1}, "field.uint256"),
        ({"value": 2**256}, "field.uint256"),
        ({"value": True}, "field.uint256"),
        ({"value": 1.0}, "field.uint256"),
        ({"value": "1"}, "field.uint256"),
        ({"nonce": b"\0" * 31}, "field.bytes"),
        ({"nonce": "0x" + "00" * 32}, "field.bytes"),
        ({"to": "0x" + "ab" * 20}, "field.address"),
        ({"to": 5}, "field.address"),
        ({"to": "0x" + "0" * 40}, "address.zero"),
    ],
)
def test_a_wrong_field_is_refused_when_the_message_is_made(
    change: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        replace(AUTHORIZATION, **change)
    assert caught.value.code == code


def test_text_without_a_utf8_form_and_a_wrong_struct_are_refused() -> None:
    with pytest.raises(InputError, match=r"Payout\.name"):
        Payout("DE89", "\ud800", "", b"\0" * 32)
    with pytest.raises(InputError, match=r"RedeemOrder\.payout"):
        RedeemOrder(HOLDER, 1, DOMAIN, 0, b"\0" * 32, 1)  # type: ignore[arg-type]  # on purpose


ENTRY = IssueEntry(7, b"\5" * 16, HOLDER, 1_234)
APPROVAL = IssueApproval((ENTRY, replace(ENTRY, number=8)), 99)


def test_an_approval_in_clear() -> None:
    full: dict[str, Any] = APPROVAL.to_json(teller_domain(31337, TOKEN))
    assert full["domain"] == {
        "name": "Jiaozi Teller",
        "version": "1",
        "chainId": 31337,
        "verifyingContract": TOKEN,
    }
    assert full["message"]["entries"][1] == {
        "number": "8",
        "ref": "0x" + "05" * 16,
        "holder": HOLDER,
        "amount": "1234",
    }


def test_each_entry_and_their_order_is_part_of_the_digest() -> None:
    first, second = APPROVAL.entries
    others = [
        (first,),
        (second, first),
        (first, second, second),
        (first, replace(second, amount=1)),
        (first, replace(second, ref=b"\5" * 15 + b"\6")),
        (),
    ]
    digests = {replace(APPROVAL, entries=entries).digest(DOMAIN) for entries in others}
    assert len(digests | {APPROVAL.digest(DOMAIN)}) == len(others) + 1


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: replace(ENTRY, ref=b"\0" * 32), "IssueEntry.ref is not 16 bytes"),
        (lambda: replace(APPROVAL, entries=[ENTRY]), "IssueApproval.entries is not a tuple"),
        (lambda: replace(APPROVAL, entries=(ENTRY, 5)), "IssueApproval.entries[1] is not"),
        (lambda: replace(APPROVAL, entries=(DOMAIN,)), "IssueApproval.entries[0] is not"),
    ],
)
def test_a_wrong_approval_is_refused_when_it_is_made(
    make: Callable[[], Struct], field: str
) -> None:
    with pytest.raises(InputError, match=re.escape(field)):
        make()


def test_messages_do_not_change() -> None:
    with pytest.raises(AttributeError):
        AUTHORIZATION.value = 1  # type: ignore[misc]  # that it is refused is the test
