"""Wallet: `jiaozi balance`, read from the chain at one block, named in the answer."""

from __future__ import annotations

from wallet.cli.access import Wallet
from wallet.cli.session import Result, Session
from wallet.cli.views import rows


def run(session: Session) -> Result:
    """Balance, today's spending and standing of the wallet's address."""
    wallet = Wallet(session)
    block = wallet.token.rpc.block_number()
    state = wallet.token.account(wallet.address, block)
    text = session.text
    standing = text("balance.tier", tier=state.tier) if state.tier else text("balance.tier_none")
    if state.frozen:
        standing = text("balance.frozen")
    data = {
        "address": wallet.address,
        "balance": wallet.amount(state.balance),
        "spent_today": wallet.amount(state.spent_today),
        "tier": state.tier,
        "frozen": state.frozen,
        "block": block,
        "chain_id": wallet.network.chain_id,
        "token": wallet.network.token,
    }
    lines = rows(
        [
            (text("label.balance"), wallet.money(state.balance)),
            (text("label.spent_today"), wallet.money(state.spent_today)),
            (text("label.standing"), standing),
            (text("label.address"), wallet.address),
            (text("label.block"), text("balance.block", block=block, chain=wallet.chain_label())),
        ]
    )
    return Result(data, lines)
