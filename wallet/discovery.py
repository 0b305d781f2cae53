"""Wallet: finding accounts again: those that were used (BIP-44's gap), and a forgotten path.

Wallets have put an Ethereum key at different places of one phrase's tree. `find_path` looks
through the places that wallets really use, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from wallet.address import Address
from wallet.coins import COIN_TYPES, ETHEREUM
from wallet.hd import PrivateNode
from wallet.path import Hardened, Normal, Path

#: BIP-44: after so many unused addresses in a row, no more are looked at.
GAP: Final = 20
#: However many addresses a node calls used, no more are taken.
MOST: Final = 1000
_TEST_COIN: Final = 1  # SLIP-44: every coin's test networks
#: SLIP-44 coin types that phrases of Ethereum-like wallets use, the likeliest first.
FIND_COINS: Final = (ETHEREUM, *COIN_TYPES.values(), _TEST_COIN)
_ACCOUNTS: Final = 5


def used_count(
    address_at: Callable[[int], Address], is_used: Callable[[Address], bool], gap: int = GAP
) -> int:
    """How many addresses to take: up to the last used one, and the first in any case.

    Stops after `gap` unused ones in a row (BIP-44, «Address gap limit»), or at MOST.
    """
    number, count = 0, 0
    while number < MOST and number - count < gap:
        if is_used(address_at(number)):
            count = number + 1
        number += 1
    return max(count, 1)


def find_path(
    master: PrivateNode,
    address: Address,
    *,
    coin_types: Iterable[int] = FIND_COINS,
    indices: int = 100,
) -> Path | None:
    """The path below a master node whose key has this address; None if it is at no usual place.

    Looks at the first `indices` keys of each place: BIP-44's (with change, and further
    accounts), Ledger Live's, the older Ledger's and MEW's, and a few without a coin type.
    """
    for root, below in _places(coin_types, indices):
        found = _search(master.derive(root), below, address)
        if found is not None:
            return Path((*root.steps, *found.steps))
    return None


def _places(coin_types: Iterable[int], indices: int) -> Iterator[tuple[Path, Iterator[Path]]]:
    """Nodes, and the paths below each at which keys are looked for."""
    for coin in coin_types:
        coin_root = Path((Hardened(44), Hardened(coin)))
        yield coin_root / Hardened(0) / Normal(0), _normal(indices)  # BIP-44
        yield coin_root, (Path((Hardened(n), Normal(0), Normal(0))) for n in range(indices))  # Live
        yield coin_root / Hardened(0), _normal(indices)  # the older Ledger, MEW
        for number in range(_ACCOUNTS):
            account = coin_root / Hardened(number)
            yield account, iter((Path(()),))
            yield account / Normal(1), _normal(indices)  # change
            if number:
                yield account / Normal(0), _normal(indices)
                yield account, _normal(indices)
        yield coin_root / Normal(0), _normal(indices)
        yield coin_root, _normal(indices)
    first = Path((Hardened(0),))
    yield first / Normal(0), _normal(indices)  # m/0'/0/n
    yield first / Hardened(0), (Path((Hardened(n),)) for n in range(indices))  # m/0'/0'/n'
    yield Path(()), _normal(indices)
    yield Path(()), iter((Path(()),))


def _normal(indices: int) -> Iterator[Path]:
    return (Path((Normal(number),)) for number in range(indices))


def _search(node: PrivateNode, below: Iterator[Path], address: Address) -> Path | None:
    public = node.public()
    for path in below:
        if all(isinstance(step, Normal) for step in path.steps):
            found = public
            for step in path.steps:
                found = found.child(Normal(step.index))
        else:
            found = node.derive(path).public()
        if found.address == address:
            return path
    return None
