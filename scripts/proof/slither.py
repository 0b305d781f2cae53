"""Proof: `python -m scripts.proof.slither` runs slither over contracts/.

Ends with 1 when it finds what docs/security/slither.toml does not answer, when one answers nothing
or when slither-check-erc misses something of ERC-20 in DepositToken.
"""

from __future__ import annotations

import subprocess
import sys

from scripts.proof.findings import idle, read_answers, read_findings, unanswered
from scripts.toolchain import CACHE, PROOF_BIN, ROOT, SOLC, build_env

ANSWERS = ROOT / "docs" / "security" / "slither.toml"
WORK = CACHE / "slither"
# ERC-20 leaves it to callers; permit and EIP-3009 are there for whoever minds.
RACE = "approval race condition"
OURS = ("--filter-paths", "node_modules")


def environment() -> dict[str, str]:
    """The contracts alone, compiled apart from what the tests compile."""
    return {
        **build_env(),
        "FOUNDRY_SOLC": str(SOLC),
        "FOUNDRY_TEST": "tests/none",
        "FOUNDRY_OUT": str(WORK / "out"),
        "FOUNDRY_CACHE_PATH": str(WORK / "cache"),
    }


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One of slither's programs, on this tree."""
    built = ("--foundry-out-directory", str(WORK / "out"))
    return subprocess.run(
        [str(PROOF_BIN / program), str(ROOT), *arguments, *built],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> int:
    """0 when all is answered."""
    WORK.mkdir(parents=True, exist_ok=True)
    report = WORK / "slither.json"
    report.unlink(missing_ok=True)
    said = run("slither", *OURS, "--json", str(report))
    if not report.exists():
        print(said.stdout + said.stderr)
        return 1
    findings, answers = read_findings(report), read_answers(ANSWERS)
    open_, left = unanswered(findings, answers), idle(findings, answers)
    print(f"slither: {len(findings)} findings, {len(findings) - len(open_)} answered")
    for one in open_:
        print(f"  unanswered: {one.check}: {one.text}")
    for answer in left:
        print(f"  answers nothing: {answer.check} «{answer.where}»")
    erc = run("slither-check-erc", "DepositToken", "--erc", "ERC20")
    shown = erc.stdout + erc.stderr
    missed = [line.strip() for line in shown.splitlines() if "[ ]" in line and RACE not in line]
    conforms = erc.returncode == 0 and "[✓]" in shown and not missed
    print("slither-check-erc: " + ("ERC-20 is there" if conforms else f"{missed}\n{shown}"))
    return 0 if not open_ and not left and conforms else 1


if __name__ == "__main__":
    sys.exit(main())
