"""Cli: `jiaozi-bridge migrate`."""

from __future__ import annotations

import argparse

from api.cli.common import Subparsers, add_command, say
from api.kernel.settings import load
from api.migrations import upgrade
from api.texts import text

__all__ = ["register"]


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "migrate",
        _migrate,
        summary="bring the database to this version",
        example="jiaozi-bridge migrate",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _migrate(args: argparse.Namespace) -> int:
    step = upgrade(load(args.config).database_url)
    say(args, {"step": step}, text("The database is at step {step}.", step=step))
    return 0
