"""Proof: changes of the source that change nothing, by the types alone: they are no mutants."""

from __future__ import annotations

import re

# No number in contracts/ that is compared with zero has a sign; a test looks for one that has.
_TESTS_FOR_ZERO = (("== 0", "<= 0"), ("!= 0", "> 0"), ("> 0", "!= 0"))
_ZERO = re.compile(r"\b0\b")
# Nowhere in contracts/ is the value of a step used; a test looks for one that is.
_STEP = re.compile(r"(?:\+\+|--)(\w+)|(\w+)(?:\+\+|--)")


def changes_nothing(old: str, new: str) -> bool:
    """Whether the two are the same text, step, declaration, or test of an unsigned number."""
    if old == new or (_is_step(old) and _is_step(new) and sorted(old) == sorted(new)):
        return True
    # What is declared without a value is 0; a constant that is kept as an immutable is the same.
    if new.strip() == old.removesuffix(" = 0") or old.replace(" constant ", " immutable ") == new:
        return True
    return len(_ZERO.findall(old)) == 1 and any(
        old.count(one) == 1 and old.replace(one, other) == new for one, other in _TESTS_FOR_ZERO
    )


def _is_step(text: str) -> bool:
    return _STEP.fullmatch(text) is not None
