"""Tests of wallet.erc681: links round-trip, and what a link must not say is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.address import checksum
from wallet.erc681 import PaymentLink, is_link, parse_link
from wallet.errors import WalletError
from wallet.money import MAX_AMOUNT

TOKEN, TO = checksum(b"\x7e" * 20), checksum(b"\x11" * 20)
LINK = f"ethereum:{TOKEN}@31337/transfer?address={TO}&uint256=1250"
_addresses = st.binary(min_size=20, max_size=20).filter(any).map(checksum)


@given(
    _addresses,
    _addresses,
    st.none() | st.integers(1, MAX_AMOUNT),
    st.none() | st.integers(1, 2**63 - 1),
)
def test_what_is_written_reads_back(token: str, to: str, amount: int, chain: int) -> None:
    link = PaymentLink(
        checksum(bytes.fromhex(token[2:])), checksum(bytes.fromhex(to[2:])), amount, chain
    )
    assert parse_link(str(link)) == link


@pytest.mark.parametrize(
    ("link", "amount", "chain"),
    [
        (LINK, 1250, 31337),
        (LINK.replace("@31337", ""), 1250, None),
        (LINK.replace("ethereum:", "ethereum:pay-"), 1250, 31337),
        (LINK.replace("ethereum:", "ETHEREUM:"), 1250, 31337),
        (LINK.replace("1250", "1.25e3"), 1250, 31337),
        (LINK.replace("1250", "1250.00"), 1250, 31337),
        (LINK.replace("1250", "0.5E1"), 5, 31337),
        (LINK.replace("&uint256=1250", ""), None, 31337),
        (f"ethereum:{TOKEN}@5/transfer?uint256=1&address={TO}", 1, 5),
        (LINK.replace(TO, TO.lower()), 1250, 31337),
    ],
)
def test_every_spelling_of_the_standard(link: str, amount: int | None, chain: int | None) -> None:
    assert parse_link(link) == PaymentLink(TOKEN, TO, amount, chain)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", "paylink.format"),
        ("bitcoin:x", "paylink.format"),
        ("ethereum:", "paylink.format"),
        (LINK + " ", "paylink.format"),
        (LINK + "\n", "paylink.format"),
        (LINK + "１", "paylink.format"),
        (LINK + "&a=" + "b" * 500, "paylink.format"),
        (f"ethereum:{TO}@1?value=2.014e18", "paylink.native"),
        (f"ethereum:{TO}", "paylink.native"),
        (LINK + "&value=1", "paylink.native"),
        (LINK.replace("transfer", "approve"), "paylink.call"),
        (LINK.replace("transfer", ""), "paylink.call"),
        (LINK.replace("transfer", "transfer/x"), "paylink.call"),
        (LINK + "&gasLimit=5", "paylink.parameter"),
        (LINK + "&", "paylink.parameter"),
        (LINK + "&uint256", "paylink.parameter"),
        (LINK + "&Address=" + TO, "paylink.parameter"),
        (LINK.replace("uint256", "address%20"), "paylink.parameter"),
        (LINK + "&uint256=5", "paylink.twice"),
        (LINK + f"&address={TO}", "paylink.twice"),
        (f"ethereum:{TOKEN}@1/transfer?uint256=5", "paylink.payee"),
        (f"ethereum:{TOKEN}@1/transfer", "paylink.payee"),
        (LINK.replace(TO, "ada.eth"), "paylink.name"),
        (LINK.replace(TOKEN, "token.eth"), "paylink.name"),
        (LINK.replace(TO, TO + "0"), "paylink.name"),
        (LINK.replace(TO, "0x" + "0" * 40), "address.zero"),
        (LINK.replace("0x7", "0X7"), "paylink.name"),
        (LINK.replace("@31337", "@0"), "paylink.chain"),
        (LINK.replace("@31337", "@"), "paylink.chain"),
        (LINK.replace("@31337", "@0x1"), "paylink.chain"),
        (LINK.replace("@31337", "@-1"), "paylink.chain"),
        (LINK.replace("1250", "0"), "paylink.amount"),
        (LINK.replace("1250", "-1"), "paylink.amount"),
        (LINK.replace("1250", "1.5"), "paylink.amount"),
        (LINK.replace("1250", "1e99"), "paylink.amount"),
        (LINK.replace("1250", "1e999"), "paylink.amount"),
        (LINK.replace("1250", "NaN"), "paylink.amount"),
        (LINK.replace("1250", "0x10"), "paylink.amount"),
        (LINK.replace("1250", str(2**96)), "paylink.amount"),
    ],
)
def test_what_a_link_must_not_say(link: str, code: str) -> None:
    with pytest.raises(WalletError) as caught:
        parse_link(link)
    assert caught.value.code == code
    assert caught.value.message()
    assert caught.value.remedy("zh")


def test_a_mistyped_checksum_is_told() -> None:
    wrong = checksum(bytes.fromhex("9858EfFD232B4033E47d90003D41EC34EcaEda94")).swapcase()
    with pytest.raises(WalletError) as caught:
        parse_link(LINK.replace(TO, "0x" + wrong[2:]))
    assert caught.value.code == "address.checksum"


@given(st.text(max_size=80))
def test_any_text_is_a_link_or_an_error(text: str) -> None:
    for given_text in (text, f"ethereum:{text}", LINK + text):
        try:
            parse_link(given_text)
        except WalletError:
            continue
        assert is_link(given_text)
