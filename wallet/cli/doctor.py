"""Wallet: `jiaozi doctor`: what is wrong with this wallet, and how to mend it.

It looks at everything, however much is wrong, and changes nothing; its exit code is 1 if
anything is wrong. `--find ADDRESS` looks for the path at which the phrase has an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from wallet.address import parse_address
from wallet.book.accounts import PHRASE
from wallet.book.keys import master
from wallet.cli import checks
from wallet.cli.access import Wallet
from wallet.cli.patience import working
from wallet.cli.session import Result, Session
from wallet.errors import RefusedError, SetupError, WalletError

_FAULT: Final = "fault"
_NOTE: Final = "note"
_FINE: Final = "fine"
_SKIPPED: Final = "skipped"
#: True as it may be, nothing is broken: told, and no reason for exit code 1.
_NOTES: Final = ("doctor.unregistered", "doctor.old_block")
_MARKS: Final = {_FINE: ("✓", 32), _NOTE: ("!", 33), _SKIPPED: ("-", 33), _FAULT: ("✗", 31)}

_Finding = tuple[str, str, WalletError | None]


def run(session: Session) -> Result:
    """Look at everything; or find a path."""
    wanted = session.line.get("--find")
    if wanted is not None:
        return _find(session, wanted)
    findings = list(_examine(session))
    is_wrong = any(level == _FAULT for _, level, _ in findings)
    data = {"ok": not is_wrong, "findings": [_data(session, each) for each in findings]}
    lines = [line for finding in findings for line in _lines(session, finding)]
    lines.append(session.text("doctor.ill" if is_wrong else "doctor.well"))
    return Result(data, lines, 1 if is_wrong else 0)


def _examine(session: Session) -> Iterator[_Finding]:
    yield from _look("program", checks.program)
    directory = session.directory
    if not directory.is_dir():
        yield from _look("files", partial(_no_home, session))
        return
    yield from _look("files", partial(checks.files, directory))
    try:
        wallet = Wallet(session)
    except WalletError as error:
        yield "accounts", _FAULT, error
        return
    whole = _look("accounts", partial(checks.accounts, wallet))
    reached = _look("chain", partial(checks.chain, wallet))
    yield from (*whole, *reached)
    for name, check, needed in (
        ("token", checks.token, reached),
        ("payments", checks.payments, [*whole, *reached]),
    ):
        if any(level == _FAULT for _, level, _ in needed):
            yield name, _SKIPPED, None
        else:
            yield from _look(name, partial(check, wallet))
    yield from _look("bank", partial(checks.bank, wallet))


def _look(name: str, check: Callable[[], Iterator[WalletError]]) -> list[_Finding]:
    """A check's findings; one that it runs into is the last."""
    found: list[_Finding] = []
    try:
        for fault in check():  # one by one: what was found before it fails is kept
            level = _NOTE if fault.code in _NOTES else _FAULT
            found += [(name, level, fault)]
    except WalletError as error:
        found += [(name, _FAULT, error)]
    return found or [(name, _FINE, None)]


def _no_home(session: Session) -> Iterator[WalletError]:
    yield SetupError("home.missing", home=session.directory)


def _data(session: Session, finding: _Finding) -> dict[str, Any]:
    name, level, error = finding
    language = session.language
    return {
        "check": name,
        "level": level,
        "code": error and error.code,
        "message": error and error.message(language),
        "remedy": error and error.remedy(language),
    }


def _lines(session: Session, finding: _Finding) -> Iterator[str]:
    name, level, error = finding
    mark, colour = _MARKS[level]
    if session.colours:
        mark = f"\x1b[{colour}m{mark}\x1b[0m"
    if error is None:
        yield f"{mark} {_told(session, name, level)}"
        return
    yield f"{mark} {error.message(session.language)}"
    yield f"    → {error.remedy(session.language)}"


def _told(session: Session, name: str, level: str) -> str:
    what = {
        "program": "doctor.program",
        "files": "doctor.files",
        "accounts": "doctor.accounts",
        "chain": "doctor.chain",
        "token": "doctor.token",
        "payments": "doctor.payments",
        "bank": "doctor.bank",
    }[name]
    return session.text("doctor.skipped" if level == _SKIPPED else what, name=name)


def _find(session: Session, wanted: str) -> Result:
    """The path at which this wallet has an address; RefusedError if it has it nowhere.

    Below the xpub it is found without a password; elsewhere in the tree only with the phrase.
    """
    from wallet.book.derive import find  # noqa: PLC0415  # derives a thousand keys, at need
    from wallet.discovery import find_path  # noqa: PLC0415  # thousands

    address, wallet = parse_address(wanted), Wallet(session)
    path = find(wallet.accounts, address)
    if path is None and wallet.accounts.kind == PHRASE:
        password = session.password()
        with working(session):
            elsewhere = find_path(master(wallet.home, password), address)
        path = None if elsewhere is None else str(elsewhere)
    if path is None:
        raise RefusedError("doctor.not_found", address=address)
    told = session.text("doctor.found", address=address, path=path)
    return Result({"address": address, "path": str(path)}, [told])
