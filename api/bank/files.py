"""Bank: the adapter for a real bank's file transfer (EBICS client, SFTP, a clerk with a stick).

::

    outbox/    payment orders for the bank: whole files only, named after their message id
    inbox/     what the bank delivers; it writes under another name (.part, .tmp) and renames
    archive/   what was acknowledged, and balance.json taken from the newest camt.053 in it
    refused/   what is no document of a bank, each with its reason beside it
    sent/      our own record of every order: the same bytes that went out; .pending until it did
    links/     questions to the bank (<id>.json) and its answers (<id>.answer.json)

Without ``bank.signers`` whoever can write into these directories is the bank to us: give them to
the file transfer and to the bridge alone. With it, each document and each answer needs its
signature beside it, which the bank's channel writes first (see `api.bank.signatures`).

One order may reach ``outbox`` twice, under one name and with the same bytes, when the machine dies
between publishing and recording it; a bank refuses the second by its message id (DU01), which is
why ids and bytes never change.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.bank.errors import StatementRefused
from api.bank.file_balance import closing_balance, newer, read_balance
from api.bank.iso20022 import Debtor, document_kind, write_pain001
from api.bank.papers import KEPT_BALANCE, Folders, paper_stat
from api.bank.port import (
    BankBalance,
    BankDocument,
    BankPaper,
    BankRefused,
    BankUnreachable,
    DocumentKind,
    LinkAnswer,
    LinkOutcome,
    LinkRequest,
    PayoutBatch,
    SubmittedFile,
    Untaken,
)
from api.bank.signatures import SUFFIX, Signers, signature_of
from api.bank.untaken import REASON, refused_files, unreadable_files

__all__ = ["FileBank"]

MAX_FILE_BYTES: Final = 256 * 1024 * 1024
"""Of one file, and of all that one look at the inbox takes into memory."""
_DIRECTORIES: Final = ("outbox", "inbox", "archive", "refused", "sent", "links")
_DIGEST: Final = 16
_MAX_NAME: Final = 150
"""Bytes: with digest and suffixes a name must still be one, and an id fit its column."""
# Tier 0 is everybody's without a link; the token's policy knows five above it.
_MIN_TIER: Final = 1
_MAX_TIER: Final = 5
_ACCOUNT: Final = re.compile(r"[A-Z0-9]{1,34}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Given:
    """A file as it was collected: by the time it is taken in, another may have its name."""

    content: bytes
    signature: bytes | None
    stat: os.stat_result


class FileBank:
    """The Bank port over directories below `root`, which are made when missing."""

    def __init__(self, root: Path, reserve: Debtor, signers: Signers | None = None) -> None:
        self._root = root
        self._reserve = reserve
        self._signers = signers or Signers()
        self._inbound = Folders(
            [root / "inbox", root / "archive"], self._signers, arriving=root / "inbox"
        )
        self._orders = Folders([root / "sent"], Signers(), records=root / "sent")
        self._given: dict[str, _Given] = {}

    def confirm_link(self, request: LinkRequest) -> LinkAnswer:
        """See `Bank.confirm_link`: PENDING until the bank has put its answer beside the question.

        The question holds the code, so only its owner can read it, and it is deleted as soon as
        an answer is there. An answer is ``{"outcome": "CONFIRMED", "tier": 2}``, where the bank
        gives one with ``"virtual_account": "NL…"``, or ``{"outcome": "REFUSED", "reason": "…"}``.
        """
        fields = [request.account, request.name, request.wallet.lower(), request.code]
        link_id = hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:32]
        with self._directories():
            question = self._root / "links" / f"{link_id}.json"
            answer = self._root / "links" / f"{link_id}.answer.json"
            if answer.exists():
                parsed = self._answer(answer)
                question.unlink(missing_ok=True)
                return parsed
            if not question.exists():
                names = ("account", "name", "wallet", "code")
                content = json.dumps(dict(zip(names, fields, strict=True)), ensure_ascii=False)
                _write(question, content.encode())
            return LinkAnswer(LinkOutcome.PENDING)

    def _answer(self, answer: Path) -> LinkAnswer:
        content = answer.read_bytes()
        if (unsigned := self._signers.problem(answer, content)) is not None:
            raise _unreadable(answer, unsigned)
        return _link_answer(answer, content, self._reserve.account)

    def submit_payouts(self, batch: PayoutBatch) -> SubmittedFile:
        """See `Bank.submit_payouts`: our record, then the outbox, then the record is final."""
        content = write_pain001(batch, self._reserve)
        with self._directories(), self._alone():
            target = self._root / "outbox" / f"{batch.message_id}.xml"
            final = self._root / "sent" / f"{batch.message_id}.xml"
            pending = final.with_suffix(".pending")
            known = next((path for path in (final, pending) if path.exists()), None)
            if known is not None and known.read_bytes() != content:
                raise BankRefused(
                    f"Order {batch.message_id} was submitted before with other content.",
                    remedy="Give a new batch a new message id; the first one stands.",
                )
            if known != final:
                if known is None:
                    _write(pending, content)
                # made elsewhere and renamed: the outbox never holds a part of a file
                outgoing = final.with_suffix(".outgoing")
                _write(outgoing, content)
                _move(outgoing, target)
                _move(pending, final)
        return SubmittedFile(batch.message_id, hashlib.sha256(content).hexdigest(), str(target))

    def collect(self) -> list[BankDocument]:
        """See `Bank.collect`: by time of arrival, then by name. Foreign files go to ``refused``.

        As many as together are no larger than one file may be; the rest comes at the next look.
        What cannot be read holds nothing else up; `untaken` names it.
        """
        found: list[BankDocument] = []
        held = 0
        self._given = {}
        with self._directories():
            for path, size in self._arrived():
                if found and held + size > MAX_FILE_BYTES:
                    break
                try:
                    given, kind = self._look(path)
                except OSError:
                    continue
                except StatementRefused as error:
                    self._refuse(path, error)
                    continue
                held += len(given.content)
                document_id = _named(hashlib.sha256(given.content).hexdigest(), path)
                found.append(BankDocument(document_id, kind, given.content))
                self._given[document_id] = given
        return found

    def acknowledge(self, document_id: str) -> None:
        """See `Bank.acknowledge`: the file moves to ``archive``, its balance is kept. Where another
        has its name by now, or it is gone, what was collected is written there."""
        with self._directories():
            archived = self._root / "archive" / document_id
            done = _may_be_id(document_id) and archived.is_file()
            path, given = self._waiting(document_id), self._given.get(document_id)
            given = _look_at(path) if path is not None and given is None else given
            if given is not None and (path is not None or not done):
                self._keep_balance(given.content, document_id)
                # asked again, for the balance took its time: no other file may move in its place
                if (path := self._waiting(document_id)) is not None:
                    _move_signed(path, archived)
                else:
                    _write_signed(given, archived)
            elif not done:
                raise BankRefused(
                    "There is no such document in the inbox.",
                    remedy="Acknowledge only what was collected.",
                )
            self._given.pop(document_id, None)

    def passed(self, known: Container[str]) -> list[BankPaper]:
        """See `Bank.passed`: what lies in ``inbox`` and ``archive``, each behind its signature
        where signatures are asked for, and our record of the orders: of one that is pending, too,
        for the bank may have taken it from ``outbox``."""
        with self._directories():
            return [*self._orders.passed(known), *self._inbound.passed(known)]

    def untaken(self) -> list[Untaken]:
        """See `Bank.untaken`: what lies in ``inbox`` and cannot be read, and what is in
        ``refused``."""
        with self._directories():
            inbox, refused = self._root / "inbox", self._root / "refused"
            return [*unreadable_files(inbox), *refused_files(refused)]

    def balance(self) -> BankBalance:
        """See `Bank.balance`: the closing balance of the newest camt.053 that was acknowledged."""
        with self._directories():
            known = read_balance(self._balance_file())
        if known is None:
            raise BankUnreachable(
                "No camt.053 with a closing balance has been taken in yet.",
                remedy="Ask the bank for the last day's statement.",
            )
        return known.balance

    def _keep_balance(self, content: bytes, document_id: str) -> None:
        # before the move: after a crash the acknowledgement is repeated, and with it this step
        stream, account = io.BytesIO(content), self._reserve.account
        found = closing_balance(stream, account, f"archive/{document_id}")
        with self._alone():
            known = read_balance(self._balance_file())
            if found is not None and newer(found, known):
                _write(self._balance_file(), found.to_json().encode())

    def _balance_file(self) -> Path:
        return self._root / "archive" / KEPT_BALANCE

    def _waiting(self, document_id: str) -> Path | None:
        """The file in the inbox that has this id."""
        if not _may_be_id(document_id):
            return None
        name = document_id[_DIGEST + 1 :]
        # mostly the file's own name: only where that was cleaned or cut are all looked at
        straight = self._root / "inbox" / name
        if paper_stat(straight) is not None and _is_named(straight, document_id):
            return straight
        alike = (path for path, _ in self._arrived() if _short_name(path) == name)
        return next((path for path in alike if _is_named(path, document_id)), None)

    def _arrived(self) -> list[tuple[Path, int]]:
        """Files and their sizes, oldest first."""
        files = [(path, paper_stat(path)) for path in (self._root / "inbox").iterdir()]
        found = [(stat.st_mtime_ns, path.name, path, stat.st_size) for path, stat in files if stat]
        return [(path, size) for _, _, path, size in sorted(found)]

    def _look(self, path: Path) -> tuple[_Given, DocumentKind]:
        """What a file holds. Raises `StatementRefused`, and `OSError` when it cannot be read."""
        given = _look_at(path)
        self._require_signed(path, given.content)
        return given, document_kind(given.content)

    def _refuse(self, path: Path, error: StatementRefused) -> None:
        # set aside with its reason, so that one foreign file does not stand before all others
        target = self._root / "refused" / _document_id(path)
        # «replace»: the reason may name a file whose name is no UTF-8
        reason = f"{error}\n".encode(errors="replace")
        _write(target.with_name(target.name + REASON), reason)
        _move_signed(path, target)

    def _require_signed(self, path: Path, content: bytes) -> None:
        if (unsigned := self._signers.problem(path, content)) is not None:
            raise StatementRefused(
                unsigned,
                "Ask the bank whether it is theirs; deliver it again behind its signature.",
            )

    @contextmanager
    def _directories(self) -> Iterator[None]:
        try:
            for name in _DIRECTORIES:
                (self._root / name).mkdir(mode=0o750, parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise BankUnreachable(
                f"The bank's directory {self._root} cannot be used ({error.strerror}).",
                remedy="See that it exists, is writable and has room.",
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time records orders and balances; the lock ends with the process."""
        with (self._root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_named(path: Path, document_id: str) -> bool:
    """Whether this file, and not another one, has the id; one that cannot be read has none."""
    try:
        return _document_id(path) == document_id
    except OSError:
        return False


def _document_id(path: Path) -> str:
    with path.open("rb") as stream:
        return _named(hashlib.file_digest(stream, "sha256").hexdigest(), path)


def _named(digest: str, path: Path) -> str:
    """Banks use file names again; with the content's digest an id stays one document's."""
    return f"{digest[:_DIGEST]}-{_short_name(path)}"


def _short_name(path: Path) -> str:
    """The file's name as text of at most 150 bytes: the last ones, which tell names apart."""
    cleaned = os.fsencode(path.name).decode(errors="replace").encode()
    return cleaned[-_MAX_NAME:].decode(errors="ignore")


def _may_be_id(document_id: str) -> bool:
    """Whether it is a plain name, as every id is: it cannot lead out of its directory."""
    try:
        name = Path(document_id[_DIGEST + 1 :])
        return document_id == Path(document_id).name and _short_name(name) == name.name != ""
    except UnicodeError:
        return False


def _look_at(path: Path) -> _Given:
    found = path.stat()
    if found.st_size > MAX_FILE_BYTES:
        raise StatementRefused("The file is too large for the inbox.", "Hand it in over HTTP.")
    beside = signature_of(path)
    return _Given(path.read_bytes(), None if beside is None else beside.read_bytes(), found)


def _link_answer(path: Path, content: bytes, reserve: str) -> LinkAnswer:
    try:
        given: Any = json.loads(content)
        outcome = LinkOutcome(given["outcome"])
        tier, reason = given.get("tier"), given.get("reason")
        virtual = given.get("virtual_account")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path, "it needs an outcome") from error
    if outcome is LinkOutcome.CONFIRMED and not (
        type(tier) is int and _MIN_TIER <= tier <= _MAX_TIER
    ):
        raise _unreadable(path, f"a confirmed link needs a tier from {_MIN_TIER} to {_MAX_TIER}")
    if outcome is LinkOutcome.REFUSED and not isinstance(reason, str):
        raise _unreadable(path, "a refused link needs a reason")
    if outcome is not LinkOutcome.CONFIRMED:
        return LinkAnswer(outcome, reason=reason)
    if virtual is not None and not (isinstance(virtual, str) and _ACCOUNT.fullmatch(virtual)):
        raise _unreadable(path, "virtual_account needs 1 to 34 capitals and digits")
    if virtual == reserve:
        raise _unreadable(path, "the reserve account belongs to no wallet alone")
    return LinkAnswer(outcome, tier=tier, reason=reason, virtual_account=virtual)


