"""Bench: what an operation costs, ours beside others' in one run and by one method.

`rows` says what is measured, `artifacts` compiles, `chain` runs it and reads receipts, `people` are
who pays whom, `erc20` is what every token can do, `ours` and `peers` are the contenders, `measure`
does each thing three times, `table`, `published` and `snapshot` are what comes out, `gas` is the
command. Time is measured by `wallet`, a command too: `wallet_cold` starts processes,
`wallet_inside` and `wallet_peer` call ours and others within one. Not tests: a figure is a fact,
only its rise is an error.

    BenchError          the benchmark could not measure; the text says what went wrong
    └── MissingRow      a figure that must be there is not
"""

from __future__ import annotations

__all__ = ["BenchError", "MissingRow"]


class BenchError(Exception):
    """The benchmark could not measure; its text says what went wrong."""


class MissingRow(BenchError):
    """A table of figures lacks one that must be there."""
