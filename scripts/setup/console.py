"""Setup: what the person at the terminal sees, and how a step's program is run.

SetupError
└── the one error of this package: what happened, and what to do about it
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HEARTBEAT_SECONDS = 5.0
TAIL_LINES = 15

# What a program prints when it fails for a reason outside the project → what to do.
REMEDIES = (
    (
        ("No space left", "ENOSPC", "Disk quota exceeded"),
        "The disk is full. Free about 2 GB and run `make setup` again.",
    ),
    (
        ("DO NOT MATCH THE HASHES", "EINTEGRITY", "Hash mismatch", "hash mismatch"),
        (
            "A download is not the locked one. Do not use it; find out what stands between this "
            "machine and the package registry."
        ),
    ),
    (
        (
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "Failed to fetch",
            "Connection refused",
            "ECONNREFUSED",
            "ECONNRESET",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ETIMEDOUT",
            "ENETUNREACH",
            "Could not connect",
            "dns error",
            "timed out",
            "No matching distribution found",
        ),
        (
            "The package registry was not reached. Check the network and any proxy or mirror "
            "settings, then run `make setup` again: it goes on where it stopped."
        ),
    ),
    (
        ("ensurepip is not available", "No module named ensurepip", "No module named venv"),
        "This Python has no venv module. On Debian or Ubuntu: apt install python3-venv.",
    ),
    (
        ("Permission denied", "EACCES", "Read-only file system"),
        "A file in this checkout cannot be written by this user. Look at the owner of the files.",
    ),
    (
        ("command 'gcc' failed", "command 'cc' failed", "command 'clang' failed", "Python.h"),
        (
            "A package has no build for this platform and must be compiled: install a C "
            "compiler and Python's headers (Debian: apt install build-essential python3-dev)."
        ),
    ),
)


class SetupError(Exception):
    """A step could not be done. The text says what happened and what to do."""


def remedy_for(output: str, log: Path | None = None) -> str:
    """What to do after a program failed with `output`; its log, when no known cause is found."""
    for signs, remedy in REMEDIES:
        if any(sign in output for sign in signs):
            return remedy
    return f"The whole output is in {log}." if log else "Run `make setup` again."


def run(argv: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a program with its output in `log`, a dot every few seconds. Raises SetupError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        child = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=env,
        )
        try:
            while True:
                try:
                    code = child.wait(timeout=HEARTBEAT_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    say(".", end="")
        finally:
            if child.poll() is None:  # interrupted: leave nothing at work behind our back
                child.terminate()
                child.wait()
    if code != 0:
        output = log.read_text(errors="replace")
        tail = "\n".join(f"    {line[:160]}" for line in output.splitlines()[-TAIL_LINES:])
        name = Path(argv[0]).name
        raise SetupError(f"{name} ended with {code}:\n{tail}\n  → {remedy_for(output, log)}")


def stand_in(path: Path, *command: str | Path) -> None:
    """Write a command at `path` that does nothing but run `command` with its arguments."""
    path.unlink(missing_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n')
    path.chmod(0o755)


def say(text: str, end: str = "\n") -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def elapsed(since: float) -> str:
    """Seconds since a `time.monotonic()` reading, for a person."""
    return f"{time.monotonic() - since:.1f} s"
