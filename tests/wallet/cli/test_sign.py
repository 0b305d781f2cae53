"""Tests of `jiaozi sign` and `jiaozi verify`: shown, signed as others sign, and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

from tests.wallet.fakechain import TOKEN
from tests.wallet.test_typed_json import MAIL, message
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.signer import text_digest

SPENDER = "0x" + "44" * 20
PERMIT = {
    "Permit": {
        "owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256",
        "deadline": "uint256",
    }
}  # fmt: skip


@pytest.fixture
def paper(world: World) -> Path:
    return world.home.parent / "paper"


def typed(paper: Path, whole: Any) -> tuple[str, ...]:
    paper.write_text(json.dumps(whole))
    return "sign", "typed", str(paper)


def permit(value: int, spender: str = SPENDER, chain_id: int = 31337, owner: str = ADDRESS) -> Any:
    values = {"owner": owner, "spender": spender, "value": str(value), "nonce": 0, "deadline": 99}
    return message(
        PERMIT, values, name="Euro Deposit", version="1", chainId=chain_id, verifyingContract=TOKEN
    )


def sign_in(address: str = ADDRESS, chain: int = 31337) -> str:
    return (
        "service.org wants you to sign in with your Ethereum account:\n"
        f"{address}\n\nI accept the Terms.\n\nURI: https://service.org/login\nVersion: 1\n"
        f"Chain ID: {chain}\nNonce: 32891757\nIssued At: 2027-01-15T08:00:00Z\n"
        "Expiration Time: 2027-01-15T09:00:00Z"
    )


# ---------------------------------------------------------------------- texts


def test_a_text_is_signed_as_everybody_signs_it(world: World) -> None:
    data = world.json("sign", "text", "--message", "是我 it is me")
    signable = encode_defunct(text="是我 it is me")
    assert Account.recover_message(signable, signature=data["signature"]) == ADDRESS
    assert data["digest"] == "0x" + text_digest("是我 it is me".encode()).hex()
    assert (data["kind"], data["sign_in"]) == ("text", None)
    ran = world.run(
        "verify", "text", "--message", "是我 it is me", "--signature", data["signature"], "--json"
    )
    assert (ran.code, ran.data["how"], ran.data["by"]) == (0, "key", ADDRESS)


def test_a_file_is_signed_byte_for_byte(world: World, paper: Path) -> None:
    paper.write_bytes(b"two\r\nlines\n")
    data = world.json("sign", "text", str(paper))
    signable = encode_defunct(b"two\r\nlines\n")
    assert Account.recover_message(signable, signature=data["signature"]) == ADDRESS


def test_the_text_is_shown_with_what_is_invisible(world: World) -> None:
    ran = world.run("sign", "text", "--message", "pay\u202eme\nsecond", "--yes", "--json")
    assert "hidden-text" in ran.error["message"]
    ran = world.run("sign", "text", "--message", "first\nsecond", typed="n\n")
    assert "│  first\n" in ran.out
    assert "│  second\n" in ran.out
    assert f"You sign as {ADDRESS} (your account 0)." in ran.out
    assert ran.code == 1


def test_a_hash_is_no_text(world: World) -> None:
    ran = world.run("sign", "text", "--message", "0x" + "ab" * 32, "--yes", "--json")
    assert "raw-digest" in ran.error["message"]


# ---------------------------------------------------------------------- sign-ins


def test_a_sign_in_shows_where_and_until_when(world: World) -> None:
    ran = world.run("sign", "text", "--message", sign_in(), "--yes")
    assert ran.code == 0
    for words in ("sign-in at service.org", "https://service.org/login", "32891757", "09:00:00"):
        assert words in ran.out
    assert "expired" not in ran.out
    world.clock.time += 7200
    assert "expired" in world.run("sign", "text", "--message", sign_in(), "--yes").out
    data = world.json("sign", "text", "--message", sign_in())
    assert (data["kind"], data["sign_in"]["domain"]) == ("sign-in", "service.org")


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        (sign_in(chain=1), "other-chain"),
        (sign_in(address=PAYEE), "other-account"),
        (sign_in().replace("Version: 1\n", ""), "sign-in-look-alike"),
        (sign_in().replace("URI", "uri"), "sign-in-look-alike"),
        (sign_in() + "\nand pay me", "sign-in-look-alike"),
    ],
)
def test_what_is_wrong_with_a_sign_in(world: World, text: str, risk: str) -> None:
    ran = world.run("sign", "text", "--message", text, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "risk.needed")
    assert risk in ran.error["message"]
    assert world.run("sign", "text", "--message", text, "--yes", f"--accept-risk={risk}").code == 0


# ---------------------------------------------------------------------- typed messages


def test_a_typed_message_is_signed_as_everybody_signs_it(world: World, paper: Path) -> None:
    whole = {**MAIL, "domain": {**MAIL["domain"], "chainId": 31337}}
    data = world.json(*typed(paper, whole))
    signable = encode_typed_data(full_message=whole)
    assert Account.recover_message(signable, signature=data["signature"]) == ADDRESS
    assert data["kind"] == "typed"
    verify = ("verify", "typed", str(paper), "--signature", data["signature"])
    assert world.json(*verify)["valid"] is True


def test_an_unknown_message_is_shown_field_by_field(world: World, paper: Path) -> None:
    ran = world.run(
        *typed(paper, {**MAIL, "domain": {**MAIL["domain"], "chainId": 31337}}), "--yes"
    )
    for words in ("unknown to this wallet", "Mail", "from.wallet", "Hello, Bob!", "Ether Mail"):
        assert words in ran.out


@pytest.mark.parametrize(
    ("whole", "risk"),
    [
        (MAIL, "other-chain"),
        (permit(5), "unknown-spender"),
        (permit(5, chain_id=1), "unknown-spender"),
        (permit(2**256 - 1, spender=TOKEN), "unlimited-allowance"),
        (permit(5, spender=TOKEN, owner=PAYEE), "other-account"),
        (message({"A": {"h": "bytes32"}}, {"h": "0x" + "11" * 32}), "blind-typed-data"),
    ],
)
def test_the_risks_of_typed_messages(world: World, paper: Path, whole: Any, risk: str) -> None:
    ran = world.run(*typed(paper, whole), "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "risk.needed")
    assert risk in ran.error["message"]


def test_all_that_must_be_accepted_is_named_at_once(world: World, paper: Path) -> None:
    words = (*typed(paper, permit(2**256 - 1, chain_id=1)), "--yes")
    names = "unknown-spender,unlimited-allowance,other-chain"
    remedy = world.run(*words, "--json").error["remedy"]
    assert f"--accept-risk={names};" in remedy
    part = world.run(*words, "--accept-risk=unlimited-allowance", "--json").error["remedy"]
    assert "--accept-risk=unknown-spender,other-chain;" in part
    assert world.run(*words, f"--accept-risk={names}").code == 0


def test_a_permit_says_what_stays(world: World, paper: Path) -> None:
    ran = world.run(*typed(paper, permit(5_00)), "--yes", "--accept-risk=unknown-spender")
    assert ran.code == 0
    for words in ("allowance: somebody may take your money", "5.00 EUR", SPENDER, "until it is"):
        assert words in ran.out
    unlimited = ("--accept-risk=unknown-spender", "--accept-risk=unlimited-allowance")
    ran = world.run(*typed(paper, permit(2**256 - 1)), "--yes", *unlimited)
    assert "all there is, now and later" in ran.out


def test_the_tokens_no_is_told(world: World, paper: Path) -> None:
    kinds = {
        "from": "address", "to": "address", "value": "uint256", "validAfter": "uint256",
        "validBefore": "uint256", "nonce": "bytes32",
    }  # fmt: skip
    values = {
        "from": ADDRESS, "to": PAYEE, "value": 999_00, "validAfter": 0, "validBefore": 9,
        "nonce": "0x" + "01" * 32,
    }  # fmt: skip
    domain = {"name": "Euro Deposit", "version": "1", "chainId": 31337, "verifyingContract": TOKEN}
    whole = message({"TransferWithAuthorization": kinds}, values, **domain)
    ran = world.run(*typed(paper, whole), "--yes")
    assert "The balance of 100.00 EUR is less" in ran.out
    assert "never paid this address" in ran.out


def test_without_a_chain_it_is_said(world: World, paper: Path) -> None:
    config = world.home / "config.toml"
    config.write_text(config.read_text().replace(world.rpc_url, "http://127.0.0.1:1", 1))
    ran = world.run(*typed(paper, permit(5)), "--yes", "--accept-risk=unknown-spender")
    assert ran.code == 0


def test_a_bad_message_names_its_field(world: World, paper: Path) -> None:
    whole = permit(5)
    whole["message"]["spender"] = "Bo"
    ran = world.run(*typed(paper, whole), "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "typed.value")
    assert "message.spender" in ran.error["message"]


# ---------------------------------------------------------------------- verifying


def test_a_signature_of_somebody_else(world: World) -> None:
    theirs = Account.from_key("0x" + "11" * 32).sign_message(encode_defunct(text="x"))
    verify = ("verify", "text", "--message", "x", "--signature", theirs.signature.hex())
    ran = world.run(*verify, "--json")
    assert (ran.code, ran.error["code"]) == (1, "verify.wrong")
    who = Account.from_key("0x" + "11" * 32).address
    assert world.json(*verify, "--by", who)["how"] == "key"


def test_v_may_be_written_in_two_ways(world: World) -> None:
    signature = world.json("sign", "text", "--message", "x")["signature"]
    other = signature[:-2] + f"{int(signature[-2:], 16) - 27:02x}"
    assert world.json("verify", "text", "--message", "x", "--signature", other)["valid"]


def test_a_contracts_signature(world: World) -> None:
    world.chain.codes[PAYEE] = b"\x60"
    world.chain.accepted[PAYEE] = b"\x07" * 100
    verify = ("verify", "text", "--message", "x", "--by", PAYEE, "--signature")
    assert world.json(*verify, "0x" + "07" * 100)["how"] == "contract"
    assert world.run(*verify, "0x" + "08" * 100, "--json").error["code"] == "verify.wrong"
    world.chain.codes[PAYEE] = b""
    assert world.run(*verify, "0x" + "07" * 100, "--json").error["code"] == "verify.wrong"


@pytest.mark.parametrize("signature", ["", "0x", "xyz", "0x123", "ab" * 10_000])
def test_what_is_no_signature(world: World, signature: str) -> None:
    ran = world.run("verify", "text", "--message", "x", f"--signature={signature}", "--json")
    assert (ran.code, ran.error["code"]) == (2, "verify.signature")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("verify", "text", "--message", "x"), "usage.missing"),
        (("sign", "typed", "--message", "x"), "usage.option"),
        (("sign", "text", "file", "--message", "x"), "usage.extra"),
        (("sign", "digest"), "usage.action"),
    ],
)
def test_lines_that_cannot_be(world: World, line: tuple[str, ...], code: str) -> None:
    assert world.run(*line, "--yes", "--json").error["code"] == code


def test_nothing_to_sign_at_a_terminal(world: World) -> None:
    assert world.run("sign", "text", "--json", typed="").error["code"] == "paper.none"


def test_too_much_to_sign(world: World, paper: Path) -> None:
    paper.write_bytes(b"x" * 1_000_001)
    ran = world.run("sign", "text", str(paper), "--yes", "--json")
    assert ran.error["code"] == "paper.large"
