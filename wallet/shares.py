"""Wallet: SLIP-39 shares of a recovery phrase, through the `shamir-mnemonic` library.

    group      "2of3": any 2 of its 3 shares restore it; a plan may ask for several groups
    carries    the BIP-39 *entropy* (16 to 32 bytes), not the seed, so that the phrase itself
               and with it the same addresses come back in this and in every other wallet

The entropy does not say its language, and no BIP-39 passphrase is in it: what is printed beside
the shares names the language, and says whether a passphrase is needed besides. A device that
takes SLIP-39 shares as its own seed makes other addresses of them; hence the label.

A share is a secret. Errors name a share by its place among those given and a word by its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NoReturn

from shamir_mnemonic import EncryptedMasterSecret, Share, generate_mnemonics  # type: ignore[import-untyped]  # it has no types
from shamir_mnemonic.rs1024 import create_checksum, verify_checksum  # type: ignore[import-untyped]  # it has no types
from shamir_mnemonic.shamir import ShareGroup, recover_ems  # type: ignore[import-untyped]  # it has no types
from shamir_mnemonic.utils import MnemonicError  # type: ignore[import-untyped]  # it has no types
from shamir_mnemonic.wordlist import WORDLIST  # type: ignore[import-untyped]  # it has no types

from wallet.errors import InputError, SecretLeak, ShareError
from wallet.secret import Secret

_GROUP: Final = re.compile(r"([0-9]{1,2})of([0-9]{1,2})")
_MOST_SHARES: Final = 16
_LENGTHS: Final = (20, 23, 27, 30, 33)  # words of a share of 16, 20, 24, 28 or 32 bytes
#: 10,000 · 2^e rounds of PBKDF2: beyond this a share would only keep this machine busy.
_MOST_EXPONENT: Final = 8
_WORD_BITS: Final = 10
_CHECK_WORDS: Final = 3
_NUMBERS: Final = {word: number for number, word in enumerate(WORDLIST)}
_MOST_NEAR: Final = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How to split: how many groups are needed, and of each (needed, made) shares."""

    needed: int
    groups: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str, needed: int | None = None) -> Plan:
        """Read "2of3" or, of several groups, "2of3,3of5"; by default all groups are needed.

        InputError for what SLIP-39 cannot do: more needed than made, over 16 shares or groups,
        or several shares of which one is enough.
        """
        groups = []
        for part in text.replace(" ", "").lower().split(","):
            found = _GROUP.fullmatch(part)
            least, count = map(int, found.groups()) if found else (0, 0)
            if not 1 <= least <= count <= _MOST_SHARES or (least == 1 and count > 1):
                raise InputError("shares.plan", part=part[:20])
            groups.append((least, count))
        needed = len(groups) if needed is None else needed
        if not 1 <= needed <= len(groups) <= _MOST_SHARES:
            raise InputError("shares.groups", needed=needed, groups=len(groups))
        return cls(needed, tuple(groups))


@dataclass(frozen=True, slots=True)
class GroupState:
    """How far a group of shares is: how many of the needed ones were read."""

    group: int
    have: int
    need: int


def split(entropy: Secret, plan: Plan) -> list[list[Secret]]:
    """The shares of an entropy, by groups. Each call makes a set of its own."""
    made = generate_mnemonics(plan.needed, plan.groups, entropy.reveal())
    return [[Secret(share.encode("ascii")) for share in group] for group in made]


def nearest_share_words(word: str) -> list[str]:
    """The words of shares that an unknown word may stand for, the likeliest first."""
    word = word.lower()
    short = [each for each in WORDLIST if word[3:] and each.startswith(word[:4])]
    return list(dict.fromkeys([*short, *get_close_matches(word, WORDLIST)]))[:_MOST_NEAR]


