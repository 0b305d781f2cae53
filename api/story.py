"""Bridge: the whole story of a thing: line → deposit → batch → transaction → event → posting.

Told in the order in which it happened, and ended by what comes next. No names and no accounts:
the output of a command ends up in mails and tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from api.approvals import history_of
from api.chain import list_alarms
from api.finding import KINDS, Row, Thing, find_things, load
from api.migrations.schema import metadata
from api.story_words import Chapter, chapters_of, entry_words, posting_words
from api.texts import told
from api.ways import alarm_way, way_on

__all__ = ["Story", "tell_story"]

_MOST = 50
_FOREIGN = "foreign transaction"
_BY_NAME = {kind.name: kind for kind in KINDS}
# Things with very many others: they are shown where they are met, and not followed from there.
_ENDS = frozenset({"link", "statement file", "payout file", "transaction", "bank document"})


@dataclass(frozen=True, slots=True)
class Story:
    """What the word means, what happened, and what comes next."""

    asked: str
    found: tuple[Thing, ...]
    chapters: tuple[Chapter, ...]
    ahead: tuple[dict[str, Any], ...]


def tell_story(connection: Connection, word: str, currency: str) -> Story:
    """Everything that belongs to what the word means. Raises `NotFound`."""
    found = find_things(connection, word)
    cast = _gather(connection, found)
    chapters = [
        chapter
        for thing, row in cast.items()
        for chapter in chapters_of(thing.kind.name, thing.id, row, currency)
    ]
    chapters += _attempts(connection, cast)
    chapters += _postings(connection, cast)
    chapters += _acknowledged(connection, cast)
    chapters += [
        Chapter(entry.at, "operator", entry.operator, entry_words(entry))
        for entry in history_of(connection, _names(cast))
    ]
    rank = {kind.name: place for place, kind in enumerate(KINDS)}
    unique = dict.fromkeys(chapters)
    ordered = sorted(unique, key=lambda each: (_moment(each.at), rank.get(each.kind, len(rank))))
    return Story(word, tuple(found), tuple(ordered), tuple(_ahead(connection, cast)))


def _names(cast: dict[Thing, Row]) -> list[str]:
    """What operators may have called these things; a foreign transaction by its address."""
    foreign = [row["address"] for thing, row in cast.items() if thing.kind.name == _FOREIGN]
    return [*(thing.id for thing in cast), *dict.fromkeys(foreign)]


def _moment(at: datetime) -> datetime:
    """Where a time stands in the order: a block's time is a whole second, in which all that led
    to it has happened."""
    return at.replace(microsecond=at.microsecond or 999_999)


def _gather(connection: Connection, roots: list[Thing]) -> dict[Thing, Row]:
    """The roots and what belongs to them, found by following their references."""
    cast: dict[Thing, Row] = {}
    waiting = [(thing, True) for thing in roots]
    while waiting and len(cast) < _MOST:
        thing, is_root = waiting.pop(0)
        if thing in cast:
            continue
        row = load(connection, thing.kind.name, thing.id)
        if row is None:
            continue
        cast[thing] = row
        if is_root or thing.kind.name not in _ENDS:
            follow = _EDGES.get(thing.kind.name)
            if follow is not None:
                waiting += [(each, False) for each in follow(connection, row)]
    return cast


def _attempts(connection: Connection, cast: dict[Thing, Row]) -> Iterator[Chapter]:
    """Every signed attempt of the transactions: saved, and sent."""
    attempts = metadata.tables["chain_attempts"]
    ids = [thing.id for thing in cast if thing.kind.name == "transaction"]
    query = select(attempts).where(attempts.c.tx_id.in_(ids))
    for row in connection.execute(query.order_by(attempts.c.nonce, attempts.c.number)):
        what = told(
            "attempt {number} with nonce {nonce}, {tx_hash}",
            number=row.number,
            nonce=row.nonce,
            tx_hash=row.tx_hash,
        )
        saved = told("signed and saved: {what:said}", what=what)
        yield Chapter(row.created_at, "attempt", row.tx_id, saved)
        if row.sent_at is not None:
            sent = told("sent to a node: {what:said}", what=what)
            yield Chapter(row.sent_at, "attempt", row.tx_id, sent)


def _postings(connection: Connection, cast: dict[Thing, Row]) -> Iterator[Chapter]:
    """What the ledger says of the things; the cause of each posting is its event's id."""
    postings = metadata.tables["postings"]
    ids = [thing.id for thing in cast]
    query = select(postings).where(postings.c.about.in_(ids) | postings.c.event_id.in_(ids))
    for row in connection.execute(query.order_by(postings.c.number).limit(_MOST * 4)):
        yield Chapter(row.at, "posting", row.event_id, posting_words(row))


