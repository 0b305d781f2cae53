"""Ledger: reading the whole journal again. Names the first row that is not as it was sealed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from api.ledger.journal import GENESIS, canonical, micros
from api.ledger.model import signed
from api.ledger.store import balance_rows, heads, postings, seals

__all__ = ["ChainReport", "WrongRow", "verify_chain"]

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class WrongRow:
    """The first thing that is not as it was sealed."""

    table: str
    row: str
    """Which row: a number, or an account and its currency."""
    problem: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the journal says of itself: `wrong` is None when every row is as it was sealed."""

    sealed: int
    """Postings whose seal was checked, up to the first wrong one."""
    head: bytes
    """The last hash: whoever kept it elsewhere can tell that all before it is unchanged."""
    wrong: WrongRow | None

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, removed, added or moved."""
        return self.wrong is None


def verify_chain(connection: Connection) -> ChainReport:
    """Hash every posting again, oldest first, and compare the kept balances with their sums.

    Streams: memory does not grow with the journal. Give it one consistent view (`reading`).
    """
    head, place = GENESIS, 0
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = connection.execute(
        select(seals.c.number.label("place"), seals.c.posting, seals.c.hash, *postings.c)
        .select_from(seals.outerjoin(postings, postings.c.number == seals.c.posting))
        .order_by(seals.c.number),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    for row in rows:
        wrong = _wrong(row, place + 1, head)
        if wrong is not None:
            rows.close()
            return ChainReport(place, head, wrong)
        place, head = row.place, bytes(row.hash)
        sums[row.debit, row.currency][0] += row.amount
        sums[row.credit, row.currency][1] += row.amount
    expected = {key: signed(key[0], *both) for key, both in sums.items()}
    return ChainReport(place, head, _loose_ends(connection, place, head, expected))


def _wrong(row: Row[Any], place: int, head: bytes) -> WrongRow | None:
    if row.place != place:
        return WrongRow("journal_seals", str(place), "the seal of this place is missing")
    if row.number is None:
        return WrongRow("postings", str(row.posting), "the posting was sealed and is missing")
    fields = (
        row.number,
        row.event_id,
        row.kind,
        row.debit,
        row.credit,
        row.amount,
        row.currency,
        row.about,
        micros(row.at),
    )
    if hashlib.sha256(head + canonical(place, fields)).digest() != bytes(row.hash):
        problem = f"the posting ({row.event_id}) or its seal is not what was sealed"
        return WrongRow("postings", str(row.number), problem)
    return None


def _loose_ends(
    connection: Connection, place: int, head: bytes, expected: dict[tuple[str, str], int]
) -> WrongRow | None:
    """What no seal speaks of: a posting beside the chain, a cut end, a changed balance."""
    beside = connection.execute(
        select(func.min(postings.c.number)).where(
            ~select(seals.c.number).where(seals.c.posting == postings.c.number).exists()
        )
    ).scalar_one()
    if beside is not None:
        return WrongRow("postings", str(beside), "the posting was never sealed")
    kept = connection.execute(select(heads.c.number, heads.c.hash)).one_or_none()
    if kept is None or (kept.number, bytes(kept.hash)) != (place, head):
        named = "nothing" if kept is None else f"place {kept.number}"
        return WrongRow("journal_head", "journal", f"it names {named}, the chain ends at {place}")
    found = {
        (row.account, row.currency): row.minor for row in connection.execute(select(balance_rows))
    }
    for account, currency in sorted(expected.keys() | found.keys()):
        due, is_ = expected.get((account, currency), 0), found.get((account, currency), 0)
        if due != is_:
            row_name = f"{account} {currency}"
            return WrongRow("balances", row_name, f"it says {is_}, its postings {due}")
    return None
