"""Scripts: run a brownie script as `python -m scripts.NAME --network …`.

The same as `brownie run NAME`, which cannot import a script whose folder has a dot anywhere in its
path (brownie makes a module name of the path), as temporary folders often have.
"""

from __future__ import annotations

import argparse
import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from brownie import network
from brownie import project as brownie_projects

from scripts.deployment.record import forget_brownies_record

ROOT = Path(__file__).resolve().parent.parent.parent


def run(script: Callable[[], None], about: str | None) -> None:
    """Load the project, connect, run the script's main."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--network", default="jiaozi", help="a network that brownie knows")
    name = parser.parse_args().network
    with _alone():
        brownie_projects.load(ROOT)
        forget_brownies_record()
        network.connect(name)
        script()


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time in a checkout: brownie's build folder is no place for two."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "brownie.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
