"""Kernel: the fields of a request, read strictly. A wrong one is named with its remedy.

Numbers arrive as decimal strings (a JSON number would pass through a float in many clients),
bytes as 0x-hex of a fixed length, addresses with their EIP-55 checksum.
"""

from __future__ import annotations

import re
import unicodedata

from api.kernel.errors import InvalidInput, NotFound
from wallet.address import Address, parse_address
from wallet.errors import AddressError

__all__ = [
    "read_address",
    "read_bytes",
    "read_id",
    "read_signature",
    "read_text",
    "read_uint",
    "unknown_id",
]

_DIGITS = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*", re.ASCII)


def read_address(field: str, text: str) -> Address:
    """A checksummed address; `InvalidInput` when it is none, or the zero address."""
    try:
        return parse_address(text)
    except AddressError as error:
        raise InvalidInput(
            field, f"{field}: {error}", remedy=error.remedy(), slug="invalid-address"
        ) from error


def read_uint(field: str, text: str, *, bits: int = 256) -> int:
    """A whole number from 0 to 2^bits − 1, in plain ASCII digits without leading zeros."""
    # the length goes first: int() of a million digits would cost seconds
    if len(text) <= len(str(2**bits)) and _DIGITS.fullmatch(text):
        value = int(text)
        if value < 2**bits:
            return value
    raise InvalidInput(
        field,
        f"{field} is not a whole number of at most {bits} bits.",
        remedy='Write it in decimal digits within quotes, such as "1250".',
        slug="invalid-number",
    )


def read_bytes(field: str, text: str, *, length: int) -> bytes:
    """Exactly `length` bytes from 0x-prefixed hex."""
    if len(text) == 2 + 2 * length and _HEX.fullmatch(text):
        return bytes.fromhex(text[2:])
    raise InvalidInput(
        field,
        f"{field} is not {length} bytes of hex.",
        remedy=f"Write 0x and {2 * length} hex digits.",
        slug="invalid-hex",
    )


def read_signature(field: str, text: str, *, longest: int) -> bytes:
    """A signature of at most `longest` bytes: 65 are a key's, others a contract wallet's."""
    if len("0x") < len(text) <= 2 + 2 * longest and _HEX.fullmatch(text):
        return bytes.fromhex(text[2:])
    raise InvalidInput(
        field,
        f"{field} is not 1 to {longest} bytes of hex.",
        remedy="Write 0x and an even number of hex digits: 130 of them for a key's signature.",
        slug="invalid-hex",
    )


def read_text(field: str, text: str, *, longest: int, empty: bool = False) -> str:
    """One line of text as it was signed: not changed in any way, only refused.

    Refused are control characters, line ends, lone surrogates, private and unassigned code
    points and the marks that reorder text, which show one thing and mean another.
    """
    if not empty and not text.strip():
        raise InvalidInput(field, f"{field} is empty.", remedy="Fill it in.", slug="invalid-text")
    if len(text) > longest:
        raise InvalidInput(
            field,
            f"{field} is longer than {longest} characters.",
            remedy=f"Shorten it to {longest} characters.",
            slug="invalid-text",
        )
    if any(unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029" for letter in text):
        raise InvalidInput(
            field,
            f"{field} contains a character that cannot be shown.",
            remedy="Write it with visible characters and ordinary spaces, on one line.",
            slug="invalid-text",
        )
    return text


def read_id(prefix: str, text: str) -> str:
    """An id such as ``link_9f0c…`` out of an address; anything else does not exist."""
    if not re.fullmatch(rf"{prefix}_[0-9a-f]{{32}}", text, re.ASCII):
        raise unknown_id(prefix)
    return text


def unknown_id(prefix: str) -> NotFound:
    """The one answer for an id that is malformed, unknown or somebody else's."""
    return NotFound(
        f"There is no {prefix} with this id.",
        remedy="Check the id; it is in the answer to the request that made it.",
    )
