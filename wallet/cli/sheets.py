"""Wallet: recovery phrases as people see and type them.

What may have been meant by a word that is in no list is shown at the owner's terminal only:
never with --json, and never where either end is a file or a pipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wallet import mnemonic
from wallet.cli.session import Session
from wallet.cli.views import columns
from wallet.errors import MnemonicError
from wallet.secret import Secret

if TYPE_CHECKING:
    from wallet.mending import Advice

_WORDS_A_LINE: Final = 4


def grid(words: Sequence[str]) -> list[str]:
    """Numbered words, four a line."""
    cells = [f"{place:>2} {word}" for place, word in enumerate(words, 1)]
    cells += [""] * (-len(cells) % _WORDS_A_LINE)
    starts = range(0, len(cells), _WORDS_A_LINE)
    table = [cells[start : start + _WORDS_A_LINE] for start in starts]
    return [f"  {line}" for line in columns(table, right=())]


def ask_phrase(session: Session) -> Secret:
    """A recovery phrase from the terminal; an unknown word may be typed again by itself."""
    words = session.ask_secret("init.phrase").split()
    while True:
        try:
            return mnemonic.parse(" ".join(words))
        except MnemonicError as error:
            refused = error
        if not may_advise(session):
            raise refused
        from wallet.mending import advice  # noqa: PLC0415  # only for a phrase that is wrong

        found = advice(" ".join(words))
        print_lines(session, _advice_lines(session, found))
        if refused.code != "mnemonic.word":
            raise refused
        for place in found.unknown:
            again = session.ask_secret("advice.again", place=place).split()
            if not again:
                raise refused
            words[place - 1 : place] = again
            if len(again) > 1:  # the places behind it are others now
                break


def may_advise(session: Session) -> bool:
    """Whether only the owner's terminal sees what is said now."""
    environment = session.environment
    return environment.stdin.isatty() and environment.stderr.isatty() and not session.as_json


def _advice_lines(session: Session, found: Advice) -> list[str]:
    text, lines = session.text, []
    for place, near in found.unknown.items():
        lines.append(unknown_line(session, place, near))
    for first, second in found.swaps:
        lines.append(text("advice.swap", first=first, second=second))
    for place, near in found.replacements.items():
        lines.append(text("advice.other", place=place, words=", ".join(near)))
    return lines


def unknown_line(session: Session, place: int, near: Sequence[str]) -> str:
    """What is said of a word that is in no list."""
    if not near:
        return session.text("advice.far", place=place)
    return session.text("advice.near", place=place, words=", ".join(near))


def print_lines(session: Session, lines: Sequence[str]) -> None:
    """Say something beside the command's result."""
    if lines:
        print(*lines, sep="\n", file=session.environment.stderr, flush=True)
