"""Wallet: `jiaozi export`: an address, the account's xpub, or one account's key as a key file.

A key file of one account gives away the whole wallet to whoever also knows its xpub (BIP-32,
«Security»): the parent's private key follows from the two. So the account-key risk must be
accepted by name, and the account is retired before the file is written.
"""

from __future__ import annotations

import json
from pathlib import Path

from wallet.book.accounts import WITH_VAULT, Account, Accounts
from wallet.book.derive import lies_below
from wallet.book.home import Home
from wallet.cli.chosen import chosen_account
from wallet.cli.session import Result, Session
from wallet.errors import SetupError


def run(session: Session) -> Result:
    """Export what the action says of the chosen account."""
    accounts, account = chosen_account(session)
    match session.line.words["ACTION"]:
        case "address":
            data = {"address": account.address, "path": account.path}
            return Result(data, [account.address])
        case "xpub":
            if accounts.xpub is None:
                raise SetupError("account.single", kind=accounts.kind)
            data = {"xpub": accounts.xpub, "path": accounts.root}
            return Result(data, [accounts.xpub])
    return _key(session, accounts, account, Path(session.line.words["FILE"]))


def _key(session: Session, accounts: Accounts, account: Account, file: Path) -> Result:
    from wallet.book.keys import private_key  # noqa: PLC0415  # an address needs no keys
    from wallet.cli.patience import working  # noqa: PLC0415  # as above
    from wallet.cli.sources import key_file_password  # noqa: PLC0415  # as above
    from wallet.files import create_private  # noqa: PLC0415  # as above
    from wallet.keystore import encrypt_key  # noqa: PLC0415  # as above

    if accounts.kind not in WITH_VAULT:
        raise SetupError("export.no_key", kind=session.text(f"kind.{accounts.kind}"))
    if file.exists():
        raise SetupError("export.exists", file=file)
    home, risky = Home(session.directory), lies_below(accounts, account.path)
    if risky:
        warning = session.text("export.warning", account=account.label, address=account.address)
        session.accept_risk("account-key", warning.splitlines())
    password = session.password()
    key = private_key(home, accounts, account, password)
    own_password = key_file_password(session, new=True)
    with working(session):
        sealed = encrypt_key(key.reveal(), own_password)
    if risky:  # before the file is there: an account whose key is out must not look safe
        home.change_accounts(
            lambda now: now.replaced(now.entries[account.index].changed(retired=True)),
            lambda: password,
        )
    create_private(file, json.dumps(sealed, indent=1).encode() + b"\n")
    data = {"address": account.address, "file": str(file), "retired": risky or account.retired}
    lines = [session.text("export.done", address=account.address, file=file)]
    if risky:
        lines.append(session.text("export.retired", account=account.label))
    return Result(data, lines)
