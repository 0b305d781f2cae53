"""Wallet: `jiaozi allowances`: who may take money of this account, and taking that back.

The token's own logs name every spender there ever was; what each may still take is read from
the token now, so a permit that others brought to the chain is seen too.
"""

from __future__ import annotations

from wallet.address import Address
from wallet.cli import direct
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.session import Result, Session
from wallet.cli.views import columns, rows
from wallet.consent.acts import UNLIMITED
from wallet.errors import ChainError, InputError, StillWaiting
from wallet.token import approve
from wallet.token.events import spenders_of


def run(session: Session) -> Result:
    """List the allowances, or revoke one by a transaction."""
    wallet = Wallet(session)
    if session.line.words["ACTION"] == "revoke":
        return _revoke(wallet, wallet.whose(session.line.words["SPENDER"]))
    head = wallet.token.rpc.block_number()
    network = wallet.network
    spenders = spenders_of(
        wallet.token.rpc, network.token, wallet.address, network.first_block, head
    )
    found = [(each, wallet.token.allowance(wallet.address, each)) for each in spenders]
    left = [(spender, amount) for spender, amount in found if amount]
    data = {
        "address": wallet.address,
        "block": head,
        "allowances": [{"spender": spender, **_amount(wallet, amount)} for spender, amount in left],
    }
    table = [[wallet.named(spender), _shown(wallet, amount)] for spender, amount in left]
    lines = columns(table, right={1}) if table else [session.text("allowances.none")]
    lines.append(session.text("allowances.read", block=head, chain=wallet.chain_label()))
    return Result(data, lines)


def _amount(wallet: Wallet, amount: int) -> dict[str, object]:
    unlimited = amount >= UNLIMITED
    return {**wallet.amount(amount), "unlimited": unlimited}


def _shown(wallet: Wallet, amount: int) -> str:
    return wallet.session.text("value.unlimited") if amount >= UNLIMITED else wallet.money(amount)


def _revoke(wallet: Wallet, spender: Address) -> Result:
    """Sign approve(spender, 0), send it, and wait until it is in a block and enough follow."""
    session, token = wallet.session, wallet.token
    before = token.allowance(wallet.address, spender)
    if before == 0:
        raise InputError("allowance.none", spender=spender)
    plan = direct.planned(wallet, approve(spender, 0))
    Approval(wallet).transaction(plan, [(session.text("label.now"), _shown(wallet, before))])
    raw, tx_hash = direct.sign(wallet, plan)
    direct.send(wallet, raw, tx_hash, tx_hash.hex())
    block = None if session.line.has("--no-wait") else _wait(wallet, tx_hash)
    data = {
        "spender": spender,
        "tx_hash": "0x" + tx_hash.hex(),
        "block": block,
        **_amount(wallet, token.allowance(wallet.address, spender)),
    }
    said = "allowances.under_way" if block is None else "allowances.revoked"
    facts = rows([(session.text("label.tx"), "0x" + tx_hash.hex())])
    return Result(data, [session.text(said, spender=wallet.named(spender)), *facts])


def _wait(wallet: Wallet, tx_hash: bytes) -> int:
    session, rpc = wallet.session, wallet.token.rpc
    stage, block = "send.waiting_chain", 0

    def look() -> bool:
        nonlocal stage, block
        head, receipt = rpc.block_number(), rpc.receipt(tx_hash)
        if receipt is None:
            return False
        if not receipt.succeeded:
            raise ChainError("allowance.reverted", tx=tx_hash.hex(), block=receipt.block_number)
        stage, block = "send.waiting_depth", receipt.block_number
        return head - block >= wallet.network.depth

    if not session.wait(lambda: session.text(stage), look, session.timeout):
        raise StillWaiting("allowance.waiting", tx=tx_hash.hex(), seconds=session.timeout)
    return block
