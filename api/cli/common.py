"""Cli: what the commands share: their parser, a stop on signals, the output."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, TypeAlias

from api.texts import reading, text

__all__ = [
    "Handler",
    "Subparsers",
    "add_command",
    "in_words",
    "plainly",
    "say",
    "stop_on_signals",
    "title_of",
]

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Handler = Callable[[argparse.Namespace], int]


def add_command(
    commands: Subparsers, name: str, handler: Handler, *, summary: str, example: str
) -> argparse.ArgumentParser:
    """Add a command with its help and an example."""
    said = reading(summary)
    parser = commands.add_parser(
        name,
        help=summary,
        description=text("{said}.", said=f"{said[0].upper()}{said[1:]}"),
        epilog=text("example:\n  {example:said}", example=example),
    )
    parser.set_defaults(handler=handler)
    return parser


def say(args: argparse.Namespace, shown: Mapping[str, Any], words: str) -> None:
    """Print for a program (--json) or for a person."""
    print(json.dumps(shown, ensure_ascii=False, indent=2) if args.json else words)


def in_words(values: Mapping[str, Any], *, beside: Callable[[Any], Any] = str) -> str:
    """Names and values in a row; what is not known is left out. `beside` writes a value."""
    return text(", ").join(
        text("{name:said} {value:said}", name=title_of(name), value=beside(value))
        for name, value in values.items()
        if value is not None
    )


def title_of(name: str) -> str:
    """A field's name in words; a state's or an account's stays as programs know it."""
    return name if name.isupper() else name.replace("_", " ")


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
