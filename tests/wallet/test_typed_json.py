"""Tests of wallet.typed_json: any EIP-712 message, eth-account and cast being the oracles."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tidy.sources import ROOT
from wallet.address import checksum
from wallet.errors import InputError
from wallet.keccak import keccak256
from wallet.signer import LocalSigner
from wallet.typed_data import Domain, Payout, RedeemOrder
from wallet.typed_json import TypedData

KEY = b"\x17" * 32
CAST = ROOT / "node_modules/.bin/cast"
A, B = checksum(b"\x11" * 20), checksum(b"\xab" * 20)
MAIL: dict[str, Any] = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [
            {"name": "from", "type": "Person"},
            {"name": "to", "type": "Person"},
            {"name": "contents", "type": "string"},
        ],
    },
    "primaryType": "Mail",
    "domain": {
        "name": "Ether Mail",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    },
    "message": {
        "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
        "contents": "Hello, Bob!",
    },
}


def parse(whole: object) -> TypedData:
    return TypedData.parse(json.dumps(whole).encode())


def oracle(whole: dict[str, Any]) -> bytes:
    """eth-account's digest."""
    found = encode_typed_data(full_message=whole)
    return keccak256(b"\x19\x01" + found.header + found.body)


def message(types: dict[str, dict[str, str]], value: object, **domain: object) -> dict[str, Any]:
    """A message of the first of these types, under a domain of these fields."""
    return {
        "types": {
            name: [{"name": member, "type": kind} for member, kind in members.items()]
            for name, members in types.items()
        },
        "primaryType": next(iter(types)),
        "domain": domain,
        "message": value,
    }


def test_the_standards_example() -> None:
    found = parse(MAIL)
    assert found.digest().hex() == (
        "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    )
    assert found.encode_type() == (
        "Mail(Person from,Person to,string contents)Person(string name,address wallet)"
    )
    assert [(leaf.path, leaf.kind, leaf.value) for leaf in found.fields()] == [
        ("from.name", "string", "Cow"),
        ("from.wallet", "address", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
        ("to.name", "string", "Bob"),
        ("to.wallet", "address", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"),
        ("contents", "string", "Hello, Bob!"),
    ]
    assert (found.domain.name, found.domain.chain_id, found.domain.salt) == ("Ether Mail", 1, None)


def test_our_own_messages_are_the_same_either_way() -> None:
    payout = Payout("DE89370400440532013000", "艾达", "REDEMPTION 1", b"\x05" * 32)
    order = RedeemOrder(A, 1234, payout, 5, b"\x06" * 32, 99)
    domain = Domain("Euro Deposit", 31337, B)
    found = TypedData.of(order, domain)
    assert found.digest() == order.digest(domain)
    assert found.encode_type() == order.encode_type()
    assert dict(found.message)["amount"] == 1234
    assert found.domain.verifying_contract == B


# ---------------------------------------------------------------------- against eth-account


def _atoms(kind: str) -> st.SearchStrategy[Any]:
    """JSON values of an atomic kind, numbers in each of their forms."""
    plain: dict[str, st.SearchStrategy[Any]] = {
        "address": st.binary(min_size=20, max_size=20).map(checksum),
        "bool": st.booleans(),
        "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        "bytes": st.binary(max_size=70).map(_hex),
    }
    if kind in plain:
        return plain[kind]
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return st.binary(min_size=size, max_size=size).map(_hex)
    if kind.startswith("int"):
        half = 2 ** (int(kind[3:]) - 1)
        return st.integers(-half, half - 1).flatmap(lambda n: st.sampled_from([n, str(n)]))
    most = 2 ** int(kind[4:]) - 1
    return st.integers(0, most).flatmap(lambda n: st.sampled_from([n, str(n), hex(n)]))


def _hex(raw: bytes) -> str:
    return "0x" + raw.hex()


_WIDTHS = st.integers(1, 32).map(lambda size: size * 8)
_KINDS = st.one_of(
    st.sampled_from(["address", "bool", "string", "bytes"]),
    _WIDTHS.map("uint{}".format),
    _WIDTHS.map("int{}".format),
    st.integers(1, 32).map("bytes{}".format),
)
_SUFFIXES = st.sampled_from(["", "", "", "[]", "[2]", "[][]", "[2][]", "[][1]", "[1][2]"])


@st.composite
def typed_messages(draw: st.DrawFn) -> dict[str, Any]:
    """A message of up to four structs, each of which may hold later ones, and itself."""
    names = [f"S{place}" for place in range(draw(st.integers(1, 4)))]
    types: dict[str, dict[str, str]] = {}
    for place, name in enumerate(names):
        members: dict[str, str] = {}
        for number in range(draw(st.integers(0 if place else 1, 4))):
            members[f"m{number}"] = draw(_KINDS) + draw(_SUFFIXES)
        if place + 1 < len(names):  # so that the first struct holds them all
            members["next"] = names[place + 1] + draw(_SUFFIXES)
        if draw(st.booleans()):
            members["own"] = name + draw(st.sampled_from(["", "[]"]))
        types[name] = members

    def value(kind: str, depth: int) -> Any:
        if kind.endswith("]"):
            inner, _, length = kind[:-1].rpartition("[")
            most = 2 if depth < 4 else 0
            count = int(length) if length else draw(st.integers(0, most))
            return [value(inner, depth + 1) for _ in range(count)]
        if kind in types:
            if depth > 5:
                return None
            return {name: value(each, depth + 1) for name, each in types[kind].items()}
        return draw(_atoms(kind))

    domain = {
        "name": draw(_atoms("string")),
        "version": "1",
        "chainId": draw(_atoms("uint256")),
        "verifyingContract": draw(_atoms("address")),
        "salt": draw(_atoms("bytes32")),
    }
    kept = draw(st.sets(st.sampled_from(sorted(domain))))
    domain = {name: each for name, each in domain.items() if name in kept}
    return message(types, value(names[0], 0), **domain)


@settings(deadline=None, max_examples=150)
@given(typed_messages())
def test_any_message_hashes_as_eth_account_has_it(whole: dict[str, Any]) -> None:
    found = parse(whole)
    assert found.digest() == oracle(whole)
    for leaf in found.fields():
        assert not isinstance(leaf.value, dict)
        assert leaf.value != () or leaf.kind.endswith("]")


@settings(deadline=None, max_examples=60)
@given(typed_messages(), st.data())
def test_a_field_that_is_gone_is_named(whole: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(whole["message"])))
    del whole["message"][name]
    with pytest.raises(InputError) as caught:
        parse(whole)
    assert caught.value.code == "typed.missing"
    assert caught.value.values["field"] == f"message.{name}"


@settings(deadline=None, max_examples=100)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_what_is_no_message_is_an_error_of_ours(value: object) -> None:
    for whole in (value, {**MAIL, "message": value}, {**MAIL, "domain": value}):
        with pytest.raises(InputError):
            parse(whole)
    for key in ("types", "primaryType"):
        with pytest.raises(InputError):
            parse({**MAIL, key: value})


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=100))
def test_bytes_that_are_no_json_are_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(InputError):
        TypedData.parse(data)


