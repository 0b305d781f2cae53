"""Wallet: currencies and amounts; an amount is an `int` of minor units, never a float."""

from __future__ import annotations

from wallet.errors import AmountError
from wallet.hints import Final
from wallet.plain import LONGEST_QUOTED, shorten, show
from wallet.record import Record

__all__ = ["MAX_AMOUNT", "Currency", "format_amount", "parse_amount", "shorten"]

# ISO 4217 active codes by the number of decimals of their minor unit; two is the rule.
_DECIMALS: Final[dict[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
        "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
        "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
        "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
        "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
        "XCD XCG YER ZAR ZMW ZWG"
    ),
}
_EXPONENTS: Final[dict[str, int]] = {
    code: exponent for exponent, codes in _DECIMALS.items() for code in codes.split()
}

# A balance on chain is 96 bits wide; nothing larger can be an amount of the token.
MAX_AMOUNT: Final = 2**96 - 1
_MOST_DIGITS: Final = len(str(MAX_AMOUNT))


class Currency(Record):
    """An ISO 4217 currency: its three-letter code and how many decimals its minor unit has."""

    code: str
    exponent: int

    @classmethod
    def of(cls, code: str) -> Currency:
        """The currency of an ISO 4217 code in capitals; AmountError if there is none."""
        known = _MADE.get(code)
        if known is None:
            exponent = _EXPONENTS.get(code)
            if exponent is None:
                raise AmountError("currency.unknown", currency=shorten(code))
            known = _MADE[code] = cls(code, exponent)
        return known


_MADE: Final[dict[str, Currency]] = {}
"""Every amount asks for its currency: each is made once."""


def parse_amount(text: str, currency: Currency) -> int:
    """Read a decimal amount ("12.34") as minor units (1234).

    Plain ASCII digits with at most one point: no sign, separator, exponent, blank, NaN or
    leading zeros. More decimals than the currency has are refused, not rounded.
    """
    whole, point, fraction = text.partition(".")
    if (
        not _is_digits(whole)
        or (whole[0] == "0" and whole != "0")
        or (point and not _is_digits(fraction))
    ):
        raise _not_an_amount(text, currency)
    if len(fraction) > currency.exponent:
        raise AmountError(
            "amount.decimals",
            amount=shorten(text),
            currency=currency.code,
            places=currency.exponent,
        )
    # So many digits are too many whatever they are, and int() takes its time over millions.
    is_long = len(whole) > _MOST_DIGITS
    minor = 0 if is_long else int(whole + fraction.ljust(currency.exponent, "0"))
    if is_long or minor > MAX_AMOUNT:
        raise AmountError("amount.too_large", amount=shorten(text), currency=currency.code)
    return minor


def _is_digits(text: str) -> bool:
    """Whether this is ASCII digits, at least one. (`re` would take longer to load.)"""
    return text.isascii() and text.isdigit()


def _not_an_amount(text: str, currency: Currency) -> AmountError:
    """Why a text is no amount; digits of another script are shown as they were typed."""
    if any(letter.isdecimal() and not letter.isascii() for letter in text):
        return AmountError(
            "amount.digits", amount=show(text)[:LONGEST_QUOTED], currency=currency.code
        )
    whole, point, fraction = text.partition(".")
    if _is_digits(whole) and (_is_digits(fraction) or not point):
        return AmountError("amount.zeros", amount=shorten(text), currency=currency.code)
    return AmountError("amount.format", amount=shorten(text), currency=currency.code)


def format_amount(minor: int, currency: Currency) -> str:
    """Write minor units (1234) as a decimal amount ("12.34"); every decimal is written."""
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise TypeError(f"an amount is an int of minor units, not {type(minor).__name__}")
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(currency.exponent + 1, "0")
    if currency.exponent == 0:
        return sign + digits
    return f"{sign}{digits[: -currency.exponent]}.{digits[-currency.exponent :]}"
