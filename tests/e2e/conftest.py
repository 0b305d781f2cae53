"""E2E tests: worlds of their own, on the database that JIAOZI_E2E_DATABASE names.

Each world has its own folder inside the checkout (so that printed commands work verbatim), its
own ports, and its own new database.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import postgres, processes, toolchain
from scripts.demo.narrate import Narrator
from scripts.demo.world import World

STORES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def database_of(request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Call it for a new database's URL; None stands for the world's own SQLite file."""
    store = os.environ.get("JIAOZI_E2E_DATABASE", "sqlite")
    if store not in STORES:
        pytest.fail(f"JIAOZI_E2E_DATABASE={store}: name one of {', '.join(STORES)}")
    if store == "sqlite":
        return lambda: None
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    return server.create_database


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for one world; kept when the test fails, so that its logs can be read."""
    (toolchain.CACHE / "e2e").mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="world-", dir=toolchain.CACHE / "e2e"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def world_env(folder: Path, database_of: Callable[[], str | None]) -> dict[str, str]:
    """The environment that makes a demo run in a world of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("JIAOZI_")}
    env |= {
        "JIAOZI_DEMO_DIR": str(folder),
        "CHAIN_PORT": str(processes.free_port()),
        "API_PORT": str(processes.free_port()),
        "LANG": "C.UTF-8",
    }
    url = database_of()
    return env if url is None else env | {"JIAOZI_DEMO_DATABASE": url}


@pytest.fixture
def world(world_env: dict[str, str]) -> World:
    """A world in which nothing has happened yet."""
    return World.here(world_env)


@pytest.fixture
def heard() -> io.StringIO:
    """What the narrator has said."""
    return io.StringIO()


@pytest.fixture
def narrator(heard: io.StringIO) -> Narrator:
    """A narrator that speaks English into `heard`."""
    return Narrator({}, heard)
