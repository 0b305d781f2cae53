"""Cli: `jiaozi-bridge reconcile`: bank, ledger and chain compared now, and what stops issuing."""

from __future__ import annotations

import argparse
from typing import Any

from api.bootstrap import build
from api.cli.common import Subparsers, add_command, plainly, say
from api.kernel.settings import load
from api.migrations import require_current
from api.reserve import reconcile

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
    said = "does not answer" if bank is None else f"{_money(bank['balance'])} ({bank['as_of']})"
    lines = [
        f"bank:   {said}",
        f"ledger: {_money(ledger['RESERVE'])} in reserve, {_money(ledger['TOKENS'])} in tokens",
        f"chain:  {_money(shown['chain']['supply'])} in tokens at block {shown['block']['number']}",
    ]
    if not shown["differences"] and not shown["breaks"]:
        return [*lines, "Nothing differs."]
    for title, name in (("differs", "differences"), ("BREAK", "breaks")):
        lines += [f"{title}: {_difference(each)}" for each in shown[name]]
    if shown["breaks"]:
        lines.append(
            "Nothing is issued while a break stands. One that has ended is cleared by: "
            'jiaozi-bridge clear NUMBER --reason "…"'
        )
    return lines


def _difference(each: dict[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {_money(value) if isinstance(value, dict) else value}"
        for name, value in each.items()
        if value is not None
    )


def _money(amount: dict[str, str]) -> str:
    return f"{amount['amount']} {amount['currency']}"
