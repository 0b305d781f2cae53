"""Wallet: chain, token and bank of a new network, from --bank, --rpc and --network.

The three must agree with one another before anything is written, so a typing error costs nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from wallet.address import parse_address
from wallet.bank import BankClient
from wallet.book import Network
from wallet.cli.session import Session
from wallet.errors import AddressError, AmountError, InputError, RpcError, SetupError, WrongChain
from wallet.http import check_private
from wallet.money import Currency
from wallet.rpc import Rpc
from wallet.strict_json import read_json
from wallet.token import TokenClient

_NOWHERE: Final = "http://127.0.0.1:8545"  # where a computer without a network asks nobody
_DEPTH: Final = 5  # where no bank says how deep a block must lie


def given_network(session: Session) -> Network:
    """Chain, token and bank, from the bank or a deployment's file, proved against the chain.

    With --unchecked the file alone is believed: a computer without a network can ask nobody.
    """
    bank_url, rpc_url = session.line.get("--bank"), session.line.get("--rpc")
    file, is_unchecked = session.line.get("--network"), session.line.has("--unchecked")
    if is_unchecked:
        if file is None or bank_url is not None:
            raise InputError("init.unchecked")
        return _from_file(Path(file), rpc_url or _NOWHERE, None)
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
