"""Tests of the bridge: the real contracts, compiled once and kept in .cache, deployed by web3."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eth_utils.abi import function_abi_to_4byte_selector
from web3 import HTTPProvider, Web3

from api.chain import Deployment, SigningKey, load_deployment
from scripts.deployment.wiring import PERMISSIONS, Role
from scripts.localnet import Anvil
from scripts.toolchain import ROOT, ToolMissingError, program

SOURCES = {
    "AccessManager": "@openzeppelin/contracts/access/manager/AccessManager.sol",
    "DepositToken": "contracts/DepositToken.sol",
    "Teller": "contracts/Teller.sol",
}
CACHE = ROOT / ".cache" / "tests-api"
LANES = ("operator", "compliance", "relayer", "attestor", "guardian", "governor")
KEYS = {name: hashlib.sha256(f"a test's key: {name}".encode()).digest() for name in LANES}
ROLES = {
    "operator": Role.OPERATOR,
    "compliance": Role.COMPLIANCE,
    "attestor": Role.ATTESTOR,
    "guardian": Role.GUARDIAN,
}
FAR = 10**12


@dataclass(frozen=True)
class Deployed:
    """The contracts on one local chain: fully limited by no tier, with a wide bucket."""

    anvil: Anvil
    web3: Web3
    token: Any
    teller: Any
    manager: Any
    file: Path
    deployment: Deployment
    admin: str

    def key(self, name: str) -> SigningKey:
        """The key of a lane or role."""
        return SigningKey(KEYS[name])

    def send(self, function: Any, sender: str | None = None) -> Any:
        """Send a call from an account that anvil unlocks (the admin), and mine it."""
        tx_hash = function.transact({"from": sender or self.admin, "gasPrice": 0})
        receipt = self.web3.eth.wait_for_transaction_receipt(tx_hash, 20, 0.01)
        assert receipt["status"] == 1
        return receipt

    def as_role(self, function: Any, name: str) -> Any:
        """Send a call from the address of a role, which anvil impersonates."""
        address = self.key(name).address
        self.anvil.rpc("anvil_impersonateAccount", address)
        return self.send(function, address)

    def mine(self, blocks: int = 1) -> None:
        """Make blocks."""
        self.anvil.rpc("anvil_mine", hex(blocks))


@cache
def compiled() -> dict[str, dict[str, Any]]:
    """ABI and bytecode by contract, compiled as the project does it; kept by the sources' hash."""
    files = [*sorted((ROOT / "contracts").rglob("*.sol")), ROOT / "brownie-config.yaml"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:32]
    kept = CACHE / f"{digest}.json"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(_compile()))
        temporary.replace(kept)
    found: dict[str, dict[str, Any]] = json.loads(kept.read_text())
    return found


def deploy(anvil: Anvil, folder: Path) -> Deployed:
    """Deploy and wire the contracts; write the record that the bridge reads."""
    web3 = Web3(HTTPProvider(anvil.url))
    admin = web3.eth.accounts[0]
    first = web3.eth.block_number + 1
    manager = _create(web3, admin, "AccessManager", admin)
    token = _create(
        web3, admin, "DepositToken", manager.address, "Jiaozi Euro", "EURJ", "EUR", 2, 3600, ""
    )
    teller = _create(web3, admin, "Teller", manager.address, token.address)
    deployed = Deployed(
        anvil,
        web3,
        token,
        teller,
        manager,
        folder / "31337.json",
        _record(folder / "31337.json", web3, (manager, token, teller), first),
        admin,
    )
    _wire(deployed)
    return deployed


def _compile() -> dict[str, dict[str, Any]]:
    question = {
        "language": "Solidity",
        "sources": {
            source: {"content": (ROOT / source.replace("@", "node_modules/@")).read_text()}
            for source in SOURCES.values()
        },
        "settings": {
            "evmVersion": "cancun",
            "viaIR": True,
            "optimizer": {"enabled": True, "runs": 1_000_000},
            "remappings": ["@openzeppelin=node_modules/@openzeppelin"],
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    try:
        argv = [str(program("solc")), "--standard-json"]
    except ToolMissingError:
        argv = ["node", str(ROOT / "scripts" / "toolchain" / "solc.js")]
    done = subprocess.run(
        argv, input=json.dumps(question), capture_output=True, text=True, cwd=ROOT, check=True
    )
    answer = json.loads(done.stdout)
    errors = [e["formattedMessage"] for e in answer.get("errors", []) if e["severity"] == "error"]
    assert not errors, errors
    return {
        name: {
            "abi": answer["contracts"][source][name]["abi"],
            "bytecode": answer["contracts"][source][name]["evm"]["bytecode"]["object"],
        }
        for name, source in SOURCES.items()
    }


def _create(web3: Web3, admin: str, name: str, *values: Any) -> Any:
    made = compiled()[name]
    factory = web3.eth.contract(abi=made["abi"], bytecode=made["bytecode"])
    tx_hash = factory.constructor(*values).transact({"from": admin, "gasPrice": 0})
    address = web3.eth.wait_for_transaction_receipt(tx_hash, 20, 0.01)["contractAddress"]
    return web3.eth.contract(address=address, abi=made["abi"])


def _record(file: Path, web3: Web3, contracts: tuple[Any, Any, Any], block: int) -> Deployment:
    manager, token, teller = contracts

    def entry(contract: Any) -> dict[str, Any]:
        code = web3.keccak(web3.eth.get_code(contract.address))
        return {"address": contract.address, "codeHash": code.to_0x_hex()}

    record = {
        "chainId": 31337,
        "caip2": "eip155:31337",
        "accessManager": entry(manager),
        "token": {
            "name": "Jiaozi Euro",
            "symbol": "EURJ",
            "currency": "EUR",
            "decimals": 2,
            "utcOffsetSeconds": 3600,
            **entry(token),
        },
        "teller": entry(teller),
        "block": block,
        "roles": {},
    }
    file.write_text(json.dumps(record))
    return load_deployment(file)


def _wire(deployed: Deployed) -> None:
    manager = deployed.manager.functions
    contracts = {"DepositToken": deployed.token, "Teller": deployed.teller}
    by_role: dict[tuple[str, Role], list[str]] = {}
    for (name, function), role in PERMISSIONS.items():
        by_role.setdefault((name, role), []).append(function)
    for (name, role), functions in by_role.items():
        selectors = [
            function_abi_to_4byte_selector(contracts[name].get_function_by_name(function).abi)
            for function in functions
        ]
        deployed.send(manager.setTargetFunctionRole(contracts[name].address, selectors, role.value))
    for name, role in ROLES.items():
        deployed.send(manager.grantRole(role.value, deployed.key(name).address, 0))
    deployed.send(manager.grantRole(Role.ISSUER.value, deployed.teller.address, 0))
    deployed.send(manager.grantRole(Role.GOVERNOR.value, deployed.admin, 0))
    deployed.send(deployed.teller.functions.setBucket(FAR, 0))
    deployed.send(deployed.teller.functions.setMaxAge(86_400))
    for tier, limit in ((1, 100_000), (2, 1_000_000)):
        deployed.send(deployed.token.functions.setLimits(tier, limit, 2 * limit, 5 * limit))
