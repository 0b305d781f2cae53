"""Wallet: `jiaozi request`: ask to be paid, with a link (ERC-681) and its QR code.

It needs neither password nor network: the link names this wallet, its token and its chain.
"""

from __future__ import annotations

from typing import Literal

from wallet import qr
from wallet.cli.access import Wallet
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.erc681 import PaymentLink

_PICTURES: tuple[tuple[str, Literal["png", "svg"]], ...] = (("--png", "png"), ("--svg", "svg"))


def run(session: Session) -> Result:
    """The link, its code on a terminal, and pictures where they are asked for."""
    wallet, text = Wallet(session), session.text
    given = session.line.words.get("AMOUNT")
    amount = None if given is None else wallet.positive(given)
    network = wallet.network
    link = str(PaymentLink(network.token, wallet.address, amount, network.chain_id))
    written = []
    for flag, kind in _PICTURES:
        file = session.line.get(flag)
        if file is not None:
            qr.write(file, qr.picture(link, kind))
            written.append(file)
    data = {
        "link": link,
        "to": wallet.address,
        "requested": None if amount is None else wallet.amount(amount),
        "chain_id": network.chain_id,
        "token": network.token,
        "files": written,
    }
    facts = [(text("label.payee"), wallet.address), (text("label.chain"), wallet.chain_label())]
    if amount is not None:
        facts.insert(0, (text("label.amount"), wallet.money(amount)))
    facts += [(text("label.file"), file) for file in written]
    code = qr.terminal(link, colour=session.colours) if session.on_terminal else []
    return Result(data, [*wallet.retired_warning(), *code, link, *rows(facts)])
