"""Tests of the audit: tampering with what goes back, is taken back, is in doubt, was taken over."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update

from api.migrations.schema import metadata
from tests.api.audit.tampering import DAY, Case, double, edit, remove, shift
from tests.api.world import ADA

__all__ = ["CASES"]

_STRANGER = "0x00000000000000000000000000000000DeaDBeef"
_NUMBER = ("number",)
_SHEET = ("file_id", "number")
_SETTLED = "state = 'SETTLED'"
_FROZEN = "state = 'FROZEN'"
_CLOSED = "tx_id IS NOT NULL"
_LET_IN = "state = 'SOUND' AND doubt IS NOT NULL"


def _to_ada(connection: Connection, table: Table, row: Row[Any]) -> None:
    """What two persons gave to another's link becomes Ada's."""
    links = metadata.tables["links"]
    ada = connection.execute(select(links).where(links.c.wallet == ADA.wallet)).one()
    assert row.link_id != ada.id
    values = {"link_id": ada.id, "holder": ada.wallet}
    connection.execute(update(table).where(table.c.id == row.id).values(values))


def _done(connection: Connection, _table: Table, row: Row[Any]) -> None:
    """What one person proposed is done: the line's deposit is put in by hand."""
    deposits, links = metadata.tables["deposits"], metadata.tables["links"]
    known = connection.execute(select(deposits).where(deposits.c.state == "HELD").limit(1)).one()
    link = connection.execute(select(links).where(links.c.id == _proposed(row))).one()
    made = {"id": "deposit_x", "number": 99, "reference": b"x" * 16, "line_id": row.subject}
    made |= {"link_id": link.id, "holder": link.wallet, "state": "QUEUED", "reason": None}
    connection.execute(insert(deposits).values(dict(known._mapping) | made))


def _proposed(row: Row[Any]) -> str:
    return str(json.loads(row.parameters)["link"])


