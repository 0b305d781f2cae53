"""Transfers: taking a signed transfer in, and following it to its end.

The contract is the judge. What is checked here only gives a fast and clear answer: the signature,
the times, and a trial run of the very call on the node; what passes waits for the next batch of the
relay. A contract wallet's signature (ERC-1271) is shown to its contract, as the token will do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from api.chain import (
    TRANSFERS,
    ChainEvent,
    ChainView,
    Deployment,
    check_signature,
    check_trial,
    transfer_entry,
)
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import BridgeError, Conflict, InvalidInput
from api.kernel.ids import TransferId, new_id
from api.relay import ALLOWANCE, Kind, Subject, add_entry, reckoned
from api.transfers import store
from api.transfers.model import INITIAL, Transfer, TransferState
from wallet.address import ZERO_ADDRESS
from wallet.typed_data import TransferAuthorization

__all__ = [
    "PURPOSE",
    "SUBJECT",
    "Take",
    "check",
    "on_authorization_cancelled",
    "on_authorization_used",
    "on_authorizations_used",
    "on_moved",
    "on_reverted",
    "on_sent",
    "receive",
]

PURPOSE = "transfer"
"""The purpose of transactions that bring one transfer alone, as they were queued before there
were batches: their ends come back under it."""

_PLAIN_USE = 100_000
"""Gas that a transfer uses inside the token at most, when its signature recovers to its sender."""


Take = Callable[[Connection], Transfer]
"""What stores a checked transfer; the same transfer again gives the stored one."""


def check(
    database: Database,
    chain: ChainView,
    deployment: Deployment,
    clock: Clock,
    *,
    order: TransferAuthorization,
    signature: bytes,
) -> Take:
    """Judge a signed transfer, outside of any transaction; gives what takes it in.

    Raises `InvalidInput` (signature, times, amount), `Conflict` (the nonce stands for another
    transfer; the token's rules say no), `Unavailable` (the chain cannot be asked).
    """
    # first: nobody else learns what is known
    plain = check_signature(chain, order.from_, order.digest(deployment.domain()), signature)
    entry = transfer_entry(order, signature)
    try:
        _check_terms(clock, order)
        check_trial(chain, TRANSFERS.alone(entry), deployment.currency)
    except BridgeError:
        with database.reading() as connection:
            known = store.find_by_nonce(connection, order.from_, order.nonce)
        if known is None:
            raise
    gas = reckoned(entry, uses=_PLAIN_USE if plain else ALLOWANCE)
    return partial(_take, order=order, signature=signature, data=entry, gas=gas, clock=clock)


def receive(
    database: Database,
    chain: ChainView,
    deployment: Deployment,
    clock: Clock,
    *,
    order: TransferAuthorization,
    signature: bytes,
) -> Transfer:
    """Check a signed transfer and take it in, in a transaction of its own. Raises as `check`."""
    take = check(database, chain, deployment, clock, order=order, signature=signature)
    with database.transaction() as connection:
        return take(connection)


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
    transfer = store.find(connection, ref)
    if transfer is not None and transfer.state is TransferState.RECEIVED:
        store.change_state(connection, transfer, TransferState.SENT, now=now, tx_hash=tx_hash)


def on_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """The bank's transaction had no effect; somebody else's may have had it before."""
    transfer = store.find(connection, ref)
    ended = (TransferState.FINAL, TransferState.FAILED)
    if transfer is not None and transfer.state not in ended:
        store.change_state(connection, transfer, TransferState.FAILED, now=now, reason=reason)


def on_authorizations_used(connection: Connection, events: Sequence[ChainEvent]) -> None:
    """Transactions used holders' nonces; whether they moved this money comes in `on_moved`."""
    store.note_uses(
        connection,
        [(each.args["authorizer"], each.args["nonce"], each.tx_hash) for each in events],
    )


def on_authorization_used(connection: Connection, event: ChainEvent) -> None:
    """One such event."""
    on_authorizations_used(connection, [event])


def on_authorization_cancelled(connection: Connection, event: ChainEvent) -> None:
    """The holder took the nonce back before anybody brought the message."""
    transfer = store.find_by_nonce(connection, event.args["authorizer"], event.args["nonce"])
    if transfer is not None:
        on_reverted(connection, transfer.id, "cancelled by holder", now=event.block_time)


def on_moved(connection: Connection, event: ChainEvent) -> None:
    """Money moved: the transfer whose authorization the same transaction used is final.

    The amount and both addresses must agree: a holder can sign one nonce for two messages.
    """
    sender, recipient = event.args["from"], event.args["to"]
    if ZERO_ADDRESS in (sender, recipient):
        return  # issued or redeemed
    store.finish_used(
        connection,
        event.tx_hash,
        sender=sender,
        recipient=recipient,
        value=event.args["value"],
        now=event.block_time,
    )


def _same(known: Transfer, order: TransferAuthorization) -> Transfer:
    if known.order == order:
        return known
    raise Conflict(
        "This nonce was used for another transfer.",
        remedy="Sign again with 32 fresh random bytes.",
        slug="nonce-used",
    )


def _check_terms(clock: Clock, order: TransferAuthorization) -> None:
    """What needs no chain. The chain's own time is the trial's to compare."""
    if order.value == 0:
        raise InvalidInput("value", "The amount is zero.", remedy="Give an amount above zero.")
    now = int(clock.now().timestamp())
    if now >= order.valid_before:
        raise InvalidInput(
            "valid_before",
            "The authorization has expired.",
            remedy="Sign a new one; an hour is enough for the bank's relay.",
            slug="expired",
        )
    if now <= order.valid_after:
        raise InvalidInput(
            "valid_after",
            "The authorization is not valid yet.",
            remedy="Send it again when its time has come.",
            slug="not-yet-valid",
        )


def _take(
    connection: Connection,
    *,
    order: TransferAuthorization,
    signature: bytes,
    data: bytes,
    gas: int,
    clock: Clock,
) -> Transfer:
    now = clock.now()
    transfer = Transfer(
        id=TransferId(new_id("transfer")),
        order=order,
        signature=signature,
        state=INITIAL,
        tx_id=None,
        tx_hash=None,
        reason=None,
        created_at=now,
    )
    if not store.add(connection, transfer):
        known = store.find_by_nonce(connection, order.from_, order.nonce)
        if known is None:
            raise LookupError(f"a transfer with the nonce of {order.from_} is there and is not")
        return _same(known, order)
    add_entry(
        connection,
        kind=Kind.TRANSFER,
        subject=transfer.id,
        signer=order.from_,
        nonce=order.nonce,
        data=data,
        gas=gas,
        now=now,
    )
    return transfer
