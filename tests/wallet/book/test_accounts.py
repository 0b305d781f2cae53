"""Tests of wallet.book.accounts: versions, choosing, names, sealed files, and damaged ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wallet.address import Address
from wallet.book.accounts import Account, Accounts, decode, encode, kind_of
from wallet.errors import AddressError, InputError, SecretError, SetupError, WrongPassword
from wallet.secret import Secret

FIRST = Address("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")
SECOND = Address("0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0")
ROOT = "m/44'/60'/0'"
MAIN = Account(0, FIRST, f"{ROOT}/0/0", "Main")
SPARE = Account(1, SECOND, f"{ROOT}/0/1")
BOTH = Accounts("phrase", (MAIN, SPARE), root=ROOT, xpub="xpub", current=1)
PASSWORD = Secret(b"canary-password")


def test_reads_what_it_wrote() -> None:
    assert decode(encode(BOTH, None), None) == BOTH
    assert BOTH.chosen == SPARE
    assert kind_of(encode(BOTH, None)) == "phrase"


def test_the_first_version_is_still_read() -> None:
    old = {"version": 1, "address": FIRST, "path": f"{ROOT}/0/0", "xpub": "xpub"}
    read = decode(json.dumps(old).encode(), None)
    expected = Accounts("phrase", (Account(0, FIRST, f"{ROOT}/0/0"),), root=ROOT, xpub="xpub")
    assert read == expected
    assert json.loads(encode(read, None))["version"] == 2
    assert kind_of(json.dumps(old).encode()) == "phrase"


@pytest.mark.parametrize("text", ["Main", "main", "0", FIRST, FIRST.lower()])
def test_an_account_is_found_by_name_number_and_address(text: str) -> None:
    assert BOTH.pick(text) == MAIN
    assert BOTH.pick(None) == SPARE


@pytest.mark.parametrize("text", ["", "2", "-1", "00", "０", "mai", "0x1", SECOND[:-1]])
def test_no_other_text_finds_one(text: str) -> None:
    with pytest.raises(InputError):
        BOTH.pick(text)


def test_the_error_names_the_accounts_and_a_typing_error_in_an_address() -> None:
    with pytest.raises(InputError) as caught:
        BOTH.pick("savings")
    assert caught.value.code == "account.unknown"
    assert "Main, 1" in caught.value.remedy()
    with pytest.raises(AddressError) as wrong:
        BOTH.pick(FIRST[:-1] + "5")
    assert wrong.value.code == "address.checksum"


def test_adding_naming_and_retiring() -> None:
    third = Address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
    three = BOTH.added(third, f"{ROOT}/0/2", "旅行")
    assert three.pick("旅行").index == 2
    assert three.current == 1
    retired = three.replaced(three.pick("2").changed(retired=True)).pick("旅行")
    assert (retired.retired, retired.name, retired.address) == (True, "旅行", third)
    assert three.replaced(MAIN.changed(name="")).pick("0").label == "0"
    assert three.using(MAIN).chosen == MAIN
    with pytest.raises(InputError) as caught:
        three.added(FIRST, None)
    assert caught.value.code == "account.present"


@pytest.mark.parametrize("name", ["main", "7", "0xabc", "a\nb", " ", "x" * 41, "٣"])
def test_a_name_that_would_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        BOTH.checked_name(name)
    assert BOTH.checked_name("Main", beside=MAIN) == "Main"


def test_private_accounts_need_the_password_and_show_nothing() -> None:
    private = Accounts("phrase", (MAIN,), root=ROOT, xpub="xpub-canary", is_private=True)
    data = encode(private, PASSWORD)
    for hidden in (FIRST, FIRST.lower(), "xpub-canary", "Main"):
        assert hidden.encode() not in data
    assert kind_of(data) == "phrase"
    read = decode(data, lambda: PASSWORD)
    assert read == private
    assert read.is_private
    with pytest.raises(SecretError) as caught:
        decode(data, None)
    assert caught.value.code == "account.private"
    with pytest.raises(SecretError):
        encode(private, None)
    with pytest.raises(WrongPassword):
        decode(data, lambda: Secret(b"other"))
    with pytest.raises(SetupError):  # the kind in clear is the kind inside
        decode(data.replace(b'"phrase"', b'"watch"'), lambda: PASSWORD)


def changed(**changes: Any) -> bytes:
    """The file of BOTH with some of its fields changed; None takes one out."""
    whole = BOTH.to_dict() | changes
    return json.dumps({name: value for name, value in whole.items() if value != "-"}).encode()


def entry(**changes: Any) -> list[dict[str, Any]]:
    return [{**MAIN.to_dict(), **changes}, SPARE.to_dict()]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'{"version": 1}',
        json.dumps({"version": 1, "address": FIRST, "path": "m", "xpub": "x"}).encode(),
        json.dumps({"version": 1, "address": FIRST, "path": "m/0/0", "xpub": "x"}).encode(),
        json.dumps({"version": 1, "address": FIRST, "path": MAIN.path, "xpub": 7}).encode(),
        b'{"version": 2, "kind": "phrase", "sealed": 7}',
        changed(version=3),
        changed(kind="paper"),
        changed(kind="-"),
        changed(coin_type="60"),
        changed(root=7),
        changed(xpub=[]),
        changed(current=2),
        changed(current=None),
        changed(accounts=[]),
        changed(accounts={}),
        changed(accounts=[SPARE.to_dict()]),
        changed(accounts=entry(index=True)),
        changed(accounts=entry(index=1)),
        changed(accounts=entry(address="0x12")),
        changed(accounts=entry(path=1)),
        changed(accounts=entry(name=None)),
        changed(accounts=entry(name="a\x1b[31m")),
        changed(accounts=entry(name="a\nb")),
        changed(accounts=entry(name="1")),
        changed(accounts=entry(name=SECOND)),
        changed(accounts=entry(name="交\u202e子")),
        changed(accounts=entry(retired="no")),
        changed(accounts=entry(more=1)),
    ],
)
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(SetupError) as caught:
        decode(data, lambda: PASSWORD)
    assert caught.value.code == "home.account"


def test_values_that_are_equal_hash_alike_and_print_no_key() -> None:
    again = decode(encode(BOTH, None), None)
    assert {BOTH, again} == {BOTH}
    assert {MAIN, again.entries[0]} == {MAIN}
    assert repr(MAIN) == f"Account(0, {FIRST}, 'Main')"
    assert repr(BOTH) == "Accounts(phrase, 2)"


def test_what_is_no_account_file_has_no_kind() -> None:
    for data in (b"", b"[]", b'{"version": 2}', b'{"version": 2, "kind": "paper"}'):
        assert kind_of(data) is None
