"""Wallet: `jiaozi send`: pay somebody, through the bank's relay or straight on the chain.

Before anything is signed the token itself is asked whether it would refuse. What is signed is
written to the book before it is sent, and can be sent again under the same id: the chain takes
it once.
"""

from __future__ import annotations

from typing import Final

from wallet.address import Address
from wallet.book import TransferRecord
from wallet.cli import direct, relay, replacing
from wallet.cli.access import Wallet
from wallet.cli.payment import CANCELLED, CANCELLING, DIRECT, FINAL
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.errors import AddressError, InputError, RefusedError, Unreachable
from wallet.money import shorten
from wallet.plain import read_line

_LONGEST_MEMO: Final = 200
_SHORTEST_ID: Final = 8


def run(session: Session) -> Result:
    """Sign and send a payment, or send a signed one again."""
    wallet = Wallet(session)
    for flag, act in (("--speed-up", replacing.speed_up), ("--cancel", replacing.cancel)):
        named = session.line.get(flag)
        if named is not None:
            _refuse_ways(session, flag)
            return finish(wallet, act(wallet, _find(wallet, named)))
    again = session.line.get("--again")
    if again is not None:
        return resume(wallet, _find(wallet, again))
    amount, to = session.line.words["AMOUNT"], session.line.words["TO"]
    return finish(wallet, begin(wallet, wallet.positive(amount), wallet.payee(to)))


def _refuse_ways(session: Session, flag: str) -> None:
    """What a payment is cannot be changed by replacing its transaction."""
    for other in ("--direct", "--memo"):
        if session.line.has(other):
            raise InputError("usage.option", option=other, command=f"jiaozi send {flag}")


def resume(wallet: Wallet, found: TransferRecord) -> Result:
    """Go on with a payment that was signed before, wherever it was left."""
    return finish(wallet, _again(wallet, found), was_paid=found.state == FINAL)


def finish(wallet: Wallet, record: TransferRecord, *, was_paid: bool = False) -> Result:
    """Wait for a payment that is on its way, unless --no-wait; what became of it.

    `was_paid` says that it was over before this command, which then sent nothing.
    """
    session = wallet.session
    name = session.line.get("--save-as")
    if name is not None:
        wallet.add_contact(name, Address(record.to))
    if session.line.has("--no-wait"):
        return _result(wallet, record, None, was_paid=was_paid)
    record, block = (direct if record.way == DIRECT else relay).wait(wallet, record)
    if record.state == FINAL and session.line.has("--cancel"):
        raise RefusedError("send.too_late", id=record.nonce, block=block)
    return _result(wallet, record, block, was_paid=was_paid)


def begin(wallet: Wallet, amount: int, to: Address) -> TransferRecord:
    """Check, show, sign and send a payment of `amount` minor units, as the options have it."""
    line = wallet.session.line
    _check_name(wallet, to)
    memo = line.get("--memo")
    if memo is not None:
        read_line("--memo", memo, _LONGEST_MEMO)
    is_direct = line.has("--direct")
    if not is_direct:
        try:
            info = wallet.bank_info()
        except Unreachable as error:
            raise Unreachable("send.no_bank", place=wallet.bank.place) from error
        if to == info.teller:
            raise AddressError("payee.teller")
    check_rules(wallet, amount, to)
    if is_direct:
        return direct.pay(wallet, to, amount, memo)
    return relay.pay(wallet, to, amount, memo)


def check_rules(wallet: Wallet, amount: int, to: Address) -> None:
    """RefusedError if the token would refuse this payment now."""
    refusal = wallet.token.transfer_check(wallet.address, to, amount)
    if refusal is not None:
        raise refusal.error(wallet.network.currency)


def _find(wallet: Wallet, start: str) -> TransferRecord:
    start = start.lower().removeprefix("0x")
    found = wallet.home.book().find(TransferRecord, start) if len(start) >= _SHORTEST_ID else None
    if found is None or found.sender != wallet.address:
        raise InputError("send.unknown", id=shorten(start))
    return found


def _again(wallet: Wallet, found: TransferRecord) -> TransferRecord:
    """Send a signed payment again, unless it has come to its end."""
    _check_name(wallet, Address(found.to))
    if found.state in (FINAL, CANCELLED):
        return found
    if found.way == DIRECT:
        return direct.send_again(wallet, found)
    if wallet.token.authorization_used(wallet.address, bytes.fromhex(found.nonce)):
        return found  # it is on the chain already; waiting tells where
    if wallet.session.line.has("--direct"):
        return direct.bring(wallet, found)
    return relay.submit(wallet, found)


def _check_name(wallet: Wallet, to: Address) -> None:
    """Refuse a contact's name while nothing is signed or sent yet."""
    name = wallet.session.line.get("--save-as")
    if name is not None:
        wallet.check_contact(name, to)


def _result(wallet: Wallet, record: TransferRecord, block: int | None, *, was_paid: bool) -> Result:
    text = wallet.session.text
    balance = wallet.token.account(wallet.address).balance
    tx_hash = record.tx_hash and "0x" + record.tx_hash.removeprefix("0x")
    data = {
        "id": record.nonce,
        "state": record.state,
        "way": record.way,
        "to": record.to,
        **wallet.amount(record.value),
        "tx_hash": tx_hash,
        "block": block,
        "balance": wallet.amount(balance),
        "was_paid": was_paid,
    }
    values = {"amount": wallet.money(record.value), "payee": wallet.named(record.to)}
    if was_paid:
        told = text("send.paid_before", **values)
    elif record.state == CANCELLED:
        told = text("send.cancel_done", **values)
    elif record.state == CANCELLING:
        told = text("send.cancel_under_way", id=record.nonce)
    elif block is None:
        told = text("send.under_way", id=record.nonce)
    else:
        told = text("send.paid", **values)
    facts = []
    if tx_hash is not None:
        facts.append((text("label.tx"), tx_hash))
    if block is not None:
        facts.append((text("label.block"), str(block)))
    facts.append((text("label.balance"), wallet.money(balance)))
    return Result(data, [told, *rows(facts)])
