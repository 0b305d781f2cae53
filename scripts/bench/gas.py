"""Bench: `python -m scripts.bench.gas` measures ours and the others and prints the table.

`--json FILE` also writes the figures, `--snapshot` records them in docs/reports, and `--check` ends
with 1 when one of ours is above what is recorded there.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.bench import BenchError, snapshot
from scripts.bench.artifacts import OURS, PEERS, compiled
from scripts.bench.chain import start_chain
from scripts.bench.ours import Ours
from scripts.bench.peers import Peer
from scripts.bench.people import People
from scripts.bench.rows import Figures, require_complete
from scripts.bench.table import text
from scripts.localnet import RpcError
from scripts.processes import StartError
from scripts.toolchain import ToolMissingError


def measure() -> Figures:
    """All figures, from one chain."""
    with ThreadPoolExecutor() as side_by_side:  # each is a compiler of its own, for half a minute
        ours_built, peers_built = side_by_side.map(compiled, (OURS, PEERS))
    with start_chain() as chain:
        people = People()
        ours = Ours(chain, people, ours_built).measure()
        peer = Peer(chain, people, peers_built)
        figures = {
            "ours": ours.later,
            "ours_first_of_day": ours.first_of_day,
            "openzeppelin": peer.openzeppelin(),
            "solady": peer.solady(),
            "regulated": peer.regulated(),
        }
    require_complete(figures)
    return figures


def judged(measured: Figures, kept: Figures) -> int:
    """Say what differs from the snapshot; 1 when a figure of ours rose."""
    found = snapshot.compare(measured, kept)
    for said in found.falls:
        print(f"fell: {said}")
    for said in found.others:
        print(f"differs: {said}")
    for said in found.rises:
        print(f"ROSE: {said}")
    if found.rises:
        print(f"gas may not rise unnoticed: mend it, or, where it must be, {snapshot.RECORD}")
        return 1
    if found.falls or found.others:
        print(f"to keep what was gained, {snapshot.RECORD}")
    else:
        print("every figure is as recorded in docs/reports/gas.json")
    return 0


def main(arguments: list[str]) -> int:
    """Measure and print; the exit code is the check's."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.gas", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--check", action="store_true", help="1 when a figure of ours rose")
    does.add_argument("--snapshot", action="store_true", help="record the figures in docs/reports")
    chosen = parser.parse_args(arguments)
    try:
        figures = measure()
        print(text(figures), end="\n\n")
        if chosen.json:
            chosen.json.write_text(snapshot.to_json(figures), "utf-8")
        if chosen.snapshot:
            snapshot.write(figures)
            print(f"recorded in {snapshot.SNAPSHOT.parent}")
            return 0
        code = judged(figures, snapshot.read())
    except (BenchError, RpcError, StartError, ToolMissingError, OSError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    return code if chosen.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
