"""Wallet: policy.log, every decision with its reason; the daily sums are counted from it.

One JSON object a line, mode 0600. A yes is on disk before the signature that it allows leaves
the signer, so a sum survives whatever crash. A last line that was cut off by one is dropped: no
signature followed it. The whole of a judgment, from reading the sum to writing the line, is done
under the file's lock, so that two signers at once cannot both use up the same rest.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from wallet.errors import SetupError
from wallet.files import PRIVATE_DIRECTORY_MODE, PRIVATE_MODE
from wallet.strict_json import read_json


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `actor` is "account 0x…" or "token NAME"; `amount` minor units of `currency`
    as text; `time` seconds since 1970; `digest` what was, or would have been, signed.
    """

    time: int
    actor: str
    account: str
    what: str
    to: str
    amount: str
    currency: str
    digest: str
    allowed: bool
    reason: str
    rule: str


class DecisionLog:
    """The log of one wallet."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "policy.log"

    def entries(self) -> list[Entry]:
        """Every decision, oldest first; SetupError naming a line that is damaged."""
        try:
            return _parse(self._path.read_bytes())
        except FileNotFoundError:
            return []

    def judge(self, judgment: Callable[[list[Entry]], Entry]) -> Entry:
        """Make one decision by those before it, and write it down, on disk when this returns."""
        with self._locked() as file:
            data = _read(file)
            entry = judgment(_parse(data))
            os.ftruncate(file, data.rfind(b"\n") + 1)  # what a crash cut off
            os.lseek(file, 0, os.SEEK_END)
            _write(file, (json.dumps(asdict(entry), ensure_ascii=False) + "\n").encode())
            os.fsync(file)
        return entry

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._path.parent.mkdir(mode=PRIVATE_DIRECTORY_MODE, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_APPEND
        file = os.open(self._path, flags, PRIVATE_MODE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.fchmod(file, PRIVATE_MODE)
            yield file
        finally:
            os.close(file)


def spent(entries: list[Entry], actor: str, currency: str, is_today: Callable[[int], bool]) -> int:
    """Minor units granted to an actor today; what was signed again counts once."""
    granted: dict[str, int] = {}
    for each in entries:
        same = (each.actor, each.currency, each.allowed) == (actor, currency, True)
        if same and is_today(each.time):
            granted[each.digest] = int(each.amount)
    return sum(granted.values())


def _parse(data: bytes) -> list[Entry]:
    whole, _, _ = data.rpartition(b"\n")
    lines = whole.split(b"\n") if whole else []
    return [_entry(line, number) for number, line in enumerate(lines, 1)]


_KINDS: Final[Mapping[str, type]] = {"time": int, "allowed": bool}


def _kind(name: str) -> type:
    return _KINDS.get(name, str)


def _entry(line: bytes, number: int) -> Entry:
    try:
        fields: dict[str, Any] = read_json(line, unique=True)
        wrong = [name for name, value in fields.items() if type(value) is not _kind(name)]
        if wrong or int(fields["amount"]) < 0:
            raise ValueError("field")  # noqa: TRY301  # told apart by nobody
        return Entry(**fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError("policy.log", line=number) from error


def _read(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    parts = []
    while part := os.read(file, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
