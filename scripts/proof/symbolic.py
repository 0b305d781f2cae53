"""Proof: what holds for all values at once. `python -m scripts.proof.symbolic [CONTRACT…]`.

Compiles tests/symbolic as the contracts are deployed, then lets halmos follow every path of every
check, one process a core. Ends with 1 unless all of them are proved.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.proof.halmos import Batch, Found, batches, problems, read
from scripts.toolchain import CACHE, PROOF_BIN, ROOT, SOLC, ToolMissingError, build_env, program

CHECKS = ROOT / "tests" / "symbolic"
WORK = CACHE / "symbolic"
# What halmos itself asks of forge: with less, it would compile again.
COMPILED = ("build", "--ast", "--extra-output", "storageLayout", "metadata")


def environment() -> dict[str, str]:
    """Forge as halmos must find it: by name on the PATH, with this project's compiler."""
    return {**build_env(), "FOUNDRY_PROFILE": "symbolic", "FOUNDRY_SOLC": str(SOLC)}


def todo(chosen: list[str]) -> list[Batch]:
    """Longest sources first: they take longest, and should not be left to the end alone."""
    files = sorted(CHECKS.glob("*.t.sol"), key=lambda path: -path.stat().st_size)
    found = [batch for path in files for batch in batches(path.read_text())]
    return [batch for batch in found if not chosen or batch.contract in chosen]


def prove(batch: Batch) -> list[Found]:
    """Run halmos on one batch. What it prints lies in a log beside its report."""
    report = WORK / f"{batch.contract}-{batch.kind}.json"
    report.unlink(missing_ok=True)
    halmos = [str(PROOF_BIN / "halmos"), "--config", str(CHECKS / "halmos.toml"), "--no-status"]
    which = ["--contract", batch.contract, "--function", f"{batch.kind}_"]
    early = ["--early-exit"] if batch.kind == "reach" else []
    with report.with_suffix(".log").open("wb") as log:
        subprocess.run(
            [*halmos, *which, *early, "--json-output", str(report)],
            cwd=ROOT,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    found = read(report, batch)
    for one in found:
        state = "FAILED" if one.problem else "proved"
        shown = f"{state}  {one.seconds:7.1f} s  {one.paths:5} paths  {batch.contract}"
        print(f"{shown}.{one.name}  {one.problem}".rstrip(), flush=True)
    return found


def main(chosen: list[str]) -> int:
    """0 when all is proved."""
    began = time.monotonic()
    if not Path(PROOF_BIN / "halmos").exists():
        raise ToolMissingError("halmos is not here: run `make symbolic`, which installs it")
    WORK.mkdir(parents=True, exist_ok=True)
    built = subprocess.run(
        [str(program("forge")), *COMPILED], cwd=ROOT, env=environment(), check=False
    )
    if built.returncode != 0:
        return 1
    work = todo(chosen)
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        found = [one for batch in side_by_side.map(prove, work) for one in batch]
    wrong = problems(found)
    print(f"{len(found) - len(wrong)} proved, {len(wrong)} not, {time.monotonic() - began:.0f} s")
    if wrong:
        print("what halmos said, with its counterexamples: " + str(WORK.relative_to(ROOT)))
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ToolMissingError as missing:
        sys.exit(str(missing))
