"""E2E tests: the bridge is killed after every step, and the proof still balances to the cent."""

from __future__ import annotations

import io

from scripts.demo.__main__ import tell
from scripts.demo.machine import Machine
from scripts.demo.narrate import Narrator
from scripts.demo.world import World

LAST = 6


def test_killed_between_any_two_steps(world: World, narrator: Narrator, heard: io.StringIO) -> None:
    crashed = []

    def crash(step: int, machine: Machine) -> None:
        if step == LAST:
            return
        machine.crash()
        crashed.append(step)
        machine.start_bridge()

    tell(world, narrator, between=crash)
    assert crashed == list(range(1, LAST))
    assert "The two sides are equal" in heard.getvalue()
