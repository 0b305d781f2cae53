"""Links: the link, its states, and the reference its owner pays under. No I/O."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.bank import creditor_reference
from api.kernel.ids import Address, LinkId, TxId
from api.kernel.machine import Transitions
from wallet.secret import Secret

__all__ = ["INITIAL", "LIVE", "TRANSITIONS", "Link", "LinkState", "deposit_reference", "link_id"]

_ID_BYTES = 16


class LinkState(StrEnum):
    """How far the two proofs have come."""

    REQUESTED = "REQUESTED"
    """The wallet's signature holds; the bank has not decided."""
    CONFIRMED = "CONFIRMED"
    """The bank confirmed the account; the wallet's tier is on its way to the chain."""
    ACTIVE = "ACTIVE"
    """The tier stands on chain: deposits are issued."""
    REFUSED = "REFUSED"
    """The bank said no."""
    CLOSED = "CLOSED"
    """Ended; a new link of the account may be made."""


TRANSITIONS = Transitions(
    "link",
    {
        LinkState.REQUESTED: {LinkState.CONFIRMED, LinkState.REFUSED, LinkState.CLOSED},
        LinkState.CONFIRMED: {LinkState.ACTIVE, LinkState.CLOSED},
        LinkState.ACTIVE: {LinkState.CLOSED},
        LinkState.REFUSED: set(),
        LinkState.CLOSED: set(),
    },
)
INITIAL = LinkState.REQUESTED
LIVE = frozenset({LinkState.CONFIRMED, LinkState.ACTIVE})
"""States that bind: an account has at most one live link, and so has a wallet."""


@dataclass(frozen=True, slots=True)
class Link:
    """A wallet and a bank account of one customer. Account and name stay out of every log."""

    id: LinkId
    number: int
    """Counts links from 1; the deposit reference is made of it."""
    wallet: Address
    account: str = field(repr=False)
    name: str = field(repr=False)
    issued_at: int
    """When the wallet signed, in seconds since 1970."""
    nonce: str
    """The signature's 32 random bytes in hex: the same nonce is the same request."""
    state: LinkState
    deposit_reference: str
    tier: int | None
    reason: str | None
    tx_id: TxId | None
    """The transaction that registers the tier, once it is on its way."""
    attempts: int
    """How many registrations failed for a reason that lies in them."""
    waits: int
    """How many registrations failed, for whatever reason: the wait grows with them."""
    not_before: datetime | None
    """After a failed registration: when the next one is due. While REQUESTED: until when somebody
    is asking the bank."""
    virtual_account: str | None = field(repr=False)
    """An account number of the bank's that is this link's alone; None where it gives none."""
    lines_due: int | None
    """It became active: waiting lines behind this position are still to be looked for."""
    created_at: datetime
    updated_at: datetime


def deposit_reference(number: int) -> str:
    """The ISO 11649 creditor reference of a link: RF, two check digits, the link's number.

    The check digits catch every slip of one digit and every swap of two neighbours.
    """
    return creditor_reference(f"{number:08d}")


def link_id(key: Secret, wallet: Address, nonce: str, code: str) -> LinkId:
    """The id of the link that a wallet asks for under this nonce with this code of the bank's.

    So a link has one code, although no code is stored. HMAC-SHA256, cut to 16 bytes: without the
    key nobody can guess the id, nor find from it the code, which has few digits.
    """
    words = json.dumps(["link", wallet, nonce, code]).encode()
    return LinkId(f"link_{hmac.digest(key.reveal(), words, 'sha256')[:_ID_BYTES].hex()}")
