"""Wallet: what relayed and direct payments share: their ways, their states, their preview."""

from __future__ import annotations

from typing import Final

from wallet.address import Address
from wallet.cli.access import Wallet
from wallet.cli.views import rows

#: The two ways of a payment.
RELAY: Final = "relay"
DIRECT: Final = "direct"
#: Its states in the book: written down, handed in, and on the chain under enough blocks.
SIGNED: Final = "SIGNED"
SENT: Final = "SENT"
FINAL: Final = "FINAL"
#: Those of a direct payment that its owner takes back: on the way, and done.
CANCELLING: Final = "CANCELLING"
CANCELLED: Final = "CANCELLED"


def preview(wallet: Wallet, to: Address, amount: int, extra: list[tuple[str, str]]) -> list[str]:
    """What is about to be signed, in clear."""
    text = wallet.session.text
    state = wallet.token.account(wallet.address)
    return [
        *wallet.retired_warning(),
        text("send.title"),
        *rows(
            [
                (text("label.amount"), wallet.money(amount)),
                (text("label.payee"), wallet.named(to)),
                *extra,
                (text("label.chain"), wallet.chain_label()),
                (text("label.balance_after"), wallet.money(state.balance - amount)),
            ]
        ),
    ]
