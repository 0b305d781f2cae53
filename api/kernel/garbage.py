"""Kernel: garbage. A process that answers others must not stop to look through all it holds.

Python's collector goes through every object that has lived for a while: modules, routes and
schemas, a fifth of a second on a busy machine, again and again, and nobody is answered meanwhile.
"""

from __future__ import annotations

import gc

__all__ = ["spare_start"]


def spare_start() -> None:
    """Leave what was made until now out of all later collections: it stays to the end anyway."""
    gc.collect()
    gc.freeze()
