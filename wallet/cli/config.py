"""Wallet: `jiaozi config`: what is set for the network in use, and changing it with checks.

Where to ask (`rpc_url`, `bank_url`) and how long to wait (`depth`) may change. Which chain and
token are signed for may not: that is another network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from wallet.bank import BankClient
from wallet.book import Home, Network
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.errors import InputError, WrongChain
from wallet.http import check_private, check_url
from wallet.money import shorten
from wallet.rpc import Rpc
from wallet.token import TokenClient

_MOST: Final = {"depth": 1_000, "first_block": 10**9}
_SWITCH: Final = {"true": True, "false": False}
_NONE: Final = "none"
_FIXED: Final = ("chain_id", "token", "token_name", "symbol", "currency", "teller")
#: What may be set.
SETTINGS: Final = ("rpc_url", "bank_url", "depth", "first_block", "insecure_http")
#: What may be read.
KEYS: Final = (*SETTINGS, *_FIXED)


def run(session: Session) -> Result:
    """Show all settings, or one, or change one."""
    home = Home(session.directory, session.line.get("--on"))
    words = session.line.words
    if words["ACTION"] != "set" and session.line.has("--unchecked"):
        raise InputError("usage.option", option="--unchecked", command="jiaozi config show")
    network = home.network()
    if words["ACTION"] == "show":
        return _result(network, KEYS)
    key = words["KEY"]
    if key not in KEYS:
        raise InputError("config.key", key=shorten(key), known=", ".join(KEYS))
    if words["ACTION"] == "get":
        return Result({key: _value(network, key)}, [_shown(network, key)])
    if key in _FIXED:
        raise InputError("config.fixed", key=key)
    changed = _changed(network, key, words["VALUE"])
    if not session.line.has("--unchecked"):
        _check(changed, key)
    home.change_network(lambda now: _changed(now, key, words["VALUE"]))
    return _result(changed, (key,))


def _changed(network: Network, key: str, value: str) -> Network:
    """The network with another value; InputError for a value that the key cannot have."""
    found: Any = value
    if key == "bank_url" and value == _NONE:
        return replace(network, bank_url=None)
    if key in _MOST:
        if not (value.isascii() and value.isdigit() and len(value) < len(str(_MOST[key])) + 1):
            raise InputError("config.value", key=key, value=shorten(value))
        found = int(value)
    elif key == "insecure_http":
        if value not in _SWITCH:
            raise InputError("config.value", key=key, value=shorten(value))
        found = _SWITCH[value]
    else:
        check_url(value)
        if not network.insecure_http:
            check_private(value)
    changed = replace(network, **{key: found})
    if not changed.insecure_http:
        for url in (changed.rpc_url, changed.bank_url):
            if url is not None:
                check_private(url)
    return changed


def _check(network: Network, key: str) -> None:
    """Ask the new place whether it is of this chain, this token, this bank."""
    if key == "rpc_url":
        rpc = Rpc.at(network.rpc_url)
        rpc.check_chain(network.chain_id)
        client = TokenClient(rpc, network.token)
        client.facts()
        client.check_domain(network.domain())
    elif key == "bank_url" and network.bank_url is not None:
        bank = BankClient.at(network.bank_url)
        info = bank.info()
        if (info.chain_id, info.token) != (network.chain_id, network.token):
            raise WrongChain("bank.other_token", place=bank.place, token=info.token)


def _value(network: Network, key: str) -> object:
    value = getattr(network, key)
    return value.code if key == "currency" else value


def _shown(network: Network, key: str) -> str:
    value = _value(network, key)
    if value is None:
        return _NONE
    return str(value).lower() if isinstance(value, bool) else str(value)


def _result(network: Network, keys: tuple[str, ...]) -> Result:
    data = {key: _value(network, key) for key in keys}
    return Result(data, rows([(key, _shown(network, key)) for key in keys]))
