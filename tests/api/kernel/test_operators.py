"""Tests of the operators' names and tokens in the settings."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from api.access import ANYBODY, who_has
from api.kernel.errors import Misconfigured
from api.kernel.settings import load, load_secrets
from tests.api.kernel.test_settings import FILE, write

NAMED = """
[operators.ada]
token_file = "secrets/ada"
[operators.bo]
token_file = "secrets/bo"
"""


def _file(folder: Path, ada: str, bo: str) -> Path:
    file = write(folder, FILE + NAMED)
    (folder / "secrets" / "ada").write_text(ada + "\n")
    (folder / "secrets" / "bo").write_text(bo + "\n")
    return file


def test_a_token_tells_who(tmp_path: Path) -> None:
    """By the token itself or by its hash in the file; the hash is no token."""
    hashed = "sha256:" + hashlib.sha256(b"b" * 40).hexdigest()
    secrets = load_secrets(load(_file(tmp_path, "a" * 40, hashed), env={}))
    assert who_has(secrets, "a" * 40) == "ada"
    assert who_has(secrets, "b" * 40) == "bo"
    assert who_has(secrets, "o" * 40) == ANYBODY
    assert who_has(secrets, hashed) is who_has(secrets, "") is who_has(secrets, "a" * 39) is None
    assert "ada" not in repr(secrets)


@pytest.mark.parametrize(
    ("ada", "bo", "field"),
    [
        ("a" * 40, "a" * 40, "operators.bo.token_file"),
        ("o" * 40, "b" * 40, "operators.ada.token_file"),
        ("a" * 40, "sha256:" + hashlib.sha256(b"a" * 40).hexdigest(), "operators.bo.token_file"),
        ("short", "b" * 40, "operators.ada.token_file"),
        ("", "b" * 40, "operators.ada.token_file"),
    ],
)
def test_two_persons_have_two_tokens(tmp_path: Path, ada: str, bo: str, field: str) -> None:
    """One token under two names would be one person who approves their own proposals."""
    settings = load(_file(tmp_path, ada, bo), env={})
    with pytest.raises(Misconfigured) as caught:
        load_secrets(settings)
    assert caught.value.field == field


@pytest.mark.parametrize("name", ["Ada", "operator", "worker", '"a b"', "1a", '"ada\u0430"'])
def test_a_name_of_nobody(tmp_path: Path, name: str) -> None:
    """One spelling a person: lower case, ASCII; and none that means somebody else."""
    file = write(tmp_path, FILE + f'[operators.{name}]\ntoken_file = "x"\n')
    with pytest.raises(Misconfigured, match="is no name of a person"):
        load(file, env={})
