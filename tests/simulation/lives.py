"""Tests of the simulation: lives, one after the other, each of a seed of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.oracles import judge
from tests.simulation.bridge import Prelude, SimulatedBridge

__all__ = ["Lives"]

NEW_EVERY = 5
"""Every so many seeds a life begins before anybody is linked."""


@dataclass
class Lives:
    """Runs seeds one after the other on one database file in memory."""

    file: Path
    empty: Path
    begun: Path
    deployment: Path
    before: Prelude

    def live(self, seed: int) -> SimulatedBridge:
        """One life; raises what broke, or AssertionError with what an oracle says."""
        new = seed % NEW_EVERY == 0
        for old in self.file.parent.glob(f"{self.file.name}*"):
            old.unlink()
        shutil.copyfile(self.empty if new else self.begun, self.file)
        with pytest.MonkeyPatch.context() as patch:
            bridge = SimulatedBridge(
                seed,
                f"sqlite:///{self.file}",
                self.deployment,
                patch,
                None if new else self.before,
            )
            try:
                bridge.run(new=new)
                breaches = [*judge(bridge.found()), *bridge.operators.unknown()]
                assert breaches == [], f"seed {seed}: {breaches}"
            except BaseException as error:
                error.add_note(f"JIAOZI_TEST_FAULT_SEED={seed} lives this life again")
                raise
            finally:
                bridge.close()
        return bridge
