"""Bench: `python -m scripts.bench.bridge` measures the bridge, on SQLite and on PostgreSQL.

`--rows NAME…` measures those rows alone, with what they need. A row that fails says why, and the
others are measured all the same. `--json FILE` writes {store: {row: figures}} after each row.
`--quick` takes a tenth of everything, to see that it runs. Ends with 1 where a figure misses its
bar, or a row has none.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.bench.bridge.bars import ROWS, Figures, table, verdicts
from scripts.bench.bridge.beside import reads
from scripts.bench.bridge.deposits import bulk
from scripts.bench.bridge.money import statement
from scripts.bench.bridge.plain import plain
from scripts.bench.bridge.reading import floors, reader
from scripts.bench.bridge.singles import singles
from scripts.bench.bridge.transfers import relayed
from scripts.bench.bridge.world import STORES, World, world

__all__ = ["main"]

_IN_ONE_WORLD = frozenset(ROWS) - {"reader", "plain"}
_TO_READ = 500
"""Transfers that are relayed when only reads of them are asked for."""


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


@dataclass(frozen=True)
class Measuring:
    """The wanted rows on one store, and what was found so far."""

    store: str
    sizes: Sizes
    wanted: Collection[str]
    say: Callable[[str], None]
    write: Callable[[], None]
    """Called whenever there is something new."""
    found: Figures = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Rows without figures, and why."""

    def row(self, name: str, take: Callable[[], Mapping[str, Any]]) -> None:
        """Measure one row; when it fails it has no figures, and the others are measured."""
        self.say(f"{self.store}: {name} …")
        with self.trying(name):
            self.keep(name, take())

    @contextmanager
    def trying(self, name: str) -> Iterator[None]:
        """What fails inside is told, and is the end of this row alone."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is: told, and it fails the bench
            self.failed[name] = f"{type(error).__name__}: {error}"
            self.say(f"{self.store}: {name} FAILED: {self.failed[name]}")
            self.write()

    def keep(self, name: str, figures: Mapping[str, Any]) -> None:
        """Keep the figures of a row."""
        self.found[name] = dict(figures)
        self.say(f"{self.store}: {name}: {json.dumps(self.found[name])}")
        self.write()

    def all(self, folder: Path) -> None:
        """Every wanted row; one that another needs is measured with it."""
        if _IN_ONE_WORLD.intersection(self.wanted):
            with self.trying("world"), world(self.store, _fresh(folder, "world")) as made:
                self._in_one_world(made)
        if "reader" in self.wanted:
            self.row(ROWS["reader"], lambda: self._reader(_fresh(folder, "reader")))
        if "plain" in self.wanted:
            self.row(ROWS["plain"], lambda: plain(_fresh(folder, "plain"), self.sizes.plain))

    def _reader(self, folder: Path) -> Mapping[str, Any]:
        """In a world that knows nothing but one bulk."""
        with world(self.store, folder) as made:
            bulk(made, "SMALL", self.sizes.small)
            return reader(made, [("SMALL", self.sizes.small)])

    def _in_one_world(self, made: World) -> None:
        sizes, wanted = self.sizes, self.wanted
        # more than a megabyte: it starts the process for large files, too
        self.row("warm-up", lambda: bulk(made, "WARM", 1_000))
        if "deposits" in wanted:
            self.row(ROWS["deposits"], lambda: bulk(made, "SMALL", sizes.small))
        if "singles" in wanted:
            self.row(ROWS["singles"], lambda: singles(made, "ONE", sizes.singles, sizes.pause))
        if "transfers" in wanted:
            self.row(ROWS["transfers"], lambda: relayed(made, sizes.transfers))
        elif "reads" in wanted:
            relayed(made, _TO_READ)
        if not {"large", "singles-beside", "reads"}.isdisjoint(wanted):
            self.row(ROWS["large"], lambda: self._large(made))
        if "floors" in wanted:
            self.row(ROWS["floors"], lambda: floors(made, min(sizes.small, 5_000)))

    def _large(self, made: World) -> Mapping[str, Any]:
        """The large file, and what is wanted beside it for as long as it takes."""
        # made before anything is timed: it keeps this process busy for seconds
        content = statement("LARGE", self.sizes.large)
        over = threading.Event()
        others: dict[str, Callable[[], Mapping[str, Any]]] = {}
        if "singles-beside" in self.wanted:
            others["singles-beside"] = lambda: singles(
                made, "BESIDE", 100_000, self.sizes.pause, over
            )
        if "reads" in self.wanted:
            with self.trying(ROWS["reads"]):
                others["reads"] = reads(made, over)
        with ThreadPoolExecutor(2) as pool:
            beside = {word: pool.submit(take) for word, take in others.items()}
            try:
                figures = bulk(made, "LARGE", self.sizes.large, content)
            finally:
                over.set()
            for word, each in beside.items():
                with self.trying(ROWS[word]):
                    self.keep(ROWS[word], each.result())
        return figures


def _fresh(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def main() -> int:
    """0 when every bar is met, 1 when one is missed or a row could not be measured."""
    parser = argparse.ArgumentParser(prog="bench-bridge", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--rows", choices=ROWS, nargs="+", default=list(ROWS), metavar="NAME")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    all_of: dict[str, Measuring] = {}

    def write() -> None:
        if args.json is not None:
            args.json.write_text(_as_json(all_of), "utf-8")

    for store in args.store or STORES:
        all_of[store] = Measuring(
            store,
            QUICK if args.quick else Sizes(),
            args.rows,
            lambda line: print(line, flush=True),
            write,
        )
        with tempfile.TemporaryDirectory(prefix="jiaozi-bench-") as folder:
            all_of[store].all(Path(folder))
    for store, measured in all_of.items():
        print("\n" + table(store, measured.found))
        for name, why in measured.failed.items():
            print(f"  {name}: FAILED: {why}")
    met = all(each.met for store in all_of for each in verdicts(store, all_of[store].found))
    return int(not met or any(measured.failed for measured in all_of.values()))


def _as_json(all_of: Mapping[str, Measuring]) -> str:
    rows = {
        store: measured.found | {name: {"failed": why} for name, why in measured.failed.items()}
        for store, measured in all_of.items()
    }
    return json.dumps(rows, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
