"""Tests of what a process that stays waits for when it starts."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from api.cli import starting
from api.kernel.errors import Unavailable
from scripts.toolchain import ROOT
from tests.api.cli.test_cli import config

__all__ = ["config"]

LOG = logging.getLogger("jiaozi.tests")


def gone(reason: str) -> Unavailable:
    """A database that does not answer."""
    return Unavailable(reason, remedy="Wait.")


def test_the_database_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it answers; each reason is told once."""
    told = []
    left = [gone("nobody there"), gone("nobody there"), gone("it starts"), None]

    def upgrade(_url: str) -> None:
        if (problem := left.pop(0)) is not None:
            raise problem

    monkeypatch.setattr(starting, "upgrade", upgrade)
    monkeypatch.setattr(starting, "_PAUSE", 0)
    monkeypatch.setattr(starting, "note", lambda *_, reason: told.append(reason))
    starting.await_database("postgresql://u@h/n", threading.Event(), LOG)
    assert (left, told) == ([], ["nobody there", "it starts"])


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_whoever_waits_for_the_database_ends_when_asked(config: Path, command: str) -> None:
    """It says what it waits for, and is done when it is asked to end."""
    lines = config.read_text().splitlines()
    url = next(line for line in lines if line.startswith("url = "))
    config.write_text(config.read_text().replace(url, 'url = "postgresql://u@127.0.0.1:1/n"'))
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from api.cli import main; raise SystemExit(main())"),
            *("--config", str(config), command),
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = json.loads(process.stderr.readline())
    assert "did not answer" in said["reason"]
    assert "waiting for the database" in said.values()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert process.stderr.read() == ""
