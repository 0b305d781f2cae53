"""Cli: `jiaozi-bridge reconcile`: bank, ledger and chain compared now, and what stops issuing."""

from __future__ import annotations

import argparse
from typing import Any

from api.bootstrap import build
from api.cli.common import Subparsers, add_command, in_words, plainly, say
from api.kernel.settings import load
from api.migrations import require_current
from api.reserve import reconcile
from api.texts import text

__all__ = ["register"]


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "reconcile",
        _reconcile,
        summary="compare bank, ledger and chain now",
        example="jiaozi-bridge reconcile --json",
    )
    parser.description = (
        "Compare the bank's balance, the ledger and the token's supply at one final block, and "
        "write down what differs. Ends with 1 while a break stops issuing."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _reconcile(args: argparse.Namespace) -> int:
    parts = build(load(args.config))
    bridge = parts.bridge
    try:
        require_current(bridge.database)
        report = reconcile(
            bridge.database,
            parts.chain,
            bridge.bank,
            bridge.currency,
            now=bridge.clock.now(),
            log=bridge.log,
        )
    finally:
        parts.close()
    shown = report.to_json()
    say(args, shown, "\n".join(map(plainly, _lines(shown))))
    return 0 if report.issuing_allowed else 1


def _lines(shown: dict[str, Any]) -> list[str]:
    bank, ledger = shown["bank"], shown["ledger"]
    lines = [
        text("bank:   does not answer")
        if bank is None
        else text(
            "bank:   {balance} ({as_of})", balance=_money(bank["balance"]), as_of=bank["as_of"]
        ),
        text(
            "ledger: {reserve} in reserve, {tokens} in tokens",
            reserve=_money(ledger["RESERVE"]),
            tokens=_money(ledger["TOKENS"]),
        ),
        text(
            "chain:  {supply} in tokens at block {block}",
            supply=_money(shown["chain"]["supply"]),
            block=shown["block"]["number"],
        ),
    ]
    if not shown["differences"] and not shown["breaks"]:
        return [*lines, text("Nothing differs.")]
    differences = [in_words(each, beside=_money) for each in shown["differences"]]
    breaks = [in_words(each, beside=_money) for each in shown["breaks"]]
    lines += [text("differs: {what}", what=each) for each in differences]
    lines += [text("BREAK: {what}", what=each) for each in breaks]
    if shown["breaks"]:
        lines.append(
            text(
                "Nothing is issued while a break stands. One that has ended is cleared by: "
                'jiaozi-bridge clear NUMBER --reason "…"'
            )
        )
    return lines


def _money(value: Any) -> str:
    return f"{value['amount']} {value['currency']}" if isinstance(value, dict) else str(value)
