"""Bench: our contracts and their peers, compiled by one compiler with one set of settings.

Ours are compiled from all sources at once, as brownie does for deploying: the bytes are the same.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench import BenchError
from scripts.toolchain import CACHE, ROOT, program

STORE = CACHE / "bench"
# What the result depends on beside the sources: the versions of packages and compiler.
LOCK = ROOT / "package-lock.json"
OPENZEPPELIN = "@openzeppelin=node_modules/@openzeppelin"
SOLADY = "solady=node_modules/solady"
SETTINGS = {
    "evmVersion": "cancun",
    "viaIR": True,
    "optimizer": {"enabled": True, "runs": 1_000_000},
    "outputSelection": {"*": {"*": ["evm.bytecode.object", "evm.methodIdentifiers"]}},
}

Compiler = Callable[[str], str]


@dataclass(frozen=True)
class Unit:
    """Sources that are compiled together: those below a folder, with their remappings."""

    name: str
    folder: Path
    remappings: tuple[str, ...]

    def request(self) -> str:
        """The compiler's standard JSON."""
        sources = {
            path.relative_to(ROOT).as_posix(): {"content": path.read_text("utf-8")}
            for path in sorted(self.folder.rglob("*.sol"))
        }
        settings = {**SETTINGS, "remappings": self.remappings}
        return json.dumps({"language": "Solidity", "sources": sources, "settings": settings})


OURS = Unit("ours", ROOT / "contracts", (OPENZEPPELIN,))
PEERS = Unit("peers", ROOT / "scripts" / "bench" / "solidity", (OPENZEPPELIN, SOLADY))


@dataclass(frozen=True)
class Artifact:
    """A compiled contract: the code that creates it, and its functions' selectors by signature."""

    code: bytes
    methods: Mapping[str, bytes]

    def selectors(self, name: str) -> list[bytes]:
        """The selectors of all functions of this name. Raises BenchError when there is none."""
        found = [raw for text, raw in self.methods.items() if text.partition("(")[0] == name]
        if not found:
            raise BenchError(f"the contract has no function {name}")
        return found


def solc(request: str) -> str:
    """Standard JSON in, standard JSON out; imports are read below the checkout."""
    done = subprocess.run(
        [program("solc"), "--standard-json"],
        input=request,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"the compiler ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def compiled(unit: Unit, store: Path = STORE, compiler: Compiler = solc) -> dict[str, Artifact]:
    """The unit's contracts by name; not compiled again while nothing has changed.

    Raises BenchError with the compiler's own words.
    """
    request = unit.request()
    key = hashlib.sha256(request.encode() + LOCK.read_bytes()).hexdigest()
    path = store / f"{unit.name}.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    if kept.get("key") != key:
        kept = {"key": key, "contracts": _contracts(json.loads(compiler(request)))}
        store.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".part")
        fresh.write_text(json.dumps(kept))
        fresh.replace(path)  # whole or not at all, whoever else is compiling
    return {
        name: Artifact(bytes.fromhex(code), {k: bytes.fromhex(v) for k, v in methods.items()})
        for name, (code, methods) in kept["contracts"].items()
    }


def _contracts(answer: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, str]]]:
    """Name → code and selectors, of all contracts that can be created."""
    errors = [e["formattedMessage"] for e in answer.get("errors", ()) if e["severity"] == "error"]
    if errors:
        raise BenchError("\n".join(errors))
    return {
        name: (each["evm"]["bytecode"]["object"], each["evm"]["methodIdentifiers"])
        for contracts in answer["contracts"].values()
        for name, each in contracts.items()
        if each["evm"]["bytecode"]["object"]
    }
