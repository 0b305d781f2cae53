"""Tests of `jiaozi redeem`: the whole order in clear, kept with its salt before it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wallet.fakebank import problem
from tests.wallet.world import ADDRESS, IBAN, World
from wallet.typed_data import Payout

OTHER = "GB29NWBK60161331926819"


@pytest.fixture
def linked(world: World) -> World:
    """A world whose wallet has linked its bank account."""
    world.json("link", IBAN, "--name", "Ada Wu", "--code", "1")
    world.bank.requests.clear()
    return world


def orders(world: World) -> list[dict[str, Any]]:
    """The bodies of the redemptions that were handed in."""
    return [body for _, path, body in world.bank.requests if path == "/v1/redemptions"]


def test_a_redemption_settles(linked: World) -> None:
    linked.bank.fee = "0.50"
    data = linked.json("redeem", "25", "--reference", "RENT MAY", "--max-fee", "0.50")
    assert data["state"] == "SETTLED"
    assert data["paid_out"] == {"amount": "24.50", "currency": "EUR"}
    assert data["balance"] == {"amount": "75.00", "currency": "EUR"}
    (body,) = orders(linked)
    assert body["payout"]["account"] == IBAN
    assert body["payout"]["name"] == "Ada Wu"
    assert body["payout"]["reference"] == "RENT MAY"
    assert (body["order"]["amount"], body["order"]["fee"]) == ("2500", "50")


def test_the_whole_order_is_shown_before_it_is_signed(linked: World) -> None:
    linked.bank.fee = "0.50"
    ran = linked.run("redeem", "25", "--reference", "RENT", typed="\n")
    assert (ran.code, orders(linked)) == (1, [])
    shown = ("25.00 EUR", "0.50 EUR", "24.50 EUR", "DE89 3704 0044 0532 0130 00", "Ada Wu")
    for words in (*shown, "RENT", "UTC", "31337", "75.00 EUR"):
        assert words in ran.out
    assert linked.files.book().redemptions == ()


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (None, "the token would take it now"),
        (("DailyLimitExceeded(address,uint256,uint256)", 2500, 2000), "20.00"),
        # What comes in has a limit of its own, and a redemption brings nothing in.
        (("BalanceLimitExceeded(address,uint256,uint256)", 2500, 2000), "would take it now"),
    ],
)
def test_it_is_tried_out_before_it_is_signed(
    linked: World, check: tuple[str, int, int] | None, words: str
) -> None:
    linked.chain.check = check
    ran = linked.run("redeem", "25", typed="\n")
    (tried,) = [line for line in ran.out.splitlines() if "tried out" in line]
    assert words in tried


def test_the_order_and_its_salt_are_kept_before_it_is_sent(linked: World) -> None:
    """When the bank is asked, the book already holds what a payout needs."""
    seen: list[int] = []

    def look(path: str) -> tuple[int, dict[str, Any]] | None:
        if path == "/v1/redemptions":
            seen.append(len(linked.files.book().redemptions))
            return 503, problem("unavailable", "Later.")
        return None

    linked.bank.refuse = look
    assert linked.run("redeem", "25", "--yes").code == 1
    assert seen == [1]
    (record,) = linked.files.book().redemptions
    payout = Payout(record.account, record.name, record.reference, bytes.fromhex(record.salt))
    assert record.message().payout.struct_hash() == payout.struct_hash()
    linked.bank.refuse = lambda _: None
    assert linked.json("redeem", "--again", record.nonce[:8])["state"] == "SETTLED"
    (record,) = linked.files.book().redemptions
    assert record.state == "SETTLED"
    assert orders(linked)[0] == orders(linked)[1]


def test_a_silent_bank(linked: World) -> None:
    linked.bank.silent = True
    ran = linked.run("redeem", "25", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "redeem.unanswered")
    (record,) = linked.files.book().redemptions
    assert record.nonce in ran.error["remedy"]
    linked.bank.silent = False
    assert linked.json("redeem", "--again", record.nonce)["state"] == "SETTLED"
    assert linked.chain.balances[ADDRESS] == 75_00  # burned once


def test_two_orders_have_two_salts(linked: World) -> None:
    linked.json("redeem", "1")
    linked.json("redeem", "1")
    first, second = orders(linked)
    assert first["payout"]["salt"] != second["payout"]["salt"]
    assert first["order"]["nonce"] != second["order"]["nonce"]


@pytest.mark.parametrize(
    ("state", "code"), [("REFUSED", "redeem.refused"), ("RETURNED", "redeem.returned")]
)
def test_a_bad_end_is_told(linked: World, state: str, code: str) -> None:
    linked.bank.redemption_states, linked.bank.reason = ["RECEIVED", state], "Account closed."
    ran = linked.run("redeem", "25", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, code)
    assert "Account closed." in ran.error["message"]


def test_the_bank_may_be_in_trouble_for_a_while(linked: World) -> None:
    troubles = [502, 503]

    def trouble(path: str) -> tuple[int, dict[str, Any]] | None:
        is_look = "/redemptions/" in path
        return (troubles.pop(), problem("gone", "Gone.")) if is_look and troubles else None

    linked.bank.refuse = trouble
    assert linked.json("redeem", "25")["state"] == "SETTLED"
    assert troubles == []


def test_no_wait_and_look_again(linked: World) -> None:
    linked.bank.redemption_states = ["RECEIVED", "BURNED", "SUBMITTED", "SETTLED"]
    data = linked.json("redeem", "25", "--no-wait")
    assert data["state"] == "RECEIVED"
    assert linked.json("redeem", "--again", data["id"], "--no-wait")["state"] == "BURNED"
    assert linked.json("redeem", "--again", data["id"])["state"] == "SETTLED"
    assert len(orders(linked)) == 1


def test_the_time_runs_out(linked: World) -> None:
    linked.bank.redemption_states = ["SUBMITTED"]
    ran = linked.run("redeem", "25", "--yes", "--timeout", "2", "--json")
    assert (ran.code, ran.error["code"]) == (4, "redeem.waiting")
    assert "SUBMITTED" in ran.error["message"]


def test_a_chosen_account_must_be_linked(linked: World) -> None:
    assert linked.json("redeem", "1", "--to", IBAN)["account"] == IBAN
    ran = linked.run("redeem", "1", "--to", OTHER, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "redeem.not_linked")
    linked.json("link", OTHER, "--name", "Ada Wu", "--code", "1")
    assert linked.json("redeem", "1", "--to", IBAN)["account"] == IBAN
    assert linked.json("redeem", "1")["account"] == OTHER


def test_without_a_link(world: World) -> None:
    ran = world.run("redeem", "1", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (1, "redeem.no_link")


@pytest.mark.parametrize(
    ("amount", "code", "exit_code"),
    [
        ("0", "amount.zero", 2),
        ("1.234", "amount.decimals", 2),
        ("-1", "amount.format", 2),
        ("-0.5", "amount.format", 2),
        ("100.01", "refused.balance", 3),
    ],
)
def test_bad_amounts_sign_nothing(linked: World, amount: str, code: str, exit_code: int) -> None:
    ran = linked.run("redeem", amount, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (exit_code, code)
    assert linked.files.book().redemptions == ()


def test_a_fee_that_takes_everything(linked: World) -> None:
    linked.bank.fee = "0.50"
    ran = linked.run("redeem", "0.50", "--yes", "--max-fee", "1", "--json")
    assert (ran.code, ran.error["code"]) == (3, "redeem.fee")


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (("--yes",), 3),
        (("--yes", "--max-fee", "0.49"), 3),
        (("--max-fee", "0.49"), 3),
        (("--yes", "--max-fee", "x"), 2),
        (("--yes", "--max-fee", "0.50"), 0),
        ((), 0),
    ],
)
def test_no_fee_is_signed_that_nobody_has_seen(
    linked: World, flags: tuple[str, ...], code: int
) -> None:
    linked.bank.fee = "0.50"
    ran = linked.run("redeem", "25", *flags, typed="y\n")
    assert ran.code == code
    assert len(linked.files.book().redemptions) == (code == 0)
    if code == 3:
        assert "0.50 EUR" in ran.err
        assert "--max-fee" in ran.err


def test_a_paused_token_and_a_frozen_account(linked: World) -> None:
    linked.chain.frozen.add(ADDRESS)
    assert linked.run("redeem", "1", "--yes", "--json").error["code"] == "refused.frozen"
    linked.chain.paused = True
    assert linked.run("redeem", "1", "--yes", "--json").error["code"] == "refused.paused"


def test_a_limit_is_found_by_trying_the_signed_order_out(linked: World) -> None:
    linked.chain.check = ("DailyLimitExceeded(address,uint256,uint256)", 112_50, 100_00)
    ran = linked.run("redeem", "1", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "refused.daily_limit")
    assert orders(linked) == []
    (record,) = linked.files.book().redemptions
    assert (record.state, record.bank_id) == ("REFUSED", None)
    linked.chain.check = None  # the node has seen it: it can still be burned, and then paid
    assert linked.json("redeem", "--again", record.nonce)["state"] == "SETTLED"
    assert orders(linked)[0]["payout"]["salt"] == "0x" + record.salt


def test_a_node_that_dies_with_the_signed_order_leaves_it_in_the_book(linked: World) -> None:
    """Whoever heard the order can burn by it: its salt must not be lost."""
    linked.chain.silent_at = "eth_estimateGas"
    ran = linked.run("redeem", "25", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "redeem.unanswered")
    (record,) = linked.files.book().redemptions
    assert (record.state, orders(linked)) == ("SIGNED", [])
    assert record.nonce in ran.error["remedy"]
    assert linked.json("redeem", "--again", record.nonce)["state"] == "SETTLED"
    assert orders(linked)[0]["payout"]["salt"] == "0x" + record.salt


def test_a_node_that_refuses_without_a_reason_leaves_it_in_the_book(linked: World) -> None:
    def trouble(call: dict[str, Any]) -> str:
        raise ValueError(f"no {len(call)}")

    linked.chain._eth_estimateGas = trouble  # type: ignore[method-assign]  # only there
    ran = linked.run("redeem", "25", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (1, "rpc.refused")
    assert [record.state for record in linked.files.book().redemptions] == ["SIGNED"]


@pytest.mark.parametrize("reference", ["", "x" * 36, "a\nb"])
def test_a_reference_that_no_bank_carries(linked: World, reference: str) -> None:
    ran = linked.run("redeem", "1", "--reference", reference, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "text.line")


def test_an_id_that_names_no_order(linked: World) -> None:
    ran = linked.run("redeem", "--again", "12345678", "--json")
    assert (ran.code, ran.error["code"]) == (2, "redeem.unknown")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("RETURNED_BY_BANK", "credited again"),
        ("AWAITING_INSTRUCTIONS", "--again"),
        ("PARKED", "paid before"),
        ("NEVER_HEARD_BACK", "nothing is paid twice"),
        ("RETURN_DIFFERS", "another amount"),
        ("A_STATE_OF_TOMORROW", "A_STATE_OF_TOMORROW"),
    ],
)
def test_what_a_state_means_is_said(linked: World, state: str, said: str) -> None:
    """A word that this wallet does not know is shown as it is."""
    linked.bank.redemption_states = [state]
    ran = linked.run("redeem", "25", "--yes", "--no-wait")
    assert ran.code == 0, ran.err
    assert state in ran.out
    assert said in ran.out
