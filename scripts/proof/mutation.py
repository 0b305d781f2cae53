"""Proof: do the unit tests notice when the contracts are wrong? `python -m scripts.proof.mutation`.

Takes mutants of contracts/ (scripts.proof.mutants: slither-mutate's own mutators), puts each into
a copy of the tree, one copy a core, and runs forge's tests on it, all but the invariants and those
of gas. A mutant that the tests pass has survived. Results are kept by what tests and contracts are,
so a stopped run goes on where it was. Mutants are tried in an order that `--seed` fixes, some
seconds each; `--sample N` takes the first N of them, `--minutes N` ends after so long.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from pathlib import Path
from queue import Empty, Queue

from scripts.proof.survivors import Survivor, judged, read_accepted, report
from scripts.proof.warm import warm_compiler
from scripts.toolchain import CACHE, PROOF_BIN, ROOT, SOLC, build_env, program

WORK = CACHE / "mutation"
REPORT = ROOT / "docs" / "reports" / "mutation.md"
ACCEPTED = ROOT / "docs" / "security" / "mutants.toml"
COPIED = ("contracts", "tests/foundry", "scripts/toolchain")
TIMEOUT = 180  # seconds: a mutant that loops for ever counts as noticed
LEAST = 0.95


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    INVALID = "invalid"  # it does not compile, so it is no mutant


@dataclass(frozen=True, order=True)
class Mutant:
    """Bytes `start` to `end` of `file` become `new`."""

    file: str
    line: int
    start: int
    end: int
    mutator: str
    old: str
    new: str

    @property
    def key(self) -> str:
        """The same for the same change, whatever else there is."""
        return f"{self.file}:{self.start}:{self.end}:{self.new}"

    def put_into(self, tree: Path) -> None:
        """Change the file in a copy of the tree."""
        original = (ROOT / self.file).read_bytes()
        changed = original[: self.start] + self.new.encode() + original[self.end :]
        (tree / self.file).write_bytes(changed)

    def take_out_of(self, tree: Path) -> None:
        """As it was."""
        (tree / self.file).write_bytes((ROOT / self.file).read_bytes())


def state_of_sources() -> str:
    """A hash of all that a result depends on: the invariants are not run here."""
    digest = hashlib.sha256((ROOT / "foundry.toml").read_bytes())
    for folder in ("contracts", "tests/foundry"):
        for path in sorted((ROOT / folder).rglob("*.sol")):
            if path.is_relative_to(ROOT / "tests/foundry/invariants"):
                continue
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def read_mutants(path: Path) -> list[Mutant]:
    """Of `scripts.proof.mutants`."""
    return sorted(Mutant(**one) for one in json.loads(path.read_text()))


def fate_of(code: int | None, said: str) -> Fate:
    """Read forge's answer: exit code (None: it took too long) and all that it printed."""
    if code is None:
        return Fate.KILLED
    if code == 0:
        return Fate.SURVIVED
    return Fate.KILLED if "Encountered" in said else Fate.INVALID


class Results:
    """What is known of each mutant, in a file that only grows."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text().splitlines() if path.exists() else []
        self.known = {key: Fate(fate) for key, fate in map(json.loads, lines)}

    def add(self, mutant: Mutant, fate: Fate) -> None:
        """Keep it, now."""
        with self._lock, self._path.open("a") as file:
            file.write(json.dumps([mutant.key, fate]) + "\n")
            self.known[mutant.key] = fate


def make_tree(place: Path) -> Path:
    """A copy of what forge needs; a folder that is there already is made equal."""
    for folder in COPIED:
        shutil.rmtree(place / folder, ignore_errors=True)
        shutil.copytree(ROOT / folder, place / folder)
    shutil.copy(ROOT / "foundry.toml", place)
    if not (place / "node_modules").is_symlink():
        (place / "node_modules").symlink_to(ROOT / "node_modules")
    return place


def forge(tree: Path, solc: Path) -> tuple[int | None, str]:
    """The unit tests, up to the first that fails: exit code, or None when they took too long."""
    env = {**build_env(), "FOUNDRY_PROFILE": "mutation", "FOUNDRY_DYNAMIC_TEST_LINKING": "true"}
    command = [str(program("forge")), "test", "--fail-fast", "--use", str(solc)]
    try:
        done = subprocess.run(
            command, cwd=tree, env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stdout + done.stderr


def work(place: Path, queue: Queue[Mutant], results: Results, until: float) -> None:
    """Take mutants until there are none, or it is late; with a tree and a compiler of one's own."""
    tree = make_tree(place)
    with warm_compiler(place) as solc:
        code, said = forge(tree, solc)
        if code != 0:
            raise SystemExit(f"the tests fail without any mutant:\n{said[-2000:]}")
        while time.monotonic() < until:
            try:
                mutant = queue.get_nowait()
            except Empty:
                return
            mutant.put_into(tree)
            fate = fate_of(*forge(tree, solc))
            mutant.take_out_of(tree)
            results.add(mutant, fate)
            print(f"{fate:9} {mutant.mutator:4} {mutant.file}:{mutant.line}", flush=True)


def run(mutants: list[Mutant], results: Results, workers: int, seconds: float) -> None:
    """Settle what is not known yet, in so many seconds."""
    queue: Queue[Mutant] = Queue()
    for mutant in mutants:
        if mutant.key not in results.known:
            queue.put(mutant)
    print(f"{queue.qsize()} of {len(mutants)} mutants to try, {workers} at a time", flush=True)
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=work, args=(WORK / f"tree{number}", queue, results, until))
        for number in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def survivors_of(mutants: list[Mutant], results: Results) -> Iterator[Survivor]:
    """Those that no test noticed."""
    for mutant in mutants:
        if results.known.get(mutant.key) is Fate.SURVIVED:
            yield Survivor(mutant.file, mutant.line, mutant.mutator, mutant.old, mutant.new)


def main(arguments: list[str]) -> int:
    """0 when enough of them were noticed, and each survivor's reason is written down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="take so many, not all")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--minutes", type=int, help="take no more after so long")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    listed = WORK / "mutants.json"
    # The list is made where slither is; forge must find its compiler without asking the network.
    making = {**build_env(), "FOUNDRY_SOLC": str(SOLC), "PYTHONPATH": str(ROOT)}
    command = [str(PROOF_BIN / "python"), "-m", "scripts.proof.mutants", str(listed)]
    subprocess.run(command, cwd=ROOT, env=making, check=True)
    mutants = read_mutants(listed)
    total = len(mutants)
    # In no order, so that a run that is stopped has tried a fair part of them.
    random.Random(chosen.seed).shuffle(mutants)  # noqa: S311 - no secret
    mutants = mutants[: chosen.sample]
    results = Results(WORK / f"results-{state_of_sources()}.jsonl")
    seconds = inf if chosen.minutes is None else 60 * chosen.minutes
    run(mutants, results, chosen.workers, seconds)
    fates = [results.known[mutant.key] for mutant in mutants if mutant.key in results.known]
    killed, survived = fates.count(Fate.KILLED), fates.count(Fate.SURVIVED)
    verdict = judged(list(survivors_of(mutants, results)), read_accepted(ACCEPTED))
    text = report(killed, survived, total, verdict)
    REPORT.write_text(text)
    print(text)
    rate = killed / (killed + survived) if killed + survived else 0
    return 0 if rate >= LEAST and not verdict.unexplained else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
