"""Chain: transactions under our keys that we did not make. Each halts its address until two
persons have said what it was.

An address goes on behind a nonce only when the transaction that used it was looked at: what is
excused is one transaction of one nonce, and whatever comes after it halts the address again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Row, String, Table, select, update

from api.chain.alarms import AlarmKind, lower
from api.kernel.database import UtcDateTime, insert_new, metadata
from api.kernel.errors import Conflict
from api.kernel.ids import Address
from api.kernel.machine import Transitions

__all__ = [
    "INITIAL",
    "TRANSITIONS",
    "Stranger",
    "StrangerState",
    "chain_strangers",
    "excuse_strangers",
    "halting_strangers",
    "note_seen",
    "strangers_of",
    "what_halts",
]


class StrangerState(StrEnum):
    """What became of a foreign transaction."""

    HALTING = "HALTING"
    """It was seen, and nobody has said yet what it was: its address signs nothing."""
    EXCUSED = "EXCUSED"
    """Two persons know what it was: its address goes on behind its nonce."""


INITIAL = StrangerState.HALTING

TRANSITIONS = Transitions(
    "foreign transaction",
    {
        StrangerState.HALTING: {StrangerState.EXCUSED},
        StrangerState.EXCUSED: set(),
    },
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A transaction that used a nonce of an address of ours, and is not ours."""

    address: Address
    nonce: int
    tx_hash: str
    """Empty where no block shows by what the nonce was used."""
    to: Address | None
    """Whom it called or paid; None for one that made a contract."""

    @property
    def id(self) -> str:
        """The nonce of the address: one transaction can use it."""
        return f"{self.address}:{self.nonce}"

    def __str__(self) -> str:
        by = self.tx_hash or "no transaction that a block shows"
        return f"nonce {self.nonce} of {self.address} was used by {by}"


chain_strangers = Table(
    "chain_strangers",
    metadata,
    Column("id", String(96), primary_key=True),
    Column("address", String(42), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("tx_hash", String(66), nullable=False),
    Column("to_address", String(42)),
    Column("state", String(16), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_chain_strangers_address_state", "address", "state"),
)
_t = chain_strangers.c


def note_seen(connection: Connection, found: Sequence[Stranger], now: datetime) -> None:
    """Keep what was seen. What stands under a nonce already stays, unless it is another one: the
    chain was reorganised, and whatever was said of the first says nothing of the second.
    """
    for each in found:
        row = {
            "id": each.id,
            "address": each.address,
            "nonce": each.nonce,
            "tx_hash": each.tx_hash,
            "to_address": each.to,
            "state": INITIAL,
            "seen_at": now,
            "changed_at": now,
        }
        if not insert_new(connection, chain_strangers, [row], key="id"):
            connection.execute(
                update(chain_strangers)
                .where(_t.id == each.id, _t.tx_hash != each.tx_hash)
                .values(row)
            )


def strangers_of(connection: Connection, address: Address, state: StrangerState) -> list[Stranger]:
    """Those of an address in this state, by nonce."""
    rows = connection.execute(
        select(chain_strangers)
        .where(_t.address == address, _t.state == state.value)
        .order_by(_t.nonce)
    )
    return [_stranger(row) for row in rows]


def halting_strangers(connection: Connection) -> list[Stranger]:
    """Every one that halts an address, by address and nonce."""
    rows = connection.execute(
        select(chain_strangers)
        .where(_t.state == StrangerState.HALTING.value)
        .order_by(_t.address, _t.nonce)
    )
    return [_stranger(row) for row in rows]


def what_halts(connection: Connection, address: Address) -> str:
    """Nonces and hashes of what halts an address, in one line: what two persons agree on.

    Raises `Conflict` when nothing does.
    """
    return _said(_halting(connection, address))


def excuse_strangers(
    connection: Connection, address: Address, seen: str, now: datetime
) -> list[Stranger]:
    """Let an address go on behind the foreign transactions that two persons have looked at.

    `seen` is what they saw (see `what_halts`). Raises `Conflict` when nothing halts the address, or
    when there is more or other than they saw. What the address had meant for these nonces is given
    up by its next pass, and whoever needed it tries again.
    """
    found = _halting(connection, address)
    if seen != _said(found):
        raise Conflict(
            f"What halts {address} is not what was looked at: {_said(found)}.",
            remedy=f"Look again (jiaozi-bridge explain {address}), and propose it anew.",
            slug="strangers-changed",
        )
    TRANSITIONS.check(StrangerState.HALTING, StrangerState.EXCUSED)
    connection.execute(
        update(chain_strangers)
        .where(_t.id.in_([each.id for each in found]))
        .values(state=StrangerState.EXCUSED, changed_at=now)
    )
    lower(connection, AlarmKind.FOREIGN, address)
    return found


def _halting(connection: Connection, address: Address) -> list[Stranger]:
    found = strangers_of(connection, address, StrangerState.HALTING)
    if not found:
        raise Conflict(
            f"No foreign transaction halts {address}.",
            remedy="See jiaozi-bridge status for what does; give the whole address.",
            slug="address-not-halted",
        )
    return found


def _said(found: Sequence[Stranger]) -> str:
    return " ".join(f"{each.nonce}:{each.tx_hash}" for each in found)


def _stranger(row: Row[Any]) -> Stranger:
    to = None if row.to_address is None else Address(row.to_address)
    return Stranger(Address(row.address), row.nonce, row.tx_hash, to)
