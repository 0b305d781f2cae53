"""Wallet: `jiaozi restore`: a wallet out of a backup file, or out of SLIP-39 shares.

A file brings everything back, and no network is needed. Shares bring the phrase back; chain and
bank are then given as for `jiaozi init`, and used accounts are looked for.
"""

from __future__ import annotations

from pathlib import Path

from wallet.book import Accounts, Home
from wallet.book.backup import Backup
from wallet.cli.init import is_used
from wallet.cli.newnetwork import given_network
from wallet.cli.session import Result, Session
from wallet.cli.sharing import read_shares, restored_phrase
from wallet.cli.sources import coin_type_for, from_phrase, given_passphrase, with_used
from wallet.cli.views import rows
from wallet.errors import DamagedFile, SetupError
from wallet.hd import PrivateNode
from wallet.mnemonic import seed
from wallet.rpc import Rpc
from wallet.token import TokenClient
from wallet.vault import seal


def run(session: Session) -> Result:
    """Make the wallet anew; SetupError if there is one, which is left alone."""
    home = Home(session.place)
    if home.exists:
        raise SetupError("home.exists", home=home.directory)
    if session.line.has("--from-shares"):
        return _result(session, home, _from_shares(session, home))
    data = Path(session.line.words["FILE"]).read_bytes()
    password = session.password()
    backup = Backup.from_file(data, password)
    for written, made in backup.rehearsed():
        if written != made:
            raise DamagedFile("rehearse.differs", expected=written, actual=made)
    sealed = None if backup.secret is None else seal(backup.secret, password)
    home.restore(sealed, backup.accounts, backup.config, backup.book, password=password)
    return _result(session, home, backup.accounts)


def _from_shares(session: Session, home: Home) -> Accounts:
    network = given_network(session)
    client = TokenClient(Rpc.at(network.rpc_url), network.token)
    shares, label = read_shares(session)
    phrase, passphrase = restored_phrase(session, shares, label), given_passphrase(session)
    made = PrivateNode.from_seed(seed(phrase, passphrase)).fingerprint
    if label is not None and made != label.fingerprint:
        raise DamagedFile("share.fingerprint", expected=label.fingerprint, actual=made)
    source = from_phrase(phrase, passphrase, coin_type_for(session, network))
    is_alone = session.line.has("--unchecked")
    accounts = with_used(
        session, source.accounts, lambda address: not is_alone and is_used(client, address)
    )
    password = session.password(new=True)
    home.create(seal(source.secret or phrase, password), accounts, network)
    return accounts


def _result(session: Session, home: Home, accounts: Accounts) -> Result:
    text, address = session.text, accounts.chosen.address
    data = {
        "address": address,
        "kind": accounts.kind,
        "accounts": len(accounts.entries),
        "home": str(home.directory),
    }
    facts = [
        (text("label.address"), address),
        (text("label.accounts"), str(len(accounts.entries))),
        (text("label.home"), str(home.directory)),
    ]
    hint = text("init.next_balance", command=session.command)
    return Result(data, [text("restore.done"), *rows(facts), hint])
