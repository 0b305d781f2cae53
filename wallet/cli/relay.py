"""Wallet: a payment through the bank's relay: a signed authorization (EIP-3009), no native coin.

The bank brings the authorization to the chain and pays the chain's fee. It can change nothing
in it, and if it does not bring it, anybody else can, the wallet itself included.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from wallet.address import Address
from wallet.book import TransferRecord
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.payment import FINAL, RELAY, SENT, SIGNED
from wallet.errors import BankAnswerError, RefusedError, StillWaiting, Unreachable
from wallet.token.events import use_of_authorization
from wallet.typed_data import TransferAuthorization

_FAILED: Final = "FAILED"
_VALID_SECONDS: Final = 3600


def pay(wallet: Wallet, to: Address, amount: int, memo: str | None) -> TransferRecord:
    """Sign an authorization, write it down, hand it to the bank."""
    text = wallet.session.text
    valid_before = wallet.chain_time() + _VALID_SECONDS
    nonce = secrets.token_bytes(32)
    message = TransferAuthorization(wallet.address, to, amount, 0, valid_before, nonce)
    extra = [
        (text("label.way"), text("send.way_relay", bank=wallet.bank.place)),
        (text("label.fee"), text("send.fee_relay")),
    ]
    if memo is not None:
        extra.append((text("label.memo"), memo))
    from_block = wallet.token.rpc.block_number()
    Approval(wallet).message(message, extra)
    record = TransferRecord(
        nonce=nonce.hex(),
        way=RELAY,
        sender=message.from_,
        to=message.to,
        value=message.value,
        created_at=wallet.session.clock.now(),
        state=SIGNED,
        valid_after=message.valid_after,
        valid_before=message.valid_before,
        signature=wallet.sign(message).hex(),
        memo=memo,
        from_block=from_block,
    )
    wallet.home.update(lambda book: book.put(record))
    return submit(wallet, record)


def submit(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    """Hand a signed authorization in; the same one again has no second effect."""
    try:
        answer = wallet.bank.submit_transfer(record.message(), bytes.fromhex(record.signature))
    except Unreachable as error:
        place = wallet.bank.place
        raise Unreachable("send.unanswered", place=place, id=record.nonce) from error
    return _save(wallet, replace(record, state=SENT, bank_id=answer.id))


def wait(wallet: Wallet, record: TransferRecord) -> tuple[TransferRecord, int]:
    """Wait until the money has moved and enough blocks follow; the record and the block.

    The chain decides, not the bank; the bank is asked only why it takes long.
    """
    nonce, rpc = bytes.fromhex(record.nonce), wallet.token.rpc
    stage, block = "send.waiting_chain", 0

    def look() -> bool:
        nonlocal record, stage, block
        head = rpc.block_number()
        if not wallet.token.authorization_used(wallet.address, nonce):
            _ask_why(wallet, record)
            return False
        blocks = (record.from_block, head)
        log = use_of_authorization(rpc, wallet.network.token, wallet.address, nonce, blocks)
        if log is None:
            if rpc.block_number() == head:
                raise RefusedError("send.cancelled", id=record.nonce)
            return False  # used in a block that came while we looked
        stage, block = "send.waiting_depth", log.block_number
        record = replace(record, tx_hash=log.transaction_hash.hex())
        return head - block >= wallet.network.depth

    seconds = wallet.session.timeout
    if not wallet.session.wait(lambda: wallet.session.text(stage), look, seconds):
        raise StillWaiting("send.waiting", id=record.nonce, seconds=seconds)
    return _save(wallet, replace(record, state=FINAL)), block


def _ask_why(wallet: Wallet, record: TransferRecord) -> None:
    """RefusedError if the payment cannot come any more, or the bank gave up bringing it."""
    if wallet.chain_time() >= record.valid_before:
        raise RefusedError("refused.expired")
    if record.bank_id is None:
        return
    try:
        answer = wallet.bank.transfer(record.bank_id)
    except (Unreachable, BankAnswerError, RefusedError):
        return  # the bank may be away or in trouble; whether the money moves, the chain says
    if answer.state == _FAILED:
        reason = answer.reason or "-"
        raise RefusedError("send.failed", reason=reason, id=record.nonce)


def _save(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    wallet.home.update(lambda book: book.put(record))
    return record
