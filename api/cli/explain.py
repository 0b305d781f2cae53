"""Cli: `jiaozi-bridge explain ID`: the whole story of a thing, and what comes next."""

from __future__ import annotations

import argparse
from typing import Any

from api.chain import load_deployment
from api.cli.common import Subparsers, add_command, plainly, say
from api.kernel.database import Database
from api.kernel.settings import load
from api.migrations import require_current
from api.story import Story, tell_story
from api.texts import reading, text
from wallet.cli.views import columns

__all__ = ["register"]


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "explain",
        _explain,
        summary="tell the whole story of a thing, and what comes next",
        example="jiaozi-bridge explain deposit_9f0c…",
    )
    parser.add_argument(
        "word",
        metavar="ID",
        help="any id of ours or the bank's: of a line, deposit, batch, transaction, event, "
        "posting, redemption, payout, link, transfer, proposal; a deposit's number; a hash",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _explain(args: argparse.Namespace) -> int:
    settings = load(args.config)
    currency = load_deployment(settings.chain.deployment).currency
    database = Database(settings.database_url)
    try:
        require_current(database)
        with database.reading() as connection:
            story = tell_story(connection, args.word, currency)
    finally:
        database.close()
    say(args, _shown(story), "\n".join(_lines(story)))
    return 0


def _shown(story: Story) -> dict[str, Any]:
    return {
        "asked": story.asked,
        "found": [{"kind": thing.kind.name, "id": thing.id} for thing in story.found],
        "story": [
            {"at": each.at.isoformat(), "kind": each.kind, "id": each.id, "says": each.says}
            for each in story.chapters
        ],
        "ahead": list(story.ahead),
    }


def _lines(story: Story) -> list[str]:
    """What it is, what happened, what comes next; no text of a bank's breaks or colours a line."""
    lines = [f"{reading(thing.kind.name)} {thing.id}" for thing in story.found]
    lines.append("")
    rows = []
    for each in story.chapters:
        at = each.at.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
        rows += [(at, reading(each.kind), reading(each.says)), ("", "", each.id)]
    lines += [*(columns(rows, right=()) if rows else ()), ""]
    if not story.ahead:
        lines.append(text("Nothing comes next: all of it has come to its end."))
    for ahead in story.ahead:
        lines.append(text("next: {kind:said} {id} is {state:said}", **ahead))
        lines.append(text("  waits for {waits_for:said}", **ahead))
        if ahead["command"]:
            lines.append(text("  way out:  {command:said}", **ahead))
    return [plainly(line) for line in lines]
