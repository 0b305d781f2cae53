"""Bench: `python -m scripts.bench.bridge` measures the bridge, on SQLite and on PostgreSQL.

`--json FILE` writes {store: {row: figures}}. `--quick` takes a tenth of everything, to see that
it runs. Ends with 1 where a figure misses its bar.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench import BenchError
from scripts.bench.bridge.deposits import bulk, singles
from scripts.bench.bridge.plain import plain
from scripts.bench.bridge.reading import floors, reader
from scripts.bench.bridge.transfers import reads, relayed
from scripts.bench.bridge.world import STORES, World, world
from scripts.localnet import RpcError
from scripts.processes import StartError
from scripts.toolchain import ToolMissingError

__all__ = ["main"]

Figures = dict[str, dict[str, Any]]

RATE = {"sqlite": 1_500, "postgresql": 1_200}
TIMES_PLAIN = 5
MOST_MB = 400
MOST_SECONDS = 3.5
EVENTS = 20_000
RELAYED = 400
MOST_READ_MS = 25
STEADY_PERCENT = 80


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    small: int = 10_000
    large: int = 100_000
    plain: int = 2_000
    singles: int = 50
    transfers: int = 10_000
    pause: float = 2.37
    """Seconds between single deposits: no multiple of a block's, so that all phases are met."""


QUICK = Sizes(small=1_000, large=3_000, plain=200, singles=10, transfers=500)


def measure(store: str, sizes: Sizes, say: Callable[[str], None]) -> Figures:
    """Every row on one store."""
    found: Figures = {}

    def row(name: str, take: Callable[[], Any]) -> None:
        say(f"{store}: {name} …")
        found[name] = dict(take())
        say(f"{store}: {name}: {json.dumps(found[name])}")

    with tempfile.TemporaryDirectory(prefix="jiaozi-bench-") as folder:
        with world(store, Path(folder)) as made:
            # more than a megabyte: it starts the process for large files, too
            row("warm-up", lambda: bulk(made, "WARM", 1_000))
            row("deposits", lambda: bulk(made, "SMALL", sizes.small))
            row("single deposit, idle", lambda: singles(made, "ONE", sizes.singles, sizes.pause))
            row("relayed transfers", lambda: relayed(made, sizes.transfers))
            row("deposits, large", lambda: _with_singles(made, sizes, found))
            row("floors", lambda: floors(made, min(sizes.small, 5_000)))
        with world(store, _fresh(folder, "reader")) as made:
            bulk(made, "SMALL", sizes.small)
            row("reader", lambda: reader(made, [("SMALL", sizes.small)]))
        row("plain", lambda: plain(_fresh(folder, "plain"), sizes.plain))
    return found


def _fresh(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


def _with_singles(made: World, sizes: Sizes, found: Figures) -> dict[str, Any]:
    """The large file, and beside it single deposits and reads for as long as it takes."""
    over = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        beside = pool.submit(singles, made, "BESIDE", 100_000, sizes.pause, over)
        reading = pool.submit(reads, made, over.is_set)
        try:
            figures = bulk(made, "LARGE", sizes.large)
        finally:
            over.set()
        found["single deposit, beside the bulk"] = dict(beside.result())
        found["reads, beside the bulk"] = dict(reading.result())
    return figures


def verdicts(store: str, found: Figures) -> list[tuple[str, str, str, bool]]:
    """Each bar: what, measured, wanted, whether it was met."""
    small, large = found["deposits"], found["deposits, large"]
    peak = max(mb for name, mb in large["peak_mb"].items() if name not in ("anvil", "postgres"))
    steady = large["per_second"] * 100 // small["per_second"]
    relays, read = found["relayed transfers"], found["reads, beside the bulk"]
    ratio = small["per_second"] / found["plain"]["per_second"]
    rows = [
        ("deposits a second", small["per_second"], RATE[store], True),
        ("times the plain way", round(ratio, 1), TIMES_PLAIN, True),
        ("large file, % of that rate", steady, STEADY_PERCENT, True),
        ("MB of the largest process", peak, MOST_MB, False),
        ("single deposit, idle, p99 s", found["single deposit, idle"]["p99"], MOST_SECONDS, False),
        (
            "single beside the bulk, p99 s",
            found["single deposit, beside the bulk"].get("p99", 0),
            MOST_SECONDS,
            False,
        ),
        ("relayed transfers a second", relays["final_per_second"], RELAYED, True),
        ("reads beside the bulk, p99 ms", read["ms"]["p99"], MOST_READ_MS, False),
        ("events a second", found["reader"]["per_second"], EVENTS, True),
    ]
    return [
        (
            what,
            f"{value:,}",
            f"{'at least' if more else 'at most'} {bar:,}",
            value >= bar if more else value <= bar,
        )
        for what, value, bar, more in rows
    ]


def table(store: str, found: Figures) -> str:
    """For a terminal: each bar, then where the time goes."""
    lines = [f"{store:<32}{'measured':>12}  wanted"]
    for what, value, wanted, met in verdicts(store, found):
        lines.append(f"  {what:<30}{value:>12}  {wanted}{'' if met else '   MISSED'}")
    lines.append("  CPU µs a line, by process:")
    for name, used in found["deposits"]["cpu_us_per_line"].items():
        lines.append(f"    {name:<28}{used:>12,}")
    floors_ = ("parse_us", "store_us", "chain_us")
    lines += [f"    floor: {name:<21}{found['floors'][name]:>12,}" for name in floors_]
    return "\n".join(lines)


def main() -> int:
    """0 when every bar is met, 1 when one is missed or nothing could be measured."""
    parser = argparse.ArgumentParser(prog="bench-bridge", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    sizes = QUICK if args.quick else Sizes()
    figures: dict[str, Figures] = {}
    missed = False
    try:
        for store in args.store or STORES:
            figures[store] = measure(store, sizes, lambda line: print(line, flush=True))
            if args.json is not None:
                args.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    except (BenchError, RpcError, StartError, ToolMissingError) as error:
        print(f"bench-bridge: {error}", file=sys.stderr)
        return 1
    for store, found in figures.items():
        print("\n" + table(store, found))
        missed |= not all(met for *_, met in verdicts(store, found))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
