"""Tests: what the deployed code can do at all, read from its bytes, and the compiler's warnings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import solcx.install
from brownie import web3

from scripts.deploy import deploy
from scripts.deployment.record import CONTRACTS
from scripts.toolchain import ROOT, SOLC_VERSION
from tests.contracts.deployment.support import recorded
from tests.tidy import ethtrust

# Opcodes by which code could be replaced, destroyed, run elsewhere's code on this storage, or tell
# who began a transaction.
REPLACING = {
    0x32: "ORIGIN",
    0xF0: "CREATE",
    0xF2: "CALLCODE",
    0xF4: "DELEGATECALL",
    0xF5: "CREATE2",
    0xFF: "SELFDESTRUCT",
}
PUSH1, PUSH32, INVALID = 0x60, 0x7F, 0xFE
CODE_LIMIT = 24_576  # EIP-170


def instructions(code: bytes) -> Iterator[int]:
    """Every opcode before the first INVALID: the compiler puts one between code and data."""
    position = 0
    while position < len(code):
        opcode = code[position]
        if opcode == INVALID:
            return
        yield opcode
        position += 1 + (opcode - PUSH1 + 1 if PUSH1 <= opcode <= PUSH32 else 0)


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("token", set()),
        ("teller", set()),
        # Its multicall runs the manager's own functions on the manager's own storage.
        ("accessManager", {"DELEGATECALL"}),
    ],
)
def test_no_code_is_replaced_or_borrowed(settings: Path, key: str, allowed: set[str]) -> None:
    deploy()
    code = bytes(web3.eth.get_code(recorded(settings)[key]["address"]))
    found = list(instructions(code))
    assert len(found) > len(code) // 3  # the reader did not stop early
    assert {REPLACING[opcode] for opcode in found if opcode in REPLACING} == allowed


def test_there_is_no_proxy_and_nothing_to_initialise(project: Any, settings: Path) -> None:
    """The three addresses hold the code itself, and no function sets what a constructor set."""
    deploy()
    record = recorded(settings)
    for key, name in CONTRACTS.items():
        code = bytes(web3.eth.get_code(record[key]["address"]))
        assert len(code) == len(project[name]._build["deployedBytecode"]) // 2
        assert len(code) <= CODE_LIMIT
        functions = [e["name"].lower() for e in project[name].abi if e["type"] == "function"]
        assert not [one for one in functions if "init" in one or "upgrade" in one]


def warnings() -> list[str]:
    """Whatever the compiler says about token and Teller."""
    question = {
        "language": "Solidity",
        "sources": {
            path: {"content": (ROOT / path).read_text()}
            for path in ("contracts/DepositToken.sol", "contracts/Teller.sol")
        },
        "settings": {
            "evmVersion": "cancun",
            "remappings": ["@openzeppelin=node_modules/@openzeppelin"],
            "outputSelection": {"*": {"*": ["abi"]}},
        },
    }
    argv = [solcx.install.get_executable(SOLC_VERSION), "--standard-json"]
    done = subprocess.run(
        argv, input=json.dumps(question), capture_output=True, text=True, cwd=ROOT, check=True
    )
    answer = json.loads(done.stdout)
    assert set(answer["contracts"]) > {"contracts/DepositToken.sol", "contracts/Teller.sol"}
    return [said["formattedMessage"] for said in answer.get("errors", [])]


def test_the_row_on_linting_is_true() -> None:
    """docs/security says «met» exactly when the compiler has nothing to say."""
    page = (ROOT / ethtrust.PAGE).read_text()
    states = {row.id: row.state for row in ethtrust.rows(page)}
    said = warnings()
    assert (states["req-3-linted"] == ethtrust.MET) == (not said), said
