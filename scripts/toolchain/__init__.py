"""Toolchain: where the build tools of this checkout are, as real programs and never as wrappers.

`python -m scripts.toolchain anvil` prints the path of one. The launchers that npm puts into
`node_modules/.bin` are not used: forge's ends with 0 when tests fail, and when one is killed it
leaves the program it started alive.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
HOME = CACHE / "home"
NODE = CACHE / "bin" / "node"
SOLC_VERSION = "0.8.37"
SOLC = HOME / ".solcx" / f"solc-v{SOLC_VERSION}"
FOUNDRY_VERSION = "1.7.1"
FOUNDRY = ("anvil", "forge", "cast")
DEV_BIN = ROOT / ".venv" / "bin"
CONTRACTS_BIN = CACHE / "venv-contracts" / "bin"
PROOF_BIN = CACHE / "venv-proof" / "bin"
BENCH_BIN = CACHE / "venv-bench" / "bin"


class ToolMissingError(Exception):
    """A program that a build step needs is not here. Its text names it and the remedy."""


def platform_name(system: str = sys.platform, machine: str = "") -> str:
    """The platform as Foundry's packages spell it, such as `linux-amd64`."""
    machine = (machine or platform.machine()).lower()
    architecture = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
    if system not in ("linux", "darwin") or machine not in architecture:
        raise ToolMissingError(f"no build tools for {system} on {machine}: use Linux or macOS")
    return f"{system}-{architecture[machine]}"


def packaged(name: str, root: Path = ROOT) -> Path:
    """The path that npm gives a Foundry program on this platform, whether or not it is there."""
    folder = root / "node_modules" / "@foundry-rs" / f"{name}-{platform_name()}"
    return folder / "bin" / name


def _installed(name: str) -> Path | None:
    """The machine's own Foundry program, if it is of exactly the version the project locks."""
    found = shutil.which(name)
    if found is None or "node_modules" in Path(found).parts:
        return None
    shown = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    return Path(found) if FOUNDRY_VERSION in shown.stdout else None


def program(name: str) -> Path:
    """The native program called `name`: anvil, forge, cast, node or solc."""
    if name in FOUNDRY:
        path = packaged(name)
        found = path if path.exists() else _installed(name)
        remedy = f"run `make setup`, or install Foundry {FOUNDRY_VERSION} where npm has no build"
    elif name in ("node", "solc"):
        path = NODE if name == "node" else SOLC
        found = path if path.exists() else None
        remedy = "run `make setup`"
    else:
        raise ToolMissingError(f"no tool is called {name!r}: anvil, forge, cast, node or solc")
    if found is None:
        raise ToolMissingError(f"{name} is not at {path}: {remedy}")
    return found


def build_env() -> dict[str, str]:
    """This environment for build tools: HOME inside the checkout, real programs first on PATH.

    Brownie and py-solc-x keep data under HOME; theirs must neither meet nor change the user's.
    """
    folders = [str(program(name).parent) for name in (*FOUNDRY, "node")]
    path = os.pathsep.join([*folders, os.environ.get("PATH", os.defpath)])
    return {**os.environ, "HOME": str(HOME), "PATH": path}
