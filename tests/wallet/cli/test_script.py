"""Tests of the checkout's `./jiaozi`: it runs the installed command or says how to install."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import wallet

SCRIPT = Path(wallet.__file__).parents[1] / "jiaozi"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a blank in its name, in which nothing is installed."""
    place = tmp_path / "a checkout"
    place.mkdir()
    shutil.copy(SCRIPT, place)
    return place


def test_nothing_installed(checkout: Path) -> None:
    done = subprocess.run(
        [checkout / "jiaozi", "balance"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "make setup" in done.stderr


def test_the_installed_command_gets_every_word_and_answers(checkout: Path) -> None:
    command = checkout / ".venv/bin/jiaozi"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\nprintf "[%s]" "$@"\nexit 3\n')
    command.chmod(0o755)
    link = checkout / "elsewhere"
    link.mkdir()
    done = subprocess.run(
        [checkout / "jiaozi", "send", "1", "a b", ""],
        cwd=link,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "[send][1][a b][]")