def _acknowledged(connection: Connection, cast: dict[Thing, Row]) -> Iterator[Chapter]:
    """Alarms of the things that a person has looked at, so that they stand no more."""
    seen = metadata.tables["acknowledged_alarms"]
    ids = [thing.id for thing in cast if "alarm" in cast[thing]]
    for row in connection.execute(select(seen).where(seen.c.subject.in_(ids))):
        said = told("looked at by a person: {alarm:said}", alarm=row.alarm)
        yield Chapter(row.at, "alarm", row.subject, said)


def _ahead(connection: Connection, cast: dict[Thing, Row]) -> Iterator[dict[str, Any]]:
    """What comes next for everything that has not come to its end; and where a transaction has
    not, what stands in the way of signing.
    """
    travels = False
    for thing, row in cast.items():
        state = row.get("state")
        if state is None or thing.kind.name == "link":
            continue
        words = (row.get("waiting_for"), row.get("alarm"))
        way = way_on(thing.kind.name, state, thing.id, *words, direction=row.get("direction"))
        if not way.waits_for.startswith("nothing"):
            travels = travels or thing.kind.name == "transaction"
            yield {
                "kind": thing.kind.name,
                "id": thing.id,
                "state": state,
                "waits_for": way.waits_for,
                "command": way.command,
            }
    for alarm in list_alarms(connection) if travels else ():
        way = alarm_way(alarm.kind, alarm.subject)
        yield {
            "kind": "alarm",
            "id": alarm.subject,
            "state": alarm.kind.value,
            "waits_for": way.waits_for,
            "command": way.command,
        }


def _where(connection: Connection, kind_name: str, column: str, value: Any) -> Iterator[Thing]:
    """Things of a kind with this value in a column."""
    kind = _BY_NAME[kind_name]
    table = metadata.tables.get(kind.table)
    if value is None or table is None or column not in table.c:
        return
    query = select(table.c[kind.key]).where(table.c[column] == value).limit(_MOST)
    for row in connection.execute(query):
        yield Thing(kind, str(row[0]))


def _of_line(connection: Connection, row: Row) -> Iterator[Thing]:
    yield from _where(connection, "statement file", "id", row["file_id"])
    yield from _where(connection, "deposit", "line_id", row["id"])
    yield from _where(connection, "refund", "line_id", row["id"])
    for column in ("line_id", "original_id"):
        yield from _where(connection, "recall", column, row["id"])
    for kind in ("redemption", "refund"):
        yield from _where(connection, kind, "end_to_end_id", row["end_to_end_id"])
        yield from _where(connection, kind, "id", row["explained_ref"])
    yield from _where(connection, "statement line", "id", row["explained_ref"])


def _of_deposit(connection: Connection, row: Row) -> Iterator[Thing]:
    yield from _where(connection, "statement line", "id", row["line_id"])
    yield from _where(connection, "link", "id", row["link_id"])
    yield from _where(connection, "transaction", "id", row["tx_id"])
    yield from _where(connection, "transaction", "ref", row["batch"])
    yield from _where(connection, "recall", "deposit_id", row["id"])


