"""Wallet: derivation paths (BIP-32, BIP-44) whose indices cannot be out of range.

Hardened and normal indices are two types, so that no arithmetic can turn one into the other:
where indices are plain numbers, m/2147483648 silently means m/0'.
"""

from __future__ import annotations

from wallet.errors import PathError
from wallet.hints import TYPE_CHECKING, Final
from wallet.plain import shorten
from wallet.record import Record

HARDENED_BIT: Final = 2**31
_MARKS: Final = ("'", "h", "H")
_MOST_DIGITS: Final = 10
_LONGEST: Final = 255  # BIP-32 keeps the depth in one byte


def _check(index: int) -> None:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < HARDENED_BIT:
        raise PathError("path.index", index=shorten(str(index)))


class Normal(Record):
    """A normal child index, 0 … 2³¹−1: derivable from the public key too."""

    index: int

    def __post_init__(self) -> None:
        _check(self.index)

    @property
    def number(self) -> int:
        """ser32's number: the index itself."""
        return self.index

    def __str__(self) -> str:
        return str(self.index)


class Hardened(Record):
    """A hardened child index, 0' … (2³¹−1)': derivable from the private key only."""

    index: int

    def __post_init__(self) -> None:
        _check(self.index)

    @property
    def number(self) -> int:
        """ser32's number: the index plus 2³¹."""
        return self.index + HARDENED_BIT

    def __str__(self) -> str:
        return f"{self.index}'"


if TYPE_CHECKING:
    from typing import TypeAlias

    Index: TypeAlias = Normal | Hardened


class Path(Record):
    """A derivation path from the master key; `str` writes it as m/44'/60'/0'/0/0."""

    steps: tuple[Index, ...]

    def __post_init__(self) -> None:
        if len(self.steps) > _LONGEST:
            raise PathError("path.depth", depth=len(self.steps))

    @classmethod
    def parse(cls, text: str) -> Path:
        """Read "m/44'/60'/0'/0/0" (h and H also mark hardened steps); PathError otherwise."""
        head, *rest = text.split("/")
        if head != "m":
            raise PathError("path.format", path=shorten(text))
        steps: list[Index] = []
        for step in rest:
            kind = Hardened if step.endswith(_MARKS) else Normal
            digits = step[:-1] if kind is Hardened else step
            plain = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
            if not plain or (digits[0] == "0" and digits != "0"):
                raise PathError("path.format", path=shorten(text))
            steps.append(kind(int(digits)))
        return cls(tuple(steps))

    def __truediv__(self, step: Index) -> Path:
        """The path one step further: `account / Normal(0)`."""
        return Path((*self.steps, step))

    def __str__(self) -> str:
        return "/".join(["m", *map(str, self.steps)])


def account_root(coin_type: int = 60) -> Path:
    """BIP-44's account level, whose xpub a wallet keeps: m/44'/coin'/0' (SLIP-44 coin types)."""
    return Path((Hardened(44), Hardened(coin_type), Hardened(0)))


#: BIP-44's account level for Ethereum (SLIP-44 coin type 60): its xpub is kept in clear.
ETHEREUM_ACCOUNT: Final = account_root()


def ethereum_path(index: int) -> Path:
    """The path of the index-th address of account 0: m/44'/60'/0'/0/index."""
    return ETHEREUM_ACCOUNT / Normal(0) / Normal(index)
