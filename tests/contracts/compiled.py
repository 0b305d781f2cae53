"""Tests: small contracts that only tests need, compiled in one go and deployed as brownie has it.

Brownie's own compile_source starts the compiler eight times, which takes longer than a hundred
tests.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brownie import Contract
from eth_abi.abi import encode

from scripts.toolchain import program


@dataclass(frozen=True)
class Compiled:
    """One contract: deploy it as often as you like."""

    name: str
    abi: list[dict[str, Any]]
    code: str

    def deploy(self, *values: Any) -> Any:
        """As brownie's containers: the constructor's values, then `{"from": …}`."""
        *given, options = values
        kinds = [
            entry["type"]
            for function in self.abi
            if function["type"] == "constructor"
            for entry in function["inputs"]
        ]
        data = self.code + encode(kinds, given).hex()
        done = options["from"].transfer(data=data, silent=True)
        return Contract.from_abi(self.name, done.contract_address, self.abi)


def compiled(*files: Path) -> dict[str, Compiled]:
    """Every contract of these files, by its name."""
    settings = {
        "evmVersion": "cancun",
        "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
    }
    sources = {file.name: {"content": file.read_text()} for file in files}
    question = json.dumps({"language": "Solidity", "sources": sources, "settings": settings})
    argv = [str(program("solc")), "--standard-json"]
    done = subprocess.run(argv, input=question, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert "contracts" in answer, answer["errors"]
    return {
        name: Compiled(name, contract["abi"], "0x" + contract["evm"]["bytecode"]["object"])
        for contracts in answer["contracts"].values()
        for name, contract in contracts.items()
    }
