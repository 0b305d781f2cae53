"""Tests of the wallet's keys and signatures beside eth-account and cast: the same bytes.

A case is a seed or a phrase, a path below it and a message; all of it follows from a salt and a
number, which a failure names: `JIAOZI_TEST_SALT=… pytest tests/wallet/test_differential.py`
tries the same again. The usual run takes some hundred cases, the nightly one 100,000; how many
they were stands at the end of the run.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from eth_account import Account
from eth_account.hdaccount.deterministic import HDPath
from eth_account.messages import encode_defunct, encode_typed_data

from scripts import toolchain
from tests.wallet.oracle import eth_account_fields
from wallet import mnemonic
from wallet.address import checksum
from wallet.hd import PrivateNode
from wallet.path import Hardened, Normal, Path
from wallet.secret import Secret
from wallet.signer import LocalSigner
from wallet.transaction import Transaction, decode
from wallet.typed_json import TypedData
from wallet.words import LANGUAGES

NIGHTLY = os.environ.get("JIAOZI_TEST_PROFILE") == "nightly"
SALT = os.environ.get("JIAOZI_TEST_SALT") or os.urandom(8).hex()
#: Chunks, so that they spread over processes; and the cases of each.
BESIDE_ETH_ACCOUNT, BESIDE_CAST = ((100, 997), (10, 30)) if NIGHTLY else ((4, 100), (1, 24))

#: eth-account lacks the last list.
THEIR_LANGUAGES = LANGUAGES[:-1]
Account.enable_unaudited_hdwallet_features()

Count = Callable[[str, object], None]


@dataclass(frozen=True)
class Case:
    """One case: a seed, perhaps of a phrase, a path, and the key that we find there."""

    number: int
    random: Random
    phrase: str | None
    passphrase: str
    seed: bytes
    path: Path

    @property
    def node(self) -> PrivateNode:
        return PrivateNode.from_seed(Secret(self.seed)).derive(self.path)


def case_of(number: int, languages: Sequence[str] = ()) -> Case:
    """A case by its number; of a phrase in one of these languages, or, without any, of a seed."""
    random = Random(f"{SALT} {number}")  # noqa: S311  # cases, not keys
    steps = [
        random.choice((Normal, Hardened))(random.choice((random.getrandbits(31), number % 3)))
        for _ in range(random.randint(0, 5))
    ]
    path = Path(tuple(steps)) if number % 2 else Path.parse(f"m/44'/60'/0'/0/{number}")
    if not languages:
        seed = random.randbytes(random.randint(16, 64))
        return Case(number, random, None, "", seed, path)
    entropy = Secret(random.randbytes(random.choice((16, 20, 24, 28, 32))))
    phrase = mnemonic.from_entropy(entropy, random.choice(languages))
    passphrase = "".join(random.choices("aßé密语ガ ' \\\"", k=random.choice((0, 0, 8))))
    seed = mnemonic.seed(phrase, passphrase).reveal()
    return Case(number, random, phrase.reveal().decode(), passphrase, seed, path)


def text_of(random: Random) -> str:
    return "".join(random.choices("abc \n\t0x交子ß😀\0", k=random.randint(0, 80)))


def transaction_of(random: Random) -> Transaction:
    most = random.randrange(2 ** random.choice((8, 40, 80)))
    return Transaction(
        chain_id=random.choice((1, 31337, 2**31)),
        nonce=random.getrandbits(random.choice((1, 8, 32))),
        max_priority_fee_per_gas=random.randint(0, most),
        max_fee_per_gas=most,
        gas_limit=random.randint(21_000, 30_000_000),
        to=checksum(random.randbytes(20)),
        value=random.getrandbits(random.choice((1, 64, 90))),
        data=random.randbytes(random.randint(0, 100)),
    )


def typed_of(random: Random) -> dict[str, Any]:
    """A message with members of every kind, some of them missing from the domain."""
    domain: dict[str, Any] = {
        "name": text_of(random),
        "version": str(random.randint(0, 9)),
        "chainId": random.getrandbits(40),
        "verifyingContract": checksum(random.randbytes(20)),
    }
    kinds = {"name": "string", "version": "string", "chainId": "uint256"}
    kinds["verifyingContract"] = "address"
    for name in random.sample(list(domain), random.randint(0, 3)):
        del domain[name]
    legs = [
        {"to": checksum(random.randbytes(20)), "amount": random.getrandbits(53), "ok": True}
        for _ in range(random.randint(0, 3))
    ]
    return {
        "types": {
            "EIP712Domain": [{"name": name, "type": kinds[name]} for name in domain],
            "Order": [
                {"name": "memo", "type": "string"},
                {"name": "raw", "type": "bytes"},
                {"name": "salt", "type": "bytes32"},
                {"name": "delta", "type": "int64"},
                {"name": "legs", "type": "Leg[]"},
            ],
            "Leg": [
                {"name": "to", "type": "address"},
                {"name": "amount", "type": "uint128"},
                {"name": "ok", "type": "bool"},
            ],
        },
        "primaryType": "Order",
        "domain": domain,
        "message": {
            "memo": text_of(random),
            "raw": "0x" + random.randbytes(random.randint(0, 70)).hex(),
            "salt": "0x" + random.randbytes(32).hex(),
            "delta": random.getrandbits(53) - 2**52,  # cast reads numbers as JavaScript does
            "legs": legs,
        },
    }


def beside_eth_account(case: Case) -> None:
    """The same key, address, text, typed and transaction signatures; RFC 6979 fixes each byte."""
    ours, random = LocalSigner(case.node.private_key()), case.random
    if case.phrase is None:
        theirs = Account.from_key(HDPath(str(case.path)).derive(case.seed))
    else:
        theirs = Account.from_mnemonic(case.phrase, case.passphrase, str(case.path))
    assert theirs.key == case.node.private_key().reveal()
    assert theirs.address == ours.address == case.node.public().address
    match case.number % 3:
        case 0:
            text = text_of(random)
            signed = theirs.sign_message(encode_defunct(text=text))
            assert signed.signature == ours.sign_text(text.encode())
        case 1:
            whole = typed_of(random)
            message = TypedData.parse(json.dumps(whole).encode())
            signed = theirs.sign_message(encode_typed_data(full_message=whole))
            assert signed.signature == ours.sign_typed(message)
        case _:
            transaction = transaction_of(random)
            raw = transaction.sign(ours).raw
            assert theirs.sign_transaction(eth_account_fields(transaction)).raw_transaction == raw
            assert decode(raw).sender == theirs.address


def beside_cast(case: Case) -> None:
    """The same, cast being a process of its own for each question."""
    ours, random = LocalSigner(case.node.private_key()), case.random
    key = "0x" + case.node.private_key().reveal().hex()
    if case.phrase is not None and not case.passphrase:
        path = ("--mnemonic-derivation-path", str(case.path))
        assert cast("wallet", "address", "--mnemonic", case.phrase, *path) == ours.address
    assert cast("wallet", "address", "--private-key", key) == ours.address
    match case.number % 3:
        case 0:
            text = text_of(random).replace("\0", "")
            signed = cast("wallet", "sign", "--private-key", key, "--", _as_hex(text))
            assert signed == "0x" + ours.sign_text(text.encode()).hex()
        case 1:
            whole = json.dumps(typed_of(random))
            signed = cast("wallet", "sign", "--private-key", key, "--data", whole)
            assert signed == "0x" + ours.sign_typed(TypedData.parse(whole.encode())).hex()
        case _:
            transaction = transaction_of(random)
            data = "0x" + transaction.data.hex()
            line = ["mktx", "--private-key", key, str(transaction.to), data]
            for flag, value in (
                ("--chain", transaction.chain_id),
                ("--nonce", transaction.nonce),
                ("--priority-gas-price", transaction.max_priority_fee_per_gas),
                ("--gas-price", transaction.max_fee_per_gas),
                ("--gas-limit", transaction.gas_limit),
                ("--value", transaction.value),
            ):
                line += [flag, str(value)]
            assert cast(*line) == "0x" + transaction.sign(ours).raw.hex()


def _as_hex(text: str) -> str:
    return "0x" + text.encode().hex()


def cast(*arguments: str) -> str:
    done = subprocess.run(
        [toolchain.program("cast"), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def run_chunk(
    chunk: int, size: int, beside: Callable[[Case], None], languages: Sequence[str]
) -> None:
    for number in range(chunk * size, (chunk + 1) * size):
        try:
            beside(case_of(number, languages if number % 5 == 0 else ()))
        except Exception as error:
            error.add_note(f"JIAOZI_TEST_SALT={SALT}, case {number}")
            raise


@pytest.mark.parametrize("chunk", range(BESIDE_ETH_ACCOUNT[0]))
def test_eth_account_finds_and_signs_the_same(chunk: int, record_property: Count) -> None:
    run_chunk(chunk, BESIDE_ETH_ACCOUNT[1], beside_eth_account, THEIR_LANGUAGES)
    record_property("cases beside eth-account", BESIDE_ETH_ACCOUNT[1])


@pytest.mark.parametrize("chunk", range(BESIDE_CAST[0]))
def test_cast_finds_and_signs_the_same(chunk: int, record_property: Count) -> None:
    run_chunk(chunk, BESIDE_CAST[1], beside_cast, ("english",))
    record_property("cases beside cast", BESIDE_CAST[1])


def test_a_night_is_a_hundred_thousand_cases() -> None:
    assert 100 * 997 + 10 * 30 == 100_000


def test_a_difference_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bit of the signature, of the key or of the address more, and a case fails."""
    sign_digest = LocalSigner.sign_digest
    monkeypatch.setattr(
        LocalSigner,
        "sign_digest",
        lambda self, digest: sign_digest(self, digest)[:-2] + b"\x07\x1b",
    )
    for number in range(3):
        with pytest.raises(AssertionError):
            beside_eth_account(case_of(number))
        with pytest.raises(AssertionError):
            beside_cast(case_of(number))
