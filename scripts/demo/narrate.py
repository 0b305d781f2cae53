"""Demo: how it speaks. One sentence a line, commands as a person would type them."""

from __future__ import annotations

import os
import sys
import textwrap
import time
import unicodedata
from collections.abc import Mapping
from typing import TextIO

from scripts.demo.texts import TEXTS

__all__ = ["Narrator"]

_WIDTH = 96
_PLAIN = {"bold": "", "dim": "", "green": "", "reset": ""}
_COLOURS = {"bold": "\033[1m", "dim": "\033[2m", "green": "\033[32m", "reset": "\033[0m"}


class Narrator:
    """Writes the story in English or 简体中文, with colours only on a terminal."""

    def __init__(self, env: Mapping[str, str] = os.environ, out: TextIO = sys.stdout) -> None:
        self.lang = "zh" if env.get("LANG", "").lower().startswith("zh") else "en"
        self._out = out
        self._terminal = out.isatty()
        self._style = _COLOURS if self._terminal and "NO_COLOR" not in env else _PLAIN
        self._begun = time.monotonic()

    def text(self, key: str, **values: object) -> str:
        """The sentence `key` in the reader's language."""
        return TEXTS[key][self.lang].format(**values)

    def step(self, number: int, key: str, **values: object) -> None:
        """A numbered step begins."""
        elapsed = time.monotonic() - self._begun
        title = f"{number}. {self.text(key, **values)}"
        self._line("")
        self._line(f"{self._style['bold']}{title}{self._style['reset']}  ({elapsed:.1f} s)")

    def say(self, key: str, **values: object) -> None:
        """One sentence of the story."""
        for line in self._wrapped(self.text(key, **values)):
            self._line("   " + line)

    def item(self, key: str, **values: object) -> None:
        """One of a list."""
        self._line(f"     · {self.text(key, **values)}")

    def command(self, shown: str) -> None:
        """A command that is run now."""
        self._line(f"   {self._style['dim']}${self._style['reset']} {shown}")

    def output(self, text: str) -> None:
        """What a command printed."""
        for line in text.rstrip("\n").splitlines():
            self._line("     " + line if line else "")

    def row(self, *cells: str, widths: tuple[int, ...]) -> None:
        """One line of a table; a negative width puts the text at the right."""
        padded = []
        for cell, width in zip(cells, widths, strict=True):
            blanks = " " * (abs(width) - _columns(cell))
            padded.append(blanks + cell if width < 0 else cell + blanks)
        self._line("   " + "  ".join(padded).rstrip())

    def rule(self) -> None:
        """A line under a sum."""
        self._line("   " + "─" * 42)

    def good(self, key: str, **values: object) -> None:
        """A result that matters."""
        self._line(f"   {self._style['green']}✓{self._style['reset']} {self.text(key, **values)}")

    def plain(self, text: str = "") -> None:
        """A line as it is."""
        self._line(text)

    def _wrapped(self, text: str) -> list[str]:
        # 汉字 have no spaces to break at: leave those lines to the terminal
        return [text] if self.lang == "zh" else textwrap.wrap(text, _WIDTH)

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _columns(text: str) -> int:
    """How wide a terminal shows it: 汉字 take two columns."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
