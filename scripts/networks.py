"""Scripts: make brownie know the network `jiaozi`: whatever chain JIAOZI_RPC_URL points at.

`python -m scripts.networks` writes it into brownie's own list, under HOME; again, it changes
nothing. Then `JIAOZI_RPC_URL=http://127.0.0.1:8545 brownie run deploy --network jiaozi` works.
For a chain of your own under its own name: `brownie networks add`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import yaml
from brownie._config import _get_data_folder  # brownie has no public name for this folder

NETWORK = {"id": "jiaozi", "host": "$JIAOZI_RPC_URL", "chainid": 31337}
GROUP = {"name": "Jiaozi", "networks": [NETWORK]}


def add_network(path: Path) -> bool:
    """Put the network into brownie's list; whether anything changed."""
    listed = yaml.safe_load(path.read_text("utf-8"))
    if GROUP in listed["live"]:
        return False
    kept = [group for group in listed["live"] if group["name"] != GROUP["name"]]
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_text(yaml.safe_dump({**listed, "live": [*kept, GROUP]}), "utf-8")
    temporary.replace(path)
    return True


def main() -> int:
    """Add it to the list of this HOME."""
    path = Path(_get_data_folder()) / "network-config.yaml"
    print(f"{path}: {'added' if add_network(path) else 'has'} the network {NETWORK['id']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
