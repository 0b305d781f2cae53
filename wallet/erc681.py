"""Wallet: payment links, ERC-681, strictly: a transfer of one ERC-20 token and nothing else.

    ethereum:[pay-]TOKEN[@CHAIN]/transfer?address=PAYEE[&uint256=MINOR]

What a link says is money, so a link that says anything twice, anything unknown, or anything
this wallet would not do, is refused with the reason; nothing in it is passed over. Names
(ENS) are refused too: who they mean could not be seen. Source: ERC-681, with ERC-20's transfer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wallet.address import Address, parse_address
from wallet.errors import AddressError, InputError
from wallet.money import MAX_AMOUNT, shorten

_SCHEME: Final = "ethereum:"
_LONGEST: Final = 500
_LINK: Final = re.compile(
    r"(?:pay-)?(?P<token>[^@/?]+)(?:@(?P<chain>[^/?]*))?(?:/(?P<call>[^?]*))?(?:\?(?P<query>.*))?"
)
_CHAIN: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
# ERC-681's number: digits, a fraction and a power of ten ("2.5e2"); a sign is nothing to pay by.
_NUMBER: Final = re.compile(r"([0-9]{1,40})(?:\.([0-9]{1,40}))?(?:[eE]([0-9]{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """A wish to be paid: `amount` minor units of `token` to `to`.

    `chain_id` is None where the link leaves the chain to the payer, `amount` None likewise.
    """

    token: Address
    to: Address
    amount: int | None
    chain_id: int | None

    def __str__(self) -> str:
        """The link itself."""
        chain = "" if self.chain_id is None else f"@{self.chain_id}"
        amount = "" if self.amount is None else f"&uint256={self.amount}"
        return f"{_SCHEME}{self.token}{chain}/transfer?address={self.to}{amount}"


def is_link(text: str) -> bool:
    """Whether a text means to be a payment link."""
    return text.lower().startswith(_SCHEME)


def parse_link(text: str) -> PaymentLink:
    """Read a payment link; InputError or AddressError naming what is wrong in it."""
    found = _LINK.fullmatch(text[len(_SCHEME) :]) if is_link(text) else None
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if found is None or len(text) > _LONGEST or not is_plain:
        raise InputError("paylink.format", link=shorten(text))
    call, query = found["call"], _query(found["query"] or "")
    if call is None or "value" in query:
        raise InputError("paylink.native")
    if call != "transfer":
        raise InputError("paylink.call", call=shorten(call))
    for name in query:
        if name not in ("address", "uint256"):
            raise InputError("paylink.parameter", name=shorten(name))
    if "address" not in query:
        raise InputError("paylink.payee")
    return PaymentLink(
        token=_address(found["token"]),
        to=_address(query["address"]),
        amount=_amount(query["uint256"]) if "uint256" in query else None,
        chain_id=_chain(found["chain"]),
    )


def _query(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split("&") if text else ():
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise InputError("paylink.parameter", name=shorten(part))
        if name in found:
            raise InputError("paylink.twice", name=shorten(name))
        found[name] = value
    return found


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except AddressError as error:
        if error.code == "address.format":
            raise AddressError("paylink.name", name=shorten(text)) from error
        raise


def _chain(text: str | None) -> int | None:
    if text is None:
        return None
    if _CHAIN.fullmatch(text) is None:
        raise InputError("paylink.chain", chain=shorten(text))
    return int(text)


def _amount(text: str) -> int:
    """Minor units, as a whole number that a token can hold; never rounded."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise InputError("paylink.amount", amount=shorten(text))
    whole, fraction, power = found[1], found[2] or "", int(found[3] or 0)
    digits, places = int(whole + fraction), power - len(fraction)
    amount, rest = divmod(digits * _power(places), _power(-places))
    if rest or not 0 < amount <= MAX_AMOUNT:
        raise InputError("paylink.amount", amount=shorten(text))
    return amount


def _power(exponent: int) -> int:
    """Ten to the power of a number, one where that is negative."""
    return int("1" + "0" * max(exponent, 0))
