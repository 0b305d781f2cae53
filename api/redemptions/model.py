"""Redemptions: tokens on their way back into bank money. States and ids, no I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.kernel.ids import Address, RedemptionId
from api.kernel.machine import Transitions
from wallet.typed_data import Payout

__all__ = [
    "AT_BANK",
    "INITIAL",
    "TO_RETURN",
    "TRANSITIONS",
    "UNPAID",
    "Redemption",
    "RedemptionState",
    "end_to_end_id",
]


class RedemptionState(StrEnum):
    """What has become of a redemption."""

    RECEIVED = "RECEIVED"
    """The signed order is stored; the bank's transaction is queued."""
    BURNING = "BURNING"
    """A node has taken the transaction."""
    REFUSED = "REFUSED"
    """The bank's transaction had no effect, or the holder cancelled the order."""
    AWAITING_INSTRUCTIONS = "AWAITING_INSTRUCTIONS"
    """Burned, but the payout that belongs to the hash on chain is not known: the holder hands
    the signed order in, or it is returned."""
    PARKED = "PARKED"
    """Burned long before this database heard of it, as after a restore: it may have been paid
    by an earlier life of the database. The bank's debit settles it, or two persons release it."""
    BURNED = "BURNED"
    """Burned; its payout is known and in no file yet: it waits for finality and the next file."""
    PAYING = "PAYING"
    """In a saved payout file that may or may not have reached the bank."""
    SUBMITTED = "SUBMITTED"
    """In a payout file that the bank has."""
    ACCEPTED = "ACCEPTED"
    """The bank said that it carries the payout out."""
    SETTLED = "SETTLED"
    """The payout is booked on the bank's statement."""
    NEVER_HEARD_BACK = "NEVER_HEARD_BACK"
    """The bank has been silent for days. Only its word ends this; nothing is sent again."""
    REJECTED = "REJECTED"
    """The bank said that it does not pay; the tokens are to be credited again."""
    RETURN_ORDERED = "RETURN_ORDERED"
    """Two persons decided, before any payout, that the tokens are to be credited again."""
    RETURNED_BY_BANK = "RETURNED_BY_BANK"
    """The bank paid, and its money came back whole; the tokens are to be credited again."""
    RETURN_DIFFERS = "RETURN_DIFFERS"
    """The bank paid, and another sum came back (charges, for example): two persons decide."""
    RETURNING = "RETURNING"
    """The transaction that credits them again is queued or on its way."""
    RETURNED = "RETURNED"
    """Credited again, in a final block."""


INITIAL = RedemptionState.RECEIVED

_S = RedemptionState
# What a burn can lead to: a known payout, an unknown one, one that may have been made by an
# earlier life of the database, or nothing to pay (all of it was fee).
_BURNED = {_S.BURNED, _S.AWAITING_INSTRUCTIONS, _S.PARKED, _S.SETTLED}

TRANSITIONS = Transitions(
    "redemption",
    {
        _S.RECEIVED: {_S.BURNING, _S.REFUSED} | _BURNED,
        _S.BURNING: {_S.REFUSED} | _BURNED,
        # anybody may bring a signed order: the chain's word stands above our failure
        _S.REFUSED: _BURNED,
        # SETTLED: the bank's debit under an id that only this burn has; an earlier life paid it
        _S.AWAITING_INSTRUCTIONS: {
            _S.BURNED,
            _S.PARKED,
            _S.RETURN_ORDERED,
            _S.RETURNED,
            _S.SETTLED,
        },
        _S.PARKED: {_S.BURNED, _S.RETURNED, _S.SETTLED},
        _S.BURNED: {_S.PAYING, _S.PARKED, _S.RETURN_ORDERED, _S.RETURNED, _S.SETTLED},
        # the bank may speak before we have written down that it has the file; RETURNED: in a life
        # that a backup forgot the file was withdrawn, or the bank rejected the payout or sent it
        # back, and the chain tells the rest
        _S.PAYING: {_S.SUBMITTED, _S.ACCEPTED, _S.SETTLED, _S.REJECTED, _S.RETURNED},
        _S.SUBMITTED: {
            _S.ACCEPTED,
            _S.SETTLED,
            _S.REJECTED,
            _S.NEVER_HEARD_BACK,
            _S.RETURNED,
        },
        _S.ACCEPTED: {_S.SETTLED, _S.REJECTED, _S.NEVER_HEARD_BACK, _S.RETURNED},
        _S.NEVER_HEARD_BACK: {_S.ACCEPTED, _S.SETTLED, _S.REJECTED, _S.RETURNED},
        _S.SETTLED: {_S.RETURNED_BY_BANK, _S.RETURN_DIFFERS},
        _S.RETURN_DIFFERS: {_S.RETURNED_BY_BANK},
        # SETTLED: two persons find that the bank made the payment after all
        _S.REJECTED: {_S.RETURNING, _S.RETURNED, _S.SETTLED},
        # likewise: an earlier life was told to pay, or the bank booked once more what it sent back
        _S.RETURN_ORDERED: {_S.RETURNING, _S.RETURNED, _S.SETTLED},
        _S.RETURNED_BY_BANK: {_S.RETURNING, _S.RETURNED, _S.SETTLED},
        # without effect: back to where it came from
        _S.RETURNING: {_S.REJECTED, _S.RETURN_ORDERED, _S.RETURNED_BY_BANK, _S.RETURNED},
        _S.RETURNED: set(),
    },
)

AT_BANK = frozenset({_S.SUBMITTED, _S.ACCEPTED, _S.NEVER_HEARD_BACK})
"""The bank has its payout, and has booked nothing that is known here."""

UNPAID = AT_BANK | {_S.AWAITING_INSTRUCTIONS, _S.PARKED, _S.BURNED, _S.PAYING}
"""Burned, and nothing that is known here has ended its payout: its money is still in PAYOUTS."""

TO_RETURN = frozenset({_S.REJECTED, _S.RETURN_ORDERED, _S.RETURNED_BY_BANK})
"""The tokens are to be credited again; the money is in RETURNS."""


@dataclass(frozen=True, slots=True)
class Redemption:
    """One order of a holder, and where it stands. Amounts are minor units."""

    id: RedemptionId
    holder: Address
    nonce: bytes
    amount: int
    fee: int
    payout_hash: bytes
    deadline: int | None
    """Seconds since 1970; None when only the burn is known."""
    payout: Payout | None = field(repr=False)
    """Personal data: it never reaches a log or the chain."""
    state: RedemptionState
    reason: str | None
    alarm: str | None
    """The bank or the chain said something that contradicts the state: a person must look."""
    tx_id: str | None
    burn_event: str | None
    end_to_end_id: str
    returns: int
    """How often crediting the tokens again was tried without effect."""
    burn_block: int | None
    """Number of the block with the burn; payouts wait until it is finalized."""
    late: bool
    """Heard of so late that an earlier life of this database may have paid it."""
    sent_back: int
    """Minor units that the bank has booked back after paying."""
    returning_from: RedemptionState | None
    """Of a return under way: the state that it came from."""
    created_at: datetime
    changed_at: datetime

    @property
    def payable(self) -> int:
        """What the bank pays out: the amount less the fee."""
        return self.amount - self.fee


def end_to_end_id(caip2: str, token: Address, holder: Address, nonce: bytes) -> str:
    """The payout's id at the bank, 35 characters, made of what is on chain for ever.

    A database that was lost and read again from the chain gives the same payout the same id.
    """
    words = f"{caip2}:{token}:{holder}:0x{nonce.hex()}"
    return f"JZR{hashlib.sha256(words.encode()).hexdigest()[:32]}"
