"""Cli: `jiaozi-bridge attest`, a process of its own with a key of its own.

It also makes the day's proof of reserve, when it is due.
"""

from __future__ import annotations

import argparse
import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import api.migrations.schema  # noqa: F401 - every room's tables: it reads them by name
from api.attest import Attestor, Said, Watch
from api.bootstrap import ATTESTOR_KEY, build_attestor, build_prover
from api.cli.common import Subparsers, add_command, say, stop_on_signals
from api.kernel.errors import InvalidInput, Misconfigured, Unavailable
from api.kernel.garbage import spare_start
from api.kernel.log import configure, note
from api.kernel.money import Money
from api.kernel.settings import Settings, load
from api.migrations import require_current
from api.proofs import Daily
from api.texts import text

__all__ = ["register"]

_LONGEST = 86_400
_WAIT = 0.5


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
        "--every",
        type=int,
        metavar="SECONDS",
        help="at least so often; else as the settings say",
    )
    parser.add_argument(
        "--no-proof",
        action="store_true",
        help="leave the day's proof of reserve to others (jiaozi-bridge prove)",
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
    stop = stop_on_signals()
    daily = None if args.no_proof else Daily(build_prover(settings, key=attestor.key, log=log))
    with _alone(settings, stop, log):
        _repeat(attestor, daily, every, stop, log)
    return 0


def _repeat(
    attestor: Attestor,
    daily: Daily | None,
    every: timedelta,
    stop: threading.Event,
    log: logging.Logger,
) -> None:
    """Attest until the process is asked to stop: at once when there is news, else as `every`.

    A proof waits for its block to be final, so it is made beside that. A daemon: what it does
    can be cut off at any instruction, and the next process goes on from there.
    """
    spare_start()
    note(log, "attestor started", every=every.total_seconds())
    _await_migration(attestor, every, stop, log)
    _await_chain(attestor, stop, log)
    if daily is not None:
        threading.Thread(target=daily.run, args=(stop.is_set, stop.wait), daemon=True).start()
    Watch(attestor, every.total_seconds()).run(stop.is_set, stop.wait)
    note(log, "attestor stopped")


def _await_chain(attestor: Attestor, stop: threading.Event, log: logging.Logger) -> None:
    """Wait for a node. Raises `Misconfigured` when it is one of another chain."""
    while not stop.is_set():
        try:
            attestor.chain.check()
        except Unavailable as missing:
            note(log, "waiting for the chain", reason=missing.detail)
            stop.wait(_WAIT)
        else:
            return


@contextmanager
def _alone(settings: Settings, stop: threading.Event, log: logging.Logger) -> Iterator[None]:
    """Hold the key alone on this machine: two attestors with one key fight for its nonces."""
    with settings.keys[ATTESTOR_KEY].keystore.open("rb") as held:
        told = False
        while not stop.is_set():
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not told:
                    note(log, "another attestor holds the key: waiting")
                told = True
                stop.wait(_WAIT)
            else:
                break
        yield


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
        return text("Nothing new: the backing is {backing}, as attested before.", backing=backing)
    return text(
        "Attested a backing of {backing} at block {block}: {headroom} may be issued ({tx_hash}).",
        backing=backing,
        block=statement.block_number,
        headroom=headroom,
        tx_hash=said.tx_hash,
    )
