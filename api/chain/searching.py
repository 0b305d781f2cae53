"""Chain: search. Which transaction of an address used a nonce, of whatever age.

An account's count tells the block, by halving. A node that is no archive keeps the counts of its
newest blocks alone; of older blocks it has the transactions, which are looked through, newest
first.
"""

from __future__ import annotations

from api.chain.desk import Desk
from api.chain.node import Refusal, Sent
from api.kernel.log import note

__all__ = ["find_sent"]

_AT_ONCE = 64
"""Blocks in one question."""
_RENEW_EVERY = 16
"""Questions after which the lease of the address is renewed."""
_KEPT = 64
"""How many nonces behind the wanted one are remembered on the way: they are asked for next."""


def find_sent(desk: Desk, nonce: int) -> Sent | None:
    """The mined transaction of this address with `nonce`; None when no block has it."""
    if nonce in desk.met:
        return desk.met[nonce]
    head = desk.head().number
    if desk.node.nonce(desk.address, block=head) <= nonce:
        return None
    block, may_be_older = _halve(desk, nonce, head)
    found = desk.node.sent_by(desk.address, nonce, block)
    return _walk(desk, nonce, block - 1) if found is None and may_be_older else found


def _halve(desk: Desk, nonce: int, head: int) -> tuple[int, bool]:
    """The first block that is known to count `nonce` as used, and whether an older one may: the
    node does not tell what the block before it counts.
    """
    low, high, may_be_older = 0, head, False
    while low < high:
        middle = (low + high) // 2
        try:
            is_used = desk.node.nonce(desk.address, block=middle) > nonce
        except Refusal:
            low, may_be_older = middle + 1, True
            continue
        if is_used:
            high = middle
        else:
            low, may_be_older = middle + 1, False
    return low, may_be_older


def _walk(desk: Desk, nonce: int, last: int) -> Sent | None:
    """Look through the blocks from `last` down, as far as one with an older transaction of ours."""
    for times, top in enumerate(range(last, -1, -_AT_ONCE), start=1):
        blocks = range(max(top - _AT_ONCE + 1, 0), top + 1)
        found = desk.node.sent_in(desk.address, blocks)
        desk.met |= {each: sent for each, sent in found.items() if each <= nonce + _KEPT}
        if nonce in found:
            return found[nonce]
        if any(each < nonce for each in found):
            return None
        if times % _RENEW_EVERY == 0:
            with desk.transaction():  # it renews the lease
                note(desk.context.log, "old blocks looked through", nonce=nonce, down_to=blocks[0])
    return None