CASES: tuple[Case, ...] = (
    # what two persons assign
    Case("given to another", "deposits", _to_ada, "link_id", "state = 'HELD'", key=_NUMBER),
    Case(
        "done, and one person proposed it",
        "proposals",
        _done,
        "account",
        "action = 'assign' AND state = 'PROPOSED'",
        points_at="links",
        at=_proposed,
    ),
    # what two persons said that a debit is
    Case(
        "another difference",
        "postings",
        edit(amount=lambda r: r.amount + 1),
        "amount",
        "kind = 'difference of a booking'",
        key=_NUMBER,
    ),
    Case(
        "difference deleted",
        "postings",
        remove,
        "row",
        "kind = 'difference of a booking'",
        key=("event_id",),
    ),
    Case(
        "difference that nobody said",
        "postings",
        double(number=9_999, event_id="booked-otherwise:line_x"),
        "row",
        "kind = 'difference of a booking'",
        at="9999",
    ),
    # refunds
    Case("amount", "refunds", edit(amount=lambda r: r.amount + 1), "amount"),
    Case("account", "refunds", edit(account="DE00"), "account", _SETTLED),
    Case("name", "refunds", edit(name="Mallory"), "name", _SETTLED),
    Case("of another line", "refunds", edit(line_id="line_x"), "line_id"),
    Case("another attempt", "refunds", edit(attempt=2), "end_to_end_id"),
    Case("another's deposit", "refunds", edit(deposit_id="deposit_x"), "deposit_id"),
    Case("closed by nothing", "refunds", edit(tx_id=None), "tx_id", _CLOSED),
    Case("sent back", "refunds", edit(sent_back=5), "sent_back", _SETTLED),
    Case("reason", "refunds", edit(reason="a present"), "reason"),
    Case("deleted", "refunds", remove, "row", _SETTLED),
    Case("deleted unpaid", "refunds", remove, "row", "state = 'REJECTED'"),
    Case(
        "doubled",
        "refunds",
        double(position=99, id="refund_x", line_id="line_x", end_to_end_id="JZFx"),
        "line_id",
        at="refund_x",
    ),
    Case("settled earlier", "refunds", shift("changed_at"), "changed_at", _SETTLED),
    Case("decided earlier", "refunds", shift("created_at"), "created_at"),
    Case("settled by nobody", "refunds", edit(state="SETTLED"), "state", "state = 'SUBMITTED'"),
    Case("settled one to be paid again", "refunds", edit(state="READY"), "state", _SETTLED),
    Case("rejected one settled", "refunds", edit(state="SETTLED"), "state", "state = 'REJECTED'"),
    Case(
        "taken back one to be paid",
        "refunds",
        edit(state="AWAITING_ACCOUNT"),
        "state",
        "state = 'TAKEN_BACK'",
    ),
    # recalls
    Case("amount", "recalls", edit(amount=lambda r: r.amount + 1), "amount"),
    Case("holder", "recalls", edit(holder=_STRANGER), "holder", _FROZEN),
    Case("deposit", "recalls", edit(deposit_id=None), "deposit_id", _FROZEN),
    Case("another credit", "recalls", edit(original_id="line_x"), "original_id"),
    Case("reason", "recalls", edit(reason="FRAD"), "reason"),
    Case("calls", "recalls", edit(calls=lambda r: r.calls + 1), "calls"),
    Case("deleted", "recalls", remove, "row", _FROZEN),
    Case("deleted, and only reversed", "recalls", remove, "row", "state = 'REVERSED'"),
    Case(
        "doubled",
        "recalls",
        double(id="recall_x", line_id="line_x", original_id="line_y"),
        "line_id",
        at="recall_x",
    ),
    Case("not frozen", "recalls", edit(state="RECALLED"), "state", _FROZEN),
    Case("no loss", "recalls", edit(state="REVERSED"), "state", _FROZEN),
    Case("a loss that is none", "recalls", edit(state="RECALLED"), "state", "state = 'REVERSED'"),
    Case("frozen earlier", "recalls", shift("changed_at"), "changed_at", _FROZEN),
    Case("begun earlier", "recalls", shift("created_at"), "created_at"),
    # statements
    Case(
        "closing balance",
        "statement_sheets",
        edit(closing=lambda r: r.closing + 1),
        "closing",
        "closing IS NOT NULL",
        _SHEET,
    ),
    Case("sum", "statement_sheets", edit(moved=lambda r: r.moved + 1), "moved", key=_SHEET),
    Case("lines", "statement_sheets", edit(lines=lambda r: r.lines + 1), "lines", key=_SHEET),
    Case(
        "number",
        "statement_sheets",
        edit(sequence=77),
        "sequence",
        "sequence IS NOT NULL",
        _SHEET,
    ),
    Case("deleted", "statement_sheets", remove, "row", key=_SHEET),
    Case(
        "doubled",
        "statement_sheets",
        double(number=99),
        "row",
        key=("file_id",),
        suffix=" 99",
    ),
    Case("made earlier", "statement_sheets", shift("created_at"), "created_at", key=_SHEET),
    Case(
        "accepted by nobody",
        "statement_sheets",
        edit(state="RELEASED"),
        "state",
        "state = 'DISMISSED'",
        _SHEET,
    ),
    Case(
        "accepted earlier",
        "statement_sheets",
        shift("decided_at"),
        "decided_at",
        "state = 'RELEASED'",
        _SHEET,
    ),
    Case("let in earlier", "statement_sheets", shift("decided_at"), "decided_at", _LET_IN, _SHEET),
    Case(
        "in no doubt",
        "statement_sheets",
        edit(doubt=None, said=None),
        "doubt",
        "doubt = 'sum'",
        _SHEET,
    ),
    Case(
        "counts by nobody's word",
        "statement_sheets",
        edit(state="SOUND"),
        "state",
        "state = 'QUARANTINED'",
        _SHEET,
    ),
    # what another life issued
    Case("amount", "adopted_issues", edit(amount=lambda r: r.amount + 1), "amount", key=_NUMBER),
    Case("holder", "adopted_issues", edit(holder=_STRANGER), "holder", key=_NUMBER),
    Case("reference", "adopted_issues", edit(reference=b"x" * 16), "reference", key=_NUMBER),
    Case("deposit", "adopted_issues", edit(deposit_id=None), "deposit_id", key=_NUMBER),
    Case("end", "adopted_issues", edit(event="REFUSED"), "event", "event = 'ISSUED'", _NUMBER),
    Case("deleted", "adopted_issues", remove, "row", key=_NUMBER),
    Case("doubled", "adopted_issues", double(number=99, event_id="x"), "row", at="99"),
    Case("earlier", "adopted_issues", shift("block_time"), "block_time", key=_NUMBER),
    Case("later", "adopted_issues", shift("block_time", DAY), "block_time", key=_NUMBER),
)
"""Every case; a name says what was done to the table's row."""
