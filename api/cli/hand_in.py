"""Cli: `jiaozi-bridge hand-in FILE`: a document that reached the bank's operator by other ways."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, BinaryIO

from api.bank import read_pain002
from api.bank.iso20022 import document_kind
from api.chain import load_deployment
from api.cli.common import Subparsers, add_command, say
from api.kernel.clock import SystemClock
from api.kernel.database import Database
from api.kernel.errors import InvalidInput
from api.kernel.settings import Settings, load
from api.migrations import require_current
from api.paying import take_statuses
from api.statements import SheetState, StatementReport, take_in
from api.texts import text

__all__ = ["register"]

_BEGINNING = 65_536
"""Bytes in which every document says what it is."""


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "hand-in",
        _hand_in,
        summary="take in a statement or a status report of the bank",
        example="jiaozi-bridge --config bridge.toml hand-in camt053-2026-01-15.xml",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="camt.053, camt.054 or pain.002")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.description = (
        "Take in a statement or a status report of the bank. The same file again changes nothing. "
        "Ends with 1 when a line of it was not taken; the good ones are kept."
    )


def _hand_in(args: argparse.Namespace) -> int:
    settings = load(args.config)
    currency = load_deployment(settings.chain.deployment).currency
    database = Database(settings.database_url)
    try:
        require_current(database)
        with args.file.open("rb") as stream:
            kind = document_kind(stream.read(_BEGINNING))
            stream.seek(0)
            if kind == "pain.002":
                _require_unsigned_words(settings)
                return _statuses(args, database, stream, currency)
            return _statement(args, settings, database, stream, currency)
    except OSError as error:
        raise InvalidInput(
            "FILE",
            f"The file {args.file} cannot be read ({error.strerror}).",
            remedy="Check its name and that the bridge may read it.",
        ) from error
    finally:
        database.close()


def _statement(
    args: argparse.Namespace,
    settings: Settings,
    database: Database,
    stream: BinaryIO,
    currency: str,
) -> int:
    report = take_in(
        database,
        stream,
        currency=currency,
        reserve_account=settings.bank.reserve_account,
        now=SystemClock().now(),
        source=f"handed in as {args.file.name}",
        signed=not settings.bank.signers,
    )
    say(args, _shown(report), _words(report))
    return 0 if report.conflicting == report.bad == 0 else 1


def _require_unsigned_words(settings: Settings) -> None:
    """A status report can undo a payout: where the channel signs, nobody brings one by hand."""
    if settings.bank.signers:
        raise InvalidInput(
            "FILE",
            "A status report counts only with the signature of the bank's channel.",
            remedy="Let the bank deliver it again, with its signature beside it.",
        )


def _statuses(args: argparse.Namespace, database: Database, stream: BinaryIO, currency: str) -> int:
    statuses = list(read_pain002(stream))
    with database.transaction() as connection:
        changed = take_statuses(connection, statuses, currency=currency, now=SystemClock().now())
    shown = {"kind": "pain.002", "statuses": len(statuses), "changed": changed}
    words = text(
        "Taken in: {count} statuses, {changed} payouts moved on.",
        count=len(statuses),
        changed=changed,
    )
    say(args, shown, words)
    return 0


def _shown(report: StatementReport) -> dict[str, Any]:
    return {
        "id": report.id,
        "repeated": report.repeated,
        "lines": report.lines,
        "new": report.new,
        "known": report.known,
        "conflicting": report.conflicting,
        "bad": report.bad,
        "skipped": report.skipped,
        "adds_up": report.adds_up,
        "quarantined": report.quarantined,
        "problems": [
            {
                "statement": each.statement,
                "line": each.line,
                "kind": each.kind,
                "field": each.field,
                "problem": each.problem,
            }
            for each in report.problems
        ],
    }


def _words(report: StatementReport) -> str:
    shown = _shown(report)
    head = (
        text("This very file was taken in before ({id}): nothing was changed.", **shown)
        if report.repeated
        else text(
            "Taken in as {id}: {lines} lines, {new} new, {known} known, "
            "{conflicting} conflicting, {bad} bad.",
            **shown,
        )
    )
    problems = [
        text("  statement {statement}, line {line} ({kind}): {field}: {problem:said}", **each)
        for each in shown["problems"]
    ]
    doubtful = [
        text(
            "  statement {number} is in quarantine ({doubt:said}): {words:said}",
            number=each.number,
            doubt=each.doubt,
            words=each.said,
        )
        for each in report.sheets
        if each.state is SheetState.QUARANTINED
    ]
    return "\n".join([head, *problems, *doubtful])
