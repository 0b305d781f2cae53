"""Operations: the actions by name: which room does it, and how many persons it takes.

One person may do what moves nobody's money to another: let wait, try again. Two decide whose
unmatched money is, and what goes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.approvals import Action, Actions, Kind
from api.chain import excuse_strangers, resume
from api.deposits import Deposit, assign, hold, release, retry
from api.kernel.errors import Conflict, InvalidInput
from api.kernel.fields import read_address
from api.operations.payments import TheBank, money_back
from api.operations.words import text_of
from api.payouts import stop_all
from api.reserve import clear
from api.statements import Sheet, dismiss_statement, release_statement
from wallet.secret import Secret

__all__ = ["build_actions"]

_BY = "two operators"
_RESTORED = "the database was restored: since then the file may have been withdrawn"
_DIGITS = 10


def build_actions(reference_key: Secret, bank: TheBank) -> Actions:
    """Every action. `reference_key` makes the references by which the chain sees bank lines;
    `bank` knows which orders it was given."""

    def do_assign(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
        made = assign(
            connection,
            action.subject,
            text_of(action, "link"),
            reference_key=reference_key,
            now=now,
        )
        return _shown(made)

    kinds = (
        Kind("hold", 1, _hold, "keep a queued deposit out of every batch"),
        Kind("release", 1, _release, "let a held deposit queue again"),
        Kind("retry", 1, _retry, "try a held or refused deposit again"),
        Kind("clear", 1, _clear, "say that a break that has ended is understood"),
        Kind("rebuild", 2, _grant, "let the chain be read from its first block again"),
        Kind("resume", 2, _resume, "pay out again after a restore"),
        Kind("free", 2, _free, "let an address sign again whose nonces somebody else used"),
        Kind("assign", 2, do_assign, "give an unmatched line to a link"),
        Kind("accept-statement", 2, _accept, "act on the lines of a statement in quarantine"),
        Kind("dismiss-statement", 2, _dismiss, "never act on a statement in quarantine"),
        *money_back(bank),
    )
    return {kind.name: kind for kind in kinds}


def _hold(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    return _shown(hold(connection, action.subject, text_of(action, "reason"), now))


def _release(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    return _shown(release(connection, action.subject, now))


def _retry(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    return _shown(retry(connection, action.subject, now))


def _clear(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    who, why = text_of(action, "operator"), text_of(action, "reason")
    if not (action.subject.isascii() and action.subject.isdigit()):
        raise InvalidInput(
            "number", f"«{action.subject}» is no number.", remedy="See jiaozi-bridge reconcile."
        )
    clear(connection, int(action.subject[:_DIGITS]), by=who, why=why, now=now)
    return {"difference": action.subject}


def _grant(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    """The word alone: reading a chain takes longer than a transaction; the command does it."""
    del connection
    return {"granted": action.subject, "at": now.isoformat()}


def _resume(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    """A file that is only saved in a backup may have been withdrawn in the life that was lost."""
    del action  # there is one chain; the history says when
    if not resume(connection):
        raise Conflict(
            "The database is in no doubt: no restore waits for a word.",
            remedy="See jiaozi-bridge status for the alarms that stand.",
            slug="not-in-doubt",
        )
    return {"was_in_doubt": True, "files_stopped": stop_all(connection, _RESTORED, now=now)}


def _free(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    address = read_address("subject", action.subject)
    excused = excuse_strangers(connection, address, text_of(action, "seen"), now)
    return {"address": address, "excused": len(excused)}


def _accept(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    number = _number(action)
    return _decided(release_statement(connection, action.subject, number, by=_BY, now=now))


def _dismiss(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    number = _number(action)
    return _decided(dismiss_statement(connection, action.subject, number, by=_BY, now=now))


def _decided(sheet: Sheet) -> Mapping[str, Any]:
    return {"file": sheet.file_id, "statement": sheet.number, "bank_id": sheet.statement_id}


def _number(action: Action) -> int:
    text = text_of(action, "statement")
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise InvalidInput(
            "statement", f"«{text}» is no number.", remedy="Say which statement of the file."
        )
    return int(text)


def _shown(deposit: Deposit) -> Mapping[str, Any]:
    return {"deposit": deposit.id, "number": deposit.number, "state": deposit.state.value}
