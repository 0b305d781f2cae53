"""Tests of wallet.abi against eth-abi, and against answers that nobody may believe."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode as their_encode
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.abi import arguments, decode, encode, encode_call, selector
from wallet.address import checksum
from wallet.errors import ChainError

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": st.binary(min_size=20, max_size=20).map(checksum),
    "bool": st.booleans(),
    "uint8": st.integers(0, 255),
    "uint256": st.integers(0, 2**256 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes": st.binary(max_size=70),
    "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
}


def _typed(kind: str) -> st.SearchStrategy[tuple[str, Any]]:
    return _VALUES[kind].map(lambda value: (kind, value))


_plain = st.sampled_from(sorted(_VALUES)).flatmap(_typed)


def _tuple_of(members: list[tuple[str, Any]]) -> tuple[str, Any]:
    return f"({','.join(kind for kind, _ in members)})", tuple(value for _, value in members)


_tuples = st.lists(_plain, min_size=1, max_size=4).map(_tuple_of)
_arrays = st.sampled_from(sorted(_VALUES)).flatmap(
    lambda kind: st.lists(_VALUES[kind], max_size=3).map(lambda found: (kind + "[]", found))
)
_any = st.one_of(_plain, _tuples, _arrays)


@given(st.lists(_any, max_size=5))
@settings(max_examples=300, deadline=None)
def test_agrees_with_eth_abi_and_round_trips(typed: list[tuple[str, Any]]) -> None:
    kinds, values = [kind for kind, _ in typed], [value for _, value in typed]
    encoded = encode(kinds, values)
    assert encoded == their_encode(kinds, values)
    assert list(decode(kinds, encoded)) == values


def test_arrays_of_tuples() -> None:
    kind = "(uint256,bytes16,address,uint256)[]"
    values = [(n, bytes(16), checksum(b"\1" * 20), n) for n in range(3)]
    assert encode([kind], [values]) == their_encode([kind], [values])
    assert decode([kind], encode([kind], [values])) == (values,)


def test_known_call_data() -> None:
    assert selector("transfer(address,uint256)").hex() == "a9059cbb"
    to = checksum(b"\x11" * 20)
    call = encode_call("transfer(address,uint256)", to, 5)
    assert call == bytes.fromhex("a9059cbb") + bytes(12) + b"\x11" * 20 + (5).to_bytes(32)


def test_signatures_are_split_at_their_own_commas() -> None:
    assert arguments("f((address,(uint8,bytes)),bytes[])") == ("(address,(uint8,bytes))", "bytes[]")
    assert arguments("f()") == ()


@pytest.mark.parametrize(
    ("kinds", "values"),
    [
        (["uint8"], [256]),
        (["uint256"], [-1]),
        (["int32"], [2**31]),
        (["bytes32"], [b"\0" * 31]),
        (["bool"], [2]),
        (["uint256", "uint256"], [1]),
        (["fixed128x18"], [1]),
    ],
)
def test_a_value_that_does_not_fit_is_not_encoded(kinds: list[str], values: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode(kinds, values)


WORD = bytes(31) + b"\1"


@pytest.mark.parametrize(
    ("kinds", "data"),
    [
        (["uint256"], b""),
        (["uint256"], WORD[:31]),
        (["uint8"], b"\1" + bytes(31)),
        (["bool"], bytes(31) + b"\2"),
        (["address"], b"\1" + bytes(31)),
        (["bytes4"], bytes(31) + b"\1"),
        (["string"], bytes(31) + b"\x20" + bytes(31) + b"\x09"),  # nine bytes that are not there
        (["string"], bytes(31) + b"\x20" + bytes(31) + b"\1" + b"\xff" + bytes(31)),  # not UTF-8
        (["bytes"], b"\xff" * 32),  # far outside
        (["uint256[]"], bytes(31) + b"\x20" + b"\xff" * 32),  # more members than bytes
        (["(uint8,uint8)"], WORD),
    ],
)
def test_an_answer_that_is_no_encoding_is_refused(kinds: list[str], data: bytes) -> None:
    with pytest.raises(ChainError) as caught:
        decode(kinds, data)
    assert caught.value.code == "abi.answer"


@given(st.lists(st.sampled_from(sorted(_VALUES)), max_size=3), st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_decode_or_are_refused(kinds: list[str], data: bytes) -> None:
    try:
        decode(kinds, data)
    except ChainError:
        return
