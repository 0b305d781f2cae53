"""Ledger: the journal's table. Rows are added and read; triggers refuse every other change.

Who takes which lock: a transaction locks rows of other rooms in whatever order it likes. The head
of the chain and the balances come last: on PostgreSQL a deferred trigger takes the head (an
advisory lock) at the commit, seals what the transaction has posted, moves the balances, and
commits; whoever holds the head waits for nobody, so it can be part of no deadlock. On SQLite the
one writer holds everything from the start, and the program seals at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    LargeBinary,
    Row,
    String,
    Table,
    select,
)

from api.kernel.arrays import array
from api.kernel.database import Minor, Sequence64, UtcDateTime, metadata
from api.kernel.database_errors import means
from api.kernel.errors import Broken
from api.kernel.money import Money
from api.kernel.telling import tell
from api.ledger.journal import Fields, micros, seal
from api.ledger.model import Account, Posting

__all__ = [
    "BelowZero",
    "balance_rows",
    "balances",
    "heads",
    "journal_head",
    "post",
    "post_all",
    "postings",
    "postings_about",
    "seals",
]

_IDS_AT_ONCE = 500
_ROWS_AT_ONCE = 5_000

postings = Table(
    "postings",
    metadata,
    Column("number", Sequence64, primary_key=True),
    Column("event_id", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("debit", String(16), nullable=False),
    Column("credit", String(16), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("about", String(200), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("debit <> credit", name="two_accounts"),
)

seals = Table(
    "journal_seals",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("posting", BigInteger, nullable=False, unique=True),
    Column("hash", LargeBinary(32), nullable=False),
)

heads = Table(
    "journal_head",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

balance_rows = Table(
    "balances",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("minor", Minor, nullable=False),
    CheckConstraint(
        "minor >= 0 OR account NOT IN ('TOKENS', 'ISSUING', 'PAYOUTS', 'RETURNS')",
        name="never_negative",
    ),
)

_INTO_SQLITE = (
    "INSERT INTO postings (number, event_id, kind, debit, credit, amount, currency, about, at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KNOWN_IN_SQLITE = (
    "SELECT event_id FROM postings WHERE event_id IN (SELECT value FROM json_each(?))"
)
_SEALS = "INSERT INTO journal_seals (number, posting, hash) VALUES (?, ?, ?)"
_INTO_POSTGRES = (
    "INSERT INTO postings (event_id, kind, debit, credit, amount, currency, about, at) "
    "SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], "
    "%s::text[], %s::text[], %s::timestamptz[]) "
    "ON CONFLICT (event_id) DO NOTHING RETURNING event_id"
)


class BelowZero(Broken):
    """A posting would owe less than nothing to the holders, or to those whose money is on its way.

    Raised where the transaction ends that posted it; nothing of it is kept.
    """

    slug = "ledger-below-zero"

    def __init__(self) -> None:
        super().__init__(
            "More would be taken out of an account of the ledger than was ever put into it.",
            remedy="Nothing was changed. Stop the bridge and run: jiaozi-bridge audit. It names "
            "the row that the bank's files and the chain do not bear out.",
        )


means("ck_balances_never_negative", BelowZero)


def post(connection: Connection, posting: Posting) -> bool:
    """Add one posting; False when this event was posted before with the same content.

    Raises `Broken` when it was posted before with another content. A balance
    that may not be negative and would become so undoes the transaction, which ends by `BelowZero`.
    """
    return post_all(connection, [posting]) == 1


def post_all(connection: Connection, batch: Sequence[Posting]) -> int:
    """Add many postings in one go; returns how many were new. Errors as for `post`."""
    wanted = {posting.event_id: posting for posting in batch}
    if len(wanted) < len(batch):
        for posting in batch:
            if wanted[posting.event_id] != posting:
                raise _mismatch(posting.event_id)
    if connection.dialect.name == "sqlite":
        repeated = _known(connection, list(wanted))
        _add_and_seal(connection, [p for p in wanted.values() if p.event_id not in repeated])
    else:
        added = _add(connection, list(wanted.values()))
        repeated = set(wanted) - added
    for row in _rows_of(connection, list(repeated)):
        if not _same(row, wanted[row.event_id]):
            raise _mismatch(row.event_id)
    new = [_told(posting) for key, posting in wanted.items() if key not in repeated]
    tell(connection, "posted", new)
    return len(new)


def balances(connection: Connection, currency: str) -> dict[Account, int]:
    """Every account's balance in minor units: assets debit-positive, liabilities credit-positive.

    Read in one statement from the rows that the store keeps, so that the identity holds whatever
    is being posted meanwhile. In a transaction that has posted itself, PostgreSQL seals first.
    """
    reads_only = connection.get_execution_options().get("jiaozi_read_only", False)
    if not reads_only and connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET CONSTRAINTS journal_sealed IMMEDIATE")
        connection.exec_driver_sql("SET CONSTRAINTS journal_sealed DEFERRED")
    kept = dict.fromkeys(Account, 0)
    rows = connection.execute(
        select(balance_rows.c.account, balance_rows.c.minor).where(
            balance_rows.c.currency == currency
        )
    )
    return kept | {Account(account): int(minor) for account, minor in rows}


def journal_head(connection: Connection) -> tuple[int, bytes]:
    """Place and hash of the last sealed posting; (0, `GENESIS`) while there is none."""
    row = connection.execute(select(heads.c.number, heads.c.hash)).one()
    return row.number, bytes(row.hash)


def postings_about(connection: Connection, about: str) -> list[Posting]:
    """Every posting that concerns one thing, oldest first."""
    rows = connection.execute(
        select(postings).where(postings.c.about == about).order_by(postings.c.number)
    )
    return [
        Posting(
            event_id=row.event_id,
            kind=row.kind,
            debit=Account(row.debit),
            credit=Account(row.credit),
            amount=Money(row.amount, row.currency),
            about=row.about,
            at=row.at,
        )
        for row in rows
    ]


def _told(posting: Posting) -> dict[str, object]:
    """A posting as the log names it, beside what it is about: that id's own word is the field."""
    word = posting.about.partition("_")[0]
    return {word or "about": posting.about, "posting": posting.event_id, "kind": posting.kind}


