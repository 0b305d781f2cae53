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
from wallet.cli.payment import DIRECT, FINAL, SENT, SIGNED, preview
from wallet.errors import (
    ChainError,
    DamagedFile,
    RefusedError,
    RpcError,
    StillWaiting,
    Unreachable,
)
from wallet.token import refusal_of_revert, transfer, transfer_with_authorization
from wallet.transaction import Transaction, decode

_GWEI: Final = 10**9
_MOST_TIP: Final = 50 * _GWEI  # wei a gas; no node is believed that wants a larger one


def pay(wallet: Wallet, to: Address, amount: int, memo: str | None) -> TransferRecord:
    """Sign an ERC-20 transfer, write it down, send it."""
    text = wallet.session.text
    plan = _plan(wallet, transfer(to, amount))
    extra = [(text("label.way"), text("send.way_direct")), _fee(wallet, plan)]
    if memo is not None:
        extra.append((text("label.memo"), memo))
    from_block = wallet.token.rpc.block_number()
    wallet.session.confirm(preview(wallet, to, amount, extra))
    raw, tx_hash = _sign(wallet, plan)
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
    raw = bytes.fromhex(record.raw or "")
    _send(wallet, raw, decode(raw).hash, record.nonce)
    sent = replace(record, state=SENT)
    wallet.home.update(lambda book: book.put(sent))
    return sent


def bring(wallet: Wallet, record: TransferRecord) -> TransferRecord:
    """Bring an authorization that the bank was meant to bring. It is used once, whoever does."""
    message, signature = record.message(), bytes.fromhex(record.signature)
    plan = _plan(wallet, transfer_with_authorization(message, signature))
    extra = [(wallet.session.text("label.way"), wallet.session.text("send.way_direct"))]
    extra.append(_fee(wallet, plan))
    wallet.session.confirm(preview(wallet, message.to, message.value, extra))
    raw, tx_hash = _sign(wallet, plan)
    brought = replace(record, raw=raw.hex())
    wallet.home.update(lambda book: book.put(brought))
    _send(wallet, raw, tx_hash, record.nonce)
    return brought


def wait(wallet: Wallet, record: TransferRecord) -> tuple[TransferRecord, int]:
    """Wait until the transaction is in a block and enough blocks follow; ChainError if it
    failed there or another one took its place."""
    rpc, tx_hash = wallet.token.rpc, bytes.fromhex(record.tx_hash or "")
    nonce = decode(bytes.fromhex(record.raw or "")).transaction.nonce
    stage, block = "send.waiting_chain", 0

    def look() -> bool:
        nonlocal stage, block
        head, count = rpc.block_number(), rpc.transaction_count(wallet.address)
        receipt = rpc.receipt(tx_hash)
        if receipt is None:
            if count > nonce and not rpc.knows(tx_hash):
                raise ChainError("send.replaced", id=record.nonce)
            return False
        if not receipt.succeeded:
            raise ChainError("send.reverted", id=record.nonce, block=receipt.block_number)
        stage, block = "send.waiting_depth", receipt.block_number
        return head - block >= wallet.network.depth

    seconds = wallet.session.timeout
    if not wallet.session.wait(lambda: wallet.session.text(stage), look, seconds):
        raise StillWaiting("send.waiting", id=record.nonce, seconds=seconds)
    final = replace(record, state=FINAL)
    wallet.home.update(lambda book: book.put(final))
    return final, block


def _plan(wallet: Wallet, data: bytes) -> Transaction:
    """The transaction for a call of the token; RefusedError if it would fail or costs too much."""
    rpc, token = wallet.token.rpc, wallet.network.token
    try:
        gas = rpc.estimate_gas(wallet.address, token, data)
    except RpcError as error:
        refusal = refusal_of_revert(error)
        if refusal is None:
            raise
        raise refusal.error(wallet.network.currency) from error
    block = rpc.block("latest")
    base = block.base_fee if block else 0
    # A chain without a base fee takes no fees at all here; elsewhere, room for six full blocks.
    # The base fee is the chain's own and what is too much comes back; a tip is paid in full.
    tip = min(rpc.priority_fee(), _MOST_TIP) if base else 0
    plan = Transaction(
        chain_id=wallet.network.chain_id,
        nonce=rpc.transaction_count(wallet.address),
        max_priority_fee_per_gas=tip,
        max_fee_per_gas=2 * base + tip,
        gas_limit=gas + gas // 5,
        to=token,
        value=0,
        data=data,
    )
    most = plan.gas_limit * plan.max_fee_per_gas
    if most and rpc.native_balance(wallet.address) < most:
        raise RefusedError("send.native", needed=_native(most), address=wallet.address)
    return plan


def _sign(wallet: Wallet, plan: Transaction) -> tuple[bytes, bytes]:
    """The signed bytes and their hash, read back and found to be what was shown."""
    signed = plan.sign(wallet.signer)
    read = decode(signed.raw)
    if read.transaction != plan or read.sender != wallet.address:
        raise DamagedFile("signer.mismatch", address=wallet.address)
    return signed.raw, signed.hash


def _send(wallet: Wallet, raw: bytes, tx_hash: bytes, record_id: str) -> None:
    rpc = wallet.token.rpc
    try:
        rpc.send(raw)
    except RpcError:
        # "already known" has as many spellings as there are nodes: ask for the thing itself.
        if not rpc.knows(tx_hash):
            raise
    except Unreachable as error:
        raise Unreachable("send.chain_unanswered", place=rpc.place, id=record_id) from error


def _fee(wallet: Wallet, plan: Transaction) -> tuple[str, str]:
    text, most = wallet.session.text, plan.gas_limit * plan.max_fee_per_gas
    shown = text("send.fee_native", most=_native(most)) if most else text("send.fee_none")
    return text("label.fee"), shown


def _native(wei: int) -> str:
    """Wei as a decimal number of gwei, which is how fees are spoken of."""
    return f"{wei // _GWEI}.{wei % _GWEI:09d}".rstrip("0").rstrip(".") + " gwei"
