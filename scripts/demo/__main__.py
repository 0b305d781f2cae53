"""Demo: `python -m scripts.demo [--once]`: prepare, tell the six steps, stay up until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from scripts.demo.bank import ADA, BO, DemoBank
from scripts.demo.commands import Commands
from scripts.demo.machine import Machine, running
from scripts.demo.narrate import Narrator
from scripts.demo.processes import DemoError, only_one
from scripts.demo.story import Story
from scripts.demo.world import World
from scripts.toolchain import ToolMissingError
from wallet.book import Home

__all__ = ["main", "tell"]

_WATCH_SECONDS = 0.5


def main(arguments: list[str]) -> int:
    """Run the demo; 0 when it went well or was stopped with Ctrl-C, 1 with one message if not."""
    parser = argparse.ArgumentParser("scripts.demo", description="The whole main job, told.")
    parser.add_argument("--once", action="store_true", help="exit when the story is told")
    options = parser.parse_args(arguments)
    narrator = Narrator()
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # SIGINT too: a shell's «&» begins with it ignored
        signal.signal(number, _interrupt)
    try:
        world = World.here()
        with only_one(world.root):
            return _run(world, narrator, once=options.once)
    except (DemoError, ToolMissingError) as error:
        narrator.plain(f"\n✗ {error}")
        return 1


def tell(
    world: World,
    narrator: Narrator,
    between: Callable[[int, Machine], None] = lambda _step, _machine: None,
    at_the_end: Callable[[Commands, Machine], None] = lambda _commands, _machine: None,
) -> None:
    """Prepare and tell the story. `between` is called after each step, with its number."""
    commands = Commands(world, narrator)
    narrator.plain(narrator.text("title"))
    narrator.step(0, "prepare")
    if world.memory.runs:
        narrator.say("again", number=world.memory.runs + 1)
    world.require_whole()
    with running(world, commands) as machine:
        world.remember()
        narrator.say("chain", url=world.rpc_url)
        if not world.deployment.exists():
            narrator.say("compile")
        bank = DemoBank(world)
        record = machine.prepare()
        token, teller = record["token"], record["teller"]["address"]
        narrator.say("deployed", symbol=token["symbol"], token=token["address"], teller=teller)
        machine.start_bridge()
        narrator.say("bridge", url=world.api_url, store=world.store)
        for number, step in Story(world, narrator, commands, machine, bank).steps().items():
            step()
            machine.check()
            between(number, machine)
        world.memory.runs += 1
        world.remember()
        at_the_end(commands, machine)


def _run(world: World, narrator: Narrator, *, once: bool) -> int:
    begun = time.monotonic()

    def at_the_end(commands: Commands, machine: Machine) -> None:
        narrator.plain()
        narrator.say("done", seconds=time.monotonic() - begun)
        if not once:
            _stay(world, narrator, commands, machine)

    try:
        tell(world, narrator, at_the_end=at_the_end)
    except KeyboardInterrupt:
        narrator.plain()
        narrator.say("stopped")
        return 0 if not once else 130
    return 0


def _stay(world: World, narrator: Narrator, commands: Commands, machine: Machine) -> None:
    """Say what to type next, and wait for Ctrl-C."""
    narrator.plain()
    narrator.say("stay", docs=f"{world.api_url}/docs")
    narrator.say("try")
    bo = Home(world.wallet_home(BO)).account().address
    for line in (
        commands.wallet_line(ADA, "balance"),
        commands.wallet_line(ADA, "send", "5.00", bo, "--yes"),
        commands.wallet_line(BO, "redeem", "5.00", "--yes"),
        commands.wallet_line(BO, "history"),
        commands.bridge_line("status"),
        commands.bridge_line("audit"),
        "./jiaozi --help",
    ):
        narrator.plain(f"     {line}")
    narrator.say("stop_hint")
    while True:
        time.sleep(_WATCH_SECONDS)
        machine.check()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
