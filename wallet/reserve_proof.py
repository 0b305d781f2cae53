"""Wallet: the bank's daily proof of reserve, as bytes: leaves, nodes and the statement.

A leaf is one holder's balance with a salt of its own, so that the tree tells nobody whom it
contains; leaves and nodes are hashed under different first bytes, so that neither passes for the
other. Leaves are sorted by their hash; an odd one at a level's end is carried up as it is. Where
a leaf stands, and how many there are, says on which side each step of its path is: a path has
one reading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from wallet.hints import Any, Final

__all__ = [
    "BANK_DAYS",
    "BLOCK_DAYS",
    "EMPTY",
    "TAG",
    "VERSION",
    "climb",
    "digest_of",
    "leaf_hash",
    "levels_of",
    "path_to",
    "root_of",
]

TAG: Final = b"jiaozi:proof:1\0\0"
"""Before the statement's digest in the data of the transaction that publishes it."""
VERSION: Final = 2
"""What a statement's fields are. One of version 1 does not say which debits nobody explains."""
BANK_DAYS: Final = 7
"""So many days may lie between the bank's figure and the proof's: a week bridges any weekend."""
BLOCK_DAYS: Final = 1
"""So many days may lie between the block that a proof speaks of and the proof's."""
EMPTY: Final = hashlib.sha256(b"\x02").digest()
"""The root of a tree without leaves."""
_TITLE: Final = b"jiaozi proof of reserve 1\n"


def leaf_hash(salt: bytes, holder: str, balance: int) -> bytes:
    """SHA-256 of 0 ‖ salt (32 bytes) ‖ address (20) ‖ balance in minor units (32)."""
    address = bytes.fromhex(holder.removeprefix("0x"))
    return hashlib.sha256(b"\x00" + salt + address + balance.to_bytes(32, "big")).digest()


def digest_of(statement: Mapping[str, Any]) -> bytes:
    """The digest of a statement: SHA-256 of its title and its canonical JSON."""
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(_TITLE + text.encode()).digest()


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree over sorted leaves, the leaves first; none for no leaves."""
    levels = [list(leaves)] if leaves else []
    while levels and len(levels[-1]) > 1:
        below = levels[-1]
        above = [_node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(above + below[len(above) * 2 :])
    return levels


def root_of(levels: Sequence[Sequence[bytes]]) -> bytes:
    """The root of the tree with these levels."""
    return levels[-1][0] if levels else EMPTY


def path_to(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The hashes beside the way from leaf `index` to the root."""
    path = []
    for level in levels[:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index //= 2
    return path


def climb(leaf: bytes, index: int, leaves: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf at `index` of `leaves` leads to; None when the path does not fit."""
    if not 0 <= index < leaves:
        return None
    steps = iter(path)
    found = leaf
    while leaves > 1:
        if index ^ 1 < leaves:
            beside = next(steps, None)
            if beside is None:
                return None
            found = _node(beside, found) if index % 2 else _node(found, beside)
        index, leaves = index // 2, (leaves + 1) // 2
    return found if next(steps, None) is None else None


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
