"""Tests that a command ends when it is asked to, wherever the question meets it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from api.cli.ending import EXIT_INTERRUPTED, EXIT_TERMINATED
from scripts.toolchain import ROOT

IN_A_DESTRUCTOR = """
import os, sys
from api.cli.ending import end_when_asked

class Dying:
    def __del__(self):
        os.kill(os.getpid(), int(sys.argv[1]))
        for _ in range(10_000):
            pass

end_when_asked()
del (dying := [Dying()])[:]
print("went on as if nobody had asked", flush=True)
"""
AGAIN = """
import os, sys
import api.cli.ending as ending

class Dying:
    def __del__(self):
        ask()

def ask():
    os.kill(os.getpid(), int(sys.argv[1]))
    for _ in range(10_000):
        pass

def asked_meanwhile(*what):
    ending.issubclass = issubclass
    ask()
    return issubclass(*what)

ending.issubclass = asked_meanwhile
ending.end_when_asked()
del (dying := [Dying()])[:]
print("went on as if nobody had asked twice", flush=True)
"""
ELSEWHERE = """
import os, sys
from api.cli.ending import end_when_asked

end_when_asked()
try:
    os.kill(os.getpid(), int(sys.argv[1]))
    for _ in range(10_000):
        pass
finally:
    print("closed what was open", flush=True)
"""
LATER = """
import os, sys
from api.cli.ending import asked_later, end_when_asked

end_when_asked()
with asked_later():
    os.kill(os.getpid(), int(sys.argv[1]))
    print("done", flush=True)
print("went on as if nobody had asked", flush=True)
"""
COMMAND = """
import os, signal, sys
from importlib import import_module
from api.cli import main

def ask(*_settings):
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(10_000):
        pass

import_module(f"api.cli.{sys.argv.pop(1)}").load = ask
raise SystemExit(main())
"""
FAULT = """
from api.cli.ending import end_when_asked

class Dying:
    def __del__(self):
        raise ValueError("a fault of its own")

end_when_asked()
del (dying := [Dying()])[:]
print("went on", flush=True)
"""


def _run(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", program, *map(str, words)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT, timeout=30)


SIGNALS = pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, EXIT_TERMINATED), (signal.SIGINT, EXIT_INTERRUPTED)]
)


@SIGNALS
def test_in_a_destructor_it_ends_too(number: int, code: int) -> None:
    """Python prints what is raised there and goes on: the process would never end."""
    done = _run(IN_A_DESTRUCTOR, number)
    assert (done.returncode, done.stdout) == (code, "")


@SIGNALS
def test_asked_again_before_that_is_seen(number: int, code: int) -> None:
    """The second question must not make Python lose both."""
    done = _run(AGAIN, number)
    assert (done.returncode, done.stdout) == (code, "")


@SIGNALS
def test_elsewhere_it_closes_what_is_open(number: int, code: int) -> None:
    """It ends by an exception, not in the middle of a file."""
    done = _run(ELSEWHERE, number)
    # a Ctrl-C that nobody catches ends an interpreter by the signal; `main` catches it
    assert done.returncode in {code, -number}
    assert done.stdout == "closed what was open\n"


@SIGNALS
def test_who_asks_in_a_bad_moment_is_heard_later(number: int, code: int) -> None:
    """Nothing is lost, and nothing is cut in two."""
    done = _run(LATER, number)
    assert done.returncode in {code, -number}
    assert done.stdout == "done\n"


@pytest.mark.parametrize(
    ("module", "words", "code"),
    [
        ("auditing", "audit", EXIT_TERMINATED),
        ("rebuild", "rebuild --check", EXIT_TERMINATED),
        ("reconciling", "reconcile", EXIT_TERMINATED),
        ("hand_in", "hand-in statement.xml", EXIT_TERMINATED),
        ("attesting", "attest --once", EXIT_TERMINATED),
        ("attesting", "attest", 0),
        ("serve", "serve", 0),
        ("work", "worker", 0),
    ],
)
def test_a_command_that_was_cut_off_is_not_done(module: str, words: str, code: int) -> None:
    """A scheduler would take a check that it stopped for one that found nothing; what runs until
    it is asked to end is done then, also while it starts."""
    done = _run(COMMAND, module, *words.split())
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_another_fault_in_a_destructor_is_told_as_ever() -> None:
    """Only a question to end ends the process."""
    done = _run(FAULT)
    assert (done.returncode, done.stdout) == (0, "went on\n")
    assert "a fault of its own" in done.stderr
