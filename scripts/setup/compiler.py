"""Setup: the Solidity compiler where py-solc-x looks for it, under the checkout's own HOME.

A native solc of exactly the locked version is taken if the machine has one (it is faster); else
npm's build of the same release, behind the command line of a native one.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from scripts.setup.console import SetupError, stand_in
from scripts.toolchain import NODE, ROOT, SOLC, SOLC_VERSION

SHIM = ROOT / "scripts" / "toolchain" / "solc.js"


def is_release(command: Path) -> bool:
    """Whether this command is the released compiler of the locked version."""
    try:
        shown = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    lines = (line.partition("Version: ")[2] for line in shown.stdout.splitlines())
    version = next((line for line in lines if line), "")
    # A pre-release reads 0.8.37-nightly…, a distribution's patched build ends in .mod.
    return version.startswith(f"{SOLC_VERSION}+commit.") and ".mod" not in version


def native() -> Path | None:
    """A native compiler on this machine: py-solc-x's, or the one on PATH."""
    on_path = shutil.which("solc")
    places = [Path.home() / ".solcx" / SOLC.name, *([Path(on_path)] if on_path else [])]
    return next((place for place in places if place != SOLC and is_release(place)), None)


def install_compiler() -> None:
    """Leave `.cache/home/.solcx/solc-v…`, and make sure that it answers."""
    SOLC.parent.mkdir(parents=True, exist_ok=True)
    SOLC.unlink(missing_ok=True)
    found = native()
    if found is not None:
        SOLC.symlink_to(found.resolve())
    else:
        stand_in(SOLC, NODE, SHIM)
    if not is_release(SOLC):
        raise SetupError(f"{SOLC} does not answer as solc {SOLC_VERSION}: run `make clean setup`")
