"""Tests of faults: how much is run. `JIAOZI_TEST_PROFILE=nightly` runs the whole of it."""

from __future__ import annotations

import os

__all__ = ["NIGHTLY", "seeds"]

NIGHTLY = os.environ.get("JIAOZI_TEST_PROFILE") == "nightly"


def seeds(usual: int, nightly: int) -> range:
    """So many seeds; `JIAOZI_TEST_FAULT_SEED` runs one alone, to look at it."""
    one = os.environ.get("JIAOZI_TEST_FAULT_SEED")
    if one is not None:
        return range(int(one), int(one) + 1)
    return range(nightly if NIGHTLY else usual)
