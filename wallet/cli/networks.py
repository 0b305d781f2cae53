"""Wallet: `jiaozi networks`: the chains, tokens and banks that one wallet is used with.

The keys are the same on all of them; what was signed is kept apart for each.
"""

from __future__ import annotations

from wallet.book import Home, Network, Networks
from wallet.cli.newnetwork import given_network
from wallet.cli.session import Result, Session
from wallet.cli.views import columns
from wallet.errors import InputError, SetupError

_SETUP = ("--bank", "--rpc", "--network", "--insecure-http", "--unchecked")


def run(session: Session) -> Result:
    """List, add, use or remove a network."""
    home, action = Home(session.directory), session.line.words["ACTION"]
    given = next((flag for flag in _SETUP if session.line.has(flag)), None)
    if given is not None and action != "add":
        raise InputError("usage.option", option=given, command=f"jiaozi networks {action}")
    networks = home.networks()
    if action == "list":
        return _result(session, networks)
    name = session.line.words["NAME"]
    if action == "add":
        if name in networks.known:
            raise SetupError("network.exists", name=name)
        networks.put(name, networks.pick(None))  # a name that cannot be one is told at once
        network = given_network(session)
        return _result(session, home.change_networks(lambda now: now.put(name, network)))
    if action == "use":
        return _result(session, home.change_networks(lambda now: now.use(name)))
    return _result(session, home.change_networks(lambda now: now.without(name)))


def _result(session: Session, networks: Networks) -> Result:
    used = networks.used
    data = {
        "used": used,
        "networks": [_data(name, each) for name, each in networks.known.items()],
    }
    text = session.text
    labels = ("label.network", "label.chain_id", "label.token", "label.bank")
    head = ["", *(text(label) for label in labels)]
    table = [
        _cells(name, each, "*" if name == used else "") for name, each in networks.known.items()
    ]
    return Result(data, columns([head, *table], right={2}))


def _cells(name: str, network: Network, mark: str) -> list[str]:
    token = f"{network.symbol} {network.token}"
    return [mark, name, str(network.chain_id), token, network.bank_url or "-"]


def _data(name: str, network: Network) -> dict[str, object]:
    return {
        "name": name,
        "chain_id": network.chain_id,
        "token": network.token,
        "token_name": network.token_name,
        "currency": network.currency.code,
        "rpc_url": network.rpc_url,
        "bank_url": network.bank_url,
    }
