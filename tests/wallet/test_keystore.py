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
from wallet.kdf import Scrypt
from wallet.keccak import keccak256
from wallet.keystore import decrypt_key, encrypt_key
from wallet.secret import Secret

CHEAP = 2**4
KEY = b"\x42" * 32
STORED = encrypt_key(KEY, "correct horse", n=CHEAP)

OFFICIAL = {
    f"{file}: {name}": case
    for file in ("ethereum_tests_basic_tests", "geth_v1", "geth_v3")
    for name, case in load(f"keystore/{file}.json").items()
}


@pytest.mark.integration
@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_official_vectors(name: str) -> None:
    case = OFFICIAL[name]
    assert decrypt_key(case["json"], case["password"]).hex() == case["priv"].rjust(64, "0")
    with pytest.raises(WrongPassword):
        decrypt_key(case["json"], case["password"] + "x")


def test_a_file_as_ethers_writes_it() -> None:
    """Its crypto is spelled with a capital, and a second secret lies beside the key's."""
    shape: Any = {field: STORED[field] for field in ("address", "id", "version")}
    shape["Crypto"] = STORED["crypto"]
    shape["x-ethers"] = {
        "client": "ethers/6.13.5", "locale": "en", "path": "m/44'/60'/0'/0/0", "version": "0.1",
        "gethFilename": f"UTC--2026-11-22T06-07-08.0Z--{STORED['address']}",
        "mnemonicCounter": "00" * 16, "mnemonicCiphertext": "00" * 16,
    }  # fmt: skip
    assert decrypt_key(shape, "correct horse") == KEY


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
        (["version"], 2),
        (["version"], None),
        (["version"], True),
        (["version"], "3.0"),
        (["crypto"], None),
        (["crypto", "cipher"], "aes-128-cbc"),
        (["crypto", "ciphertext"], ""),
        (["crypto", "ciphertext"], "00" * 49),
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
        (["crypto", "kdfparams", "p"], 2**20),
        (["crypto", "kdfparams", "n"], 2**40),
        (["crypto", "kdfparams", "salt"], ""),
        (["crypto", "kdfparams", "salt"], "00" * 2000),
        (["crypto", "kdfparams", "dklen"], 16),
        (["crypto", "kdfparams", "dklen"], 2**30),
        (["crypto", "mac"], "00"),
        (["crypto", "cipherparams", "iv"], "00" * 15),
        (["Crypto"], {}),  # beside crypto
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
    expected = {"pbkdf2": "prf", "Crypto": "-"}.get(str(value or path[-1]), path[-1])
    assert str(caught.value.values["field"]).endswith(expected)


def test_a_file_without_an_address_is_read() -> None:
    nameless = {field: value for field, value in STORED.items() if field != "address"}
    assert decrypt_key(nameless, "correct horse") == KEY


def test_what_is_no_key_is_not_stored() -> None:
    with pytest.raises(InputError):
        encrypt_key(bytes(32), "x", n=CHEAP)


def respelled(value: Any) -> Any:
    """The same file with capitals in its fields' names and hex, and 0x before it."""
    if isinstance(value, dict):
        return {name.capitalize(): respelled(each) for name, each in value.items()}
    is_hex = (
        isinstance(value, str) and len(value) % 2 == 0 and len(value) >= 32 and "-" not in value
    )
    return "0x" + value.upper() if is_hex else value


def test_other_programs_spellings_are_read() -> None:
    changed = respelled(STORED)
    assert changed["Crypto"]["Ciphertext"].startswith("0x")
    assert decrypt_key(changed, "correct horse") == KEY
    assert decrypt_key({**STORED, "version": "3", "address": ""}, "correct horse") == KEY


def test_a_password_that_ethers_composed_opens_its_file() -> None:
    composed, typed = "caf\u00e9", "cafe\u0301"
    stored = encrypt_key(KEY, composed, n=CHEAP)
    assert decrypt_key(stored, typed) == KEY
    assert decrypt_key(encrypt_key(KEY, typed, n=CHEAP), typed) == KEY
    with pytest.raises(WrongPassword):
        decrypt_key(stored, "cafe")
    raw = Secret(b"\xff\xfe")
    assert decrypt_key(encrypt_key(KEY, raw, n=CHEAP), raw) == KEY


def test_geths_first_version_with_a_wrong_padding_is_refused() -> None:
    (case,) = load("keystore/geth_v1.json").values()
    stored = copy.deepcopy(case["json"])
    stored["Crypto"]["kdfparams"] |= {"n": 2}
    salt = bytes.fromhex(stored["Crypto"]["kdfparams"]["salt"])
    derived = Scrypt(2).derive(Secret(b"g"), salt, 32)
    for ciphertext in (bytes(48), bytes(47)):
        mac = keccak256(derived[16:] + ciphertext).hex()
        stored["Crypto"] |= {"ciphertext": ciphertext.hex(), "mac": mac}
        with pytest.raises(DamagedFile) as caught:
            decrypt_key(stored, "g")
        assert caught.value.values == {"field": "crypto.ciphertext"}
