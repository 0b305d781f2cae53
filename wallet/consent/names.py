"""Wallet: names that look like what they are not: mixed scripts, invisible letters, doubles.

The scripts that may stand together are those of Unicode's UTS 39, «highly restrictive»: one
script, or Latin with Chinese, Japanese or Korean. Python knows no letter's script, but its
Unicode name begins with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from wallet.hints import Final
from wallet.plain import show

_TOGETHER: Final = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)
# Letters of other scripts, and digits, that are drawn as a Latin small letter or nearly so.
_DRAWN_ALIKE: Final = str.maketrans(
    "авгеёзікмнопрстухѕјһԁԛԝӏьαβγεηικνορτυχωϲ01|",
    "abree3ikmhonpctyxsjhdqwlbabyenikvoptuxwcoll",
)
_CAPITAL_I: Final = str.maketrans("IІΙӀ", "llll")  # Latin, Cyrillic, Greek, Cyrillic palochka


def is_mixed(name: str) -> bool:
    """Whether a name hides something: letters of scripts that do not go together, invisible
    ones or such as turn the direction of writing, or forms that stand for other letters.
    """
    if show(name) != name or unicodedata.normalize("NFKC", name) != name:
        return True
    scripts = set(filter(None, map(_script, name)))
    return len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER)


def skeletons(name: str) -> frozenset[str]:
    """What is left of a name for the eye. Two names that share one are taken for each other.

    There are two where it has a capital I, which is both an i and drawn as an l.
    """
    plain = unicodedata.normalize("NFKD", show(name))
    return frozenset(map(_drawn, (plain, plain.translate(_CAPITAL_I))))


def double_of(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that this name could be taken for, though it is another."""
    drawn = skeletons(name)
    return next((each for each in names if each != name and skeletons(each) & drawn), None)


def _drawn(name: str) -> str:
    visible = "".join(each for each in name.casefold() if not unicodedata.combining(each))
    return "".join(visible.translate(_DRAWN_ALIKE).replace("rn", "m").split())


def _script(letter: str) -> str | None:
    """The script of a letter; None for digits, marks, punctuation, which all scripts share."""
    if letter.isascii():
        return "LATIN" if letter.isalpha() else None
    if unicodedata.category(letter)[0] != "L":
        return "DIGIT" if letter.isdecimal() else None
    name = unicodedata.name(letter, "UNNAMED")
    if name.startswith(("KATAKANA-HIRAGANA", "MODIFIER")):
        return None
    return name.split(" ")[0].split("-")[0]
