"""Wallet: `jiaozi init`: a new phrase, or a restored one, sealed in a new JIAOZI_HOME.

The chain, the token and the bank are asked first and must agree with one another, so a typing
error costs nothing; then the phrase is shown, and only then is anything written.
"""

from __future__ import annotations

from typing import Final

from wallet import mnemonic, vault
from wallet.book import Account, Accounts, Home, Network
from wallet.book.accounts import PHRASE
from wallet.cli.newnetwork import given_network
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.coins import coin_type_of
from wallet.errors import InputError, SetupError
from wallet.hd import PrivateNode
from wallet.path import Normal, account_root
from wallet.secret import Secret

_MOST_WORDS: Final = 24
_WORDS_A_LINE: Final = 4


def run(session: Session) -> Result | None:
    """Create or restore a wallet; the phrase is in the result only when it is new.

    The result of --json is given out before the wallet is there (the answer is then None): no
    wallet may exist whose phrase nobody could see.
    """
    home = Home(session.directory)
    if home.exists:
        raise SetupError("home.exists", home=home.directory)
    restoring = session.line.has("--restore") or session.line.has("--phrase-file")
    words = session.line.number("--words", 12, _MOST_WORDS)
    network = given_network(session)
    phrase = _given_phrase(session) if restoring else mnemonic.generate(words)
    accounts = _accounts(phrase, coin_type_of(network.chain_id))
    sealed = vault.seal(phrase, session.password(new=True))
    result = _result(session, home, accounts.chosen, network, None if restoring else phrase)
    if session.as_json:
        session.show(result)
    elif not restoring:
        session.say(_warning(session, phrase))
    home.create(sealed, accounts, network)
    return None if session.as_json else result


def _accounts(phrase: Secret, coin_type: int) -> Accounts:
    root = account_root(coin_type)
    node = PrivateNode.from_seed(mnemonic.seed(phrase)).derive(root).public()
    path = root / Normal(0) / Normal(0)
    first = Account(0, node.child(Normal(0)).child(Normal(0)).address, str(path))
    xpub = node.to_xpub()
    return Accounts(PHRASE, (first,), coin_type=coin_type, root=str(root), xpub=xpub)


def _given_phrase(session: Session) -> Secret:
    """The phrase from --phrase-file, a hidden prompt, or a pipe; never from an argument."""
    file = session.line.get("--phrase-file")
    try:
        given = session.secret_file("--phrase-file")
        if given is not None:
            return mnemonic.parse(given.decode("utf-8"))
        if session.environment.stdin.isatty():
            return mnemonic.parse(session.ask_secret("init.phrase"))
        return mnemonic.parse(session.environment.stdin.read())
    except UnicodeDecodeError as error:
        raise InputError("file.text", file=file or "stdin") from error


def _warning(session: Session, phrase: Secret) -> list[str]:
    words = phrase.reveal().decode().split()
    numbered = [f"{place:>2} {word:<10}" for place, word in enumerate(words, 1)]
    grid = [
        "  " + " ".join(numbered[start : start + _WORDS_A_LINE]).rstrip()
        for start in range(0, len(numbered), _WORDS_A_LINE)
    ]
    return [session.text("init.warning"), "", *grid, "", session.text("init.write_down"), ""]


def _result(
    session: Session, home: Home, account: Account, network: Network, phrase: Secret | None
) -> Result:
    data = {
        "address": account.address,
        "path": account.path,
        "home": str(home.directory),
        "chain_id": network.chain_id,
        "token": network.token,
        "currency": network.currency.code,
        "bank": network.bank_url,
    }
    if phrase is not None:
        data["phrase"] = phrase.reveal().decode()
    text = session.text
    lines = [
        text("init.restored" if phrase is None else "init.created"),
        *rows(
            [
                (text("label.address"), account.address),
                (text("label.home"), str(home.directory)),
                (text("label.chain"), f"{network.chain_id} · {network.symbol} {network.token}"),
            ]
        ),
        text("init.next", command=session.command),
    ]
    return Result(data, lines)
