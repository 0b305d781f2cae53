"""Bench: which operations are measured, in which state, and what each may cost at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scripts.bench import MissingRow

# Contender → operation → gas of the whole transaction; None where it has no such operation.
Figures = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True)
class Row:
    """An operation: the state it is measured in, the most it may cost, and what we aim at."""

    name: str
    state: str
    bar: int
    aim: int


ROWS = (
    Row("transfer", "both balances non-zero", 37_070, 36_600),
    Row("transfer_registered", "recipient registered, balance zero", 37_070, 36_600),
    Row("transferFrom", "finite allowance, a third party spends", 45_000, 44_500),
    Row("permit", "repeated: nonce and allowance non-zero", 42_000, 41_000),
    Row("transferWithAuthorization", "v, r, s; brought by a relay; both non-zero", 68_500, 67_500),
    Row("issue_100", "100 entries in one call, holders with balance", 1_100_000, 1_000_000),
    Row("redeem", "signed order, brought by a relay", 90_000, 80_000),
    Row("relay_100_each", "100 payers to 100 payees in one call, a hundredth", 50_000, 47_000),
)

# Ours twice: a payer's later payment of a day, which is what the bars are for, and its first one.
OURS = ("ours", "ours_first_of_day")
PEERS = ("openzeppelin", "solady", "regulated")
CONTENDERS = (*OURS, *PEERS)

_NO_DAY = "not a payment, so it knows no day"
_NO_ORDER = "burns by no signed order"
_NO_3009 = "has no EIP-3009"
# Why a figure is not there. Whatever is not named here must be.
ABSENT: Mapping[tuple[str, str], str] = {
    ("ours_first_of_day", "permit"): _NO_DAY,
    ("ours_first_of_day", "issue_100"): _NO_DAY,
    ("openzeppelin", "redeem"): _NO_ORDER,
    ("solady", "redeem"): _NO_ORDER,
    ("regulated", "redeem"): _NO_ORDER,
    ("solady", "transferWithAuthorization"): _NO_3009,
    ("solady", "relay_100_each"): _NO_3009,
}


def require_complete(figures: Figures) -> None:
    """Every contender has a figure for every row, or a reason for none. Raises MissingRow."""
    for contender in CONTENDERS:
        for row in ROWS:
            gas = figures.get(contender, {}).get(row.name)
            if gas is None and (contender, row.name) not in ABSENT:
                raise MissingRow(f"no figure for {row.name} of {contender}")
            if gas is not None and (not isinstance(gas, int) or gas <= 0):
                raise MissingRow(f"{gas!r} is no figure for {row.name} of {contender}")
