"""Wallet: `jiaozi bip85`: a child secret for another use, made anew at any time from this wallet.

It goes to stdout, which is what was asked for, and is stored nowhere.
"""

from __future__ import annotations

from typing import Final

from wallet import bip85, mnemonic
from wallet.book import Home
from wallet.book.keys import master
from wallet.cli.session import Result, Session
from wallet.cli.sheets import grid
from wallet.errors import InputError
from wallet.money import shorten
from wallet.secret import Secret

_MOST_INDEX: Final = 2**31 - 1
_MOST_WORDS: Final = 24
_LONGEST: Final = 10


def run(session: Session) -> Result:
    """Show the child that the action and the index name."""
    line, index = session.line, _index(session)
    words = line.number("--words", 12, _MOST_WORDS)
    length = line.number("--bytes", 32, 64)
    node = master(Home(session.place), session.password())
    application = line.words["ACTION"]
    lines: list[str] = []
    match application:
        case "phrase":
            language = line.get("--word-list") or "english"
            path, child = bip85.phrase(node, index, words, language)
            lines = grid(mnemonic.shown(child))
        case "hex":
            path, raw = bip85.raw_bytes(node, index, length)
            child = Secret(raw.reveal().hex().encode())
        case "xprv":
            path, child = bip85.xprv(node, index)
        case _:
            path, child = bip85.wif(node, index)
    text = child.reveal().decode()
    data = {"application": application, "path": str(path), "secret": text}
    title = session.text("bip85.title", path=path)
    return Result(data, [title, *(lines or [text]), session.text("bip85.keep")])


def _index(session: Session) -> int:
    text = session.line.words.get("INDEX", "0")
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    if not is_number or int(text) > _MOST_INDEX:
        raise InputError("bip85.index", index=shorten(text), most=_MOST_INDEX)
    return int(text)
