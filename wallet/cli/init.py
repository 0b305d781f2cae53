"""Wallet: `jiaozi init`: a new, restored, imported or watching wallet in a new JIAOZI_HOME.

The chain, the token and the bank are asked first and must agree with one another, so a typing
error costs nothing; then a new phrase is shown, and only then is anything written.
"""

from __future__ import annotations

from wallet.address import Address
from wallet.book import Accounts, Home, Network
from wallet.book.accounts import WATCH
from wallet.cli import guide
from wallet.cli.newnetwork import given_network
from wallet.cli.session import Result, Session
from wallet.cli.sheets import grid
from wallet.cli.sources import Source, chosen_source, coin_type_for, read_source
from wallet.cli.views import rows
from wallet.errors import SetupError
from wallet.mnemonic import shown
from wallet.rpc import Rpc
from wallet.secret import Secret
from wallet.token import TokenClient


def run(session: Session) -> Result | None:
    """Make a wallet; the phrase is in the result only when it is new.

    The result of --json is given out before the wallet is there (the answer is then None): no
    wallet may exist whose phrase nobody could see.
    """
    home = Home(session.place)
    if home.exists:
        raise SetupError("home.exists", home=home.directory)
    chosen_source(session)
    guide.ask_what_is_missing(session)
    network = given_network(session)
    client = TokenClient(Rpc.at(network.rpc_url), network.token)
    is_alone = session.line.has("--unchecked")
    source = read_source(
        session,
        coin_type_for(session, network),
        lambda address: not is_alone and is_used(client, address),
    )
    sealed, password = _seal(session, source)
    result = _result(session, home, source, network)
    if session.as_json:
        session.show(result)
    elif source.new_phrase is not None:
        session.say(_warning(session, source.new_phrase))
    home.create(sealed, source.accounts, network, password=password)
    return None if session.as_json else result


def is_used(client: TokenClient, address: Address) -> bool:
    """Whether anything ever happened to an address, as far as a node without history knows."""
    state = client.account(address)
    if state.balance or state.tier or state.frozen or client.rpc.transaction_count(address):
        return True
    return client.rpc.native_balance(address) > 0


def _seal(session: Session, source: Source) -> tuple[bytes | None, Secret | None]:
    """The vault, if there is anything to keep in it, and the new password, if one is needed."""
    from wallet.vault import seal  # noqa: PLC0415  # slow to load, and questions come first

    source.accounts.is_private = session.line.has("--private")
    if source.secret is None and not source.accounts.is_private:
        return None, None
    password = session.password(new=True)
    return None if source.secret is None else seal(source.secret, password), password


def _warning(session: Session, phrase: Secret) -> list[str]:
    return [
        session.text("init.warning"),
        "",
        *grid(shown(phrase)),
        "",
        session.text("init.write_down"),
        "",
    ]


def _result(session: Session, home: Home, source: Source, network: Network) -> Result:
    accounts, account = source.accounts, source.accounts.chosen
    data = {
        "address": account.address,
        "path": account.path,
        "kind": accounts.kind,
        "accounts": len(accounts.entries),
        "home": str(home.directory),
        "chain_id": network.chain_id,
        "token": network.token,
        "currency": network.currency.code,
        "bank": network.bank_url,
    }
    if source.new_phrase is not None:
        data["phrase"] = source.new_phrase.reveal().decode()
    text = session.text
    facts: list[tuple[str, str]] = [(text("label.address"), account.address)]
    if len(accounts.entries) > 1:
        facts.append((text("label.accounts"), str(len(accounts.entries))))
    facts += [
        (text("label.home"), str(home.directory)),
        (text("label.chain"), f"{network.chain_id} · {network.symbol} {network.token}"),
    ]
    return Result(data, [text(_done(source)), *rows(facts), _next(session, accounts)])


def _done(source: Source) -> str:
    if source.new_phrase is not None:
        return "init.created"
    return {WATCH: "init.watching"}.get(source.accounts.kind, "init.restored")


def _next(session: Session, accounts: Accounts) -> str:
    key = "init.next_balance" if accounts.kind == WATCH else "init.next"
    return session.text(key, command=session.command)
