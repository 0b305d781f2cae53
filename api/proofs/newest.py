"""Proofs: the tree of the newest day that anybody asked for, kept for whoever asks next.

A leaf's way to the root takes the hashes of all leaves of its day, and anybody may ask for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from api.proofs.model import Leaf, Proven
from wallet.reserve_proof import levels_of

__all__ = ["NewestTree"]


class NewestTree:
    """One day's tree at most; of older days each is made anew, one at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: tuple[str, bytes, list[list[bytes]]] = ("", b"", [])

    def levels(self, proven: Proven, read: Callable[[], Sequence[Leaf]]) -> list[list[bytes]]:
        """The levels of a proof's tree; `read` gives its leaves, in the tree's order."""
        if (kept := self._of(proven)) is not None:
            return kept
        with self._guard:
            if (kept := self._of(proven)) is not None:  # somebody else made it meanwhile
                return kept
            levels = levels_of([leaf.hash for leaf in read()])
            if proven.day >= self._kept[0]:
                self._kept = (proven.day, proven.digest, levels)
            return levels

    def _of(self, proven: Proven) -> list[list[bytes]] | None:
        _day, digest, levels = self._kept
        return levels if digest == proven.digest else None
