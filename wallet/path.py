"""Wallet: derivation paths (BIP-32, BIP-44) whose indices cannot be out of range.

Hardened and normal indices are two types, so that no arithmetic can turn one into the other:
where indices are plain numbers, m/2147483648 silently means m/0'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from wallet.errors import PathError
from wallet.money import shorten

HARDENED_BIT: Final = 2**31
_STEP: Final = re.compile(r"(0|[1-9][0-9]{0,9})(['hH]?)", re.ASCII)
_LONGEST: Final = 255  # BIP-32 keeps the depth in one byte


def _check(index: int) -> None:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < HARDENED_BIT:
        raise PathError("path.index", index=shorten(str(index)))


@dataclass(frozen=True, slots=True, order=True)
class Normal:
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


@dataclass(frozen=True, slots=True, order=True)
class Hardened:
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


Index: TypeAlias = Normal | Hardened


@dataclass(frozen=True, slots=True)
class Path:
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
            match = _STEP.fullmatch(step)
            if match is None:
                raise PathError("path.format", path=shorten(text))
            steps.append((Hardened if match.group(2) else Normal)(int(match.group(1))))
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
