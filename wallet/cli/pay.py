"""Wallet: `jiaozi pay`: pay what a link (ERC-681) or a picture of its QR code asks for.

The link only fills in amount and payee: the payment is checked, shown and sent as `send` does.
"""

from __future__ import annotations

from pathlib import Path

from wallet import qr
from wallet.cli.access import Wallet
from wallet.cli.send import begin, finish
from wallet.cli.session import Result, Session
from wallet.erc681 import PaymentLink, is_link, parse_link
from wallet.errors import InputError, WrongChain
from wallet.money import shorten


def run(session: Session) -> Result:
    """Pay what the link asks for."""
    wallet = Wallet(session)
    link = parse_link(_text(session.line.words["LINK"]))
    network = wallet.network
    if link.chain_id not in (None, network.chain_id):
        raise WrongChain("paylink.other_chain", actual=link.chain_id, expected=network.chain_id)
    if link.token != network.token:
        raise WrongChain("paylink.other_token", token=link.token, symbol=network.symbol)
    return finish(wallet, begin(wallet, _amount(wallet, link), wallet.payee(link.to)))


def _text(given: str) -> str:
    """The link itself, or the one in a picture."""
    if is_link(given):
        return given
    if not Path(given).exists():
        raise InputError("paylink.neither", link=shorten(given))
    return qr.read(given)


def _amount(wallet: Wallet, link: PaymentLink) -> int:
    """The link's amount; where it leaves it open, --amount's."""
    given = wallet.session.line.get("--amount")
    if link.amount is None:
        if given is None:
            raise InputError("paylink.open")
        return wallet.positive(given)
    if given is not None and wallet.positive(given) != link.amount:
        raise InputError("paylink.fixed", amount=wallet.money(link.amount))
    return link.amount
