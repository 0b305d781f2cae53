"""Cli: `jiaozi-bridge status`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from api.bootstrap import build
from api.cli.common import Subparsers, add_command, in_words, plainly, say, title_of
from api.kernel.settings import load
from api.migrations import require_current
from api.overview import overview
from api.texts import reading, text

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
    say(args, shown, "\n".join([*_for_people(shown), *_lines(shown)]))
    return 0


def _for_people(shown: Any) -> list[str]:
    """First of all: what waits for a person, and what they can type."""
    ways = [plainly(f"  {reading(way)}") for way in _ways(shown)]
    return [_entry("waits for a person", len(ways) or "nothing"), *ways, ""]


def _ways(shown: Any) -> Iterator[str]:
    """The ways out of all that is shown, wherever it stands."""
    if isinstance(shown, dict):
        if shown.get("way_out"):
            yield shown["way_out"]
        for value in shown.values():
            yield from _ways(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from _ways(value)


def _lines(shown: dict[str, Any], indent: str = "") -> list[str]:
    """Names and values, one a line; what is empty says so."""
    lines = []
    for name, value in shown.items():
        title = title_of(name)
        if isinstance(value, dict) and "items" in value:
            lines += [f"{indent}{line}" for line in _listed(title, value)]
        elif isinstance(value, list):
            lines += [f"{indent}{_entry(title, len(value) or 'none')}"]
            lines += [f"{indent}  {line}" for item in value for line in _item(item)]
        elif isinstance(value, dict):
            lines.append(f"{indent}{reading(title) if value else _entry(title, 'none')}")
            lines += _lines(value, indent + "  ")
        else:
            lines.append(f"{indent}{_entry(title, 'none' if value is None else value)}")
    return lines


def _entry(title: str, value: Any) -> str:
    return text("{name:said}: {value:said}", name=title, value=value)


def _listed(title: str, found: dict[str, Any]) -> list[str]:
    """A count, and under it a line an item."""
    more = found["count"] - len(found["items"])
    lines = [_entry(title, found["count"] or "none")]
    lines += [f"  {line}" for item in found["items"] for line in _item(item)]
    return lines + ([text("  … and {more} more", more=more)] if more else [])


def _item(item: dict[str, Any]) -> list[str]:
    """What is known of an item, in one line that no bank's text can break or colour; and the way
    out of it below."""
    known = dict(item)
    way_out = known.pop("way_out", None)
    lines = [plainly(in_words(known))]
    return lines + ([plainly(text("  way out: {way:said}", way=way_out))] if way_out else [])
