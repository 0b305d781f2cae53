"""Cli: what the commands share: their parser, a stop on signals, the output."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, TypeAlias

__all__ = ["Handler", "Subparsers", "add_command", "plainly", "say", "stop_on_signals"]

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Handler = Callable[[argparse.Namespace], int]


def add_command(
    commands: Subparsers, name: str, handler: Handler, *, summary: str, example: str
) -> argparse.ArgumentParser:
    """Add a command with its help and an example."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"example:\n  {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(handler=handler)
    return parser


def say(args: argparse.Namespace, shown: Mapping[str, Any], words: str) -> None:
    """Print for a program (--json) or for a person."""
    print(json.dumps(shown, ensure_ascii=False, indent=2) if args.json else words)


def plainly(line: str) -> str:
    """A line that no bank's or customer's text can break or colour."""
    return "".join(each if each.isprintable() else "?" for each in line)


def stop_on_signals() -> threading.Event:
    """An event that is set by SIGTERM and SIGINT: finish what is begun, then end."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
