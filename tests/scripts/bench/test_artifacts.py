"""Tests of scripts.bench.artifacts: one set of settings, compiled again only after a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.bench import BenchError
from scripts.bench.artifacts import OURS, PEERS, SETTINGS, Artifact, Unit, compiled
from scripts.toolchain import ROOT

NAMES = {"transfer(address,uint256)": "a9059cbb", "permit(uint8)": "01020304", "permit()": "05"}


class Compiler:
    """Answers as the compiler does, and counts."""

    def __init__(self, *errors: str) -> None:
        self.requests: list[str] = []
        self.errors = errors

    def __call__(self, request: str) -> str:
        self.requests.append(request)
        evm = {"bytecode": {"object": "6001"}, "methodIdentifiers": NAMES}
        bare = {"bytecode": {"object": ""}, "methodIdentifiers": {}}
        said = [{"severity": "warning", "formattedMessage": "unused"}]
        said += [{"severity": "error", "formattedMessage": text} for text in self.errors]
        contracts = {"a.sol": {"Token": {"evm": evm}, "IToken": {"evm": bare}}}
        return json.dumps({"errors": said, "contracts": contracts})


def test_what_can_be_created_is_given() -> None:
    built = Artifact(b"\x60", {name: bytes.fromhex(raw) for name, raw in NAMES.items()})
    assert built.selectors("permit") == [b"\x01\x02\x03\x04", b"\x05"]
    with pytest.raises(BenchError, match="no function trans"):
        built.selectors("trans")


def test_nothing_is_compiled_twice_without_a_change(tmp_path: Path) -> None:
    compiler = Compiler()
    first = compiled(PEERS, tmp_path, compiler)
    assert compiled(PEERS, tmp_path, compiler) == first
    assert len(compiler.requests) == 1
    assert set(first) == {"Token"}
    assert first["Token"].code == b"\x60\x01"
    assert [path.name for path in tmp_path.iterdir()] == ["peers.json"]


def test_a_change_is_compiled(tmp_path: Path) -> None:
    compiler = Compiler()
    compiled(Unit("x", PEERS.folder, PEERS.remappings), tmp_path, compiler)
    compiled(Unit("x", PEERS.folder, OURS.remappings), tmp_path, compiler)
    assert len(compiler.requests) == 2
    sources = json.loads(compiler.requests[0])["sources"]
    text = (ROOT / "scripts/bench/solidity/Bare.sol").read_text()
    assert sources["scripts/bench/solidity/Bare.sol"] == {"content": text}


def test_an_error_is_told_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="ParserError here"):
        compiled(PEERS, tmp_path, Compiler("ParserError here"))
    assert list(tmp_path.iterdir()) == []


def test_ours_is_compiled_as_brownie_compiles_it() -> None:
    config = (ROOT / "brownie-config.yaml").read_text()
    for setting in ("evm_version: cancun", "viaIR: true", "runs: 1000000", *OURS.remappings):
        assert setting in config
    assert (SETTINGS["evmVersion"], SETTINGS["viaIR"]) == ("cancun", True)
    assert SETTINGS["optimizer"] == {"enabled": True, "runs": 1_000_000}
