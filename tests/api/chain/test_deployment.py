"""Tests of the deployment file: what is wrong with it is named, before anything is signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.chain import load_deployment
from api.kernel.errors import Misconfigured
from tests.api.world import TELLER, TOKEN


def record() -> dict[str, Any]:
    """A sound record."""
    return {
        "chainId": 31337,
        "caip2": "eip155:31337",
        "accessManager": {"address": "0x" + "33" * 20, "codeHash": "0x00"},
        "token": {
            "address": TOKEN,
            "name": "Jiaozi Euro",
            "symbol": "EURJ",
            "currency": "EUR",
            "decimals": 2,
            "utcOffsetSeconds": 3600,
            "codeHash": "0xAB",
        },
        "teller": {"address": TELLER, "codeHash": "0x00"},
        "block": 7,
        "roles": {"operator": "0x00"},
    }


def test_a_sound_record(tmp_path: Path) -> None:
    """Every field; the domain is the token's."""
    file = tmp_path / "31337.json"
    file.write_text(json.dumps(record()))
    found = load_deployment(file)
    assert (found.token, found.teller, found.currency, found.block) == (TOKEN, TELLER, "EUR", 7)
    assert found.contracts[0].code_hash == "0xab"
    assert found.domain().verifying_contract == TOKEN
    assert found.domain().chain_id == 31337


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: d.pop("teller"), "lacks 'teller'"),
        (lambda d: d["token"].update(address=TOKEN[:-1]), "is wrong"),
        (lambda d: d["token"].update(decimals=3), "does not have 3 decimals"),
        (lambda d: d["token"].update(currency="XXX"), "is wrong"),
        (lambda d: d.update(chainId="31337"), "chainId is not a whole number"),
        (lambda d: d.update(block=-1), "block is not a whole number"),
        (lambda d: d.update(caip2="eip155:1"), "does not name chain 31337"),
    ],
)
def test_a_wrong_record_is_named(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], object], words: str
) -> None:
    """One field is wrong: the file and the field are told."""
    data = record()
    spoil(data)
    file = tmp_path / "31337.json"
    file.write_text(json.dumps(data))
    with pytest.raises(Misconfigured, match=words) as caught:
        load_deployment(file)
    assert str(file) in caught.value.detail


def test_no_file_and_no_json(tmp_path: Path) -> None:
    """One line each."""
    with pytest.raises(Misconfigured, match="no deployment file"):
        load_deployment(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(Misconfigured, match="cannot be read as JSON"):
        load_deployment(broken)
