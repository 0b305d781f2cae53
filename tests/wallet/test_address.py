"""Tests of wallet.address against EIP-55's examples, ethereum/tests and eth-utils."""

from __future__ import annotations

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.vectors import load
from wallet.address import address_bytes, checksum, parse_address
from wallet.errors import AddressError
from wallet.signer import LocalSigner

# The examples of EIP-55.
EXAMPLES = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("address", EXAMPLES)
def test_the_standards_examples(address: str) -> None:
    assert parse_address(address) == address
    assert parse_address(address.lower()) == address
    assert parse_address("0x" + address[2:].upper()) == address


@pytest.mark.parametrize("address", EXAMPLES)
def test_one_changed_case_is_refused(address: str) -> None:
    letters = [i for i, letter in enumerate(address) if i > 1 and letter.isalpha()]
    for place in letters:
        changed = address[:place] + address[place].swapcase() + address[place + 1 :]
        with pytest.raises(AddressError) as caught:
            parse_address(changed)
        assert caught.value.code == "address.checksum"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        EXAMPLES[0][2:],
        EXAMPLES[0] + "0",
        EXAMPLES[0][:-1],
        " " + EXAMPLES[0],
        EXAMPLES[0] + "\n",
        "0X" + EXAMPLES[0][2:],
        EXAMPLES[0].replace("a", "а"),  # a Cyrillic а
        EXAMPLES[0][:-1] + "ｄ",  # a full-width d
        "\u202e" + EXAMPLES[0],
        "vitalik.eth",
    ],
)
def test_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert caught.value.code == "address.format"
    assert str(caught.value).isprintable()


def test_refuses_the_zero_address() -> None:
    with pytest.raises(AddressError) as caught:
        parse_address("0x" + "0" * 40)
    assert caught.value.code == "address.zero"


def test_keys_give_the_addresses_of_ethereum_tests() -> None:
    for case in load("ethereum_tests/BasicTests/keyaddrtest.json"):
        signer = LocalSigner(bytes.fromhex(case["key"]))
        assert signer.address.lower() == "0x" + case["addr"]


@given(st.binary(min_size=20, max_size=20))
def test_agrees_with_eth_utils(raw: bytes) -> None:
    assert str(checksum(raw)) == str(to_checksum_address(raw))
    assert address_bytes(checksum(raw)) == raw


def test_only_twenty_bytes_are_an_address() -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        checksum(b"\1" * 21)