# ---------------------------------------------------------------------- against cast

CASES: dict[str, dict[str, Any]] = {
    "mail": MAIL,
    "arrays": message(
        {
            "EIP712Domain": {"name": "string", "chainId": "uint256"},
            "Order": {"legs": "Leg[]", "grid": "uint8[2][]", "tags": "string[]", "raw": "bytes"},
            "Leg": {"to": "address", "delta": "int128", "flags": "bool[3]"},
        },
        {
            "legs": [
                {"to": A, "delta": "-5", "flags": [True, False, True]},
                {"to": B, "delta": str(2**100), "flags": [False, False, False]},
            ],
            "grid": [[1, 2], ["3", "255"]],
            "tags": ["", "交子"],
            "raw": "0x00ff",
        },
        name="Arrays",
        chainId=31337,
    )
    | {"primaryType": "Order"},
    "small": message(
        {
            "EIP712Domain": {"name": "string", "version": "string", "verifyingContract": "address"},
            "Small": {"a": "bytes1", "b": "bytes31", "c": "int8", "d": "uint24", "e": "bool"},
        },
        {"a": "0xff", "b": "0x" + "01" * 31, "c": -128, "d": "0xffffff", "e": False},
        name="",
        version="2",
        verifyingContract=A,
    )
    | {"primaryType": "Small"},
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_cast_signs_the_same(case: str, tmp_path: Path) -> None:
    """The same key over the same message gives the same bytes (RFC 6979)."""
    file = tmp_path / "message.json"
    file.write_text(json.dumps(CASES[case]))
    line = [CAST, "wallet", "sign", "--private-key", "0x" + KEY.hex(), "--data", "--from-file"]
    theirs = subprocess.run([*line, file], capture_output=True, text=True, check=True)
    ours = LocalSigner(KEY).sign_digest(parse(CASES[case]).digest())
    assert theirs.stdout.strip() == "0x" + ours.hex()
