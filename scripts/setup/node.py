"""Setup: Node and the packages that npm holds: compiler, local chain, OpenZeppelin's contracts.

The machine's Node serves from version 20 on; without one, PyPI's build of Node is installed
into the bootstrap environment. Install scripts are not run: no locked package needs one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from scripts.setup.console import SetupError, run, stand_in
from scripts.setup.python import BOOTSTRAP, HERE, LOGS, pip_install
from scripts.toolchain import CACHE, FOUNDRY, NODE, ROOT, ToolMissingError, program

OLDEST = 20
LOCKED = (ROOT / "package.json", ROOT / "package-lock.json")
NPM = CACHE / "bin" / "npm"


def real_node(command: str | None) -> Path | None:
    """The program behind a `node` command (a version manager's stand-in, say), if new enough."""
    if command is None:
        return None
    ask = "process.stdout.write(process.versions.node + ' ' + process.execPath)"
    shown = subprocess.run([command, "-e", ask], capture_output=True, text=True, check=False)
    version, _, path = shown.stdout.partition(" ")
    major = version.split(".", maxsplit=1)[0]
    if shown.returncode != 0 or not major.isdigit() or int(major) < OLDEST:
        return None
    return Path(path)


def install_node() -> None:
    """Leave `.cache/bin/node` and `.cache/bin/npm`, the machine's or PyPI's."""
    node, npm = real_node(shutil.which("node")), shutil.which("npm")
    if node is None or npm is None:
        pip_install(HERE / "node.txt")
        commands = BOOTSTRAP / "bin"
        node, npm = real_node(str(commands / "node")), str(commands / "npm")
    if node is None:
        raise SetupError(f"Node {OLDEST} or newer could not be installed: install it, run again")
    NODE.parent.mkdir(parents=True, exist_ok=True)
    NODE.unlink(missing_ok=True)
    NODE.symlink_to(node)
    stand_in(NPM, npm)  # a link would not do: some npm commands find their parts by their own place


def install_packages() -> None:
    """`node_modules`, exactly as package-lock.json says."""
    env = {
        **os.environ,
        "PATH": os.pathsep.join([str(NODE.parent), os.environ.get("PATH", os.defpath)]),
        "npm_config_cache": str(CACHE / "npm"),
        "npm_config_update_notifier": "false",
    }
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run([NPM, "ci", *quiet, "--prefix", ROOT], LOGS / "npm.log", env)
    try:
        for name in FOUNDRY:
            program(name)
    except ToolMissingError as missing:
        raise SetupError(str(missing)) from missing
