"""Wallet: `jiaozi backup`: the whole wallet as a sealed file, or its phrase as SLIP-39 shares.

Either is read back and compared before it is given out: a backup that does not restore is none.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wallet import mnemonic
from wallet.book import Home
from wallet.book.accounts import PHRASE
from wallet.book.backup import Backup
from wallet.cli.patience import working
from wallet.cli.session import Result, Session
from wallet.cli.sharing import Label
from wallet.cli.sheets import grid
from wallet.errors import DamagedFile, SetupError
from wallet.files import create_private
from wallet.hd import PrivateNode
from wallet.secret import Secret
from wallet.shares import Plan, Shares, split

_MOST_GROUPS: Final = 16
_CLEAR: Final = "\x1b[2J\x1b[3J\x1b[H"  # the screen, and what has scrolled out of it


def run(session: Session) -> Result:
    """Back the wallet up as the options say."""
    home = Home(session.place)
    return _shares(session, home) if session.line.has("--shares") else _file(session, home)


def _file(session: Session, home: Home) -> Result:
    file = Path(session.line.words["FILE"])
    if file.exists():
        raise SetupError("backup.exists", file=file)
    accounts = home.accounts(session.password)
    is_sealed = accounts.has_vault or accounts.is_private
    password = session.password() if is_sealed else session.password(new=True)
    with working(session):
        data = Backup.of(home, password).to_file(password)
        for written, made in Backup.from_file(data, password).rehearsed():
            if written != made:
                raise DamagedFile("home.mismatch", address=written, actual=made)
    create_private(file, data)
    address = accounts.chosen.address
    found = {
        "file": str(file),
        "kind": accounts.kind,
        "address": address,
        "accounts": len(accounts.entries),
    }
    key = "backup.done" if is_sealed else "backup.done_watch"
    hint = session.text("backup.rehearse", command=session.command, file=file)
    return Result(found, [session.text(key, file=file, address=address), hint])


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One share with its place among the others."""

    group: int
    number: int
    of: int
    needed: int
    words: Secret


def _shares(session: Session, home: Home) -> Result:
    line = session.line
    kind = home.accounts(session.password).kind
    if kind != PHRASE:
        raise SetupError("home.no_phrase", kind=kind)
    needed = line.number("--groups", 0, _MOST_GROUPS) or None
    plan = Plan.parse(line.get("--shares") or "", needed)
    phrase, passphrase = home.phrases(session.password())
    entropy, language = mnemonic.entropy(phrase), mnemonic.language_of(phrase)
    master = PrivateNode.from_seed(mnemonic.seed(phrase, passphrase))
    label = Label(language, master.fingerprint, len(passphrase) > 0)
    made = split(entropy, plan)
    _prove(made, phrase, language)
    sheets = [
        _Sheet(group, number, len(shares), least, words)
        for group, ((least, _), shares) in enumerate(zip(plan.groups, made, strict=True), 1)
        for number, words in enumerate(shares, 1)
    ]
    data: dict[str, Any] = {
        "holds": "bip39-entropy",
        "language": language,
        "words": len(phrase.reveal().split()),
        "fingerprint": label.fingerprint,
        "passphrase": label.has_passphrase,
        "groups_needed": plan.needed,
    }
    files = _write(session, plan, sheets, label)
    if files:
        data["files"] = [str(file) for file in files]
    elif session.as_json:
        data["groups"] = [
            {"needed": least, "shares": [share.reveal().decode() for share in shares]}
            for (least, _), shares in zip(plan.groups, made, strict=True)
        ]
    else:
        _show(session, plan, sheets, label)
    return Result(data, [*map(str, files), *_last_lines(session, label)])


def _prove(made: list[list[Secret]], phrase: Secret, language: str) -> None:
    shares = Shares()
    for group in made:
        for share in group:
            shares.add(share.reveal().decode())
    if mnemonic.from_entropy(shares.entropy(), language) != phrase:
        raise DamagedFile("share.unproved")


def _write(session: Session, plan: Plan, sheets: list[_Sheet], label: Label) -> list[Path]:
    """A file each under --share-dir; none without it, or where one is there already."""
    directory = session.line.get("--share-dir")
    if directory is None:
        return []
    files = [Path(directory, f"share-{sheet.group}-{sheet.number}.txt") for sheet in sheets]
    for file in files:
        if file.exists():
            raise SetupError("backup.exists", file=file)
    for file, sheet in zip(files, sheets, strict=True):
        told = [f"# {line}" for line in _sheet_lines(session, plan, sheet, label)]
        words = sheet.words.reveal().decode()
        create_private(file, "\n".join([*told, label.line(), words, ""]).encode())
    return files


def _show(session: Session, plan: Plan, sheets: list[_Sheet], label: Label) -> None:
    """One after another; at a terminal each is gone from the screen before the next."""
    environment = session.environment
    at_terminal = environment.stdin.isatty() and environment.stdout.isatty()
    for sheet in sheets:
        words = sheet.words.reveal().decode().split()
        session.say([*_sheet_lines(session, plan, sheet, label), "", *grid(words), ""])
        if at_terminal:
            print(session.text("backup.next"), end=" ", file=environment.stderr, flush=True)
            environment.stdin.readline()
            print(_CLEAR, end="", file=environment.stdout, flush=True)


def _sheet_lines(session: Session, plan: Plan, sheet: _Sheet, label: Label) -> Iterator[str]:
    text = session.text
    yield text("backup.share", share=sheet.number, of=sheet.of, needed=sheet.needed)
    if len(plan.groups) > 1:
        groups = len(plan.groups)
        yield text("backup.group", group=sheet.group, groups=groups, needed=plan.needed)
    yield text("backup.holds", language=label.language, fingerprint=label.fingerprint)
    if label.has_passphrase:
        yield text("backup.passphrase")


def _last_lines(session: Session, label: Label) -> Iterator[str]:
    if label.has_passphrase:
        yield session.text("backup.passphrase")
    yield session.text("backup.other_wallets")
    directory = session.line.get("--share-dir")
    if directory is None:
        yield session.text("backup.rehearse_shares", command=session.command)
    else:
        files = f"{shlex.quote(str(Path(directory)))}/share-*.txt"
        yield session.text("backup.rehearse_files", command=session.command, files=files)
