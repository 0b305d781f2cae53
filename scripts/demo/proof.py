"""Demo: shows the proof of reserve as a sum, each figure with where it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scripts.demo.narrate import Narrator

__all__ = ["show_proof"]

_WIDTHS = (24, -14, 64)
_HASH = re.compile(r"(0x[0-9a-f]{8})[0-9a-f]{56}")


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
        tell.row(tell.text(key), _money(figure), _place(figure), widths=_WIDTHS)
    tell.rule()
    tell.row(tell.text("proof.total"), _money(proof["total"]), "", widths=_WIDTHS)
    bank = proof["reserve"]["bank"]
    tell.row(tell.text("proof.reserve"), _money(bank), _place(bank), widths=_WIDTHS)
    tell.good("balanced")


def _money(figure: Mapping[str, Any]) -> str:
    return f"{figure['amount']} {figure['currency']}"


def _place(figure: Mapping[str, Any]) -> str:
    """Where the figure was read; of a block's hash the beginning is enough for the eye."""
    return _HASH.sub(r"\1…", figure["read_from"])
