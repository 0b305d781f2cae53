"""Wallet: the wallet's own files under JIAOZI_HOME, and what is written in them.

    config.toml    the networks: chain, token and bank of each; written by `init`, editable
    vault.json     the recovery phrase or the private key, encrypted; none for a watching wallet
    account.json   accounts, addresses and the xpub, so that reading needs no password
    book.json      contacts, links and every signed order, saved before it is sent
    .lock          held while the above change

Every file has mode 0600 and is replaced whole.
"""

from __future__ import annotations

from wallet.hints import TYPE_CHECKING

# Each name is loaded when it is first used, so that a command pays only for what it needs.
if TYPE_CHECKING:
    from wallet.book.accounts import Account, Accounts
    from wallet.book.config import Network
    from wallet.book.home import Home
    from wallet.book.networks import Networks
    from wallet.book.records import Book, LinkRecord, RedemptionRecord, TransferRecord

__all__ = [
    "Account",
    "Accounts",
    "Book",
    "Home",
    "LinkRecord",
    "Network",
    "Networks",
    "RedemptionRecord",
    "TransferRecord",
]

_MODULES = {
    "accounts": (
        "Account",
        "Accounts",
    ),
    "config": ("Network",),
    "home": ("Home",),
    "networks": ("Networks",),
    "records": (
        "Book",
        "LinkRecord",
        "RedemptionRecord",
        "TransferRecord",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'wallet.book' has no attribute {name!r}")
    return getattr(__import__(f"wallet.book.{_HOME[name]}", fromlist=[name]), name)
