"""Bench: `python -m scripts.bench.wallet` measures the wallet's speed beside others'.

Contenders take turns, so that a machine's bad moment hits all alike; a figure is a median, and what
counts is the ratio to the reference of the same run. Ends with 1 where a ratio is above its bar.
`--json FILE` writes {row: {"ours", "reference", "ratio", "peers"}}, in seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from scripts.bench import BenchError
from scripts.bench.wallet_cold import CAST_255, COLD, REFERENCE, Doer, Scene, scene
from scripts.bench.wallet_inside import INSIDE, TYPED
from scripts.localnet import RpcError
from scripts.processes import StartError
from scripts.toolchain import BENCH_BIN, DEV_BIN, ToolMissingError

PEER = Path(__file__).with_name("wallet_peer.py")
ROUNDS = 21
#: A peer this slow is measured fewer times.
SLOW_SECONDS, SLOW_ROUNDS = 0.25, 5
NATIVE = "eth_keys.backends.NativeECCBackend"
COINCURVE = "eth_keys.backends.CoinCurveECCBackend"


@dataclass(frozen=True)
class Row:
    """A thing that is measured, and how many times the reference it may take; None for no bar."""

    name: str
    what: str
    bar: float | None


ROWS = (
    Row("version", "jiaozi --version", 2),
    Row("help", "jiaozi --help", 2),
    Row("address", "jiaozi address", 2),
    Row("accounts", "jiaozi accounts", 2),
    Row("phrase_to_address", "phrase on stdin → address", 3),
    Row("balance", "jiaozi balance", 5),
    Row("address_count_1000", "jiaozi address --count 1000", 8),
    Row("sign_through_agent", "a program signs through the agent", 3),
    Row("sign_through_agent_command", "jiaozi sign text, agent unlocked", 3),
    Row("addresses_1000", "1,000 addresses from a seed", 1.3),
    Row("sign_transaction", "sign an EIP-1559 transaction", 3),
    Row("sign_typed", "EIP-712: decode, hash, sign", 5),
)
Figures = Mapping[str, Mapping[str, Any]]
Taking = Callable[[], float]


def interleaved(contenders: Mapping[str, Taking], rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each, taking turns; a first turn warms up and does not count."""
    slow = {name for name, take in contenders.items() if take() > SLOW_SECONDS}
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, take in contenders.items():
            if name not in slow or number < SLOW_ROUNDS:
                found[name].append(take())
    return {name: median(each) for name, each in found.items()}


def cold(at: Scene, name: str) -> dict[str, float]:
    """A row of processes."""

    def takes(doer: Doer) -> Taking:
        argv, stdin = doer(at)
        return lambda: at.seconds(argv, stdin)

    ours, peers = COLD[name]
    return interleaved(
        {
            "reference": takes(REFERENCE),
            "ours": takes(ours),
            **{peer: takes(doer) for peer, doer in peers.items()},
        }
    )


def inside(name: str) -> dict[str, float]:
    """A row of calls in one process, and of other libraries' in processes of their own."""
    ours, reference = INSIDE[name]
    thing = {"addresses_1000": "addresses", "sign_transaction": "transaction"}.get(name, "typed")
    peers = {
        "eth-account": peer(DEV_BIN, "eth_account", thing, NATIVE),
        "eth-account+coincurve": peer(DEV_BIN, "eth_account", thing, COINCURVE),
    }
    if thing == "addresses":
        peers["bip32"] = peer(BENCH_BIN, "bip32", thing)
        peers["bip_utils"] = peer(BENCH_BIN, "bip_utils", thing)
    found = interleaved({"reference": reference, "ours": ours})
    return found | interleaved(peers, SLOW_ROUNDS)


def peer(environment: Path, library: str, thing: str, backend: str = "") -> Taking:
    """What another library says that one unit took it."""
    variables = {**os.environ, "ECC_BACKEND_CLASS": backend} if backend else dict(os.environ)

    def take() -> float:
        argv = [str(environment / "python"), str(PEER), library, thing]
        done = subprocess.run(
            argv, env=variables, input=TYPED, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BenchError(f"{library} {thing}: {done.stderr.strip()[-300:]}")
        return float(done.stdout)

    return take


def measure() -> Figures:
    """All figures, row by row."""
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="jiaozi-bench-") as folder, scene(Path(folder)) as at:
        for row in ROWS:
            print(f"… {row.what}", file=sys.stderr, flush=True)
            found = cold(at, row.name) if row.name in COLD else inside(row.name)
            ours, reference = found.pop("ours"), found.pop("reference")
            ratio = round(ours / reference, 3)
            figures[row.name] = {
                "ours": ours,
                "reference": reference,
                "ratio": ratio,
                "peers": found,
            }
    return figures


def failures(figures: Figures) -> list[str]:
    """What is slower than it may be."""
    found = [
        f"{row.what}: ×{figures[row.name]['ratio']:.2f}, and ×{row.bar:g} is the most"
        for row in ROWS
        if row.bar is not None and figures[row.name]["ratio"] > row.bar
    ]
    thousand = figures["address_count_1000"]
    if thousand["ours"] >= thousand["peers"][CAST_255]:
        found.append("cast derives 255 addresses sooner than jiaozi 1,000")
    return found


def table(figures: Figures) -> str:
    """The figures for a terminal."""
    lines = [f"{'':<36}{'ours':>10}{'reference':>11}{'ratio':>8}{'at most':>9}  others"]
    for row in ROWS:
        each = figures[row.name]
        bar = "" if row.bar is None else f"{row.bar:g}"
        verdict = "!" if row.bar is not None and each["ratio"] > row.bar else " "
        others = " · ".join(
            f"{name} {_shown(took)} ×{took / each['reference']:.1f}"
            for name, took in each["peers"].items()
        )
        lines.append(
            f"{row.what:<36}{_shown(each['ours']):>10}{_shown(each['reference']):>11}"
            f"{each['ratio']:>8.2f}{bar:>8}{verdict}  {others}".rstrip()
        )
    lines += ["", "! above what is allowed    × times the reference, which is `python -c pass`, a"]
    lines += ["thousand public keys made and hashed by libsecp256k1 alone, or one bare signature"]
    return "\n".join(lines)


def _shown(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"  # noqa: PLR2004  # a millisecond


def main(arguments: list[str]) -> int:
    """Measure and print; 1 where something is too slow or could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.wallet", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    chosen = parser.parse_args(arguments)
    try:
        figures = measure()
    except (BenchError, RpcError, StartError, ToolMissingError, OSError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    print(table(figures))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    slow = failures(figures)
    for each in slow:
        print(f"TOO SLOW: {each}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
