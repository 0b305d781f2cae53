"""Wallet: `jiaozi account`: show, make, choose, name and retire accounts of one wallet."""

from __future__ import annotations

from typing import Any, Final

from wallet.book.accounts import KEY, WATCH, Account, Accounts
from wallet.book.derive import next_child
from wallet.book.home import Home
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.errors import InputError, SetupError
from wallet.path import Path

_DONE: Final = {
    "use": "account.used",
    "rename": "account.renamed",
    "retire": "account.retired",
}


def run(session: Session) -> Result:
    """Do what the action says to the accounts; the result is the account it was about."""
    action = session.line.words["ACTION"]
    if action == "show":
        accounts = Home(session.directory).accounts(session.password)
        return _result(session, accounts, accounts.pick(_given(session)), None)
    if action != "new":
        return _change(session, action)
    before = Home(session.directory).accounts(session.password)
    address_and_path = _at_path(session, before)

    def add(accounts: Accounts) -> Accounts:
        address, path = address_and_path or next_child(accounts)
        return accounts.added(address, path, session.line.words.get("NAME", ""))

    accounts = Home(session.directory).change_accounts(add, session.password)
    return _result(session, accounts, accounts.entries[-1], "account.made")


def _given(session: Session) -> str | None:
    """The account that a word names, else --account's."""
    return session.line.words.get("ACCOUNT", session.line.get("--account"))


def _change(session: Session, action: str) -> Result:
    home = Home(session.directory)
    number = home.accounts(session.password).pick(_given(session)).index

    def change(accounts: Accounts) -> Accounts:
        account = accounts.entries[number]
        if action == "use":
            return accounts.using(account)
        if action == "rename":
            name = accounts.checked_name(session.line.words["NAME"], beside=account)
            return accounts.replaced(account.changed(name=name))
        return accounts.replaced(account.changed(retired=True))

    accounts = home.change_accounts(change, session.password)
    return _result(session, accounts, accounts.entries[number], _DONE[action])


def _at_path(session: Session, accounts: Accounts) -> tuple[Any, str] | None:
    """The address at --path, which needs the key and so the password; None without the option."""
    given = session.line.get("--path")
    if given is None:
        return None
    path = Path.parse(given)
    if accounts.kind in (KEY, WATCH):
        raise SetupError("account.single", kind=accounts.kind)
    if not path.steps:
        raise InputError("account.path")
    from wallet.book.keys import address_at  # noqa: PLC0415  # a name alone needs no keys
    from wallet.cli.holder import Holder  # noqa: PLC0415  # as above

    home, owner = Home(session.directory), Holder(session)
    return address_at(home, accounts, path, session.password, owner), str(path)


def _result(session: Session, accounts: Accounts, account: Account, done: str | None) -> Result:
    text = session.text
    in_use = accounts.chosen.index == account.index
    data = {
        "number": account.index,
        "address": account.address,
        "path": account.path,
        "name": account.name,
        "retired": account.retired,
        "in_use": in_use,
        "kind": accounts.kind,
    }
    facts = [
        (text("label.number"), str(account.index)),
        (text("label.address"), account.address),
        (text("label.path"), account.path or "-"),
        (text("label.kind"), text(f"kind.{accounts.kind}")),
    ]
    if account.name:
        facts.insert(1, (text("label.account_name"), account.name))
    lines = [] if done is None else [text(done, account=account.label)]
    lines += rows(facts)
    if account.retired:
        lines.append(text("account.is_retired"))
    if not in_use and done == "account.made":
        lines.append(text("account.use_it", command=session.command, number=account.index))
    return Result(data, lines)
