"""Tests: the committed ABIs are what the contracts compile to; and brownie's list of networks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from scripts import abis
from scripts.networks import NETWORK, add_network


def test_the_committed_files_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert abis.main(["--check"]) == 0
    assert "agree" in capsys.readouterr().out


def test_a_file_that_differs_is_named_and_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = abis.compiled_abis()
    monkeypatch.setattr(abis, "compiled_abis", lambda: texts)
    monkeypatch.setattr(abis, "FOLDER", tmp_path)
    monkeypatch.setattr(abis, "ROOT", tmp_path)
    for name, text in texts.items():
        (tmp_path / f"{name}.json").write_text(text)
    (tmp_path / "Teller.json").write_text("[]\n")
    assert abis.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert "Teller.json" in said
    assert "DepositToken.json" not in said
    assert (tmp_path / "Teller.json").read_text() == "[]\n"
    assert abis.main([]) == 0
    assert abis.main(["--check"]) == 0


def test_their_form() -> None:
    for name in abis.CONTRACTS:
        text = (abis.FOLDER / f"{name}.json").read_text()
        assert text.endswith("]\n")
        kinds = [entry["type"] for entry in json.loads(text)]
        assert kinds == sorted(kinds)


def test_the_network_is_added_once_and_beside_others(tmp_path: Path) -> None:
    path = tmp_path / "network-config.yaml"
    path.write_text(yaml.safe_dump({"live": [{"name": "Mine", "networks": []}], "development": []}))
    assert add_network(path) is True
    assert add_network(path) is False
    listed = yaml.safe_load(path.read_text())
    assert [group["name"] for group in listed["live"]] == ["Mine", "Jiaozi"]
    assert listed["live"][1]["networks"] == [NETWORK]