def _of_redemption(connection: Connection, row: Row) -> Iterator[Thing]:
    yield from _where(connection, "transaction", "id", row["tx_id"])
    yield from _where(connection, "transaction", "ref", row["id"])
    yield from _relayed(connection, row["id"])
    yield from _of_payment(connection, row)


def _of_payment(connection: Connection, row: Row) -> Iterator[Thing]:
    """A redemption's or a refund's payment: its file, and the line that booked it."""
    payments = metadata.tables["payments"]
    files = connection.execute(select(payments.c.message_id).where(payments.c.subject == row["id"]))
    for file in files:
        yield Thing(_BY_NAME["payout file"], str(file[0]))
    yield from _where(connection, "statement line", "end_to_end_id", row["end_to_end_id"])
    yield from _where(connection, "statement line", "id", row.get("line_id"))


def _of_recall(connection: Connection, row: Row) -> Iterator[Thing]:
    yield from _where(connection, "statement line", "id", row["line_id"])
    yield from _where(connection, "statement line", "id", row["original_id"])
    yield from _where(connection, "deposit", "id", row["deposit_id"])
    yield from _where(connection, "transaction", "id", row["tx_id"])


def _relayed(connection: Connection, thing_id: str) -> Iterator[Thing]:
    """The transaction of the batch in which a signed message travels."""
    entries, batches = metadata.tables["relay_entries"], metadata.tables["relay_batches"]
    found = connection.execute(
        select(batches.c.tx_id)
        .join(entries, entries.c.batch == batches.c.id)
        .where(entries.c.subject == thing_id)
    )
    for tx_id in found.scalars().all():
        yield Thing(_BY_NAME["transaction"], str(tx_id))


def _of_transfer(connection: Connection, row: Row) -> Iterator[Thing]:
    yield from _where(connection, "transaction", "id", row["tx_id"])
    yield from _where(connection, "transaction", "ref", row["id"])
    yield from _relayed(connection, row["id"])


def _of_transaction(connection: Connection, row: Row) -> Iterator[Thing]:
    entries, batches = metadata.tables["relay_entries"], metadata.tables["relay_batches"]
    carried = connection.execute(
        select(entries.c.subject)
        .join(batches, entries.c.batch == batches.c.id)
        .where(batches.c.tx_id == row["id"])
        .limit(_MOST)
    )
    for subject in carried.scalars().all():
        for kind in ("transfer", "redemption"):
            yield from _where(connection, kind, "id", subject)
    for kind in ("deposit", "redemption", "transfer", "link"):
        yield from _where(connection, kind, "tx_id", row["id"])


def _of_posting(connection: Connection, row: Row) -> Iterator[Thing]:
    for kind in ("deposit", "redemption", "refund", "statement line"):
        yield from _where(connection, kind, "id", row["about"])


def _of_payout_file(connection: Connection, row: Row) -> Iterator[Thing]:
    payments = metadata.tables["payments"]
    ids = connection.execute(
        select(payments.c.subject).where(payments.c.message_id == row["message_id"]).limit(_MOST)
    )
    for each in ids.scalars().all():
        for kind in ("redemption", "refund"):
            yield from _where(connection, kind, "id", each)


def _of_link(connection: Connection, row: Row) -> Iterator[Thing]:
    yield from _where(connection, "transaction", "id", row["tx_id"])
    yield from _where(connection, "deposit", "link_id", row["id"])


def _of_proposal(connection: Connection, row: Row) -> Iterator[Thing]:
    for kind in KINDS:
        yield from _where(connection, kind.name, kind.key, row["subject"])


_EDGES: dict[str, Callable[[Connection, Row], Iterator[Thing]]] = {
    "statement line": _of_line,
    "deposit": _of_deposit,
    "redemption": _of_redemption,
    "refund": _of_payment,
    "recall": _of_recall,
    "transfer": _of_transfer,
    "transaction": _of_transaction,
    "posting": _of_posting,
    "payout file": _of_payout_file,
    "link": _of_link,
    "proposal": _of_proposal,
}