def _add(connection: Connection, batch: Sequence[Posting]) -> set[str]:
    """PostgreSQL: store what is new, and say what that was; the store seals at the commit."""
    added: set[str] = set()
    for start in range(0, len(batch), _ROWS_AT_ONCE):
        columns = zip(*map(_values, batch[start : start + _ROWS_AT_ONCE]), strict=True)
        rows = connection.exec_driver_sql(_INTO_POSTGRES, tuple(map(array, columns)))
        added.update(rows.scalars())
    return added


def _add_and_seal(connection: Connection, batch: Sequence[Posting]) -> None:
    """SQLite: this transaction is the only writer, so the next numbers are known."""
    if not batch:
        return
    place, head, last = connection.exec_driver_sql(
        "SELECT number, hash, (SELECT coalesce(max(number), 0) FROM postings) FROM journal_head"
    ).one()
    times = {at: (_as_text(at), micros(at)) for at in {posting.at for posting in batch}}
    rows: list[tuple[Any, ...]] = []
    fields: list[Fields] = []
    for number, posting in enumerate(batch, last + 1):
        *words, at = _values(posting)
        stored, since = times[at]
        rows.append((number, *words, stored))
        fields.append((number, *words, since))
    connection.exec_driver_sql(_INTO_SQLITE, rows)
    sealed = list(seal(place, head, fields))
    connection.exec_driver_sql(_SEALS, sealed)
    place, _, head = sealed[-1]
    connection.exec_driver_sql("UPDATE journal_head SET number = ?, hash = ?", (place, head))


def _values(posting: Posting) -> tuple[Any, ...]:
    amount = posting.amount
    return (
        posting.event_id,
        posting.kind,
        posting.debit.value,
        posting.credit.value,
        amount.minor,
        amount.currency,
        posting.about,
        posting.at,
    )


def _as_text(at: datetime) -> str:
    """A time as SQLite keeps it: see `UtcDateTime`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _known(connection: Connection, event_ids: Sequence[str]) -> set[str]:
    asked = json.dumps(event_ids)
    return set(connection.exec_driver_sql(_KNOWN_IN_SQLITE, (asked,)).scalars())


def _rows_of(connection: Connection, event_ids: Sequence[str]) -> Iterator[Row[Any]]:
    for start in range(0, len(event_ids), _IDS_AT_ONCE):
        some = event_ids[start : start + _IDS_AT_ONCE]
        yield from connection.execute(select(postings).where(postings.c.event_id.in_(some)))


def _same(row: Row[Any], posting: Posting) -> bool:
    # `at` may differ: a repetition is learned of later, and is still the same event
    return tuple(row)[1:-1] == _values(posting)[:-1]


def _mismatch(event_id: str) -> Broken:
    return Broken(
        f"The ledger holds another posting for the event {event_id}.",
        remedy="Stop the bridge and compare the event with the posting before going on.",
        slug="ledger-event-mismatch",
    )
