"""Tests of `jiaozi agent`: a real process that holds the key, and commands that use it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wallet.world import ADDRESS, PASSWORD, PAYEE, World
from wallet.agent.client import ask
from wallet.signer import recover, text_digest

pytestmark = pytest.mark.integration  # takes seconds


def jiaozi(world: World, *arguments: str, code: int = 0) -> str:
    """A command as a process of its own, without a terminal; its stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "wallet", "--home", str(world.home), *arguments],
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def pid_of(world: World) -> int | None:
    """The agent's process; None if none listens."""
    answer = ask(str(world.home), {"do": "status"})
    return None if answer is None else int(answer["pid"])


@pytest.fixture
def unlocked(world: World) -> Iterator[World]:
    """A wallet that a real agent has unlocked."""
    file = world.home.with_name("password")
    file.write_text(PASSWORD)
    file.chmod(0o600)
    shown = jiaozi(world, "agent", "start", "--minutes", "5", "--password-file", str(file))
    file.unlink()
    assert "unlocked until" in shown
    assert ADDRESS in shown
    yield world
    jiaozi(world, "agent", "lock")


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # nobody's child here collects it
            return True
        time.sleep(0.05)
    return False


def test_signing_needs_no_password_while_unlocked(unlocked: World) -> None:
    ran = unlocked.run("sign", "text", "--message", "hello", "--yes", "--json", password=False)
    assert ran.code == 0, ran.err
    signature = bytes.fromhex(ran.data["signature"][2:])
    assert recover(text_digest(b"hello"), signature) == ADDRESS
    ran = unlocked.run("send", "1", PAYEE, "--direct", "--yes", "--json", password=False)
    assert ran.code == 0, ran.err
    jiaozi(unlocked, "agent", "lock")
    ran = unlocked.run("sign", "text", "--message", "hello", "--yes", "--json", password=False)
    assert ran.error["code"] == "password.none"


def test_the_process_shows_nothing_of_itself(unlocked: World) -> None:
    pid = pid_of(unlocked)
    assert pid is not None
    about = Path(f"/proc/{pid}")
    limits = about.joinpath("limits").read_text()
    assert next(line for line in limits.splitlines() if "core" in line).split()[4:6] == ["0", "0"]
    assert PASSWORD.encode() not in about.joinpath("cmdline").read_bytes()
    assert {str((about / "fd" / fd).readlink()) for fd in "012"} == {os.devnull}
    assert str((about / "cwd").readlink()) == "/"
    assert about.joinpath("stat").read_text().rpartition(")")[2].split()[3] == str(pid)  # session


def test_locking_ends_the_process_and_takes_its_socket(unlocked: World) -> None:
    pid = pid_of(unlocked)
    assert pid is not None
    assert "locked" in jiaozi(unlocked, "agent", "lock")
    assert gone(pid)
    assert not (unlocked.home / "agent.sock").exists()
    assert unlocked.run("agent", password=False).out == "The wallet is locked.\n"


def test_a_new_agent_takes_the_place_of_the_old_one(unlocked: World) -> None:
    before = pid_of(unlocked)
    assert before is not None
    file = unlocked.home.with_name("password")
    file.write_text(PASSWORD)
    file.chmod(0o600)
    jiaozi(unlocked, "agent", "start", "--password-file", str(file))
    assert gone(before)
    after = pid_of(unlocked)
    assert after not in (None, before)
    status = unlocked.run("agent", "status", "--json", password=False).data
    assert status["unlocked"]
    assert status["addresses"] == [ADDRESS]


def test_an_agent_that_was_killed_leaves_a_locked_wallet(unlocked: World) -> None:
    pid = pid_of(unlocked)
    assert pid is not None
    os.kill(pid, 9)
    assert gone(pid)
    assert (unlocked.home / "agent.sock").exists()
    assert not unlocked.run("agent", "--json", password=False).data["unlocked"]


def test_a_terminated_agent_cleans_up(unlocked: World) -> None:
    pid = pid_of(unlocked)
    assert pid is not None
    os.kill(pid, 15)
    assert gone(pid)
    assert not (unlocked.home / "agent.sock").exists()


def test_a_wrong_password_unlocks_nothing(world: World) -> None:
    file = world.home.with_name("wrong")
    file.write_text("canary-wrong")
    file.chmod(0o600)
    jiaozi(world, "agent", "start", "--password-file", str(file), code=5)
    assert pid_of(world) is None


def test_a_process_that_is_hardened_cannot_be_dumped() -> None:
    program = (
        "import ctypes, resource\n"
        "from wallet.agent.process import harden\n"
        "harden()\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"0", b"0", b"0"]


def test_a_program_signs_as_its_token(unlocked: World) -> None:
    """The real agent judges by the policy, and its no reaches whoever asked."""
    secret = "jiaozi_of_the_shop"
    (unlocked.home / "policy.toml").write_text(
        'version = 1\nagent = "tokens"\n[token.shop]\naccounts = ["0"]\n'
        'messages = ["text"]\n'
        f'secret_sha256 = "{hashlib.sha256(secret.encode()).hexdigest()}"\n'
    )
    unlocked.json("policy", "sign")
    file = unlocked.home.with_name("token")
    file.write_text(secret)
    file.chmod(0o600)
    line = ("sign", "text", "--message", "hello", "--yes", "--json")
    ran = unlocked.run(*line, "--token-file", str(file), password=False)
    assert ran.code == 0, ran.err
    assert unlocked.run(*line, password=False).error["code"] == "agent.refused"
    pay = ("send", "1", PAYEE, "--yes", "--json", "--token-file", str(file))
    assert unlocked.run(*pay, password=False).error["code"] == "policy.message"
    decided = unlocked.json("policy", "log")["decisions"]
    assert [(each["actor"], each["allowed"]) for each in decided] == [
        ("token shop", True),
        (f"account {ADDRESS}", False),
        ("token shop", False),
    ]
