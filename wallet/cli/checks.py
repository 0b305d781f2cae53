"""Wallet: what `jiaozi doctor` looks at, one function a matter; each gives the faults it finds.

A fault is an error that nobody raised: it has a code, and texts that say what is wrong and how
to mend it. Nothing here changes anything.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import stat
import sys
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from wallet.cli.access import Wallet
from wallet.cli.direct import attempts
from wallet.cli.payment import CANCELLED, DIRECT, FINAL
from wallet.errors import SetupError, StillWaiting, WalletError, WrongChain
from wallet.files import PRIVATE_DIRECTORY_MODE, PRIVATE_MODE
from wallet.http import HttpTransport
from wallet.token import Refusal

_OLDEST_PYTHON: Final = (3, 11)
_NEEDED: Final = ("coincurve", "cryptography", "safe-pysha3", "segno")
_DRAFT: Final = re.compile(r"\..+\.[0-9a-f]{16}")  # what a killed command leaves of wallet.files
_SKEW_SECONDS: Final = 120
_OLD_BLOCK_SECONDS: Final = 15 * 60
_STUCK_SECONDS: Final = 10 * 60

Faults = Iterator[WalletError]


def program() -> Faults:
    """Python and the libraries."""
    if sys.version_info[:2] < _OLDEST_PYTHON:
        yield SetupError("doctor.python", version=".".join(map(str, sys.version_info[:3])))
    for name in _NEEDED:
        try:
            version(name)
        except PackageNotFoundError:
            yield SetupError("doctor.package", package=name)


def files(directory: Path) -> Faults:
    """Modes, owners, left-over drafts and sockets, and a lock that somebody holds."""
    for path in (directory, *sorted(directory.iterdir())):
        found = path.lstat()
        mode, most = stat.S_IMODE(found.st_mode), PRIVATE_MODE
        if stat.S_ISDIR(found.st_mode):
            most = PRIVATE_DIRECTORY_MODE
        if stat.S_ISLNK(found.st_mode):
            continue  # a link has no mode of its own
        if mode & ~most:
            yield SetupError("doctor.mode", file=path, mode=f"{mode:04o}", wanted=f"{most:04o}")
        if found.st_uid != os.geteuid():
            yield SetupError("doctor.owner", file=path)
        if _DRAFT.fullmatch(path.name) and stat.S_ISREG(found.st_mode):
            yield SetupError("doctor.draft", file=path)
        if stat.S_ISSOCK(found.st_mode) and not _answers(path):
            yield SetupError("doctor.socket", file=path)
    if _is_locked(directory / ".lock"):
        yield SetupError("doctor.lock", file=directory / ".lock")


def accounts(wallet: Wallet) -> Faults:
    """The book reads, and, where the password is given, the vault opens and has these keys."""
    wallet.home.book()
    has_password = wallet.session.line.has("--password-file")
    if wallet.accounts.has_vault and has_password and wallet.signer.address != wallet.address:
        yield SetupError("home.account")


def chain(wallet: Wallet) -> Faults:
    """The node answers, serves this chain, is up to date, and this clock agrees with it."""
    now, block = wallet.session.clock.now(), wallet.token.rpc.block("latest")
    age = now - (block.timestamp if block else 0)
    if age < -_SKEW_SECONDS:
        yield SetupError("doctor.clock", place=wallet.token.rpc.place, seconds=abs(age))
    elif age > _OLD_BLOCK_SECONDS:
        yield SetupError("doctor.old_block", place=wallet.token.rpc.place, minutes=age // 60)


def token(wallet: Wallet) -> Faults:
    """The token is there, is the one of config.toml, and verifies what this wallet signs."""
    network, client = wallet.network, wallet.token
    facts = client.facts()
    if (facts.name, facts.currency) != (network.token_name, network.currency):
        yield WrongChain("token.differs", token=network.token, name=facts.name)
    client.check_domain(network.domain())
    if network.teller is not None and not client.rpc.code(network.teller):
        yield WrongChain("doctor.teller", teller=network.teller)
    state = client.account(wallet.address)
    if client.paused():
        yield Refusal("TokenPaused").error(network.currency)
    if state.frozen:
        yield Refusal("FrozenAccount", wallet.address).error(network.currency)
    if not state.tier:
        yield SetupError("doctor.unregistered", address=wallet.address)


def bank(wallet: Wallet) -> Faults:
    """The bank answers, speaks of the same token, and this clock agrees with it."""
    if wallet.network.bank_url is None:
        return
    wallet.bank_info()
    transport = HttpTransport(wallet.network.bank_url)
    date = transport.request("GET", "/v1/info", b"", {"Accept": "application/json"}).date
    if date is None:
        return
    try:
        told = int(parsedate_to_datetime(date).timestamp())
    except ValueError:
        return  # a server that writes no date tells nothing of this clock
    skew = abs(wallet.session.clock.now() - told)
    if skew > _SKEW_SECONDS:
        yield SetupError("doctor.clock", place=wallet.bank.place, seconds=skew)


def payments(wallet: Wallet) -> Faults:
    """Payments that were signed and have long not come to an end."""
    now, rpc = wallet.session.clock.now(), wallet.token.rpc
    for each in wallet.home.book().transfers:
        old = now - each.created_at > _STUCK_SECONDS and each.sender == wallet.address
        if not old or each.state in (FINAL, CANCELLED):
            continue
        if each.way == DIRECT:
            tries = attempts(each)
            if any(rpc.receipt(attempt.hash) for attempt in tries):
                continue
            if any(rpc.knows(attempt.hash) for attempt in tries):
                yield StillWaiting("doctor.stuck", id=each.nonce)
            elif rpc.transaction_count(wallet.address) > tries[0].transaction.nonce:
                continue  # another transaction took its place; it cannot happen any more
            else:
                yield StillWaiting("doctor.lost", id=each.nonce)
        elif wallet.chain_time() < each.valid_before and not _is_used(wallet, each.nonce):
            yield StillWaiting("doctor.slow", id=each.nonce)


def _is_used(wallet: Wallet, nonce: str) -> bool:
    return wallet.token.authorization_used(wallet.address, bytes.fromhex(nonce))


def _answers(path: Path) -> bool:
    """Whether somebody listens at a socket."""
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(path))
        except OSError:
            return False
    return True


def _is_locked(path: Path) -> bool:
    """Whether a command holds the lock at this moment."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
