"""Wallet: a payment straight to the chain: a signed EIP-1559 transaction, with no bank needed.

It costs the chain's fee in its native coin; a chain whose base fee is zero takes none. The
signed bytes are decoded again and compared with what was shown before they leave.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wallet.address import Address
from wallet.book import TransferRecord
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.payment import CANCELLED, DIRECT, FINAL, SENT, SIGNED
from wallet.consent.display import wei
from wallet.errors import (
    ChainError,
    DamagedFile,
    RefusedError,
    RpcError,
    StillWaiting,
    Unreachable,
)
from wallet.token import refusal_of_revert, transfer, transfer_with_authorization
from wallet.transaction import SignedTransaction, Transaction, decode

_GWEI: Final = 10**9
_MOST_TIP: Final = 50 * _GWEI  # wei a gas; no node is believed that wants a larger one


def pay(wallet: Wallet, to: Address, amount: int, memo: str | None) -> TransferRecord:
    """Sign an ERC-20 transfer, write it down, send it."""
    text = wallet.session.text
    plan = planned(wallet, transfer(to, amount))
    extra = [(text("label.way"), text("send.way_direct"))]
    if memo is not None:
        extra.append((text("label.memo"), memo))
    from_block = wallet.token.rpc.block_number()
    Approval(wallet).transaction(plan, extra)
    raw, tx_hash = sign(wallet, plan)
    record = TransferRecord(
        nonce=tx_hash.hex(),
        way=DIRECT,
        sender=wallet.address,
        to=to,
        value=amount,
        created_at=wallet.session.clock.now(),
        state=SIGNED,
        raw=raw.hex(),
        tx_hash=tx_hash.hex(),
        memo=memo,
        from_block=from_block,
    )
    wallet.home.update(lambda book: book.put(record))
    return send_again(wallet, record)


def send_again(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    """Send a signed transaction; the same one again has no second effect."""
    if any(wallet.token.rpc.receipt(each.hash) for each in attempts(record)):
        return record  # in a block already; waiting tells which of the attempts it was
    raw = bytes.fromhex(record.raw or "")
    send(wallet, raw, decode(raw).hash, record.nonce)
    sent = replace(record, state=SENT if record.state == SIGNED else record.state)
    wallet.home.update(lambda book: book.put(sent))
    return sent


def bring(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    """Bring an authorization that the bank was meant to bring. It is used once, whoever does."""
    message, signature = record.message(), bytes.fromhex(record.signature)
    plan = planned(wallet, transfer_with_authorization(message, signature))
    extra = [(wallet.session.text("label.way"), wallet.session.text("send.way_direct"))]
    Approval(wallet).transaction(plan, extra)
    raw, tx_hash = sign(wallet, plan)
    brought = replace(record, raw=raw.hex())
    wallet.home.update(lambda book: book.put(brought))
    send(wallet, raw, tx_hash, record.nonce)
    return brought


def attempts(record: TransferRecord) -> list[SignedTransaction]:
    """Every transaction that was signed for a payment, the newest first."""
    raws = [record.raw or "", *reversed(record.earlier.split())]
    return [decode(bytes.fromhex(raw)) for raw in raws]


def wait(wallet: Wallet, record: TransferRecord) -> tuple[TransferRecord, int]:
    """Wait until one of the attempts is in a block and enough blocks follow.

    ChainError if it failed there or another transaction took their place. A cancelled payment
    comes back with the state CANCELLED, unless the payment itself was faster.
    """
    rpc, tries = wallet.token.rpc, attempts(record)
    nonce = tries[0].transaction.nonce
    stage, block, done = "send.waiting_chain", 0, tries[0]

    def look() -> bool:
        nonlocal stage, block, done
        head, count = rpc.block_number(), rpc.transaction_count(wallet.address)
        found = [(each, rpc.receipt(each.hash)) for each in tries]
        for each, receipt in found:
            if receipt is None:
                continue
            if not receipt.succeeded:
                raise ChainError("send.reverted", id=record.nonce, block=receipt.block_number)
            stage, block, done = "send.waiting_depth", receipt.block_number, each
            return head - block >= wallet.network.depth
        if count > nonce and not any(rpc.knows(each.hash) for each in tries):
            raise ChainError("send.replaced", id=record.nonce)
        return False

    seconds = wallet.session.timeout
    if not wallet.session.wait(lambda: wallet.session.text(stage), look, seconds):
        raise StillWaiting("send.waiting", id=record.nonce, seconds=seconds)
    state = FINAL if done.transaction.data else CANCELLED
    final = replace(record, state=state, tx_hash=done.hash.hex())
    wallet.home.update(lambda book: book.put(final))
    return final, block


def planned(wallet: Wallet, data: bytes) -> Transaction:
    """The transaction for a call of the token; RefusedError if it would fail or costs too much."""
    rpc, token = wallet.token.rpc, wallet.network.token
    try:
        gas = rpc.estimate_gas(wallet.address, token, data)
    except RpcError as error:
        refusal = refusal_of_revert(error)
        if refusal is None:
            raise
        raise refusal.error(wallet.network.currency) from error
    tip, most = fees(wallet)
    plan = Transaction(
        chain_id=wallet.network.chain_id,
        nonce=rpc.transaction_count(wallet.address),
        max_priority_fee_per_gas=tip,
        max_fee_per_gas=most,
        gas_limit=gas + gas // 5,
        to=token,
        value=0,
        data=data,
    )
    check_native(wallet, plan)
    return plan


def fees(wallet: Wallet) -> tuple[int, int]:
    """The tip, and the most, wei a gas, that the next blocks should take."""
    rpc = wallet.token.rpc
    block = rpc.block("latest")
    base = block.base_fee if block else 0
    # A chain without a base fee takes no fees at all here; elsewhere, room for six full blocks.
    # The base fee is the chain's own and what is too much comes back; a tip is paid in full.
    tip = min(rpc.priority_fee(), _MOST_TIP) if base else 0
    return tip, 2 * base + tip


def check_native(wallet: Wallet, plan: Transaction) -> None:
    """RefusedError if the wallet has less of the native coin than the fee may come to."""
    most = plan.gas_limit * plan.max_fee_per_gas
    if most and wallet.token.rpc.native_balance(wallet.address) < most:
        raise RefusedError("send.native", needed=wei(most), address=wallet.address)


def sign(wallet: Wallet, plan: Transaction) -> tuple[bytes, bytes]:
    """The signed bytes and their hash, read back and found to be what was shown."""
    signed = plan.sign(wallet.signer)
    read = decode(signed.raw)
    if read.transaction != plan or read.sender != wallet.address:
        raise DamagedFile("signer.mismatch", address=wallet.address)
    return signed.raw, signed.hash


def send(wallet: Wallet, raw: bytes, tx_hash: bytes, record_id: str) -> None:
    """Hand in signed bytes; the same again is no fault."""
    rpc = wallet.token.rpc
    try:
        rpc.send(raw)
    except RpcError:
        # "already known" has as many spellings as there are nodes: ask for the thing itself.
        if not rpc.knows(tx_hash):
            raise
    except Unreachable as error:
        raise Unreachable("send.chain_unanswered", place=rpc.place, id=record_id) from error
