"""Proof: changes of the source that change nothing, by the types alone: they are no mutants."""

from __future__ import annotations

import re

# No number in contracts/ that is compared with zero has a sign; a test looks for one that has.
_TESTS_FOR_ZERO = (("== 0", "<= 0"), ("!= 0", "> 0"), ("> 0", "!= 0"))
_ZERO = re.compile(r"\b0\b")


def changes_nothing(old: str, new: str) -> bool:
    """Whether the two are the same text, or the same test of an unsigned number for 0."""
    if old == new:
        return True
    return len(_ZERO.findall(old)) == 1 and any(
        old.count(one) == 1 and old.replace(one, other) == new for one, other in _TESTS_FOR_ZERO
    )
