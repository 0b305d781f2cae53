"""Bank: what the commands of ``jiaozi-bridge simulate`` share: arguments, the bank, the answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from api.bank.simulated import SimulatedBank
from api.kernel.clock import SystemClock
from api.kernel.errors import InvalidInput
from api.kernel.money import Money, parse_decimal
from api.kernel.settings import load
from api.texts import text
from wallet.errors import AmountError

__all__ = [
    "Handler",
    "Subparsers",
    "add",
    "bank_path",
    "config_of",
    "open_bank",
    "read_amount",
    "read_day",
    "say",
]

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Handler = Callable[[argparse.Namespace], int]


def add(
    commands: Subparsers, name: str, handler: Handler, summary: str, example: str = ""
) -> argparse.ArgumentParser:
    """A command with its help, an example and ``--json``."""
    words = f"{name} {example}".rstrip()
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=text("example:\n  {example:said}", example=f"jiaozi-bridge simulate {words}"),
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(handler=handler)
    return parser


def open_bank(args: argparse.Namespace) -> SimulatedBank:
    """The bank that was founded; `Misconfigured` when there is none."""
    return SimulatedBank.reopen(bank_path(args), clock=SystemClock())


def bank_path(args: argparse.Namespace) -> Path:
    """Its file: as given, else as the bridge's settings name it."""
    if args.bank is not None:
        return Path(args.bank)
    settings = load(config_of(args)).bank
    if settings.adapter != "simulated":
        raise InvalidInput(
            "bank.adapter", "The bridge is set to a real bank.", remedy="Give --bank FILE."
        )
    return settings.path


def config_of(args: argparse.Namespace) -> Path | None:
    """The main command's --config, when it has one."""
    config: Path | None = getattr(args, "config", None)
    return config


def read_amount(text: str, currency: str) -> Money:
    """A decimal as a person writes it; `InvalidInput` for what is none."""
    try:
        return parse_decimal(text, currency)
    except AmountError as error:
        raise InvalidInput("amount", str(error), remedy=error.remedy()) from error


def read_day(text: str) -> date:
    """An argument that is a day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day such as 2026-01-31") from error


def say(args: argparse.Namespace, shown: dict[str, Any], line: str) -> int:
    """One line for a person, or one object for a program."""
    text = json.dumps(shown, ensure_ascii=False) if args.json else line
    sys.stdout.write(f"{text}\n")
    return 0
