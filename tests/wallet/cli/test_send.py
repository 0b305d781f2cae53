"""Tests of `jiaozi send`: shown, checked, written down, sent; and never paid twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wallet.fakebank import TELLER, problem
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World

SEND = ("send", "12.50", PAYEE)


def paid(world: World) -> int:
    """What the payee has by now, in minor units."""
    return world.chain.balances.get(PAYEE, 0)


def stop_bank(world: World) -> None:
    """The bank's bridge is not there any more."""
    config = world.home / "config.toml"
    rpc, _, bank = config.read_text().partition("[bank]")
    config.write_text(rpc + "[bank]" + bank.replace(world.bank_url, "http://127.0.0.1:1"))


# ---------------------------------------------------------------------- through the relay


def test_a_relayed_payment(world: World) -> None:
    data = world.json(*SEND, "--memo", "for lunch")
    assert paid(world) == 12_50
    assert (data["state"], data["way"], data["amount"]) == ("FINAL", "relay", "12.50")
    assert data["balance"] == {"amount": "87.50", "currency": "EUR"}
    assert (data["block"], len(data["tx_hash"])) == (10, 66)
    assert world.chain.head - data["block"] >= 2  # as many blocks as the bank wants
    (record,) = world.files.book().transfers
    assert (record.state, record.memo) == ("FINAL", "for lunch")
    assert "for lunch" not in str(world.bank.requests)
    assert "eth_sendRawTransaction" not in world.chain.calls


def test_everything_is_shown_before_it_is_signed(world: World) -> None:
    ran = world.run(*SEND, "--memo", "lunch", typed="no\n")
    assert (ran.code, paid(world)) == (1, 0)
    for shown in ("12.50 EUR", PAYEE, "bank pays", "UTC", "31337", TOKEN, "87.50 EUR", "lunch"):
        assert shown in ran.out
    assert "Nothing was signed" in ran.err
    assert world.files.book().transfers == ()


@pytest.mark.parametrize("answer", ["y", "yes", "YES", "是"])
def test_consent_is_a_yes(world: World, answer: str) -> None:
    assert world.run(*SEND, typed=answer + "\n").code == 0


@pytest.mark.parametrize("answer", ["", "n", "j", "ok", "yess"])
def test_anything_else_is_a_no(world: World, answer: str) -> None:
    assert world.run(*SEND, typed=answer + "\n").code == 1
    assert paid(world) == 0


def test_json_asks_on_stderr_and_answers_on_stdout(world: World) -> None:
    ran = world.run(*SEND, "--json", typed="y\n")
    assert ran.data["state"] == "FINAL"
    assert PAYEE in ran.err


@pytest.mark.parametrize(
    ("check", "code", "words"),
    [
        (("TokenPaused()", 0, 0), "refused.paused", "paused"),
        (("FrozenAccount(address)", int(PAYEE, 16), 0), "refused.frozen", PAYEE),
        (
            ("PaymentLimitExceeded(address,uint256,uint256)", 12_50, 10_00),
            "refused.payment_limit",
            "10.00 EUR",
        ),
        (
            ("DailyLimitExceeded(address,uint256,uint256)", 112_50, 100_00),
            "refused.daily_limit",
            "112.50 EUR",
        ),
        (
            ("BalanceLimitExceeded(address,uint256,uint256)", 12_50, 0),
            "refused.unregistered",
            PAYEE,
        ),
    ],
)
@pytest.mark.parametrize("way", [(), ("--direct",)])
def test_the_tokens_refusal_is_explained_and_nothing_is_signed(
    world: World, check: tuple[str, int, int], code: str, words: str, way: tuple[str, ...]
) -> None:
    world.chain.check = check
    ran = world.run(*SEND, *way, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, code)
    assert words in ran.error["message"]
    assert world.files.book().transfers == ()


def test_more_than_there_is(world: World) -> None:
    ran = world.run("send", "100.01", PAYEE, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "refused.balance")
    assert "100.00 EUR" in ran.error["message"]


