"""Wallet: speeding up or cancelling a --direct payment that waits for a block.

Both keep to the one transaction that the owner named: if it is in a block, or the node does not
know it, nothing is signed. Speeding up is a further attempt of the same payment, cancelling an
empty transaction to the wallet itself in its place; a node takes either only with a fee at
least a tenth higher. Every attempt stays written down, since any of them may be the one that
gets in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wallet.address import Address
from wallet.book import TransferRecord
from wallet.cli import direct
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.payment import CANCELLING, DIRECT, SENT
from wallet.errors import InputError, RefusedError
from wallet.transaction import SignedTransaction, Transaction, decode

_PLAIN_GAS: Final = 21_000  # a transfer of nothing, without data


def speed_up(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    """Sign the same payment again with a higher fee, write it down, send it."""
    old = _waiting(wallet, record).transaction
    to, amount = Address(record.to), record.value
    refusal = wallet.token.transfer_check(wallet.address, to, amount)
    if refusal is not None:
        raise refusal.error(wallet.network.currency)
    plan = _dearer(wallet, old)
    text = wallet.session.text
    extra = [
        (text("label.way"), text("send.way_faster")),
        (text("label.instead_of"), "0x" + (record.tx_hash or "")),
    ]
    Approval(wallet).transaction(plan, extra)
    return _send(wallet, record, plan, SENT)


def cancel(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    """Put an empty transaction to this wallet in the payment's place, write it down, send it."""
    old = _waiting(wallet, record).transaction
    empty = replace(old, to=wallet.address, value=0, data=b"", gas_limit=_PLAIN_GAS)
    plan = _dearer(wallet, empty)
    text = wallet.session.text
    extra = [
        (text("label.amount"), wallet.money(record.value)),
        (text("label.payee"), wallet.named(record.to)),
        (text("label.instead_of"), "0x" + (record.tx_hash or "")),
    ]
    title, race = text("send.cancel_title"), text("send.cancel_race")
    Approval(wallet).transaction(plan, extra, title=title, note=race)
    return _send(wallet, record, plan, CANCELLING)


def _waiting(wallet: Wallet, record: TransferRecord) -> SignedTransaction:
    """The newest attempt of a payment of which none is in a block and the node knows one."""
    if record.way != DIRECT or record.raw is None:
        raise InputError("send.not_direct", id=record.nonce)
    rpc, attempts = wallet.token.rpc, direct.attempts(record)
    for attempt in attempts:
        receipt = rpc.receipt(attempt.hash)
        if receipt is not None:
            raise RefusedError("send.mined", id=record.nonce, block=receipt.block_number)
    if not any(rpc.knows(attempt.hash) for attempt in attempts):
        raise RefusedError("send.not_waiting", id=record.nonce, place=rpc.place)
    return decode(bytes.fromhex(record.raw))


def _dearer(wallet: Wallet, old: Transaction) -> Transaction:
    """The same transaction for a tenth more at least, and for what the chain takes by now."""
    tip, most = direct.fees(wallet)
    plan = replace(
        old,
        max_priority_fee_per_gas=max(tip, _tenth_more(old.max_priority_fee_per_gas)),
        max_fee_per_gas=max(most, _tenth_more(old.max_fee_per_gas)),
    )
    direct.check_native(wallet, plan)
    return plan


def _tenth_more(fee: int) -> int:
    """A tenth above a fee, rounded up, and more than it in any case."""
    return max(-(-fee * 11 // 10), fee + 1)


def _send(wallet: Wallet, record: TransferRecord, plan: Transaction, state: str) -> TransferRecord:
    raw, tx_hash = direct.sign(wallet, plan)
    earlier = " ".join(part for part in (record.earlier, record.raw) if part)
    changed = replace(record, raw=raw.hex(), tx_hash=tx_hash.hex(), earlier=earlier, state=state)
    wallet.home.update(lambda book: book.put(changed))
    direct.send(wallet, raw, tx_hash, record.nonce)
    return changed
