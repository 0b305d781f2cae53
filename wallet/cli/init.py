"""Wallet: `jiaozi init`: a new phrase, or a restored one, sealed in a new JIAOZI_HOME.

The chain, the token and the bank are asked first and must agree with one another, so a typing
error costs nothing; then the phrase is shown, and only then is anything written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from wallet import mnemonic, vault
from wallet.address import parse_address
from wallet.bank import BankClient
from wallet.book import Account, Accounts, Home, Network
from wallet.book.accounts import PHRASE
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.coins import coin_type_of
from wallet.errors import (
    AddressError,
    AmountError,
    InputError,
    RpcError,
    SetupError,
    WrongChain,
)
from wallet.hd import PrivateNode
from wallet.http import check_private
from wallet.money import Currency
from wallet.path import Normal, account_root
from wallet.rpc import Rpc
from wallet.secret import Secret
from wallet.strict_json import read_json
from wallet.token import TokenClient

_MOST_WORDS: Final = 24
_WORDS_A_LINE: Final = 4
_DEPTH: Final = 5  # where no bank says how deep a block must lie


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
    network = _network(session)
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


def _network(session: Session) -> Network:
    """Chain, token and bank, from the bank or a deployment's file, proved against the chain."""
    bank_url, rpc_url = session.line.get("--bank"), session.line.get("--rpc")
    file = session.line.get("--network")
    if rpc_url is None:
        raise InputError("init.rpc")
    insecure = session.line.has("--insecure-http")
    for url in (rpc_url, bank_url):
        if url is not None and not insecure:
            check_private(url)
    rpc = Rpc.at(rpc_url)
    if file is not None:
        network = _from_file(Path(file), rpc_url, bank_url)
    elif bank_url is not None:
        network = _from_bank(rpc_url, bank_url)
    else:
        raise InputError("init.network")
    rpc.check_chain(network.chain_id)
    network = replace(network, insecure_http=insecure)
    client = TokenClient(rpc, network.token)
    facts = client.facts()
    stated = (network.token_name, network.symbol, network.currency)
    if stated != (facts.name, facts.symbol, facts.currency):
        raise WrongChain("token.differs", token=network.token, name=facts.name)
    client.check_domain(network.domain())
    return network if file is not None else _with_first_block(network, rpc)


def _from_bank(rpc_url: str, bank_url: str) -> Network:
    info = BankClient.at(bank_url).info()
    return Network(
        chain_id=info.chain_id,
        rpc_url=rpc_url,
        token=info.token,
        token_name=info.token_name,
        symbol=info.symbol,
        currency=info.currency,
        first_block=0,
        depth=info.depth,
        bank_url=bank_url,
        teller=info.teller,
    )


def _from_file(file: Path, rpc_url: str, bank_url: str | None) -> Network:
    try:
        whole: dict[str, Any] = read_json(file.read_bytes())
        token = whole["token"]
        network = Network(
            chain_id=int(whole["chainId"]),
            rpc_url=rpc_url,
            token=parse_address(token["address"]),
            token_name=str(token["name"]),
            symbol=str(token["symbol"]),
            currency=Currency.of(token["currency"]),
            first_block=int(whole["block"]),
            depth=_DEPTH,
            bank_url=bank_url,
            teller=parse_address(whole["teller"]["address"]) if "teller" in whole else None,
        )
    except (ValueError, KeyError, TypeError, AddressError, AmountError) as error:
        raise SetupError("init.file", file=file) from error
    if bank_url is None:
        return network
    info = BankClient.at(bank_url).info()
    if (info.chain_id, info.token) != (network.chain_id, network.token):
        place = BankClient.at(bank_url).place
        raise WrongChain("bank.other_token", place=place, token=info.token)
    return replace(network, depth=info.depth, teller=network.teller or info.teller)


def _with_first_block(network: Network, rpc: Rpc) -> Network:
    """The block the token was deployed in, so that a history need not begin at block 0.

    A node that keeps no old states cannot say; the history then begins at block 0.
    """
    low, high = 0, rpc.block_number()
    try:
        while low < high:
            middle = (low + high) // 2
            if rpc.code(network.token, middle):
                high = middle
            else:
                low = middle + 1
    except RpcError:
        low = 0
    return replace(network, first_block=low)


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
