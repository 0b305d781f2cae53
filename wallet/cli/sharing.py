"""Wallet: SLIP-39 shares as people see and type them, with what is printed beside them.

As with phrases, the word that may have been meant is shown at the owner's terminal only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wallet import mnemonic
from wallet.cli.session import Session
from wallet.cli.sheets import may_advise, print_lines, unknown_line
from wallet.errors import InputError, ShareError
from wallet.secret import Secret
from wallet.shares import Shares, nearest_share_words, slip

_LABEL: Final = re.compile(
    r"# jiaozi bip39 language=([a-z_]+) fingerprint=([0-9a-f]{8}) passphrase=(yes|no)"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What shares do not say of the phrase that they carry, and what is printed beside them."""

    language: str
    fingerprint: str
    has_passphrase: bool

    def line(self) -> str:
        """The line of a share's file by which `restore` knows it again."""
        passphrase = "yes" if self.has_passphrase else "no"
        facts = f"language={self.language} fingerprint={self.fingerprint}"
        return f"# jiaozi bip39 {facts} passphrase={passphrase}"


def read_shares(session: Session) -> tuple[Shares, Label | None]:
    """Shares, until there are enough: typed one by one, or, where nobody types, a line each.

    What stands beside them is known again: the lines that begin with # in a share's file.
    """
    if not session.environment.stdin.isatty():
        return _piped(session.environment.stdin.read())
    shares = Shares()
    while not shares.is_complete:
        typed = session.ask_secret("shares.ask", share=len(shares) + 1)
        if not typed.strip():
            raise ShareError("share.few", count=len(shares))
        try:
            shares.add(typed)
        except ShareError as error:
            refused = error
        else:
            if not session.as_json:
                print_lines(session, _progress(session, shares))
            continue
        if not may_advise(session):
            raise refused
        told = [refused.message(session.language), refused.remedy(session.language)]
        print_lines(session, [*told, *_share_advice(session, typed, refused.values)])
    return shares, None


def restored_phrase(session: Session, shares: Shares, label: Label | None) -> Secret:
    """The phrase that shares carry, in the language of --word-list, else of their label."""
    language = session.line.get("--word-list")
    if language is None:
        language = "english" if label is None else label.language
    return mnemonic.from_entropy(shares.entropy(), language)


def _piped(text: str) -> tuple[Shares, Label | None]:
    shares, labels = Shares(), set()
    for line in text.splitlines():
        found = _LABEL.fullmatch(line.strip())
        if found:
            labels.add(Label(found[1], found[2], found[3] == "yes"))
        elif line.strip() and not line.lstrip().startswith("#"):
            shares.add(line)
    if len(labels) > 1:
        raise InputError("share.labels")
    if not shares.is_complete:
        raise ShareError("share.few", count=len(shares))
    return shares, next(iter(labels), None)


def _progress(session: Session, shares: Shares) -> list[str]:
    lines = [
        session.text("shares.group", group=state.group, have=state.have, need=state.need)
        for state in shares.groups
    ]
    if shares.needed_groups > 1:
        whole = sum(state.have >= state.need for state in shares.groups)
        lines.append(session.text("shares.groups", have=whole, need=shares.needed_groups))
    return lines


def _share_advice(session: Session, typed: str, values: Mapping[str, object]) -> list[str]:
    words, place = typed.lower().split(), values.get("place")
    if type(place) is not int:
        return []
    found = slip(words)
    if found is not None:
        return [session.text("advice.other", place=found[0], words=found[1])]
    return [unknown_line(session, place, nearest_share_words(words[place - 1]))]
