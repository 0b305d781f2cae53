"""Wallet: `jiaozi accounts`: all accounts as they are stored, without a password or a network."""

from __future__ import annotations

from wallet.cli.chosen import chosen_account
from wallet.cli.session import Result, Session
from wallet.cli.views import columns


def run(session: Session) -> Result:
    """Every account with its number, name, address and path; a star at the chosen one."""
    accounts, chosen = chosen_account(session)
    listed = [
        {
            "number": entry.index,
            "address": entry.address,
            "path": entry.path,
            "name": entry.name,
            "retired": entry.retired,
            "in_use": entry.index == accounts.current,
        }
        for entry in accounts.entries
    ]
    table = [
        (
            "*" if entry is chosen else "",
            str(entry.index),
            entry.address,
            entry.path or "-",
            f"{entry.name} ({session.text('accounts.retired')})".lstrip()
            if entry.retired
            else entry.name,
        )
        for entry in accounts.entries
    ]
    return Result({"kind": accounts.kind, "accounts": listed}, columns(table, right={1}))
