"""Bridge: what a word means: an id of ours or the bank's, a number, a hash. Reads every table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from api.kernel.errors import NotFound
from api.migrations.schema import metadata

__all__ = [
    "KINDS",
    "Kind",
    "Row",
    "Thing",
    "deposit_of_word",
    "find_things",
    "load",
]

Row = dict[str, Any]
_MOST = 20
_HASH = 66


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of thing is kept: its table, its id, and the words that also mean it."""

    name: str
    """As its transition table calls it."""
    table: str
    key: str
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """One row that a word means."""

    kind: Kind
    id: str


KINDS: tuple[Kind, ...] = (
    Kind("statement line", "bank_lines", "id", ("bank_id", "end_to_end_id")),
    Kind("deposit", "deposits", "id", ("event_id",), ("number",)),
    Kind("redemption", "redemptions", "id", ("end_to_end_id", "burn_event", "nonce")),
    Kind("refund", "refunds", "id", ("end_to_end_id", "line_id")),
    Kind("recall", "recalls", "id", ("line_id", "original_id", "deposit_id")),
    Kind("transfer", "transfers", "id", ("tx_hash", "used_in", "nonce")),
    Kind("transaction", "chain_transactions", "id", ("ref",)),
    Kind("foreign transaction", "chain_strangers", "id", ("tx_hash", "address")),
    Kind("link", "links", "id", ("deposit_reference", "virtual_account", "wallet")),
    Kind("payout file", "payout_files", "message_id"),
    Kind("statement file", "statement_files", "id", ("sha256",)),
    Kind("bank document", "bank_documents", "id", ("sha256",)),
    Kind("proposal", "proposals", "id", ("digest",)),
    Kind("posting", "postings", "event_id"),
)
"""Every kind that has an id; a table that this version does not have is left out."""

_BY_NAME = {kind.name: kind for kind in KINDS}


def find_things(connection: Connection, word: str) -> list[Thing]:
    """What the word means, the things themselves before what merely names them.

    Raises `NotFound`.
    """
    found: list[Thing] = []
    for kind in KINDS:
        found += [each for each in _of_kind(connection, kind, word) if each not in found]
    found += [each for each in _by_hash(connection, word) if each not in found]
    if not found:
        raise NotFound(
            f"Nothing here is called «{word}».",
            remedy="Give an id as `status` or a log shows it, a deposit's number, the bank's own "
            "reference, an end-to-end id, or a transaction's hash.",
        )
    first = [thing for thing in found if thing.id == word]
    return (first + [thing for thing in found if thing not in first])[:_MOST]


def load(connection: Connection, kind_name: str, key: str) -> Row | None:
    """The row of a thing; None when there is none, or no such table."""
    kind = _BY_NAME[kind_name]
    table = metadata.tables.get(kind.table)
    if table is None:
        return None
    row = connection.execute(select(table).where(table.c[kind.key] == key)).one_or_none()
    return None if row is None else dict(row._mapping)


def deposit_of_word(connection: Connection, word: str) -> str:
    """The one deposit that a word means: its id, its number, its line, the line's reference."""
    for thing in find_things(connection, word):
        if thing.kind.name == "deposit":
            return thing.id
        if thing.kind.name == "statement line":
            line = load(connection, thing.kind.name, thing.id)
            if line is not None and line["explained_by"] == "deposits":
                return str(line["explained_ref"])
    raise NotFound(
        f"«{word}» is no deposit, and none came of it.",
        remedy=f"See what it is: jiaozi-bridge explain {word}.",
    )


def _of_kind(connection: Connection, kind: Kind, word: str) -> list[Thing]:
    table = metadata.tables.get(kind.table)
    if table is None:
        return []
    names = [name for name in (kind.key, *kind.words) if name in table.c]
    conditions = [table.c[name] == word for name in names]
    if word.isascii() and word.isdigit() and len(word) < len(str(2**63)):
        conditions += [table.c[name] == int(word) for name in kind.numbers]
    rows = connection.execute(select(table.c[kind.key]).where(or_(*conditions)).limit(_MOST))
    return [Thing(kind, str(row[0])) for row in rows]


def _by_hash(connection: Connection, word: str) -> list[Thing]:
    """A transaction's hash: of an attempt of ours, or of anybody's that made events of ours."""
    if len(word) != _HASH or not word.startswith("0x"):
        return []
    attempts, postings = metadata.tables["chain_attempts"], metadata.tables["postings"]
    ours = connection.execute(select(attempts.c.tx_id).where(attempts.c.tx_hash == word))
    found = [Thing(_BY_NAME["transaction"], str(row[0])) for row in ours]
    events = connection.execute(
        select(postings.c.event_id).where(postings.c.event_id.contains(f":{word}:")).limit(_MOST)
    )
    return found + [Thing(_BY_NAME["posting"], str(row[0])) for row in events]