@pytest.mark.parametrize(
    ("amount", "to", "code"),
    [
        ("0", PAYEE, "amount.zero"),
        ("0.00", PAYEE, "amount.zero"),
        ("1.234", PAYEE, "amount.decimals"),
        ("NaN", PAYEE, "amount.format"),
        ("1e400", PAYEE, "amount.format"),
        ("１２", PAYEE, "amount.digits"),
        ("-1", PAYEE, "amount.format"),
        ("01", PAYEE, "amount.zeros"),
        ("9" * 40, PAYEE, "amount.too_large"),
        ("1", TELLER, "payee.teller"),
        ("1,5", PAYEE, "amount.format"),
        ("1", PAYEE.replace("c", "C", 1), "address.checksum"),
        ("1", "0x" + "0" * 40, "address.zero"),
        ("1", PAYEE[:-1], "payee.unknown"),
        ("1", "ada.eth", "payee.unknown"),
        ("1", PAYEE.replace("a", "а", 1), "payee.unknown"),  # a Cyrillic а
        ("1", TOKEN, "payee.token"),
        ("1", ADDRESS, "payee.self"),
    ],
)
def test_bad_input_signs_nothing(world: World, amount: str, to: str, code: str) -> None:
    ran = world.run("send", amount, to, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, code)
    assert world.files.book().transfers == ()


def test_a_contact(world: World) -> None:
    assert world.run(*SEND, "--save-as", "Bo", "--yes").code == 0
    ran = world.run("send", "1", "Bo", "--yes")
    assert (ran.code, paid(world)) == (0, 13_50)
    assert f"{PAYEE} (Bo)" in ran.out
    taken = world.run("send", "1", "0x" + "99" * 20, "--save-as", "Bo", "--yes", "--json")
    assert taken.error["code"] == "contact.taken"
    assert "0x" + "99" * 20 not in world.chain.balances  # it is refused before it is paid


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--timeout", "soon", "usage.number"),
        ("--timeout", "0", "usage.number"),
        ("--timeout", "00000000000000000001", "usage.number"),
        ("--save-as", "x" * 41, "text.line"),
        ("--save-as", "a\nb", "text.line"),
        ("--save-as", "0xBo", "contact.name"),
        ("--memo", "", "text.line"),
    ],
)
@pytest.mark.parametrize("way", [(), ("--direct",)])
def test_every_option_is_read_before_the_money_moves(
    world: World, way: tuple[str, ...], option: str, value: str, code: str
) -> None:
    ran = world.run(*SEND, *way, option, value, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, code)
    assert (paid(world), world.files.book().transfers) == (0, ())


# ---------------------------------------------------------------------- when things go wrong


def test_without_the_bank_nothing_is_signed_and_direct_is_proposed(world: World) -> None:
    stop_bank(world)
    ran = world.run(*SEND, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "send.no_bank")
    assert "--direct" in ran.error["remedy"]
    assert world.files.book().transfers == ()


def test_a_wallet_without_a_bank_is_told_so(bare: World) -> None:
    bare.create(bank=False)
    assert bare.run(*SEND, "--yes", "--json").error["code"] == "bank.none"
    assert bare.run(*SEND, "--yes", "--direct").code == 0


def test_an_unanswered_payment_is_kept_and_sent_again_without_effect(world: World) -> None:
    """The bank took it in and relayed it; only its answer was lost."""
    world.bank.silent = True
    ran = world.run(*SEND, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "send.unanswered")
    (record,) = world.files.book().transfers
    assert record.nonce in ran.error["remedy"]
    world.bank.silent = False
    assert paid(world) == 12_50
    for again in (record.nonce, "0x" + record.nonce.upper(), record.nonce[:8]):
        data = world.json("send", "--again", again)
        assert (data["state"], data["id"]) == ("FINAL", record.nonce)
    assert paid(world) == 12_50


