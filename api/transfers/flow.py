"""Transfers: taking a signed transfer in, and following it to its end.

The contract is the judge. What is checked here only gives a fast and clear answer: the signature,
the times, and a trial run of the very call on the node; what passes is queued for the relayer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.chain import (
    ChainEvent,
    ChainView,
    Deployment,
    Lane,
    calldata,
    enqueue,
    refused_by_token,
)
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Conflict, InvalidInput
from api.kernel.ids import TransferId, new_id
from api.transfers import store
from api.transfers.model import INITIAL, Transfer, TransferState
from wallet.address import ZERO_ADDRESS
from wallet.errors import SignatureError
from wallet.signer import recover
from wallet.typed_data import TransferAuthorization

__all__ = ["PURPOSE", "on_authorization_used", "on_moved", "on_reverted", "on_sent", "receive"]

PURPOSE = "transfer"
"""The purpose of the transactions that this room queues: their ends come back under it."""


def receive(
    database: Database,
    chain: ChainView,
    deployment: Deployment,
    clock: Clock,
    *,
    order: TransferAuthorization,
    signature: bytes,
) -> Transfer:
    """Take a signed transfer in; the same one again gives the same answer and sends nothing more.

    Raises `InvalidInput` (signature, times, amount), `Conflict` (the nonce stands for another
    transfer; the token's rules say no), `Unavailable` (the chain cannot be asked).
    """
    _check_signature(deployment, order, signature)  # first: nobody else learns what is known
    with database.reading() as connection:
        known = store.find_by_nonce(connection, order.from_, order.nonce)
    if known is not None:
        return _same(known, order)
    _check(chain, deployment, clock, order, signature)
    with database.transaction() as connection:
        known = store.find_by_nonce(connection, order.from_, order.nonce)
        if known is not None:
            return _same(known, order)
        return _store(connection, deployment, order, signature, clock.now())


def on_sent(connection: Connection, ref: str, tx_hash: str, *, now: datetime) -> None:
    """A node has taken the bank's transaction."""
    transfer = store.find(connection, ref)
    if transfer is not None and transfer.state is TransferState.RECEIVED:
        store.change_state(connection, transfer, TransferState.SENT, now=now, tx_hash=tx_hash)


def on_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """The bank's transaction had no effect; somebody else's may have had it before."""
    transfer = store.find(connection, ref)
    if transfer is not None and transfer.state is not TransferState.FINAL:
        store.change_state(connection, transfer, TransferState.FAILED, now=now, reason=reason)


def on_authorization_used(connection: Connection, event: ChainEvent) -> None:
    """Some transaction used a holder's nonce; whether it moved this money comes in `on_moved`."""
    transfer = store.find_by_nonce(connection, event.args["authorizer"], event.args["nonce"])
    if transfer is not None:
        store.note_use(connection, transfer, event.tx_hash)


def on_moved(connection: Connection, event: ChainEvent) -> None:
    """Money moved: the transfer whose authorization the same transaction used is final.

    The amount and both addresses must agree: a holder can sign one nonce for two messages.
    """
    sender, recipient = event.args["from"], event.args["to"]
    if ZERO_ADDRESS in (sender, recipient):
        return  # issued or redeemed
    transfer = store.find_used_in(
        connection, event.tx_hash, sender=sender, recipient=recipient, value=event.args["value"]
    )
    if transfer is not None:
        store.change_state(
            connection,
            transfer,
            TransferState.FINAL,
            now=event.block_time,
            tx_hash=event.tx_hash,
            reason=None,
        )


def _same(known: Transfer, order: TransferAuthorization) -> Transfer:
    if known.order == order:
        return known
    raise Conflict(
        "This nonce was used for another transfer.",
        remedy="Sign again with 32 fresh random bytes.",
        slug="nonce-used",
    )


def _check(
    chain: ChainView,
    deployment: Deployment,
    clock: Clock,
    order: TransferAuthorization,
    signature: bytes,
) -> None:
    if order.value == 0:
        raise InvalidInput("value", "The amount is zero.", remedy="Give an amount above zero.")
    now = int(clock.now().timestamp())
    if max(now, chain.time()) >= order.valid_before:
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
    refusal = chain.try_out(calldata.transfer_with_authorization(order, signature))
    if refusal is not None:
        raise refused_by_token(refusal, chain, deployment.currency)


def _check_signature(
    deployment: Deployment, order: TransferAuthorization, signature: bytes
) -> None:
    try:
        signer = recover(order.digest(deployment.domain()), signature)
    except SignatureError as error:
        raise InvalidInput(
            "signature", f"{error}", remedy=error.remedy(), slug="invalid-signature"
        ) from error
    if signer != order.from_:
        raise InvalidInput(
            "signature",
            "The signature is not the sender's over this transfer.",
            remedy="Sign exactly these values, for this chain and this token, with the sender's "
            "key.",
            slug="invalid-signature",
        )


def _store(
    connection: Connection,
    deployment: Deployment,
    order: TransferAuthorization,
    signature: bytes,
    now: datetime,
) -> Transfer:
    transfer_id = TransferId(new_id("transfer"))
    tx_id = enqueue(
        connection,
        lane=Lane.RELAYER,
        to=deployment.token,
        data=calldata.transfer_with_authorization(order, signature),
        purpose=PURPOSE,
        ref=transfer_id,
        now=now,
    )
    transfer = Transfer(
        id=transfer_id,
        order=order,
        signature=signature,
        state=INITIAL,
        tx_id=tx_id,
        tx_hash=None,
        reason=None,
        created_at=now,
    )
    if not store.add(connection, transfer):
        raise Conflict(
            "The same transfer arrived twice at one moment.",
            remedy="Send it once more: the answer is then the stored one.",
            slug="try-again",
        )
    return transfer
