"""Tests of single ABI words: read as `eth_abi` reads them, and nothing else is taken."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from hypothesis import given
from hypothesis import strategies as st

from api.chain.words import word_reader

KINDS = {
    "address": st.binary(min_size=20, max_size=20),
    "bool": st.booleans(),
    "uint8": st.integers(0, 2**8 - 1),
    "uint40": st.integers(0, 2**40 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes16": st.binary(min_size=16, max_size=16),
    "bytes32": st.binary(min_size=32, max_size=32),
}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_value_comes_back(kind: str, data: st.DataObject) -> None:
    """Whatever its type."""
    value = data.draw(KINDS[kind])
    read = word_reader(kind)
    assert read is not None
    assert plain(read(encode([kind], [value]))) == plain(value)


def plain(value: Any) -> Any:
    """An address as its bytes."""
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value


@pytest.mark.parametrize("kind", KINDS)
@given(word=st.one_of(st.binary(min_size=32, max_size=32), st.binary(max_size=40)))
def test_what_eth_abi_refuses_is_refused(kind: str, word: bytes) -> None:
    """Dirty padding, too short, too large; a word is 32 bytes and no more."""
    read = word_reader(kind)
    assert read is not None
    try:
        [expected] = decode([kind], word)
    except DecodingError:
        with pytest.raises(ValueError, match="no "):
            read(word)
        return
    if len(word) == 32:
        assert plain(read(word)) == plain(expected)
    else:
        with pytest.raises(ValueError, match="no "):
            read(word)


@pytest.mark.parametrize("kind", ["string", "bytes", "uint256[]", "(uint256,address)", "int8"])
def test_longer_types_are_left_to_the_decoder(kind: str) -> None:
    """They are no single word, or have a sign."""
    assert word_reader(kind) is None
