"""Tests of wallet.vault and wallet.files: any change is seen, a kill leaves the old file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet import files, kdf
from wallet.errors import DamagedFile, SecretError, WrongPassword
from wallet.kdf import Argon2id, Scrypt, tuned
from wallet.secret import Secret
from wallet.vault import seal, unseal

CHEAP = Argon2id(8, 1, 1)
PASSWORD = Secret("correct horse 密码".encode())
PHRASE = Secret(b"canary phrase that nobody may see")
SEALED = seal(PHRASE, PASSWORD, cost=CHEAP)
OLD = seal(PHRASE, PASSWORD, n=2**2)
BOTH = pytest.mark.parametrize("sealed", [SEALED, OLD], ids=["argon2id", "scrypt"])


@BOTH
def test_what_is_sealed_is_unsealed(sealed: bytes) -> None:
    assert unseal(sealed, PASSWORD) == PHRASE
    assert b"canary" not in sealed
    assert PHRASE.reveal().hex().encode() not in sealed


def test_the_default_costs_what_it_says() -> None:
    """128 MiB, four passes: more than RFC 9106's second recommended option."""
    data = seal(PHRASE, PASSWORD)
    stated = json.loads(data)["kdf"]
    assert (stated["name"], stated["memory"], stated["passes"]) == ("argon2id", 2**17, 4)
    assert unseal(data, PASSWORD) == PHRASE


def test_a_machine_may_do_more_than_usual_and_never_less() -> None:
    assert tuned(0) == kdf.USUAL
    much = tuned(60_000)
    assert (much.memory, much.lanes) == (kdf.USUAL.memory, kdf.USUAL.lanes)
    assert kdf.USUAL.passes < much.passes <= 16


def test_derived_keys_are_the_standards() -> None:
    """RFC 7914, section 12, and the same Argon2id as the reference program computes."""
    found = Scrypt(1024, 8, 16).derive(Secret(b"password"), b"NaCl", 64)
    assert found.hex().startswith(
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
    )
    with pytest.raises(ValueError, match="salt"):
        Argon2id(8, 1, 1).derive(Secret(b"password"), b"short")
    found = Argon2id(2**16, 2, 1).derive(Secret(b"password"), b"somesalt")
    assert found.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


@BOTH
def test_a_wrong_password_is_refused(sealed: bytes) -> None:
    for wrong in (b"", b"correct horse", PASSWORD.reveal() + b" "):
        with pytest.raises(WrongPassword):
            unseal(sealed, Secret(wrong))


@BOTH
@given(st.integers(0, min(len(SEALED), len(OLD)) * 8 - 1))
@settings(max_examples=400, deadline=None)
def test_any_flipped_bit_is_refused(sealed: bytes, bit: int) -> None:
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SecretError):
        unseal(bytes(changed), PASSWORD)


@given(st.integers(0, len(SEALED) - 1))
@settings(max_examples=60, deadline=None)
def test_any_truncation_is_refused(length: int) -> None:
    with pytest.raises(DamagedFile):
        unseal(SEALED[:length], PASSWORD)


def test_another_spelling_of_the_same_values_is_refused() -> None:
    for changed in (SEALED + b"\n", b" " + SEALED, json.dumps(json.loads(SEALED)).encode()):
        with pytest.raises(DamagedFile):
            unseal(changed, PASSWORD)


BAD_PARAMETERS: list[tuple[bytes, str, object]] = [
    *((OLD, "n", n) for n in (2**30, 3, 1, -4, True, "4")),
    *((OLD, name, value) for name, value in (("r", 0), ("p", 10**9), ("p", 65))),
    *((SEALED, "memory", memory) for memory in (7, 2**20 + 1, 2**40, 0, -8, True, "8", 8.0)),
    *((SEALED, "passes", passes) for passes in (0, 2**21, 2**40, None)),
    *((SEALED, "lanes", lanes) for lanes in (0, 2, 10**9)),
    *((SEALED, "name", name) for name in ("md5", "scrypt", None)),
    *((SEALED, "salt", salt) for salt in ("zz", "", "00" * 15, "AA" * 32, 5)),
]


@pytest.mark.parametrize(("sealed", "name", "value"), BAD_PARAMETERS)
def test_parameters_that_would_take_the_machine_are_refused(
    sealed: bytes, name: str, value: object
) -> None:
    whole = json.loads(sealed)
    whole["kdf"][name] = value
    text = json.dumps(whole, sort_keys=True, separators=(",", ":")) + "\n"
    with pytest.raises(DamagedFile):
        unseal(text.encode(), PASSWORD)


def test_a_file_is_private_and_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "home" / "vault.json"
    old = os.umask(0)
    try:
        files.write_private(target, b"one")
        files.write_private(target, b"two")
    finally:
        os.umask(old)
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700
    assert [path.name for path in target.parent.iterdir()] == ["vault.json"]


def test_creating_never_replaces(tmp_path: Path) -> None:
    target = tmp_path / "vault.json"
    files.create_private(target, b"one")
    with pytest.raises(FileExistsError):
        files.create_private(target, b"two")
    assert target.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_failure_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "book.json"
    files.write_private(target, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        files.write_private(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
