"""Tests of wallet.consent.display: rows of plain words, and nothing that is signed left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.test_typed_json import MAIL, message, parse
from wallet.abi import encode_call
from wallet.address import checksum
from wallet.cli.views import moment
from wallet.consent import (
    Shown,
    SignIn,
    View,
    show_sign_in,
    show_text,
    show_transaction,
    show_typed,
)
from wallet.consent.display import wei
from wallet.texts import text
from wallet.token import approve, redeem, transfer
from wallet.transaction import Transaction
from wallet.typed_data import (
    CancelRedeem,
    Domain,
    IssueApproval,
    IssueEntry,
    Payout,
    Permit,
    RedeemOrder,
    Struct,
    TransferAuthorization,
    teller_domain,
)
from wallet.typed_json import TypedData

ME, BO, TOKEN = checksum(b"\x11" * 20), checksum(b"\x33" * 20), checksum(b"\x22" * 20)
TELLER, OTHER = checksum(b"\x55" * 20), checksum(b"\x66" * 20)
DOMAIN = Domain("Euro Deposit", 31337, TOKEN)
VIEW = View(
    text=lambda key, **values: text(key, "en").format_map(values),
    money=lambda minor: f"{minor} minor",
    address=lambda address: f"<{address}>",
    account=lambda iban: f"IBAN {iban}",
    moment=moment,
    token=TOKEN,
    teller=TELLER,
    symbol="dEUR",
    chain_id=31337,
)


def rows(shown: Shown) -> dict[str, str]:
    return dict((*shown.rows, *shown.place))


def own(struct: Struct, domain: Domain = DOMAIN) -> Shown:
    return show_typed(TypedData.of(struct, domain), VIEW)


def call(data: bytes, to: Any = TOKEN, value: int = 0, **fees: int) -> Shown:
    most, gas = fees.get("most", 0), fees.get("gas", 0)
    return show_transaction(Transaction(31337, 0, 0, most, gas, to, value, data), VIEW)


def test_a_payment() -> None:
    shown = own(TransferAuthorization(ME, BO, 5, 0, 99, b"\x01" * 32))
    assert shown.title == "payment"
    assert rows(shown) == {
        "amount": "5 minor",
        "to": f"<{BO}>",
        "from": f"<{ME}>",
        "valid until": "1970-01-01 00:01:39 UTC",
        "chain and token": f"31337 · dEUR {TOKEN}",
    }
    later = own(TransferAuthorization(ME, BO, 5, 60, 2**255, b"\x01" * 32))
    assert rows(later)["valid from"] == "1970-01-01 00:01:00 UTC"
    assert rows(later)["valid until"] == "no end"


def test_an_order_with_its_payout() -> None:
    payout = Payout("DE89", "Ada\u202e", "R", bytes(32))
    shown = rows(own(RedeemOrder(ME, 100, payout, 1, bytes(32), 99)))
    assert (shown["account"], shown["name"], shown["fee"]) == ("IBAN DE89", "Ada\\u202e", "1 minor")


def test_an_officers_approval_shows_every_entry() -> None:
    entries = tuple(IssueEntry(n, bytes(16), BO, n * 100) for n in (1, 2))
    shown = own(IssueApproval(entries, 99), teller_domain(31337, TELLER))
    assert [value for label, value in shown.rows if label == "deposit"] == ["1", "2"]
    assert [value for label, value in shown.rows if label == "amount"] == ["100 minor", "200 minor"]
    assert rows(shown)["contract"] == f"<{TELLER}>"


def test_another_tokens_amounts_have_no_currency() -> None:
    shown = rows(own(Permit(ME, BO, 500, 0, 99), Domain("USD Coin", 1, OTHER)))
    assert shown["at most"] == f"500 smallest units of the token {OTHER}"
    assert (shown["chain"], shown["contract"]) == ("1", f"<{OTHER}>")
    assert rows(own(Permit(ME, BO, 2**96 - 1, 0, 99)))["at most"] == "all there is, now and later"


def test_our_words_are_not_lent_to_other_contracts() -> None:
    """What only our token knows is shown field by field at another contract."""
    shown = own(CancelRedeem(ME, bytes(32)), Domain("Evil", 31337, OTHER))
    assert "unknown" in shown.title
    assert rows(shown)["holder"] == ME
    foreign = call(
        redeem(RedeemOrder(ME, 1, Payout("", "", "", bytes(32)), 0, bytes(32), 9), b""), OTHER
    )
    assert "cannot explain" in foreign.title


def test_an_unknown_message_field_by_field() -> None:
    shown = show_typed(parse(MAIL), VIEW)
    assert rows(shown)["contents"] == "Hello, Bob!"
    assert rows(shown)["site"] == "Ether Mail"
    whole = message({"A": {"x": "bytes4", "y": "bool", "z": "B", "e": "uint8[]"}, "B": {}},
                    {"x": "0x01020304", "y": True, "z": None, "e": []})  # fmt: skip
    shown = show_typed(parse(whole), VIEW)
    assert dict(shown.rows) == {"x": "0x01020304", "y": "true", "z": "-", "e": "[]"}
    assert dict(shown.place) == {"chain": "any chain"}


def test_an_unknown_domain_is_shown_whole() -> None:
    whole = message({"A": {"x": "bool"}}, {"x": True}, name="N", version="2", salt="0x" + "07" * 32)
    assert dict(show_typed(parse(whole), VIEW).rows) == {
        "site": "N", "version of the site": "2", "salt": "0x" + "07" * 32, "x": "true",
    }  # fmt: skip


def test_a_sign_in_says_how_the_site_is_reached() -> None:
    given = SignIn("a.example", ME, "http://a.example/", "1", 1, "abcdefgh", "2026-01-01T00:00:00Z",
                   scheme="http", request_id="r-7")  # fmt: skip
    shown = dict(show_sign_in(given, 0, VIEW).rows)
    assert (shown["site"], shown["request"]) == ("http://a.example", "r-7")


def test_calls() -> None:
    assert rows(call(transfer(BO, 5)))["amount"] == "5 minor"
    assert rows(call(approve(BO, 2**256 - 1)))["at most"] == "all there is, now and later"
    assert rows(call(transfer(BO, 5), OTHER))["amount"].startswith("5 smallest units")
    assert (
        "with another account's money"
        in call(encode_call("transferFrom(address,address,uint256)", ME, BO, 5)).title
    )


def test_what_a_transaction_costs_and_carries() -> None:
    shown = rows(call(b"", BO, value=10**18, most=2 * 10**9, gas=21_000))
    assert shown["native coin"] == "1000000000 gwei"
    assert shown["to"] == f"<{BO}>"
    assert "42000 gwei" in shown["fee"]
    assert (wei(1), wei(0), wei(10**9)) == ("0.000000001 gwei", "0 gwei", "1 gwei")


@pytest.mark.parametrize("data", [b"\x01\x02\x03\x04", transfer(BO, 5)[:-1], b"\xff" * 1000])
def test_a_call_that_nobody_can_explain(data: bytes) -> None:
    shown = call(data)
    assert "cannot explain" in shown.title
    told = rows(shown)["data (bytes)"]
    assert told.startswith("0x" + data.hex()[:100])
    assert told.endswith(f"({len(data)})")
    assert call(data, to=None).place == (("chain", "31337"),)


def test_a_text_line_by_line() -> None:
    assert show_text(b"a\r\nb\x07", VIEW).rows == (("│", "a"), ("│", "b\\x07"))
    assert show_text(b"\xff", VIEW).rows == (("│", "0xff"),)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_whatever_is_shown_can_be_seen(words: str) -> None:
    whole = message({"A": {"words": "string"}}, {"words": words}, name=words)
    for shown in (show_typed(parse(whole), VIEW), show_text(words.encode(), VIEW)):
        for label, value in shown.rows:
            assert label.isprintable()
            assert value.isprintable()
