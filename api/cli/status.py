"""Cli: `jiaozi-bridge status`."""

from __future__ import annotations

import argparse
from typing import Any

from api.bootstrap import build
from api.cli.common import Subparsers, add_command, say
from api.kernel.settings import load
from api.migrations import require_current
from api.overview import overview

__all__ = ["register"]


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "status",
        _status,
        summary="show where everything stands",
        example="jiaozi-bridge --config bridge.toml status --json",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _status(args: argparse.Namespace) -> int:
    parts = build(load(args.config))
    try:
        require_current(parts.bridge.database)
        shown = overview(parts)
    finally:
        parts.close()
    say(args, shown, "\n".join(_lines(shown)))
    return 0


def _lines(shown: dict[str, Any], indent: str = "") -> list[str]:
    """Names and values, one a line; what is empty says so."""
    lines = []
    for name, value in shown.items():
        title = name.replace("_", " ")
        if isinstance(value, dict):
            lines.append(f"{indent}{title}{'' if value else ': none'}")
            lines += _lines(value, indent + "  ")
        else:
            lines.append(f"{indent}{title}: {'none' if value is None else value}")
    return lines