def test_a_payment_that_never_arrived_is_the_same_when_sent_again(world: World) -> None:
    def lost(path: str) -> tuple[int, dict[str, Any]] | None:
        return (503, problem("unavailable", "Later.")) if path == "/v1/transfers" else None

    world.bank.refuse = lost
    assert world.run(*SEND, "--yes", "--json").error["code"] == "bank.problem"
    world.bank.refuse = lambda _: None
    (record,) = world.files.book().transfers
    assert world.json("send", "--again", record.nonce)["state"] == "FINAL"
    bodies = [body for _, path, body in world.bank.requests if path == "/v1/transfers"]
    assert bodies[0] == bodies[1]
    assert paid(world) == 12_50


def test_the_wallet_brings_it_itself_when_the_bank_does_not(world: World) -> None:
    world.bank.relays = False
    ran = world.run(*SEND, "--yes", "--timeout", "3", "--json")
    assert (ran.code, ran.error["code"]) == (4, "send.waiting")
    (record,) = world.files.book().transfers
    stop_bank(world)
    data = world.json("send", "--again", record.nonce, "--direct")
    assert (data["state"], data["id"], paid(world)) == ("FINAL", record.nonce, 12_50)
    assert world.json("send", "--again", record.nonce)["block"] == data["block"]


@pytest.mark.parametrize("silent_at", ["eth_sendRawTransaction", "eth_estimateGas"])
def test_whatever_leaves_is_in_the_book_first(world: World, silent_at: str) -> None:
    """A node that goes silent at any step finds nothing signed that the book has not."""
    world.chain.silent_at = silent_at
    ran = world.run(*SEND, "--direct", "--yes", "--json")
    assert ran.code == 4
    records = world.files.book().transfers
    assert len(records) == (silent_at == "eth_sendRawTransaction")  # the estimate is unsigned
    assert [bytes.fromhex(record.raw or "") for record in records] == world.chain.pool


def test_the_transaction_that_brings_a_payment_is_in_the_book_too(world: World) -> None:
    world.bank.relays = False
    record_id = world.json(*SEND, "--no-wait")["id"]
    world.chain.silent_at = "eth_sendRawTransaction"
    ran = world.run("send", "--again", record_id, "--direct", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "send.chain_unanswered")
    (record,) = world.files.book().transfers
    assert [bytes.fromhex(record.raw or "")] == world.chain.pool


def test_the_banks_failure_is_told_and_what_can_still_be_done(world: World) -> None:
    world.bank.relays, world.bank.transfer_state = False, "FAILED"
    world.bank.reason = "out of gas"
    ran = world.run(*SEND, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "send.failed")
    assert "out of gas" in ran.error["message"]


def test_an_expired_payment_is_told(world: World) -> None:
    world.bank.relays = False
    world.run(*SEND, "--yes", "--no-wait")
    (record,) = world.files.book().transfers
    world.chain.time += 3601
    ran = world.run("send", "--again", record.nonce, "--json")
    assert (ran.code, ran.error["code"]) == (3, "refused.expired")


def test_a_cancelled_payment_is_told(world: World) -> None:
    world.bank.relays = False
    world.run(*SEND, "--yes", "--no-wait")
    (record,) = world.files.book().transfers
    world.chain.used[(ADDRESS, bytes.fromhex(record.nonce))] = world.chain.head
    ran = world.run("send", "--again", record.nonce, "--json")
    assert (ran.code, ran.error["code"]) == (3, "send.cancelled")


def test_the_bank_may_be_in_trouble_while_the_chain_is_waited_for(world: World) -> None:
    world.bank.relays = False
    real = world.chain.mine

    def mine() -> None:
        real()
        if world.chain.head == 14:
            (record,) = world.files.book().transfers
            world.chain.bring(ADDRESS, PAYEE, 12_50, bytes.fromhex(record.nonce))

    world.chain.mine = mine  # type: ignore[method-assign]  # the world goes on while we wait
    world.bank.refuse = lambda path: (
        (502, problem("gone", "Gone.")) if "/transfers/" in path else None
    )
    assert world.json(*SEND)["state"] == "FINAL"
    assert paid(world) == 12_50


