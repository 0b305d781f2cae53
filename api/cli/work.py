"""Cli: `jiaozi-bridge worker`."""

from __future__ import annotations

import argparse
from datetime import timedelta

from api.bootstrap import build, build_worker, load_lane_keys
from api.cli.common import Subparsers, add_command, stop_on_signals
from api.cli.starting import await_database
from api.kernel.garbage import spare_start
from api.kernel.log import configure, note
from api.kernel.settings import load

__all__ = ["register"]

_REST = timedelta(seconds=1)
"""How long a step that nobody waits for is left alone when it found nothing to do."""
_GATHER = timedelta(milliseconds=300)
"""How long signed messages gather after a batch of them went off."""


def register(commands: Subparsers) -> None:
    """Add the command."""
    add_command(
        commands,
        "worker",
        _work,
        summary="carry deposits and redemptions forward",
        example="jiaozi-bridge --config bridge.toml worker",
    )


def _work(args: argparse.Namespace) -> int:
    settings = load(args.config)
    log = configure()
    stop = stop_on_signals()
    await_database(settings.database_url, stop, log)
    if stop.is_set():
        return 0
    parts = build(settings, log=log)
    worker = build_worker(parts, load_lane_keys(settings), rest=_REST, gather=_GATHER)
    spare_start()
    note(log, "worker started")
    try:
        worker.run(stop.is_set)
    finally:
        parts.close()
    note(log, "worker stopped")
    return 0
