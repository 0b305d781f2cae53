"""Transfers: taking a signed transfer in, and following it to its end.

The contract is the judge. What is checked here only gives a fast and clear answer: the signature,
the times, and a trial run of the very call on the node; what passes waits for the next batch of the
relay. A contract wallet's signature (ERC-1271) is shown to its contract, as the token will do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.chain import (
    TRANSFERS,
    ChainEvent,
    ChainView,
    Deployment,
    check_signature,
    check_trials,
    transfer_entry,
)
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import BridgeError, Conflict, InvalidInput, Unavailable
from api.kernel.ids import TransferId, new_id
from api.relay import ALLOWANCE, Kind, NewEntry, Subject, add_entries, reckoned
from api.transfers import store
from api.transfers.model import INITIAL, Transfer, TransferState
from wallet.typed_data import TransferAuthorization

__all__ = [
    "PURPOSE",
    "SUBJECT",
    "Checked",
    "Desk",
    "Signed",
    "on_authorization_cancelled",
    "on_moved_all",
    "on_reverted",
    "on_sent",
]

PURPOSE = "transfer"
"""The purpose of transactions that bring one transfer alone, as they were queued before there
were batches: their ends come back under it."""

_PLAIN_USE = 100_000
"""Gas that a transfer uses inside the token at most, when its signature recovers to its sender."""
_PAID = "Transfer"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a holder hands in: an authorization and its signature."""

    order: TransferAuthorization
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A signed transfer that nothing stands against, as the relay brings it."""

    signed: Signed
    entry: bytes
    gas: int


class Desk:
    """Takes signed transfers in, many at a time."""

    def __init__(
        self, database: Database, chain: ChainView, deployment: Deployment, clock: Clock
    ) -> None:
        self._database = database
        self._chain = chain
        self._currency = deployment.currency
        self._domain = deployment.domain()
        self._clock = clock

    def check(self, given: Sequence[Signed]) -> list[Checked | BridgeError]:
        """Judge signed transfers, outside of any transaction; for each, why it is refused.

        `InvalidInput` (signature, times, amount), `Conflict` (the token's rules say no),
        `Unavailable` (the chain cannot be asked).
        """
        judged = [self._signature_checked(each) for each in given]
        wanted = [(at, each) for at, each in enumerate(judged) if isinstance(each, Checked)]
        refused: dict[int, BridgeError] = {}
        for at, each in wanted:
            wrong = _wrong_terms(self._clock, each.signed.order)
            if wrong is not None:
                refused[at] = wrong
        refused |= self._tried_out([(at, each) for at, each in wanted if at not in refused])
        return [
            refused[at] if at in refused and not self._is_known(given[at].order) else each
            for at, each in enumerate(judged)
        ]

    def take(
        self, connection: Connection, checked: Sequence[Checked]
    ) -> list[Transfer | BridgeError]:
        """Store them, to be brought; one that is stored already is given as it is.

        `Conflict` for a nonce that stands for another transfer.
        """
        now = self._clock.now()
        made = [_new(each, now) for each in checked]
        added = store.add_all(connection, made)
        add_entries(
            connection,
            [
                NewEntry(
                    Kind.TRANSFER, transfer.id, transfer.order.from_, transfer.order.nonce,
                    each.entry, each.gas,
                )
                for transfer, each in zip(made, checked, strict=True)
                if transfer.id in added
            ],
            now=now,
        )  # fmt: skip
        return [each if each.id in added else _stored(connection, each.order) for each in made]

    def _signature_checked(self, signed: Signed) -> Checked | BridgeError:
        """First of all: nobody else learns what is known."""
        order, signature = signed.order, signed.signature
        try:
            plain = check_signature(self._chain, order.from_, order.digest(self._domain), signature)
        except BridgeError as error:
            return error
        entry = transfer_entry(order, signature)
        gas = reckoned(entry, uses=_PLAIN_USE if plain else ALLOWANCE)
        return Checked(signed, entry, gas)

    def _tried_out(self, wanted: Sequence[tuple[int, Checked]]) -> dict[int, BridgeError]:
        """Which of these the token refuses, and why; all while the chain cannot be asked."""
        if not wanted:
            return {}
        entries = [each.entry for _, each in wanted]
        try:
            found = check_trials(self._chain, TRANSFERS, entries, self._currency)
        except Unavailable as error:
            return {at: error for at, _ in wanted}
        return {
            at: refusal
            for (at, _), refusal in zip(wanted, found, strict=True)
            if refusal is not None
        }

    def _is_known(self, order: TransferAuthorization) -> bool:
        with self._database.reading() as connection:
            return store.find_by_nonce(connection, order.from_, order.nonce) is not None


def _on_batch_sent(
    connection: Connection, refs: Collection[str], tx_hash: str, now: datetime
) -> None:
    store.mark_sent(connection, refs, tx_hash, now=now)


def _on_refused(connection: Connection, ref: str, reason: str, now: datetime) -> None:
    on_reverted(connection, ref, reason, now=now)


SUBJECT = Subject(on_sent=_on_batch_sent, on_failed=_on_refused, ended=store.ended)
"""What this room does about its entries in the relay's batches."""


def on_sent(connection: Connection, ref: str, tx_hash: str, *, now: datetime) -> None:
    """A node has taken the bank's transaction."""
    transfer = store.find(connection, ref, lock=True)
    if transfer is not None and transfer.state is TransferState.RECEIVED:
        store.change_state(connection, transfer, TransferState.SENT, now=now, tx_hash=tx_hash)


def on_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """The bank's transaction had no effect; somebody else's may have had it before."""
    transfer = store.find(connection, ref, lock=True)
    ended = (TransferState.FINAL, TransferState.FAILED)
    if transfer is not None and transfer.state not in ended:
        store.change_state(connection, transfer, TransferState.FAILED, now=now, reason=reason)


def on_authorization_cancelled(connection: Connection, event: ChainEvent) -> None:
    """The holder took the nonce back before anybody brought the message."""
    transfer = store.find_by_nonce(connection, event.args["authorizer"], event.args["nonce"])
    if transfer is not None:
        on_reverted(connection, transfer.id, "cancelled by holder", now=event.block_time)


def on_moved_all(connection: Connection, events: Sequence[ChainEvent]) -> None:
    """Nonces used and money moved: the transfer is final whose nonce was used for its own payment.

    The token logs the payment right behind the nonce (`_payAuthorized`). Recipient and amount must
    agree: a holder can sign one nonce for two messages, and one transaction can carry many. The
    other message fails when it is brought.
    """
    payments = {(each.tx_hash, each.log_index): each for each in events if each.name == _PAID}
    uses = []
    for used in events:
        paid = payments.get((used.tx_hash, used.log_index + 1))
        if used.name == _PAID or paid is None:
            continue
        sender, nonce = used.args["authorizer"], used.args["nonce"]
        to, value = paid.args["to"], paid.args["value"]
        uses.append(store.Use(used.tx_hash, used.block_time, sender, nonce, to, value))
    store.end_used(connection, uses)


def _wrong_terms(clock: Clock, order: TransferAuthorization) -> InvalidInput | None:
    """What needs no chain. The chain's own time is the trial's to compare."""
    if order.value == 0:
        return InvalidInput("value", "The amount is zero.", remedy="Give an amount above zero.")
    now = int(clock.now().timestamp())
    if now >= order.valid_before:
        return InvalidInput(
            "valid_before",
            "The authorization has expired.",
            remedy="Sign a new one; an hour is enough for the bank's relay.",
            slug="expired",
        )
    if now <= order.valid_after:
        return InvalidInput(
            "valid_after",
            "The authorization is not valid yet.",
            remedy="Send it again when its time has come.",
            slug="not-yet-valid",
        )
    return None


def _new(checked: Checked, now: datetime) -> Transfer:
    return Transfer(
        id=TransferId(new_id("transfer")),
        order=checked.signed.order,
        signature=checked.signed.signature,
        state=INITIAL,
        tx_id=None,
        tx_hash=None,
        reason=None,
        created_at=now,
    )


def _stored(connection: Connection, order: TransferAuthorization) -> Transfer | Conflict:
    """The transfer that stands under this nonce; `Conflict` when it is another one."""
    known = store.find_by_nonce(connection, order.from_, order.nonce)
    if known is None:
        raise LookupError(f"a transfer with the nonce of {order.from_} is there and is not")
    if known.order == order:
        return known
    return Conflict(
        "This nonce was used for another transfer.",
        remedy="Sign again with 32 fresh random bytes.",
        slug="nonce-used",
    )
