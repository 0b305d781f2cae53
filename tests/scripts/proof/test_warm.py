"""Tests of scripts.proof.warm: it answers as the compiler does, and is gone afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.proof.warm import warm_compiler
from scripts.toolchain import ROOT, SOLC_VERSION, program

pytestmark = pytest.mark.integration

ASKED = {
    "language": "Solidity",
    "sources": {"A.sol": {"content": "pragma solidity ^0.8.24; contract A { uint256 public a; }"}},
    "settings": {"outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}}},
}


def said(solc: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a compiler answers to that source."""
    return subprocess.run(
        [str(solc), *arguments],
        input=json.dumps(ASKED),
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_answers_as_the_compiler_itself(tmp_path: Path) -> None:
    with warm_compiler(tmp_path) as solc:
        assert f"Version: {SOLC_VERSION}" in said(solc, "--version").stdout
        first, again = said(solc, "--standard-json"), said(solc, "--standard-json")
    itself = said(program("solc"), "--standard-json")
    assert '"A.sol"' in itself.stdout
    assert json.loads(first.stdout) == json.loads(itself.stdout)
    assert first.stdout == again.stdout


def test_without_it_forge_is_told(tmp_path: Path) -> None:
    with warm_compiler(tmp_path) as solc:
        pass
    after = said(solc, "--standard-json")
    assert after.returncode == 1
    assert "does not answer" in after.stderr


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """Killed, too: a mutation run that is stopped leaves no compiler behind."""
    program_text = (
        "import os, signal, sys; from pathlib import Path\n"
        "from scripts.proof.warm import warm_compiler\n"
        "with warm_compiler(Path(sys.argv[1])):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program_text, str(tmp_path)], cwd=ROOT, check=False)
    deadline = time.monotonic() + 10
    while said(tmp_path / "solc", "--version").returncode == 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)
