"""Proof: every mutant that slither-mutate's mutators make of contracts/, as a list.

`python -m scripts.proof.mutants FILE` writes JSON: [{"mutator", "file", "line", "start", "end",
"old", "new"}, …]; `start` and `end` are byte offsets. Runs where slither is, with
forge on the PATH. A library's function is met once for each contract that uses it: doubles are left
out.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slither import Slither
from slither.tools.mutator.mutators import all_mutators

from scripts.proof.sameness import changes_nothing
from scripts.toolchain import CACHE, ROOT

WORK = CACHE / "mutation"
_log = logging.getLogger(__name__)


def main(target: Path) -> None:
    """Write the list."""
    os.environ |= {
        "FOUNDRY_TEST": "tests/none",  # the contracts alone
        "FOUNDRY_OUT": str(WORK / "out"),
        "FOUNDRY_CACHE_PATH": str(WORK / "cache"),
    }
    found = {_key(mutant): mutant for mutant in _mutants(WORK / "out")}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps([found[key] for key in sorted(found)], indent=0) + "\n")
    print(f"{len(found)} mutants")


def _mutants(out: Path) -> Iterator[dict[str, Any]]:
    mutators = [kind for _, kind in inspect.getmembers(all_mutators, inspect.isclass)]
    slither = Slither(str(ROOT), foundry_out_directory=str(out))
    for unit in slither.compilation_units:
        for contract in unit.contracts:
            path = Path(contract.source_mapping.filename.absolute)
            if contract.is_interface or ROOT / "contracts" not in path.parents:
                continue
            for mutator in mutators:
                yield from _of(mutator, unit, contract)


def _of(mutator: Any, unit: Any, contract: Any) -> Iterator[dict[str, Any]]:
    made = mutator(unit, 0, "", "", contract, None, False, WORK, [])
    try:
        patches = made._mutate()  # its public method would also run the tests, one at a time
    except IndexError:  # ROR meets an operator that is no comparison; the others go on
        _log.warning("%s has nothing for %s", mutator.NAME, contract.name)
        return
    for file, changes in patches.get("patches", {}).items():
        for change in changes:
            if changes_nothing(change["old_string"], change["new_string"]):
                continue
            yield {
                "mutator": mutator.NAME,
                "file": str(Path(file).relative_to(ROOT)),
                "line": change["line_number"],
                "start": change["start"],
                "end": change["end"],
                "old": change["old_string"],
                "new": change["new_string"],
            }


def _key(mutant: dict[str, Any]) -> tuple[str, int, int, str]:
    return mutant["file"], mutant["start"], mutant["end"], mutant["new"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
