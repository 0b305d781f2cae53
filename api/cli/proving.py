"""Cli: `jiaozi-bridge prove`, the day's proof of reserve now. The attestor makes it by itself."""

from __future__ import annotations

import argparse

from api.bootstrap import build_prover
from api.cli.common import Subparsers, add_command, say
from api.kernel.log import configure
from api.kernel.settings import load
from api.migrations import require_current
from api.proofs import Proven
from api.texts import text

__all__ = ["register"]


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "prove",
        _prove,
        summary="make the day's proof of reserve and put it on chain",
        example="jiaozi-bridge --config bridge.toml prove",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _prove(args: argparse.Namespace) -> int:
    prover = build_prover(load(args.config), log=configure())
    require_current(prover.database)
    proven = prover.once()
    say(args, _shown(proven), _words(proven))
    return 0


def _shown(proven: Proven) -> dict[str, object]:
    return {
        "day": proven.day,
        "statement": dict(proven.statement),
        "digest": f"0x{proven.digest.hex()}",
        "tx_hash": proven.tx_hash,
    }


def _words(proven: Proven) -> str:
    said = proven.statement
    return text(
        "The proof of {day} speaks of block {block} and {holders} holders; "
        "it stands on chain in {tx_hash}.",
        day=proven.day,
        block=said["block_number"],
        holders=said["holders"],
        tx_hash=proven.tx_hash,
    )
