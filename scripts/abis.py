"""Scripts: the contracts' ABIs, as files that the wallet and the bridge read.

`python -m scripts.abis` writes wallet/abi/*.json from the sources; with `--check` it writes
nothing and ends with 1 when a committed file differs. Runs in the contracts' environment.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import solcx

from scripts.toolchain import ROOT, SOLC_VERSION

FOLDER = ROOT / "wallet" / "abi"
# Contract → the source that declares it, as the compiler is told to find it.
CONTRACTS = {
    "AccessManager": "@openzeppelin/contracts/access/manager/AccessManager.sol",
    "DepositToken": "contracts/DepositToken.sol",
    "Teller": "contracts/Teller.sol",
}
REMAPPING = ("@openzeppelin", "node_modules/@openzeppelin")


def _path(source: str) -> Path:
    """Where a source lies in the checkout; the compiler resolves its imports the same way."""
    return ROOT / source.replace(*REMAPPING)


def _order(entry: dict[str, Any]) -> tuple[str, str, str]:
    """Type, name, parameter types: an order that does not depend on the compiler."""
    types = ",".join(parameter["type"] for parameter in entry.get("inputs", []))
    return entry["type"], entry.get("name", ""), types


def compiled_abis() -> dict[str, str]:
    """The text of each ABI file, by contract name. Raises solcx's SolcError on a bad source."""
    sources = {source: {"content": _path(source).read_text()} for source in CONTRACTS.values()}
    os.chdir(ROOT)  # imports are read relative to the working directory
    answer = solcx.compile_standard(
        {
            "language": "Solidity",
            "sources": sources,
            "settings": {
                "remappings": ["=".join(REMAPPING)],
                "outputSelection": {"*": {"*": ["abi"]}},
            },
        },
        solc_version=SOLC_VERSION,
    )
    abis = {name: answer["contracts"][source][name]["abi"] for name, source in CONTRACTS.items()}
    return {
        name: json.dumps(sorted(abi, key=_order), indent=2) + "\n" for name, abi in abis.items()
    }


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which of them differ from the sources."""
    parser = argparse.ArgumentParser(prog="python -m scripts.abis", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file differs")
    check = parser.parse_args(arguments).check
    stale = []
    for name, text in compiled_abis().items():
        path = FOLDER / f"{name}.json"
        if path.exists() and path.read_text() == text:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if not check:
            path.write_text(text)
    if check and stale:
        print(f"not what the contracts compile to: {', '.join(stale)}. Run `make abis`, commit.")
        return 1
    print("the ABIs agree with the contracts" if not stale else f"written: {', '.join(stale)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
