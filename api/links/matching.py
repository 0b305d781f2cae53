"""Links: whose money is each of many bank lines? One question a kind of name, not one a line.

A line's money belongs to an active link that it names, in this order:

1. by the virtual account that it was paid to: the bank gave that number to one customer alone;
2. by a structured reference of ours: the payer wrote it;
3. by the confirmed account that it was paid from.

A name of a link that is not active decides too: the money waits. So does money whose virtual
account and reference name two different links: a person must look. A line by which the bank takes
something back is nobody's new money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Column, Connection, select
from sqlalchemy.sql.elements import TextClause

from api.kernel.ids import Address, LinkId
from api.kernel.many import among, execute_many
from api.links.model import LinkState
from api.links.store import IS_LIVE, links

__all__ = ["Matched", "PaidIn", "match"]

_NAMES_AT_ONCE = 1000


class PaidIn(Protocol):
    """What a bank line says of whom it is for."""

    @property
    def payee_account(self) -> str | None:
        """The account it was paid to, as the bank writes it."""

    @property
    def structured_reference(self) -> str | None:
        """The payer's reference."""

    @property
    def payer_account(self) -> str | None:
        """The account it was paid from."""

    @property
    def reversal(self) -> bool:
        """It takes an earlier line back."""

    @property
    def return_reason(self) -> str | None:
        """Why the bank returned a payment by it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The active link that a line names."""

    id: LinkId
    wallet: Address


@dataclass(frozen=True, slots=True)
class _Named:
    """A link that is named, whatever its state."""

    id: str
    wallet: str
    active: bool


def match(connection: Connection, lines: Sequence[PaidIn]) -> list[Matched | None]:
    """For each line the active link whose money it is, or None: it waits."""
    new = [line for line in lines if not line.reversal and line.return_reason is None]
    by_virtual = _named(
        connection, links.c.virtual_account, (line.payee_account for line in new), IS_LIVE
    )
    by_reference = _named(
        connection, links.c.deposit_reference, (line.structured_reference for line in new)
    )
    by_account = _named(connection, links.c.account, (line.payer_account for line in new), IS_LIVE)
    found: list[Matched | None] = []
    for line in lines:
        if line.reversal or line.return_reason is not None:
            found.append(None)
            continue
        virtual = by_virtual.get(line.payee_account or "")
        reference = by_reference.get(line.structured_reference or "")
        if virtual is not None and reference is not None and virtual.id != reference.id:
            found.append(None)
            continue
        named = virtual or reference or by_account.get(line.payer_account or "")
        found.append(
            Matched(LinkId(named.id), Address(named.wallet)) if named and named.active else None
        )
    return found


def _named(
    connection: Connection,
    column: Column[str],
    names: Iterable[str | None],
    *conditions: TextClause,
) -> dict[str, _Named]:
    """The links by the names that lines give them, as the lines write them."""
    written: dict[str, list[str]] = {}
    for name in set(names):
        if name:
            written.setdefault("".join(name.split()).upper(), []).append(name)
    found: dict[str, _Named] = {}
    wanted = list(written)
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        some = wanted[start : start + _NAMES_AT_ONCE]
        query = select(column, links.c.id, links.c.wallet, links.c.state)
        rows = execute_many(connection, query.where(among(connection, column, some), *conditions))
        for name, link_id, wallet, state in rows:
            named = _Named(link_id, wallet, state == LinkState.ACTIVE.value)
            found.update(dict.fromkeys(written[name], named))
    return found