class Shares:
    """Shares as they come in, until there are enough. Shows none of them."""

    def __init__(self) -> None:
        self.__groups: dict[int, ShareGroup] = {}
        self.__first: Share | None = None
        self._count = 0

    def add(self, text: str) -> None:
        """Take one more share.

        ShareError, naming the share and the word by their places, if it is none, is there
        already, or is of another set; those that were read before stay.
        """
        number = self._count + 1
        share = _read(text, number)
        first = self.__first
        if first is not None and share.common_parameters() != first.common_parameters():
            raise ShareError("share.other_set", share=number)
        group = self.__groups.get(share.group_index, ShareGroup())
        if any(share.index == known.index for known in group):
            raise ShareError("share.twice", share=number)
        if group and group.group_parameters() != share.group_parameters():
            raise ShareError("share.other_set", share=number)
        group.add(share)
        self.__groups[share.group_index] = group
        self.__first = first or share
        self._count = number

    @property
    def needed_groups(self) -> int:
        """How many groups must be complete; 1 before the first share says it."""
        return 1 if self.__first is None else self.__first.group_threshold

    @property
    def groups(self) -> list[GroupState]:
        """The groups that have shares, counted from 1."""
        return [
            GroupState(index + 1, len(group), group.member_threshold())
            for index, group in sorted(self.__groups.items())
        ]

    @property
    def is_complete(self) -> bool:
        """Whether there are enough to restore."""
        whole = [group for group in self.groups if group.have >= group.need]
        return self.__first is not None and len(whole) >= self.needed_groups

    def entropy(self, passphrase: bytes = b"") -> Secret:
        """The entropy. ShareError if there are too few, or if they contradict one another.

        `passphrase` is SLIP-39's own, printable ASCII, which `split` does not use; another one
        gives other bytes without any error.
        """
        if not self.is_complete:
            raise ShareError("share.few", count=self._count)
        whole = {i: group for i, group in self.__groups.items() if group.is_complete()}
        taken = dict(sorted(whole.items())[: self.needed_groups])
        master: EncryptedMasterSecret | None = None
        with suppress(MnemonicError):  # it may show words: no error of ours goes on from it
            master = recover_ems({i: group.get_minimal_group() for i, group in taken.items()})
        if master is None:
            raise ShareError("share.contradiction")
        return Secret(master.decrypt(passphrase))

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Shares({self._count})"

    def __reduce__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")


def _read(text: str, number: int) -> Share:
    words = text.lower().split()
    for place, word in enumerate(words, 1):
        if word not in _NUMBERS:
            raise ShareError("share.word", share=number, place=place)
    if len(words) not in _LENGTHS:
        raise ShareError("share.length", share=number, count=len(words))
    share: Share | None = None
    if _is_sound(words):
        with suppress(MnemonicError):  # as above
            share = Share.from_mnemonic(" ".join(words))
    else:
        found = slip(words)
        if found is not None:
            raise ShareError("share.suspect", share=number, place=found[0])
        raise ShareError("share.checksum", share=number)
    if share is None or share.iteration_exponent > _MOST_EXPONENT:
        raise ShareError("share.damaged", share=number)
    return share


def slip(words: Sequence[str]) -> tuple[int, str] | None:
    """The one word, by its place from 1, whose exchange mends a share, and the right one.

    The checksum finds a single wrong word for certain; None where more is wrong. The word is a
    secret: it is for the owner's terminal only.
    """
    numbers = [_NUMBERS[word] for word in words if word in _NUMBERS]
    if len(numbers) not in _LENGTHS or len(numbers) != len(words):
        return None
    base = _syndrome(numbers)
    for place, right in enumerate(numbers):
        # The checksum is linear: what a change of several bits does is what each does, together.
        effects = [0]
        for bit in range(_WORD_BITS):
            changed = [*numbers[:place], right ^ 1 << bit, *numbers[place + 1 :]]
            alone = _syndrome(changed) ^ base
            effects += [effect ^ alone for effect in effects]
        for change, effect in enumerate(effects):
            other = [*numbers[:place], right ^ change, *numbers[place + 1 :]]
            if effect == base and _is_sound_numbers(other):
                return place + 1, WORDLIST[right ^ change]
    return None


def _syndrome(numbers: Sequence[int]) -> int:
    """What the checksum is beside what it should be; 0 for a sound share."""
    data, written = list(numbers[:-_CHECK_WORDS]), numbers[-_CHECK_WORDS:]
    found = 0
    for right, word in zip(create_checksum(data, _custom(numbers)), written, strict=True):
        found = found << _WORD_BITS | right ^ word
    return found


def _is_sound(words: Sequence[str]) -> bool:
    return _is_sound_numbers([_NUMBERS[word] for word in words])


def _is_sound_numbers(numbers: list[int]) -> bool:
    return bool(verify_checksum(numbers, _custom(numbers)))


def _custom(numbers: Sequence[int]) -> bytes:
    """SLIP-39's customization string, by the bit before the four of the iteration exponent."""
    return b"shamir_extendable" if numbers[1] >> 4 & 1 else b"shamir"
