"""Tests of the simulation: what may stay as it is at the end of a life, because of what it met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.faults.found import Row

__all__ = ["parked"]

_CREDITED_AGAIN = {"REJECTED", "RETURN_ORDERED"}
"""States of a burn that waits to be credited again."""
_LOST = {"RECALLED", "FROZEN", "THAWED"}
"""States of a recall whose tokens had been issued, and of which nobody has said more."""
Rows = Mapping[str, Sequence[Row]]


def parked(rows: Rows, room: int) -> dict[str, frozenset[str]]:
    """States by table. `room` is what the token still lets be credited, minor units."""
    found = {}
    if _lacks_the_loss(rows, room):
        found |= {"deposits": frozenset({"QUEUED"}), "redemptions": frozenset(_CREDITED_AGAIN)}
    if _known_files(rows):
        found |= {"payout_files": frozenset({"SAVED"})}
    return found


def _lacks_the_loss(rows: Rows, room: int) -> bool:
    """Deposits were taken back after their issue: exactly their loss is what the backing lacks,
    and nothing that waits would still fit.
    """
    lost = sum(row["amount"] for row in rows["recalls"] if row["state"] in _LOST)
    waiting = [row["amount"] for row in rows["deposits"] if row["state"] == "QUEUED"]
    waiting += [
        row["amount"] - row["fee"] for row in rows["redemptions"] if row["state"] in _CREDITED_AGAIN
    ]
    if not lost or not waiting:
        return False
    return room == max(sum(waiting) - lost, 0) and min(waiting) > room


def _known_files(rows: Rows) -> bool:
    """An older database made a file again that the bank has, and dated it anew: the bank refuses
    it, and has had its word on every payment in it.
    """
    saved = [row for row in rows["payout_files"] if row["state"] == "SAVED"]
    paying = any(row["state"] == "PAYING" for row in rows["redemptions"])
    return bool(saved) and all(row["problem"] for row in saved) and not paying
