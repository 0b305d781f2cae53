"""Tests of wallet.keystore against the official vectors, eth-account and damage."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wallet.vectors import load
from wallet.errors import DamagedFile, InputError, WrongPassword
from wallet.keystore import decrypt_key, encrypt_key
from wallet.secret import Secret

CHEAP = 2**4
KEY = b"\x42" * 32
STORED = encrypt_key(KEY, "correct horse", n=CHEAP)

OFFICIAL = load("keystore/ethereum_tests_basic_tests.json")


@pytest.mark.integration
@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_official_vectors(name: str) -> None:
    case = OFFICIAL[name]
    assert decrypt_key(case["json"], case["password"]).hex() == case["priv"]
    with pytest.raises(WrongPassword):
        decrypt_key(case["json"], case["password"] + "x")


def test_round_trip_with_a_secret_password() -> None:
    assert decrypt_key(STORED, Secret(b"correct horse")) == KEY
    assert KEY.hex() not in str(STORED)


@pytest.mark.integration
def test_default_cost_is_the_standards() -> None:
    stored: Any = encrypt_key(KEY, "x")
    assert stored["crypto"]["kdfparams"] | {"salt": ""} == {
        "dklen": 32, "n": 2**18, "r": 8, "p": 1, "salt": "",
    }  # fmt: skip
    assert Account.decrypt(stored, "x") == KEY


@given(st.binary(min_size=32, max_size=32).filter(lambda key: 0 < int.from_bytes(key) < 2**255))
@settings(max_examples=10, deadline=None)
def test_eth_account_reads_ours_and_we_read_theirs(key: bytes) -> None:
    assert Account.decrypt(encrypt_key(key, "pass 密码", n=CHEAP), "pass 密码") == key
    theirs = Account.encrypt(key, "pass 密码", kdf="pbkdf2", iterations=2)
    assert decrypt_key(theirs, "pass 密码") == key


def test_two_files_of_one_key_share_nothing() -> None:
    other: Any = encrypt_key(KEY, "correct horse", n=CHEAP)
    mine: Any = STORED
    assert other["id"] != mine["id"]
    for field in ("ciphertext", "mac"):
        assert other["crypto"][field] != mine["crypto"][field]


@given(st.integers(0, 32 * 8 - 1))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_of_ciphertext_or_mac_is_refused(bit: int) -> None:
    for field in ("ciphertext", "mac"):
        changed: Any = copy.deepcopy(STORED)
        raw = bytearray.fromhex(changed["crypto"][field])
        raw[bit // 8] ^= 1 << bit % 8
        changed["crypto"][field] = raw.hex()
        with pytest.raises(WrongPassword):
            decrypt_key(changed, "correct horse")


@given(st.integers(0, 16 * 8 - 1))
@settings(max_examples=30, deadline=None)
def test_a_flipped_bit_of_the_iv_is_refused_by_the_address(bit: int) -> None:
    changed: Any = copy.deepcopy(STORED)
    raw = bytearray.fromhex(changed["crypto"]["cipherparams"]["iv"])
    raw[bit // 8] ^= 1 << bit % 8
    changed["crypto"]["cipherparams"]["iv"] = raw.hex()
    with pytest.raises(DamagedFile):
        decrypt_key(changed, "correct horse")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["version"], 1),
        (["crypto"], None),
        (["crypto", "cipher"], "aes-128-cbc"),
        (["crypto", "ciphertext"], "00"),
        (["crypto", "ciphertext"], "zz" * 32),
        (["crypto", "ciphertext"], 5),
        (["crypto", "cipherparams"], []),
        (["crypto", "kdf"], "md5"),
        (["crypto", "kdf"], "pbkdf2"),  # its parameters are scrypt's
        (["crypto", "kdfparams", "n"], 3),
        (["crypto", "kdfparams", "n"], 2**24),  # 16 GiB
        (["crypto", "kdfparams", "n"], True),
        (["crypto", "kdfparams", "r"], 0),
        (["crypto", "kdfparams", "p"], 10**9),
        (["crypto", "kdfparams", "dklen"], 16),
        (["address"], "00" * 20),
    ],
)
def test_a_file_that_cannot_be_used_names_the_field(path: list[str], value: object) -> None:
    changed: Any = copy.deepcopy(STORED)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    with pytest.raises(DamagedFile) as caught:
        decrypt_key(changed, "correct horse")
    expected = "prf" if value == "pbkdf2" else path[-1]
    assert str(caught.value.values["field"]).endswith(expected)


def test_a_file_without_an_address_is_read() -> None:
    nameless = {field: value for field, value in STORED.items() if field != "address"}
    assert decrypt_key(nameless, "correct horse") == KEY


def test_what_is_no_key_is_not_stored() -> None:
    with pytest.raises(InputError):
        encrypt_key(bytes(32), "x", n=CHEAP)
