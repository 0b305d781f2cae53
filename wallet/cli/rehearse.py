"""Wallet: `jiaozi rehearse`: proves that a backup restores this wallet, and changes nothing.

The addresses are made anew from the backup's secret alone and compared with this wallet's, which
lie in clear: shares are proved without opening the vault.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wallet import mnemonic
from wallet.address import Address
from wallet.book import Accounts, Home
from wallet.book.accounts import PHRASE
from wallet.book.backup import Backup, addresses
from wallet.cli.session import Result, Session
from wallet.cli.sharing import read_shares, restored_phrase
from wallet.cli.sources import given_passphrase
from wallet.cli.views import rows
from wallet.errors import DamagedFile, SetupError
from wallet.hd import PrivateNode
from wallet.secret import Secret


def run(session: Session) -> Result:
    """Restore in memory and compare."""
    home = Home(session.place)
    accounts = home.accounts(session.password) if home.exists else None
    if session.line.has("--from-shares"):
        return _shares(session, accounts)
    backup = Backup.from_file(Path(session.line.words["FILE"]).read_bytes(), session.password())
    for written, made in backup.rehearsed():
        if written != made:
            raise DamagedFile("rehearse.differs", expected=written, actual=made)
    restored = [entry.address for entry in backup.accounts.entries]
    data = {"kind": backup.accounts.kind, "fingerprint": None}
    return _compared(session, accounts, restored, data)


def _shares(session: Session, accounts: Accounts | None) -> Result:
    if accounts is None:
        raise SetupError("home.missing", home=session.directory)
    if accounts.kind != PHRASE:
        raise SetupError("home.no_phrase", kind=accounts.kind)
    passphrase = given_passphrase(session)
    shares, label = read_shares(session)
    phrase = restored_phrase(session, shares, label)
    secret = Secret(b"\n".join([phrase.reveal(), passphrase.reveal()]))
    fingerprint = PrivateNode.from_seed(mnemonic.seed(phrase, passphrase)).fingerprint
    data = {"kind": PHRASE, "fingerprint": fingerprint}
    return _compared(session, accounts, addresses(secret, accounts), data)


def _compared(
    session: Session,
    accounts: Accounts | None,
    restored: list[Address],
    data: Mapping[str, str | None],
) -> Result:
    """DamagedFile where an address differs; accounts made since the backup are counted."""
    newer = 0
    if accounts is not None:
        kept = [entry.address for entry in accounts.entries]
        for expected, actual in zip(kept, restored, strict=False):
            if expected != actual:
                raise DamagedFile("rehearse.differs", expected=expected, actual=actual)
        newer = max(len(kept) - len(restored), 0)
    text = session.text
    found = {
        **data,
        "address": restored[0],
        "accounts": len(restored),
        "same": accounts is not None,
        "newer_accounts": newer,
    }
    lines = [text("rehearse.same" if accounts is not None else "rehearse.alone")]
    lines += rows(
        [(text("label.address"), restored[0]), (text("label.accounts"), str(len(restored)))]
    )
    if newer:
        lines.append(text("rehearse.newer", count=newer))
    return Result(found, lines)
