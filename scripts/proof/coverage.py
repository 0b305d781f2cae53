"""Proof: does a test of tests/foundry reach every line and branch of contracts/?

`python -m scripts.proof.coverage` runs forge's coverage and ends with 1 when something is not
reached that docs/security/uncovered.toml does not explain. Gas is not what it is in a deployment:
the optimizer is off, or lines could not be told apart.
"""

from __future__ import annotations

import subprocess
import sys

from scripts.proof.lcov import gaps, judged, parse, read_exempt, totals
from scripts.toolchain import CACHE, ROOT, SOLC, ToolMissingError, build_env, program

WORK = CACHE / "coverage"
EXEMPT = ROOT / "docs" / "security" / "uncovered.toml"
CODE_FREE = ("contracts/interfaces/", "contracts/access/Authority.sol")
# Tests of figures that only the optimized contracts have.
BY_GAS = "(?i)(gas|floor)"


def sources() -> set[str]:
    """Every contract that has code of its own."""
    every = (path.relative_to(ROOT).as_posix() for path in (ROOT / "contracts").rglob("*.sol"))
    return {path for path in every if not path.startswith(CODE_FREE)}


def measure() -> str:
    """Run forge; what it found, as lcov. Raises SystemExit when a test fails."""
    WORK.mkdir(parents=True, exist_ok=True)
    report, log = WORK / "lcov.info", WORK / "log.txt"
    report.unlink(missing_ok=True)
    env = {**build_env(), "FOUNDRY_PROFILE": "coverage", "FOUNDRY_SOLC": str(SOLC)}
    command = [str(program("forge")), "coverage", "--exclude-tests", "--no-match-test", BY_GAS]
    with log.open("wb") as sink:
        done = subprocess.run(
            [*command, "--report", "lcov", "--report-file", str(report)],
            cwd=ROOT,
            env=env,
            stdout=sink,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0 or not report.exists():
        said = log.read_text(errors="replace")[-3000:]
        raise SystemExit(f"{said}\nforge coverage ended with {done.returncode}: see {log}")
    return report.read_text()


def main() -> int:
    """0 when all is reached."""
    coverage = {
        file: one for file, one in parse(measure()).items() if file.startswith("contracts/")
    }
    missing = sorted(sources() - coverage.keys())
    unexplained, unneeded = judged(gaps(coverage, ROOT), read_exempt(EXEMPT))
    for file in missing:
        print(f"{file}  is not in forge's report at all")
    for gap in unexplained:
        print(gap)
    for exempt in unneeded:
        print(f"{EXEMPT.name}: {exempt.file} “{exempt.text}” is reached, or gone")
    print(f"contracts/: {totals(coverage.values())}; {len(unexplained)} not reached nor explained")
    return 1 if missing or unexplained or unneeded else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ToolMissingError as absent:
        sys.exit(str(absent))
