"""Wallet: `jiaozi unlink`: end the link of a bank account to this wallet, by a signed message."""

from __future__ import annotations

from dataclasses import replace

from wallet.book import LinkRecord
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.session import Result, Session
from wallet.errors import InputError
from wallet.iban import format_iban, parse_iban
from wallet.typed_data import AccountUnlink

_OPEN = ("REQUESTED", "CONFIRMED", "ACTIVE")


def run(session: Session) -> Result:
    """End the newest open link of the account."""
    iban = parse_iban(session.line.words["IBAN"])
    wallet, text = Wallet(session), session.text
    record = _open_link(wallet, iban)
    message = AccountUnlink(wallet.address, iban, record.id or "", session.clock.now())
    wallet.bank_info()
    extra = [(text("label.name"), record.name), (text("label.bank"), wallet.bank.place)]
    Approval(wallet).message(message, extra, note=text("unlink.consequence"))
    answer = wallet.bank.close_link(message, wallet.sign(message))
    closed = replace(record, state=answer.state)
    wallet.home.update(lambda book: book.put(closed))
    data = {
        "id": record.id,
        "state": answer.state,
        "wallet": wallet.address,
        "account": record.account,
    }
    return Result(data, [text("unlink.done", account=format_iban(iban))])


def _open_link(wallet: Wallet, iban: str) -> LinkRecord:
    for record in wallet.links():
        if record.account == iban and record.id is not None and record.state in _OPEN:
            return record
    raise InputError("unlink.none", account=format_iban(iban))
