"""Demo: shows the proof of reserve as a sum, each figure with where it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.demo.narrate import Narrator

__all__ = ["show_proof"]

_WIDTHS = (26, -14, 60)


def show_proof(tell: Narrator, proof: Mapping[str, Any]) -> None:
    """Print what is owed, what is there, and whether the two are equal."""
    flight = proof["in_flight"]
    owed = [
        ("proof.tokens", proof["tokens_outstanding"]),
        ("proof.issues", flight["issues"]),
        ("proof.payouts", flight["payouts"]),
        ("proof.returns", flight["returns"]),
        ("proof.unmatched", proof["unmatched"]),
        ("proof.own_funds", proof["own_funds"]),
        ("proof.recalled", proof["recalled"]),
    ]
    for key, figure in owed:
        tell.row(tell.text(key), _money(figure), figure["read_from"], widths=_WIDTHS)
    tell.rule()
    tell.row(tell.text("proof.total"), _money(proof["total"]), "", widths=_WIDTHS)
    bank = proof["reserve"]["bank"]
    tell.row(tell.text("proof.reserve"), _money(bank), bank["read_from"], widths=_WIDTHS)
    tell.good("balanced")


def _money(figure: Mapping[str, Any]) -> str:
    return f"{figure['amount']} {figure['currency']}"
