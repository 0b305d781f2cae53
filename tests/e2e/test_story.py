"""E2E tests: the whole story, then again in the same world, tried by hand, until Ctrl-C."""

from __future__ import annotations

import io
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import processes, toolchain
from scripts.demo.__main__ import tell
from scripts.demo.commands import Commands
from scripts.demo.narrate import Narrator
from scripts.demo.world import World

# Ada: 500.00 + 1200.00 + 19.99 come in, 25.00 and 12.50 go to Bo.
# Bo: 80.50 + 250.00 come in, Ada's 37.50 too, 200.00 are redeemed.
ADA_FIRST, BO_FIRST = "1682.49 EUR", "168.00 EUR"
ADA_SECOND, BO_SECOND = "2864.98 EUR", "336.00 EUR"
TOKENS, STRANGERS, RESERVE = "1850.49", "75.00", "1925.49"
STOP_SECONDS = 30.0
TELL_SECONDS = 180.0


def test_the_story_is_true_and_goes_on(
    world: World, world_env: dict[str, str], narrator: Narrator, heard: io.StringIO
) -> None:
    tell(world, narrator, at_the_end=lambda commands, _machine: check_first_day(world, commands))
    told = heard.getvalue()
    for said in ("5 deposits became tokens", "75.00 EUR from Carl Fremd", "Nothing changed"):
        assert said in told
    with staying_demo(world_env) as (demo, lines):
        typed = [line.strip() for line in lines if line.strip().startswith("./jiaozi")]
        to_try = typed[-7:]
        answers = [run_as_typed(line) for line in to_try]
        assert ADA_SECOND in answers[0]
        assert "Paid 5.00 EUR" in answers[1]
        assert "5.00 EUR were paid out" in answers[2]
        assert "Every row of every table follows" in answers[5]
        demo.send_signal(signal.SIGINT)
        assert demo.wait(STOP_SECONDS) == 0
    assert any("Nothing is left running" in line for line in lines)
    assert still_running(world.root) == []


def check_first_day(world: World, commands: Commands) -> None:
    """What the API proves agrees with sums done by hand."""
    proof = commands.get("/v1/reserve")
    assert proof["balanced"] is True
    assert proof["tokens_outstanding"]["amount"] == TOKENS
    assert proof["unmatched"]["amount"] == STRANGERS
    assert proof["reserve"]["bank"]["amount"] == RESERVE
    for name, balance in (("ada", ADA_FIRST), ("bo", BO_FIRST)):
        home = world.shown(world.root / "wallets" / name)
        assert balance in run_as_typed(f"./jiaozi --home {shlex.quote(home)} balance")


@contextmanager
def staying_demo(env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demo in a process of its own that has told its story and stays up; its lines so far."""
    demo = subprocess.Popen(
        processes.tied([sys.executable, "-m", "scripts.demo"]),
        cwd=toolchain.ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    stays = threading.Event()

    def listen() -> None:
        for line in demo.stdout or ():
            lines.append(line)
            if "Ctrl-C stops everything" in line:
                stays.set()
        stays.set()

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        assert stays.wait(TELL_SECONDS), "".join(lines)
        assert demo.poll() is None, "".join(lines)
        yield demo, lines
    finally:
        processes.stop(demo)
        listener.join()


def run_as_typed(line: str) -> str:
    """Run a printed line as a person would, in a shell in the checkout; what it prints."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=toolchain.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def still_running(folder: Path) -> list[str]:
    """Command lines of processes that speak of the folder."""
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in shown.stdout.splitlines() if str(folder) in line]
