"""Tests of faults: one deposit and one redemption, followed through the structured log alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from api.statements.model import line_id
from tests.api import world
from tests.api.stage import Stage
from tests.faults.found import read_rows
from tests.faults.kills import Kills
from tests.faults.runs import tell
from tests.faults.story import Story

Record = dict[str, Any]


def records(texts: Iterable[str]) -> list[Record]:
    """Each thing that the log tells of; those that share a line by themselves."""
    lines = [json.loads(text) for text in texts]
    return [line | thing for line in lines for thing in line.get("each", [{}])]


def find(log: list[Record], event: str, **fields: object) -> Record:
    """The first record of an event with these fields; `LookupError` when there is none."""
    for record in log:
        if record["event"] == event and fields.items() <= record.items():
            return record
    raise LookupError(f"the log does not tell of «{event}» with {fields}")


def event_of(log: list[Record], transaction: str, posting: str) -> str:
    """The event of a final block of this transaction by which something was posted."""
    tx_hash = find(log, "transaction done", transaction=transaction)["hash"]
    event_id: str = find(log, "event handled", event_id=posting)["event_id"]
    assert f":{tx_hash}:" in event_id
    return event_id


def follow_deposit(log: list[Record], line: str) -> Record:
    """line → deposit → batch → transaction → event → posting."""
    deposit = find(log, "line matched", line=line)["deposit"]
    queued = find(log, "batch queued", deposit=deposit)
    posted = find(log, "posted", deposit=deposit, kind="issued")
    return {
        "deposit": deposit,
        "batch": queued["batch"],
        "transaction": queued["transaction"],
        "event": event_of(log, queued["transaction"], posted["posting"]),
        "posting": posted["posting"],
        "lines posting": find(log, "posted", line=line)["posting"],
    }


def follow_redemption(log: list[Record], redemption: str) -> Record:
    """redemption → batch → transaction → event → posting → payout file → line → posting."""
    queued = next(r for r in log if redemption in (r.get("entries") or ()))
    burned = find(log, "posted", redemption=redemption, kind="redeemed")
    prepared = find(log, "payout prepared", redemption=redemption)
    find(log, "payout file submitted", message=prepared["message"])
    settled = find(log, "payout settled", payment=prepared["payment"])
    return {
        "batch": queued["batch"],
        "event": event_of(log, queued["transaction"], burned["posting"]),
        "file": prepared["message"],
        "line": settled["line"],
        "posting": find(log, "posted", redemption=redemption, kind="payout settled")["posting"],
        "lines posting": find(log, "posted", line=settled["line"])["posting"],
    }


def test_everything_can_be_followed(stage: Stage, texts: list[str]) -> None:
    """And what the log says is what the tables have."""
    story = Story(stage)
    tell(stage, story, Kills())
    log = records(texts)
    line = line_id(world.RESERVE, "IN-1")
    deposit = follow_deposit(log, line)
    assert story.redeemed.answer is not None
    redemption = follow_redemption(log, story.redeemed.answer["id"])
    rows = read_rows(stage.parts.bridge.database)
    [found] = [row for row in rows["deposits"] if row["line_id"] == line]
    assert deposit == {
        "deposit": found["id"],
        "batch": found["batch"],
        "transaction": found["tx_id"],
        "event": found["event_id"],
        "posting": found["event_id"],
        "lines posting": f"line:{line}",
    }
    [burn] = [r for r in rows["redemptions"] if r["id"] == story.redeemed.answer["id"]]
    assert redemption["event"] == burn["burn_event"]
    assert redemption["posting"] == f"settled:{burn['end_to_end_id']}"
    assert redemption["lines posting"] == f"line:{redemption['line']}"


def test_without_the_postings_ids_it_ends_half_way(
    sqlite_stage: Stage, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr("api.ledger.store.tell", lambda *_args, **_named: None)
    tell(sqlite_stage, Story(sqlite_stage), Kills())
    with pytest.raises(LookupError, match="posted"):
        follow_deposit(records(texts), line_id(world.RESERVE, "IN-1"))
