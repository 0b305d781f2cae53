"""Wallet: `jiaozi link`: bind a bank account to this wallet.

The wallet signs a message that names the account; the bank confirms by the one-time code that
it gave its customer. Asking again for a link that is under way looks at it again.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from wallet.bank import LinkAnswer
from wallet.book import LinkRecord
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.errors import InputError, RefusedError, StillWaiting
from wallet.iban import Iban, format_iban, parse_iban
from wallet.plain import read_line
from wallet.typed_data import AccountLink

SIGNED: Final = "SIGNED"
ACTIVE: Final = "ACTIVE"
_ENDED: Final = ("REFUSED", "CLOSED")
_LONGEST_NAME: Final = 70  # what SEPA lets a payment carry
_LONGEST_CODE: Final = 64
_RESEND_SECONDS: Final = 10 * 60  # the bank takes a signature for 15 minutes


def run(session: Session) -> Result:
    """Link the account; the result names where and how to pay in."""
    iban = parse_iban(session.line.words["IBAN"])
    name = read_line("--name", _given(session, "--name"), _LONGEST_NAME)
    wallet = Wallet(session)
    record = _under_way(wallet, iban, name)
    if record is None or record.id is None:
        code = read_line("--code", _given(session, "--code"), _LONGEST_CODE)
        wallet.bank_info()
        record = record or _sign(wallet, iban, name)
        message = record.message(wallet.address)
        answer = wallet.bank.create_link(message, bytes.fromhex(record.signature), code)
        record = _save(wallet, record, answer)
    else:
        record, answer = _look(wallet, record)
    if not session.line.has("--no-wait"):
        record, answer = _wait(wallet, record, answer)
    if record.state in _ENDED:
        raise RefusedError("link.refused", account=format_iban(iban), reason=answer.reason or "-")
    return _result(wallet, record)


def _given(session: Session, flag: str) -> str:
    value = session.line.get(flag)
    if value is None:
        raise InputError("usage.missing", word=flag, command="link")
    return value


def _under_way(wallet: Wallet, iban: Iban, name: str) -> LinkRecord | None:
    """A link of this account that the bank has not ended, fresh enough to be sent again."""
    now = wallet.session.clock.now()
    for record in wallet.links():
        if (record.account, record.name) != (iban, name) or record.state in _ENDED:
            continue
        if record.id is not None or now - record.issued_at < _RESEND_SECONDS:
            return record
    return None


def _sign(wallet: Wallet, iban: Iban, name: str) -> LinkRecord:
    text, now = wallet.session.text, wallet.session.clock.now()
    message = AccountLink(wallet.address, iban, name, now, secrets.token_bytes(32))
    Approval(wallet).message(message, [(text("label.bank"), wallet.bank.place)])
    record = LinkRecord(
        nonce=message.nonce.hex(),
        account=message.account,
        name=message.name,
        issued_at=message.issued_at,
        signature=wallet.sign(message).hex(),
        state=SIGNED,
        wallet=message.wallet,
    )
    wallet.home.update(lambda book: book.put(record))
    return record


def _save(wallet: Wallet, record: LinkRecord, answer: LinkAnswer) -> LinkRecord:
    changed = replace(
        record,
        id=answer.id,
        state=answer.state,
        deposit_reference=answer.deposit_reference or record.deposit_reference,
        reserve_account=answer.reserve_account or record.reserve_account,
    )
    if changed != record:
        wallet.home.update(lambda book: book.put(changed))
    return changed


def _look(wallet: Wallet, record: LinkRecord) -> tuple[LinkRecord, LinkAnswer]:
    answer = wallet.bank.link(record.id or "")
    return _save(wallet, record, answer), answer


def _wait(wallet: Wallet, record: LinkRecord, answer: LinkAnswer) -> tuple[LinkRecord, LinkAnswer]:
    """Look at the link until the bank has decided and the chain knows the wallet."""
    seconds = wallet.session.timeout

    def decided() -> bool:
        nonlocal record, answer
        if record.state == ACTIVE or record.state in _ENDED:
            return True
        record, answer = _look(wallet, record)
        return record.state == ACTIVE or record.state in _ENDED

    def what() -> str:
        return wallet.session.text("link.waiting", state=record.state)

    if not wallet.session.wait(what, decided, seconds):
        raise StillWaiting("link.waiting", state=record.state, seconds=seconds)
    return record, answer


def _result(wallet: Wallet, record: LinkRecord) -> Result:
    text = wallet.session.text
    data = {
        "id": record.id,
        "state": record.state,
        "wallet": wallet.address,
        "account": record.account,
        "deposit_reference": record.deposit_reference,
        "reserve_account": record.reserve_account,
    }
    lines = [text("link.active" if record.state == ACTIVE else "link.pending")]
    pay_in = [
        (text("label.state"), record.state),
        (text("label.pay_to"), format_iban(record.reserve_account or "-")),
        (text("label.reference"), record.deposit_reference or "-"),
    ]
    lines += rows(pay_in)
    if record.state == ACTIVE:
        lines.append(text("link.top_up"))
    return Result(data, lines)
