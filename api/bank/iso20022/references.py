"""Bank: creditor references (ISO 11649) and the check digits they share with IBANs (ISO 7064)."""

from __future__ import annotations

import re

__all__ = ["check_digits", "creditor_reference", "find_reference", "valid_reference"]

_REFERENCE = re.compile(r"RF(\d{2})([A-Z0-9]{1,21})", re.ASCII)
_BODY = re.compile(r"[A-Z0-9]{1,21}", re.ASCII)
_START = re.compile(r"(?<![A-Z0-9])RF\d{2} ?[A-Z0-9]", re.ASCII)
_GROUP = 4


def check_digits(prefix: str, body: str) -> str:
    """The two ISO 7064 MOD 97-10 digits for `prefix` (two capitals) before `body`."""
    digits = "".join(str(int(character, 36)) for character in f"{body}{prefix}00")
    return f"{98 - int(digits) % 97:02d}"


def creditor_reference(body: str) -> str:
    """``RF`` + check digits + `body` (1 to 21 capitals and digits; ValueError otherwise)."""
    if not _BODY.fullmatch(body):
        raise ValueError("a creditor reference has 1 to 21 characters out of A-Z and 0-9")
    return f"RF{check_digits('RF', body)}{body}"


def valid_reference(text: str) -> str | None:
    """The electronic form (no blanks, capitals) of an ISO 11649 reference; None if it is none."""
    compact = "".join(text.split()).upper()
    match = _REFERENCE.fullmatch(compact)
    if match is None or check_digits("RF", match[2]) != match[1]:
        return None
    return compact


def find_reference(text: str) -> str | None:
    """The one ISO 11649 reference inside free text; None when there is none, or more than one.

    Payers write it in one piece (``RF18539007547034``) or as printed, in groups of four
    (``RF18 5390 0754 7034``). Two different references are ambiguous: a person must look.
    """
    upper = text.upper()
    found: set[str] = set()
    for start in _START.finditer(upper):
        words = re.split(r"[^A-Z0-9 ]", upper[start.start() :], maxsplit=1)[0].split(" ")
        found.update(_readings(words))
    return found.pop() if len(found) == 1 else None


def _readings(words: list[str]) -> set[str]:
    """Valid references that begin with the first word: alone, or with groups of four."""
    compact, readings = words[0], set[str]()
    if whole := valid_reference(compact):
        readings.add(whole)
    if len(compact) != _GROUP:
        return readings
    for word in words[1:]:
        if not 1 <= len(word) <= _GROUP:
            break
        compact += word
        # every run of groups may be the whole of it, with words of the payer's behind
        if valid := valid_reference(compact):
            readings.add(valid)
        if len(word) < _GROUP:
            break
    return readings
