"""Wallet: one line of text from a person or a server, fit to be signed and shown.

What is shown must be what is signed: characters that are invisible or turn the direction of
writing are refused on the way in and escaped on the way out.
"""

from __future__ import annotations

from wallet.errors import InputError
from wallet.hints import Final

LONGEST_QUOTED: Final = 60


def read_line(field: str, text: str, longest: int) -> str:
    """A line of 1 to `longest` visible characters, as given; InputError otherwise."""
    if not text.strip() or len(text) > longest or show(text) != text:
        raise InputError("text.line", field=field, longest=longest)
    return text


def show(text: str) -> str:
    """The text with every control, format and separator character but the space escaped."""
    return "".join(letter if _is_visible(letter) else ascii(letter)[1:-1] for letter in text)


def shorten(text: str) -> str:
    """A rejected text made fit to be quoted in a one-line message: escaped and cut."""
    escaped = text.encode("unicode_escape", "backslashreplace").decode("ascii")
    return escaped if len(escaped) <= LONGEST_QUOTED else escaped[:LONGEST_QUOTED] + "…"


def _is_visible(letter: str) -> bool:
    import unicodedata  # noqa: PLC0415  # a large table that a plain command does without

    return letter == " " or unicodedata.category(letter)[0] not in "CZ"
