"""Tests of wallet.vault and wallet.files: any change is seen, a kill leaves the old file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet import files
from wallet.errors import DamagedFile, SecretError, WrongPassword
from wallet.secret import Secret
from wallet.vault import SCRYPT_N, seal, unseal

CHEAP = 2**2
PASSWORD = Secret("correct horse 密码".encode())
PHRASE = Secret(b"canary phrase that nobody may see")
SEALED = seal(PHRASE, PASSWORD, n=CHEAP)


def test_what_is_sealed_is_unsealed() -> None:
    assert unseal(SEALED, PASSWORD) == PHRASE
    assert b"canary" not in SEALED
    assert PHRASE.reveal().hex().encode() not in SEALED


def test_the_default_costs_what_it_says() -> None:
    data = seal(PHRASE, PASSWORD)
    assert json.loads(data)["kdf"]["n"] == SCRYPT_N == 2**17
    assert unseal(data, PASSWORD) == PHRASE


def test_a_wrong_password_is_refused() -> None:
    for wrong in (b"", b"correct horse", PASSWORD.reveal() + b" "):
        with pytest.raises(WrongPassword):
            unseal(SEALED, Secret(wrong))


@given(st.integers(0, len(SEALED) * 8 - 1))
@settings(max_examples=400, deadline=None)
def test_any_flipped_bit_is_refused(bit: int) -> None:
    changed = bytearray(SEALED)
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


BAD_PARAMETERS: list[tuple[str, object]] = [
    *(("n", n) for n in (2**30, 3, 1, -4, True, "4")),
    *(("r", 0), ("p", 10**9), ("name", "md5"), ("salt", "zz")),
]


@pytest.mark.parametrize(("name", "value"), BAD_PARAMETERS)
def test_parameters_that_would_take_the_machine_are_refused(name: str, value: object) -> None:
    whole = json.loads(SEALED)
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