def _move_signed(source: Path, target: Path) -> None:
    """Move a file and its signature, which lies at both places until the file has moved: wherever
    a crash leaves the file, it is signed."""
    beside = signature_of(source)
    if beside is not None:
        _write(target.with_name(target.name + SUFFIX), beside.read_bytes())
    _move(source, target)
    if beside is not None:
        beside.unlink()


def _write_signed(given: _Given, target: Path) -> None:
    """As `_move_signed`, of a file that is not there any more."""
    if given.signature is not None:
        _write(target.with_name(target.name + SUFFIX), given.signature)
    _write(target, given.content, given.stat)


def _unreadable(path: Path, problem: str) -> BankRefused:
    return BankRefused(
        f"The bank's answer {path.name} cannot be used: {problem}.",
        remedy="Ask the bank to write the answer again.",
    )


def _write(path: Path, content: bytes, like: os.stat_result | None = None) -> None:
    """All of it or nothing, also when the machine dies; for the owner only, or as another file."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        if like is not None:
            os.fchmod(descriptor, like.st_mode & 0o777)
            os.utime(descriptor, ns=(like.st_atime_ns, like.st_mtime_ns))
        os.fsync(out.fileno())
    _move(unfinished, path)


def _move(source: Path, target: Path) -> None:
    """Rename, and make the rename itself durable."""
    source.replace(target)
    for directory in {source.parent, target.parent}:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
