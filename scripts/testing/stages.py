"""Testing: what each stage runs, in which environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.tools import CACHE, CONTRACTS_BIN, DEV_BIN, HOME

REPORTS = CACHE / "reports"
RUFF, MYPY = str(DEV_BIN / "ruff"), str(DEV_BIN / "mypy")
PYTEST = (str(DEV_BIN / "python"), "-m", "pytest", "-q")
CONTRACTS_PYTHON = str(CONTRACTS_BIN / "python")
ELSEWHERE = tuple(f"--ignore=tests/{room}" for room in ("contracts", "e2e", "install"))


@dataclass(frozen=True)
class Stage:
    """Commands that must all end with 0; of those that are tests, some must run and none skip."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    counts_tests: bool = False
    extra_env: Mapping[str, str] = field(default_factory=dict)
    keeps_home: bool = False

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The caller's variables without any of ours, with HOME inside the checkout.

        A developer's own JIAOZI_HOME or database must neither change a test nor be changed by it.
        """
        kept = {
            name: value
            for name, value in inherited.items()
            if not name.startswith("JIAOZI_") or name.startswith("JIAOZI_TEST_")
        }
        home = {} if self.keeps_home else {"HOME": str(HOME)}
        return {**kept, **home, **self.extra_env}


def _e2e(database: str) -> Stage:
    command = (*PYTEST, "tests/e2e")
    return Stage(f"e2e-{database}", (command,), True, {"JIAOZI_E2E_DATABASE": database})


STAGES = {
    stage.name: stage
    for stage in (
        Stage("lint", ((RUFF, "check", "."), (RUFF, "format", "--check", "."))),
        Stage("types", ((MYPY,),)),
        Stage("unit", ((*PYTEST, "tests", *ELSEWHERE),), True),
        Stage("contracts", ((CONTRACTS_PYTHON, "-m", "pytest", "-q", "tests/contracts"),), True),
        Stage("abis", ((CONTRACTS_PYTHON, "-m", "scripts.abis", "--check"),)),
        _e2e("sqlite"),
        _e2e("postgresql"),
        Stage("write-abis", ((CONTRACTS_PYTHON, "-m", "scripts.abis"),)),
        # pip may need the user's own mirror and proxy settings, so this stage keeps their HOME.
        Stage("install", ((*PYTEST, "tests/install"),), True, keeps_home=True),
    )
}
GROUPS = {
    "check": ("lint", "types", "unit"),
    "e2e": ("e2e-sqlite", "e2e-postgresql"),
    "all": tuple(name for name in STAGES if name != "write-abis"),
}
