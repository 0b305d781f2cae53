"""Chain: what a transaction may pay, and how much more the next attempt pays. No I/O.

Nodes replace a waiting transaction only when both of its caps (EIP-1559) grow by at least a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fees", "outbid", "raised"]

_TENTH = 10


@dataclass(frozen=True, slots=True)
class Fees:
    """What a transaction may pay, in wei per gas (EIP-1559)."""

    highest: int
    tip: int

    @classmethod
    def of(cls, base_fee: int, tip: int) -> Fees:
        """Twice the base fee and the tip: good for six full blocks in a row.

        A chain whose base fee is zero takes none: there an address without coin can send too.
        """
        return cls(2 * base_fee + tip, tip) if base_fee else cls(0, 0)

    def within(self, ceiling: int, base_fee: int) -> Fees | None:
        """These fees, or as much of them as the ceiling allows; None when no block takes that."""
        if self.highest <= ceiling:
            return self
        if base_fee > ceiling:
            return None
        return Fees(ceiling, min(self.tip, ceiling))


def raised(before: Fees, wanted: Fees, ceiling: int) -> Fees | None:
    """The fees of the next attempt: what is wanted now, but a tenth more at least in both caps.

    None when even the least raise is above the ceiling.
    """
    least = Fees(_tenth_more(before.highest), _tenth_more(before.tip))
    if least.highest > ceiling:
        return None
    highest = min(max(wanted.highest, least.highest), ceiling)
    return Fees(highest, min(max(wanted.tip, least.tip), highest))


def outbid(before: Fees, wanted: Fees, ceiling: int) -> Fees | None:
    """The next offer against a transaction whose fees nobody knows: as `raised`, twice the tip.

    The tip may be all that is too low: at the ceiling it alone is raised. None at the end of both.
    """
    more = raised(Fees(before.highest, 2 * before.tip), wanted, ceiling)
    if more is None and before.tip < before.highest:
        return Fees(before.highest, min(2 * before.tip + 1, before.highest))
    return more


def _tenth_more(price: int) -> int:
    return price + max(-(-price // _TENTH), 1)
