"""Kernel: money as whole minor units of one currency. No float ever touches an amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wallet.money import Currency, format_amount, parse_amount

__all__ = ["Money", "parse_decimal", "within_column"]

_MOST: Final = 2**63 - 1
"""Minor units in a column of the database."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (ISO 4217 exponent) of `currency`; may be negative or zero."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        # bool is an int to Python, and True + 1 == 2 euro cents would be a bug nobody sees
        if type(self.minor) is not int:
            raise TypeError(f"Money.minor must be int, not {type(self.minor).__name__}")
        Currency.of(self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def decimal(self) -> str:
        """The amount as a plain decimal string with all of the currency's decimals."""
        return format_amount(self.minor, Currency.of(self.currency))

    def to_json(self) -> dict[str, str]:
        """The shape that amounts have in every JSON body."""
        return {"amount": self.decimal(), "currency": self.currency}

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return other.minor


def within_column(minor: int) -> int:
    """Minor units as far as a column holds them: what many amounts come to may be more."""
    return max(-_MOST, min(minor, _MOST))


def parse_decimal(text: str, currency: str) -> Money:
    """Read a plain unsigned decimal such as ``12.34``.

    Raises `wallet.errors.AmountError` for anything else, and for more decimals than the
    currency has: input is refused, never rounded.
    """
    return Money(parse_amount(text, Currency.of(currency)), currency)
