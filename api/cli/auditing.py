"""Cli: `jiaozi-bridge audit`: the books derived again from the bank's files and the chain alone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from api.audit import CHECKS, Finding, audit, gather, same_moment
from api.chain import load_deployment
from api.cli.common import Subparsers, add_command, plainly, say
from api.kernel.clock import SystemClock
from api.kernel.database import Database
from api.kernel.settings import load, load_secrets
from api.migrations import require_current
from api.migrations.schema import ROOMS
from api.texts import reading, text

__all__ = ["in_rows", "progress_of", "register"]


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "audit",
        _audit,
        summary="derive the books from bank files and chain alone, and compare every table",
        example="jiaozi-bridge audit --files /var/bank --rpc https://another-node.example",
    )
    parser.description = (
        "Derive the books from the bank's files and the chain alone, and compare every table with "
        "them, row by row. It writes nothing. Ends with 1 when something does not follow."
    )
    parser.add_argument(
        "--files",
        type=Path,
        metavar="DIR",
        nargs="+",
        help="the bank's archive: statements, status reports and orders, in any directories "
        "below it; or the simulated bank's database; or several of them; else as the settings say",
    )
    parser.add_argument(
        "--rpc", metavar="URL", help="a node to ask, best not the bridge's own; else that one"
    )
    parser.add_argument("--quiet", action="store_true", help="do not tell how far it has come")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _audit(args: argparse.Namespace) -> int:
    settings = load(args.config)
    secrets = load_secrets(settings)
    deployment = load_deployment(settings.chain.deployment)
    database = Database(settings.database_url)
    progress = progress_of(args)
    try:
        require_current(database)
        files = args.files or [settings.bank.path, *settings.attest_files]
        with same_moment(database, files, SystemClock(), progress) as (connection, there):
            evidence, tables = gather(
                connection,
                deployment,
                files=files,
                rpc_url=args.rpc or settings.chain.rpc_url,
                account=settings.bank.reserve_account,
                reference_key=secrets.reference_key.reveal(),
                progress=progress,
                only=there,
            )
            found = audit(evidence, tables, progress)
            read_up_to = tables.read_up_to
    finally:
        database.close()
        progress("")
    looked_at = {
        "files": len(evidence.bank.files),
        "lines": len(evidence.bank.versions),
        "events": len(evidence.chain.events),
        "read_up_to_block": read_up_to,
        "head": evidence.chain.head,
        "checks": len(CHECKS),
        "rooms": len(ROOMS),
    }
    shown = {
        "looked_at": looked_at,
        "findings": [asdict(each) for each in found],
    }
    say(args, shown, "\n".join(_words(looked_at, found)))
    return 1 if found else 0


def _words(looked_at: dict[str, int], found: list[Finding]) -> list[str]:
    lines = [
        text(
            "Looked at {files} files with {lines} lines, and at {events} events up to block "
            "{head}; the database has read up to block {read_up_to_block}.",
            **looked_at,
        )
    ]
    if not found:
        return [*lines, text("Every row of every table follows from them.")]
    lines.append(text("{count} do not follow:", count=len(found)))
    return [*lines, *in_rows(found)]


def in_rows(found: Sequence[Finding]) -> list[str]:
    """A line for each finding."""
    return [
        plainly(text("  {table}, row {row}, {field}: {problem:said}", **asdict(each)))
        for each in found
    ]


def progress_of(args: argparse.Namespace) -> Callable[[str], None]:
    """One line on a terminal's standard error that says what is being looked at."""
    shown = not (getattr(args, "quiet", False) or args.json) and sys.stderr.isatty()

    def tell(what: str) -> None:
        if shown:
            print(f"\r\x1b[K{reading(what)}", end="", file=sys.stderr, flush=True)

    return tell
