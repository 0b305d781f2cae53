"""Wallet: keys out of passwords: scrypt (RFC 7914) and Argon2id (RFC 9106), within bounds.

A file says what its key costs, and a hostile file would say too much: parameters that would
take all of this machine's memory or time are a ValueError before any work is done.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, cast

from wallet.secret import Secret

MOST_MEMORY: Final = 2**30  # bytes
_MOST_PARALLEL: Final = 64
# What a derivation may write in all, in bytes: some ten to twenty seconds of one core.
_MOST_WORK: Final = 2**33
_ARGON_LEAST: Final = 8  # KiB a lane, by RFC 9106


def _check_numbers(*numbers: object) -> None:
    if not all(type(number) is int and number > 0 for number in numbers):
        raise ValueError("number")


@dataclass(frozen=True, slots=True)
class Scrypt:
    """scrypt's parameters: memory is 128 · n · r bytes, work p times that."""

    n: int
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        """ValueError for parameters that scrypt does not have or this machine should not bear."""
        _check_numbers(self.n, self.r, self.p)
        memory = 128 * self.n * self.r
        if self.n == 1 or self.n & (self.n - 1) or memory > MOST_MEMORY:
            raise ValueError("n")
        if self.p > _MOST_PARALLEL or memory * self.p > _MOST_WORK:
            raise ValueError("p")

    def derive(self, password: Secret, salt: bytes, length: int = 32) -> bytes:
        """`length` bytes of key."""
        if self.n.bit_length() > 16 * self.r:
            # OpenSSL keeps to RFC 7914's n < 2^16r; some old files, an official vector too, do
            # not.
            from Crypto.Protocol.KDF import scrypt  # noqa: PLC0415  # slow to load, seldom needed

            text = cast("str", password.reveal())  # it takes bytes, its stub says str
            return cast("bytes", scrypt(text, cast("str", salt), length, self.n, self.r, self.p))
        most = MOST_MEMORY + 2**26  # OpenSSL wants to be told how much memory it may take
        return hashlib.scrypt(
            password.reveal(), salt=salt, n=self.n, r=self.r, p=self.p, maxmem=most, dklen=length
        )


@dataclass(frozen=True, slots=True)
class Argon2id:
    """Argon2id's parameters: KiB of memory, passes over it, lanes it is divided into."""

    memory: int
    passes: int
    lanes: int = 4

    def __post_init__(self) -> None:
        """ValueError for parameters that Argon2id does not have or that ask for too much."""
        _check_numbers(self.memory, self.passes, self.lanes)
        if self.lanes > _MOST_PARALLEL or self.memory < _ARGON_LEAST * self.lanes:
            raise ValueError("lanes")
        if self.memory * 1024 > MOST_MEMORY or self.memory * 1024 * self.passes > _MOST_WORK:
            raise ValueError("memory")

    def derive(self, password: Secret, salt: bytes, length: int = 32) -> bytes:
        """`length` bytes of key; ValueError for a salt under 8 bytes."""
        from cryptography.hazmat.primitives.kdf import argon2  # noqa: PLC0415  # slow to load

        made = argon2.Argon2id(
            salt=salt,
            length=length,
            iterations=self.passes,
            lanes=self.lanes,
            memory_cost=self.memory,
        )
        return made.derive(password.reveal())


#: What a vault costs where nothing else is said: 128 MiB, four times, about half a second.
USUAL: Final = Argon2id(2**17, 4)


def tuned(milliseconds: int = 500) -> Argon2id:
    """`USUAL`, with as many more passes as this machine does in that time; never fewer."""
    from time import process_time_ns  # noqa: PLC0415  # measures work, whatever else runs

    start = process_time_ns()
    Argon2id(USUAL.memory, 1, USUAL.lanes).derive(Secret(b"how fast is this"), bytes(16))
    one = max(process_time_ns() - start, 1)
    most = _MOST_WORK // (USUAL.memory * 1024)
    passes = min(milliseconds * 1_000_000 // one, most // 4)
    return Argon2id(USUAL.memory, max(passes, USUAL.passes), USUAL.lanes)
