"""Wallet: `jiaozi contacts`: names for payees, given only after a look at name and address.

A contact is somebody the owner means: other addresses are compared with it before they are
paid. So a name that hides letters, a name like another's, and an address like a known one must
each be accepted by name.
"""

from __future__ import annotations

from wallet.address import Address, parse_address
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.session import Result, Session
from wallet.cli.views import columns
from wallet.consent import Act, ActKind, risks_of_contact
from wallet.errors import AddressError, InputError
from wallet.money import shorten


def run(session: Session) -> Result:
    """List the contacts, or add, remove or rename one."""
    wallet, words = Wallet(session), session.line.words
    match words["ACTION"]:
        case "add":
            _add(wallet, words["NAME"], words["ADDRESS"])
        case "remove":
            _known(wallet, words["NAME"])
            wallet.home.update(lambda book: book.without_contact(words["NAME"]))
        case "rename":
            _rename(wallet, words["NAME"], words["NEW"])
    return _result(wallet)


def _add(wallet: Wallet, name: str, text: str) -> None:
    address = _address(wallet, text)
    book = wallet.home.book()
    known = book.name_of(address)
    if known is not None:
        raise InputError("contact.known", address=address, name=known)
    wallet.check_name(name, "NAME")
    if name in book.contacts:
        raise InputError("contact.taken", name=shorten(name))
    approval = Approval(wallet)
    # As if it were paid: the chain tells whether there is a contract.
    facts = approval.facts([Act(ActKind.PAY, "", party=address)])
    approval.accept(risks_of_contact(name, address, facts))
    wallet.add_contact(name, address)


def _rename(wallet: Wallet, name: str, new: str) -> None:
    address = _known(wallet, name)
    wallet.check_name(new, "NEW")
    others = {each: known for each, known in wallet.home.book().contacts.items() if each != name}
    if new in others:
        raise InputError("contact.taken", name=shorten(new))
    wallet.accept_name(new, others)
    wallet.home.update(lambda now: now.without_contact(name).with_contact(new, address))


def _address(wallet: Wallet, text: str) -> Address:
    address = parse_address(text)
    if address == wallet.network.token:
        raise AddressError("payee.token")
    if address == wallet.network.teller:
        raise AddressError("payee.teller")
    return address


def _known(wallet: Wallet, name: str) -> Address:
    address = wallet.home.book().contacts.get(name)
    if address is None:
        raise InputError("contact.unknown", name=shorten(name))
    return address


def _result(wallet: Wallet) -> Result:
    contacts = wallet.home.book().contacts
    data = {"contacts": [{"name": name, "address": each} for name, each in contacts.items()]}
    table = sorted([name, address] for name, address in contacts.items())
    lines = columns(table, right=()) if table else [wallet.session.text("contacts.none")]
    return Result(data, lines)
