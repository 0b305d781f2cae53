"""Cli: `jiaozi-bridge attest`, a process of its own with a key of its own."""

from __future__ import annotations

import argparse
import logging
import threading
from datetime import timedelta

from api.attest import Attestor, Said, Stale
from api.bootstrap import build_attestor
from api.cli.common import Subparsers, add_command, say, stop_on_signals
from api.kernel.errors import BridgeError, InvalidInput, Misconfigured, Unavailable
from api.kernel.log import configure, note
from api.kernel.money import Money
from api.kernel.settings import load
from api.migrations import require_current

__all__ = ["register"]

_LONGEST = 86_400


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "attest",
        _attest,
        summary="say on chain what backs the tokens",
        example="jiaozi-bridge --config bridge.toml attest --once",
    )
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--once", action="store_true", help="once, and end: 1 when it was refused")
    when.add_argument(
        "--every", type=int, metavar="SECONDS", help="again and again; else as the settings say"
    )
    parser.add_argument("--json", action="store_true", help="with --once: one JSON object")


def _attest(args: argparse.Namespace) -> int:
    settings = load(args.config)
    if args.every is not None and not 1 <= args.every <= _LONGEST:
        raise InvalidInput(
            "--every", f"--every {args.every} is no pause.", remedy="Give 1 to 86400 seconds."
        )
    log = configure()
    attestor = build_attestor(settings, log=log)
    if args.once:
        require_current(attestor.database)
        said = attestor.once()
        say(args, _shown(said), _words(said, attestor.deployment.currency))
        return 0
    every = settings.attest_every if args.every is None else timedelta(seconds=args.every)
    _repeat(attestor, every, stop_on_signals(), log)
    return 0


def _repeat(
    attestor: Attestor, every: timedelta, stop: threading.Event, log: logging.Logger
) -> None:
    """Attest until the process is asked to stop.

    A refusal is told and tried again: it may be over after the next statement or restart, and
    meanwhile the last attestation grows stale, which closes issuing by itself.
    """
    note(log, "attestor started", every=every.total_seconds())
    _await_migration(attestor, every, stop, log)
    while not stop.is_set():
        try:
            attestor.once()
        except Misconfigured:
            raise
        except Stale as stale:
            note(log, "nothing newer to attest", reason=stale.detail)
        except BridgeError as refused:
            note(log, "not attested", level=logging.ERROR, slug=refused.slug, reason=refused.detail)
        stop.wait(every.total_seconds())
    note(log, "attestor stopped")


def _await_migration(
    attestor: Attestor, every: timedelta, stop: threading.Event, log: logging.Logger
) -> None:
    """Wait for the API or the worker to make the database: the attestor may only read it."""
    while not stop.is_set():
        try:
            require_current(attestor.database)
        except (Misconfigured, Unavailable) as missing:
            note(log, "waiting for the database", reason=missing.detail)
            stop.wait(every.total_seconds())
        else:
            return


def _shown(said: Said) -> dict[str, object]:
    statement = said.statement
    return {
        "attested": said.tx_hash is not None,
        "tx_hash": said.tx_hash,
        "backing": str(statement.backing),
        "supply": str(statement.supply),
        "minted": str(statement.minted),
        "headroom": str(statement.headroom),
        "unexplained": str(statement.unexplained),
        "as_of": statement.as_of,
        "block_number": statement.block_number,
    }


def _words(said: Said, currency: str) -> str:
    statement = said.statement
    backing, headroom = Money(statement.backing, currency), Money(statement.headroom, currency)
    if said.tx_hash is None:
        return f"Nothing new: the backing is {backing}, as attested before."
    return (
        f"Attested a backing of {backing} at block {statement.block_number}: "
        f"{headroom} may be issued ({said.tx_hash})."
    )
