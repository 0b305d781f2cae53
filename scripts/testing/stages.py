"""Testing: what each stage runs, in which environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.toolchain import CACHE, CONTRACTS_BIN, DEV_BIN, HOME, SOLC

REPORTS = CACHE / "junit"
RUFF, MYPY = str(DEV_BIN / "ruff"), str(DEV_BIN / "mypy")
DEV_PYTHON = (str(DEV_BIN / "python"),)
PYTEST = (*DEV_PYTHON, "-m", "pytest", "-q")
FORGE = "forge"  # build_env puts the real program first on PATH
SOLIDITY = ("contracts", "tests/foundry", "tests/contracts/solidity", "scripts/bench/solidity")
PARALLEL = (*PYTEST, "-n", "auto")
CONTRACTS_PYTHON = str(CONTRACTS_BIN / "python")
DRAWN = ("scripts.docs.states", "scripts.docs.commands", "scripts.docs.alerts")
ELSEWHERE = tuple(f"--ignore=tests/{room}" for room in ("contracts", "e2e", "install"))
FAULTS = ("tests/faults", "tests/simulation")
APART = tuple(f"--ignore={room}" for room in FAULTS)


@dataclass(frozen=True)
class Stage:
    """Commands that must all end with 0; of those that are tests, some must run and none skip."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    counts_tests: bool = False
    extra_env: Mapping[str, str] = field(default_factory=dict)
    keeps_home: bool = False

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The caller's variables without any of ours; HOME inside the checkout, own programs first.

        A developer's own JIAOZI_HOME or database must neither change a test nor be changed by it.
        """
        kept = {
            name: value
            for name, value in inherited.items()
            if not name.startswith(("JIAOZI_", "PYTHONPATH")) or name.startswith("JIAOZI_TEST_")
        }
        program, path = Path(self.commands[0][0]), inherited.get("PATH", os.defpath)
        if program.is_absolute():
            path = os.pathsep.join([str(program.parent), path])
        home = {} if self.keeps_home else {"HOME": str(HOME)}
        return {**kept, "PATH": path, **home, **self.extra_env}


def _e2e(database: str) -> Stage:
    command = (*PARALLEL, "tests/e2e")  # they mostly wait for blocks
    return Stage(f"e2e-{database}", (command,), True, {"JIAOZI_E2E_DATABASE": database})


STAGES = {
    stage.name: stage
    for stage in (
        Stage("lint", ((RUFF, "check", "."), (RUFF, "format", "--check", "."))),
        Stage("types", ((MYPY,),)),
        Stage("docs", tuple((*DEV_PYTHON, "-m", maker, "--check") for maker in DRAWN)),
        Stage("unit", ((*PARALLEL, "-m", "not integration", "tests", *ELSEWHERE),), True),
        Stage(
            "integration", ((*PARALLEL, "-m", "integration", "tests", *ELSEWHERE, *APART),), True
        ),
        Stage("faults", ((*PARALLEL, "-m", "integration", *FAULTS),), True),
        Stage("contracts", ((CONTRACTS_PYTHON, "-m", "pytest", "-q", "tests/contracts"),), True),
        Stage("fuzz", ((FORGE, "fmt", "--check", *SOLIDITY), (FORGE, "test", "--use", str(SOLC)))),
        Stage("coverage", ((*DEV_PYTHON, "-m", "scripts.proof.coverage"),)),
        Stage("abis", ((CONTRACTS_PYTHON, "-m", "scripts.abis", "--check"),)),
        Stage("gas", ((*DEV_PYTHON, "-m", "scripts.bench.gas", "--check"),)),
        _e2e("sqlite"),
        _e2e("postgresql"),
        # pip may need the user's own mirror and proxy settings, so this stage keeps their HOME.
        Stage("install", ((*PYTEST, "tests/install"),), True, keeps_home=True),
        # Not checks but makers, for their make targets.
        Stage("write-abis", ((CONTRACTS_PYTHON, "-m", "scripts.abis"),)),
        Stage("write-docs", tuple((*DEV_PYTHON, "-m", maker) for maker in DRAWN)),
    )
}
GROUPS = {
    "check": ("lint", "types", "docs", "unit"),
    "e2e": ("e2e-sqlite", "e2e-postgresql"),
    "all": tuple(name for name in STAGES if not name.startswith("write-")),
}
