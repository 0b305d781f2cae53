"""Setup: forget everything that setup, tests and the demo have made in this checkout."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from scripts.setup.console import say
from scripts.setup.lock import alone
from scripts.toolchain import ROOT

DEMO = ".demo"
MADE = (
    DEMO,
    ".venv",
    "node_modules",
    "build",
    "dist",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    "deployments/31337.json",
    ".cache",  # last: it holds what the other tools would make anew
)
STOP_SECONDS = 20.0


def command_of(pid: int) -> str:
    """The command line of a process; empty when there is none."""
    on_linux = Path("/proc") / str(pid) / "cmdline"
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return on_linux.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def stop_demo(folder: Path) -> bool:
    """Ask the demo that runs from `folder` to end, and wait for it. False if it does not.

    A process id may have passed to another program since: only the demo's command is signalled.
    """
    note = folder / "demo.pid"
    text = note.read_text().strip() if note.exists() else ""
    if not text.isdigit() or "scripts.demo" not in command_of(int(text)):
        return True
    pid = int(text)
    say(f"clean: stopping the demo (process {pid})")
    with contextlib.suppress(ProcessLookupError):  # it may end by itself just now
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if "scripts.demo" not in command_of(pid):
            return True
        time.sleep(0.1)
    return False


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def clean(root: Path = ROOT) -> None:
    """Remove all that is made, compiled Python included."""
    for name in MADE:
        remove(root / name)
    for pattern in ("*.egg-info", "**/__pycache__"):
        for path in list(root.glob(pattern)):
            remove(path)


def main() -> int:
    """Stop the demo, remove everything; 1 and the reason when something stays."""
    if not stop_demo(ROOT / DEMO):
        say("clean: the demo does not end. Stop it with Ctrl-C in its own terminal, then again.")
        return 1
    try:
        with alone():
            clean()
    except OSError as error:
        say(f"clean: {error.filename}: {error.strerror}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