@pytest.mark.parametrize("again", ["", "12345678", "zz", "0x"])
def test_an_id_that_names_no_payment(world: World, again: str) -> None:
    ran = world.run("send", "--again", again, "--json")
    assert (ran.code, ran.error["code"]) == (2, "send.unknown")


def test_a_bank_that_changed_its_token_is_not_paid_through(world: World) -> None:
    world.bank.info_changes = {"token": PAYEE}
    ran = world.run(*SEND, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (1, "bank.other_token")


def test_the_teller_is_known_from_the_wallets_own_files_too(bare: World) -> None:
    bare.create(bank=False)
    config = bare.home / "config.toml"
    config.write_text(config.read_text() + f'teller = "{TELLER}"\n')
    ran = bare.run("send", "1", TELLER, "--direct", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "payee.teller")


def test_what_is_not_known_yet_has_no_row(world: World) -> None:
    world.bank.relays = False
    out = world.run(*SEND, "--yes", "--no-wait").out.partition("under way")[2]
    assert "transaction" not in out
    assert "block" not in out
    assert "balance" in out


def test_an_id_and_words_do_not_mix(world: World) -> None:
    ran = world.run(*SEND, "--again", "12345678", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage.instead")


@pytest.mark.parametrize("section", ["network", "bank"])
def test_an_edited_url_is_held_to_the_same_rule(world: World, section: str) -> None:
    config = world.home / "config.toml"
    head, middle, tail = config.read_text().partition(f"[{section}]")
    config.write_text(head + middle + tail.replace("http://127.0.0.1", "http://192.0.2.1", 1))
    ran = world.run(*SEND, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "net.plain")
    assert world.files.book().transfers == ()


def test_a_wrong_password_signs_nothing(world: World) -> None:
    other = world.home.parent / "other"
    other.write_text("not the password")
    ran = world.run(*SEND, "--yes", "--json", "--password-file", str(other), password=False)
    assert (ran.code, ran.error["code"]) == (5, "vault.password")
    assert (paid(world), world.files.book().transfers) == (0, ())


def test_a_vault_of_another_wallet_signs_nothing(world: World) -> None:
    account = world.home / "account.json"
    account.write_text(account.read_text().replace(ADDRESS, PAYEE))
    ran = world.run("send", "1", "0x" + "99" * 20, "--yes", "--direct", "--json")
    assert ran.error["code"] in ("home.mismatch", "refused.balance")
    assert world.files.book().transfers == ()


def test_a_payment_that_was_made_is_not_said_to_be_made_again(world: World) -> None:
    for way in ((), ("--direct",)):
        record_id = world.json(*SEND, *way)["id"]
        sent = len(world.chain.calls), len(world.bank.requests)
        for more in ((), ("--no-wait",)):
            data = world.json("send", "--again", record_id, *more)
            assert (data["was_paid"], data["state"]) == (True, "FINAL")
        told = world.run("send", "--again", record_id).out
        assert "was made before: 12.50 EUR" in told
        assert "Nothing was sent again" in told
        assert "eth_sendRawTransaction" not in world.chain.calls[sent[0] :]
        assert len(world.bank.requests) == sent[1]


def test_what_the_bank_leaves_unsaid_leaves_no_hole(world: World) -> None:
    world.bank.refuse = lambda path: (503, {"title": "away"}) if "transfers" in path else None
    english, chinese = (world.run(*SEND, "--yes", "--lang", lang).err for lang in ("en", "zh"))
    assert "could not do it (503): away If it stays so, ask the bank." in english
    assert "未能办成（503）：away 若一直如此，请询问银行。" in chinese
    world.bank.refuse = lambda path: (
        (503, problem("x", "稍后再试。", "请稍候。")) if "transfers" in path else None
    )
    chinese = world.run(*SEND, "--yes", "--lang", "zh").err
    assert "未能办成（503）：稍后再试。请稍候。若一直如此，请询问银行。" in chinese
