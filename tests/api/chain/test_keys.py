"""Tests of the signing keys: opened once, printed never."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account

from api.chain import Fees, SigningKey, load_key
from api.chain.keys import load_lane
from api.kernel.errors import Misconfigured
from api.kernel.settings import KeySettings
from tests.api.world import ADA, BO
from wallet.keystore import encrypt_key

PRIVATE = b"\x01" * 32
PASSWORD = "correct horse"


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, KeySettings]:
    """One key in a keystore that is cheap to open."""
    keystore, password = tmp_path / "operator.json", tmp_path / "operator.password"
    keystore.write_text(json.dumps(encrypt_key(PRIVATE, PASSWORD, n=2)))
    password.write_text(PASSWORD + "\n")
    return {"operator": KeySettings(keystore, password)}


def test_opened_and_never_printed(keys: dict[str, KeySettings]) -> None:
    """The address, and nothing else."""
    key = load_key(keys, "operator")
    assert key.address == ADA.wallet
    assert repr(key) == str(key) == f"SigningKey({ADA.wallet})"
    assert PRIVATE.hex() not in repr(vars(type(key)))


def test_what_is_wrong_is_named_without_the_password(keys: dict[str, KeySettings]) -> None:
    """Missing setting, wrong password, no keystore."""
    with pytest.raises(Misconfigured, match=r"keys\.relayer is missing"):
        load_key(keys, "relayer")
    keys["operator"].password_file.write_text("battery staple")
    with pytest.raises(Misconfigured, match="cannot be opened") as caught:
        load_key(keys, "operator")
    assert "battery" not in str(caught.value)
    keys["operator"].keystore.write_text("no JSON")
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_key(keys, "operator")


def test_the_same_values_give_the_same_bytes() -> None:
    """What is signed again after a crash would be the same; and it is ours."""
    key, fees = SigningKey(PRIVATE), Fees.of(10**9, 5)

    def sign(nonce: int) -> bytes:
        return key.sign(
            chain_id=31337, nonce=nonce, to=BO.wallet, data=b"x", gas=21_000, fees=fees
        ).raw

    assert sign(4) == sign(4) != sign(5)
    assert Account.recover_transaction(sign(4)) == key.address


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x7f", b"\x80", b"x" * 55, b"x" * 13_000])
@pytest.mark.parametrize(("nonce", "fees"), [(0, Fees(0, 0)), (300, Fees(10**20, 10**9))])
def test_another_library_signs_the_same_bytes(data: bytes, nonce: int, fees: Fees) -> None:
    """Byte by byte as eth_account does it, and with the same hash."""
    ours = SigningKey(PRIVATE).sign(
        chain_id=31337, nonce=nonce, to=BO.wallet, data=data, gas=100_000, fees=fees
    )
    theirs = Account.from_key(PRIVATE).sign_transaction(
        {
            "type": 2,
            "chainId": 31337,
            "nonce": nonce,
            "to": BO.wallet,
            "value": 0,
            "data": data,
            "gas": 100_000,
            "maxFeePerGas": fees.highest,
            "maxPriorityFeePerGas": fees.tip,
        }
    )
    assert ours.raw == bytes(theirs.raw_transaction)
    assert ours.tx_hash == theirs.hash.to_0x_hex()


def test_several_keys_of_a_lane(keys: dict[str, KeySettings], tmp_path: Path) -> None:
    """By their numbers, as far as they go; one key twice is no second address."""
    second = tmp_path / "operator-2.json"
    second.write_text(json.dumps(encrypt_key(b"\x02" * 32, PASSWORD, n=2)))
    keys["operator-2"] = KeySettings(second, keys["operator"].password_file)
    assert [key.address for key in load_lane(keys, "operator")] == [ADA.wallet, BO.wallet]
    keys["operator-3"] = keys["operator"]
    with pytest.raises(Misconfigured, match="one and the same"):
        load_lane(keys, "operator")


def test_fees() -> None:
    """A chain without a base fee takes none at all; else there is room for it to double."""
    assert Fees.of(0, 10**9) == Fees(0, 0)
    assert Fees.of(100, 3) == Fees(203, 3)
