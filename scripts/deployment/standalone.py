"""Scripts: run a brownie script as `python -m scripts.NAME --network …`.

The same as `brownie run NAME`, which cannot import a script whose folder has a dot anywhere in its
path (brownie makes a module name of the path), as temporary folders often have.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
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
    brownie_projects.load(ROOT)
    forget_brownies_record()
    network.connect(name)
    script()
