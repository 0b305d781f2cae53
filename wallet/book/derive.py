"""Wallet: the next addresses of an account, from its stored xpub, without any private key."""

from __future__ import annotations

from wallet.address import Address
from wallet.book.accounts import Accounts
from wallet.errors import SetupError
from wallet.hd import PublicNode
from wallet.path import Normal, Path

#: As many addresses are looked through for one that is searched.
MOST = 1000
_ACCOUNT_STEPS = 3  # m/44'/coin'/account'; below it stand change (0) and index


def child(accounts: Accounts, number: int) -> tuple[Address, str]:
    """The address with this number below the xpub, and its path.

    SetupError for a wallet that has a single key or address.
    """
    path, node = _above(accounts)
    return node.child(Normal(number)).address, str(path / Normal(number))


def children(accounts: Accounts, count: int) -> list[tuple[Address, str]]:
    """The first addresses below the xpub, and their paths, as `child` gives each."""
    path, node = _above(accounts)
    return [(address, f"{path}/{number}") for number, address in enumerate(node.addresses(count))]


def find(accounts: Accounts, address: Address, count: int = MOST) -> str | None:
    """The path of an address among the first `count` below the xpub; None if it is not there,
    or where there is no xpub."""
    if accounts.xpub is None:
        return None
    return next((path for found, path in children(accounts, count) if found == address), None)


def _above(accounts: Accounts) -> tuple[Path, PublicNode]:
    if accounts.xpub is None or accounts.root is None:
        raise SetupError("account.single", kind=accounts.kind)
    path, node = Path.parse(accounts.root), PublicNode.from_xpub(accounts.xpub)
    if len(path.steps) == _ACCOUNT_STEPS:
        return path / Normal(0), node.child(Normal(0))
    return path, node


def next_child(accounts: Accounts) -> tuple[Address, str]:
    """The first address below the xpub that is no account yet, and its path."""
    taken = {entry.path for entry in accounts.entries}
    number = 0
    while (found := child(accounts, number))[1] in taken:
        number += 1
    return found


def lies_below(accounts: Accounts, path: str | None) -> bool:
    """Whether the xpub, with the key at this path, gives away the keys of all its accounts."""
    if accounts.root is None or path is None or not path.startswith(accounts.root + "/"):
        return False
    return all(
        isinstance(step, Normal) for step in Path.parse("m" + path[len(accounts.root) :]).steps
    )
