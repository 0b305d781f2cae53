"""Wallet: bank account numbers (IBAN, ISO 13616), checked by their two check digits."""

from __future__ import annotations

import re

from wallet.errors import IbanError
from wallet.hints import TYPE_CHECKING, Final
from wallet.money import shorten

if TYPE_CHECKING:
    from typing import NewType

    #: An IBAN without spaces, in capitals, whose check digits agree.
    Iban = NewType("Iban", str)
else:
    Iban = str

_FORM: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_MODULUS: Final = 97


def parse_iban(text: str) -> Iban:
    """Read an IBAN as people write it, with or without spaces, in any case.

    IbanError if it has not an IBAN's form or its check digits do not agree. Whether the
    account exists, and is the customer's, the bank says.
    """
    compact = text.replace(" ", "").upper() if text.isascii() else ""
    if _FORM.fullmatch(compact) is None:
        raise IbanError("iban.format", account=shorten(text))
    turned = compact[4:] + compact[:4]
    digits = "".join(str(int(letter, 36)) for letter in turned)  # ISO 7064: A is 10, Z is 35
    if int(digits) % _MODULUS != 1:
        raise IbanError("iban.checksum", account=shorten(text))
    return Iban(compact)


def format_iban(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
