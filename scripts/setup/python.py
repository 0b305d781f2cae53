"""Setup: uv, and the Python environments that it makes from one lock.

The dev environment runs the wallet, the bridge and their tests. Brownie pins exact versions of
packages that those need newer, so contract work has an environment of its own; so have halmos and
slither, and the wallets that ours is compared with, which are installed when they are first asked
for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from scripts.setup.console import run
from scripts.toolchain import BENCH_BIN, CACHE, CONTRACTS_BIN, DEV_BIN, PROOF_BIN, ROOT

BOOTSTRAP = CACHE / "bootstrap"
UV = BOOTSTRAP / "bin" / "uv"
LOGS = CACHE / "log"
HERE = Path(__file__).resolve().parent
LOCKED = (ROOT / "uv.lock", ROOT / "pyproject.toml")


def _log(name: str) -> Path:
    return LOGS / f"{name}.log"


def pip_install(requirements: Path) -> None:
    """Install hash-pinned wheels into the bootstrap environment."""
    pip: list[str | Path] = [BOOTSTRAP / "bin" / "python", "-m", "pip", "install"]
    only = [
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    run([*pip, *only, "--cache-dir", CACHE / "pip", "-r", requirements], _log(requirements.stem))


def install_uv() -> None:
    """A bootstrap environment with nothing but pip and the pinned uv."""
    run([sys.executable, "-m", "venv", "--clear", BOOTSTRAP], _log("venv"))
    pip_install(HERE / "uv.txt")


def _sync(environment: Path, *groups: str) -> None:
    env = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(environment),
        "UV_CACHE_DIR": str(CACHE / "uv"),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    env.pop("VIRTUAL_ENV", None)  # uv would warn that it does not use it
    argv: list[str | Path] = [UV, "sync", "--frozen", "--no-default-groups", *groups]
    run([*argv, "--project", ROOT, "--python", sys.executable], _log(groups[-1]), env)


def sync_dev() -> None:
    """`.venv`: the project and what tests and checks it."""
    _sync(DEV_BIN.parent, "--group", "dev")


def sync_contracts() -> None:
    """`.cache/venv-contracts`: the project beside brownie and py-solc-x."""
    _sync(CONTRACTS_BIN.parent, "--group", "contracts")


def sync_proof() -> None:
    """`.cache/venv-proof`: halmos and slither, without the project."""
    _sync(PROOF_BIN.parent, "--only-group", "proof")


def sync_bench() -> None:
    """`.cache/venv-bench`: the wallets that ours is compared with, without the project."""
    _sync(BENCH_BIN.parent, "--only-group", "bench")
