"""Proofs: who holds how much at a block, by replaying every transfer of the token.

It reads the chain by itself, not by the bridge's reader, and adds what is new to what it kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from api.chain import Deployment, Node, RawLog, Refusal, Work
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from api.proofs import store
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = ["replay"]

_TRANSFER = keccak256(b"Transfer(address,address,uint256)")
_BLOCKS_AT_ONCE = 2_000
_NOBODY = checksum(b"\0" * 20)


def replay(
    work: Work, node: Node, deployment: Deployment, block: tuple[int, str], supply: int
) -> dict[Address, int]:
    """Every holder's balance at `block` (number and hash), in minor units: together `supply`.

    Raises `HoldersDiffer` when they are not: a node may have withheld a transfer, so what was kept
    is forgotten, and the next replay begins anew. Raises `Unavailable` when the chain, or another
    prover, moved meanwhile, `Broken` when the block is another one.
    """
    try:
        kept = _start(work, node, block[0])
        at = max(deployment.block - 1, 0) if kept is None else kept[0]
        while at < block[0]:
            first, last = at + 1, min(at + _BLOCKS_AT_ONCE, block[0])
            logs, last = _fetch(node, deployment.token, first, last)
            to = (last, _hash(node, last))
            with work.transaction() as connection:
                store.move_holders(connection, _changes(logs), kept, to)
            at, kept = last, to
        _require_block(node, block)
        with work.reading() as connection:
            store.require_at(connection, kept)
            held = store.holders(connection)
        _require_supply(held, block[0], supply)
    except store.HoldersDiffer:
        with work.transaction() as connection:
            store.forget_holders(connection)
        raise
    return held


def _start(work: Work, node: Node, wanted: int) -> tuple[int, str] | None:
    """The block behind which to go on; what was kept of another chain is forgotten."""
    with work.reading() as connection:
        kept = store.cursor(connection)
    if kept is not None and kept[0] <= wanted and _hash(node, kept[0]) == kept[1]:
        return kept
    with work.transaction() as connection:
        store.forget_holders(connection)
    return None


def _require_block(node: Node, block: tuple[int, str]) -> None:
    if _hash(node, block[0]) != block[1]:
        raise Broken(
            f"The chain has another block {block[0]} than the ledger was read up to.",
            remedy="Start the worker: it says what is different and what to do.",
            slug="chain-differs",
        )


def _require_supply(held: Mapping[Address, int], block_number: int, supply: int) -> None:
    total = sum(held.values())
    if total != supply:
        raise store.HoldersDiffer(
            f"The replayed balances add up to {total} minor units, the supply at block "
            f"{block_number} is {supply}."
        )


def _fetch(node: Node, token: Address, first: int, last: int) -> tuple[list[RawLog], int]:
    """The transfers of a range, and the block up to which the node gave them."""
    try:
        return node.logs([token], [_TRANSFER], first, last), last
    except Refusal:
        if first == last:
            raise
        return _fetch(node, token, first, first + (last - first) // 2)


def _changes(logs: Sequence[RawLog]) -> dict[Address, int]:
    changes: defaultdict[Address, int] = defaultdict(int)
    for log in logs:
        amount = int.from_bytes(log.data[:32], "big")
        sender, receiver = (checksum(topic[12:]) for topic in log.topics[1:3])
        changes[sender] -= amount
        changes[receiver] += amount
    changes.pop(_NOBODY, None)
    return dict(changes)


def _hash(node: Node, number: int) -> str:
    header = node.header(number)
    if header is None:
        raise Unavailable(
            f"The node does not have block {number} yet.",
            remedy="It is asked again. See that it is up to date.",
            slug="chain-moved",
        )
    return header.hash
