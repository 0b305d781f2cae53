"""Tests of the simulation: the shared fixture, a calm beginning that is lived once."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.migrations import upgrade
from tests.simulation.bridge import SimulatedBridge
from tests.simulation.deployed import write_deployment
from tests.simulation.lives import Lives


@pytest.fixture(scope="package")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    """The calm beginning is lived once."""
    folder = tmp_path_factory.mktemp("simulation")
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else folder
    file = memory / f"jiaozi-simulation-{os.getpid()}.sqlite3"
    empty, begun = folder / "empty.sqlite3", folder / "begun.sqlite3"
    upgrade(f"sqlite:///{empty}")
    shutil.copyfile(empty, file)
    deployment = write_deployment(folder / "31337.json")
    with pytest.MonkeyPatch.context() as patch:
        first = SimulatedBridge(-1, f"sqlite:///{file}", deployment, patch)
        before = first.prelude()
    shutil.copyfile(file, begun)
    gc.freeze()  # what stands now stays: no collection need look through it again
    yield Lives(file, empty, begun, deployment, before)
    gc.unfreeze()
    for old in memory.glob(f"{file.name}*"):
        old.unlink()
