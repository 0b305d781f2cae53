"""Payouts: what persons decide about a whole file: it is let go, stopped, withdrawn.

A file that a bank refuses for good would be handed in for ever, and its payments wait for ever
with it. So one person may stop it, which nothing comes of but that it is not handed in; and two may
say that the bank does not have it and never gets it. What was to be paid is then owed again, as
after any payment that a bank rejects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection

from api.kernel.errors import Conflict, NotFound
from api.ledger import postings_about
from api.payouts import store
from api.payouts.files import kind_of, payments_in
from api.payouts.model import FileState, Payment, PaymentKind, PayoutFile, Stage
from api.payouts.orders import unseen
from api.payouts.words import reject
from api.statements import lines_under

__all__ = ["UNDER_WAY", "release_file", "stop_all", "stop_file", "stop_file_of", "withdraw_file"]

UNDER_WAY = timedelta(minutes=10)
"""How long handing a file in may take, from its beginning, however slow bank and worker are."""
_WITHDRAWN = "its payout file was withdrawn"


def release_file(
    connection: Connection, kinds: Sequence[PaymentKind], message_id: str, *, now: datetime
) -> None:
    """Two persons let a file go that is above a ceiling, or that was stopped; the next round
    hands it in.

    Raises `NotFound`; `Conflict` for a file in another state, or with a payment that is owed no
    more as it stands there.
    """
    file = _find(connection, message_id)
    if file.state not in (FileState.HELD, FileState.STOPPED):
        raise Conflict(
            f"Payout file {message_id} is {file.state}, neither held nor stopped.",
            remedy="Nothing was changed.",
        )
    for payment in payments_in(connection, kind_of(kinds, file), message_id):
        if payment.state != Stage.PAYING:
            raise _spoken_of(file, f"{payment.subject} is {payment.state}", "withdraw the file")
    store.change_file(connection, file, FileState.SAVED, now=now)


def stop_file(connection: Connection, message_id: str, *, now: datetime) -> None:
    """One person stops a saved file: it is handed in no more. What is under way still ends.

    Raises `NotFound`; `Conflict` for a file in another state, or of which the bank has spoken.
    """
    file = _find(connection, message_id)
    if file.state is not FileState.SAVED or file.heard_at is not None:
        why = file.state if file.heard_at is None else "known to the bank, which has spoken of it"
        raise Conflict(
            f"Payout file {message_id} is {why}: there is nothing to stop.",
            remedy=f"See how it stands: jiaozi-bridge explain {message_id}.",
            slug="file-not-stoppable",
        )
    store.change_file(connection, file, FileState.STOPPED, now=now, problem=file.problem)


def stop_file_of(
    connection: Connection, end_to_end_id: str, problem: str, *, now: datetime
) -> None:
    """A payment is owed no more as its saved file has it: the file waits for two persons."""
    file = store.file_of(connection, end_to_end_id)
    if file is not None and file.state is FileState.SAVED and file.heard_at is None:
        store.change_file(connection, file, FileState.STOPPED, now=now, problem=problem)


def stop_all(connection: Connection, problem: str, *, now: datetime) -> int:
    """Stop every saved file of which the bank has not spoken; returns how many."""
    files = store.files_unheard(connection)
    for file in files:
        store.change_file(connection, file, FileState.STOPPED, now=now, problem=problem)
    return len(files)


def withdraw_file(
    connection: Connection,
    kinds: Sequence[PaymentKind],
    message_id: str,
    *,
    now: datetime,
    given: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> int:
    """Two persons say that the bank does not have a file; what it pays is owed again. How many.

    `given`: orders of another life of the database, by payments in them (see `orders_with`).
    Raises `NotFound`; `Conflict` for a file that is neither stopped nor held, that may still be
    under way, or that the bank knows: it has spoken of a payment, a line stands under its id, or
    another life gave the payment to the bank in another order.
    """
    file = _find(connection, message_id)
    if file.state not in (FileState.HELD, FileState.STOPPED):
        raise Conflict(
            f"Payout file {message_id} is {file.state}, neither stopped nor held.",
            remedy=f"Stop it first: jiaozi-bridge stop {message_id}.",
            slug="file-not-stopped",
        )
    if file.tried_at is not None and now < file.tried_at + UNDER_WAY:
        until = (file.tried_at + UNDER_WAY).isoformat(timespec="seconds")
        raise Conflict(
            f"Payout file {message_id} may still be on its way to the bank until {until}.",
            remedy="Ask the bank meanwhile whether it has the file, and withdraw it then.",
            slug="file-under-way",
        )
    kind = kind_of(kinds, file)
    found = payments_in(connection, kind, message_id)
    _require_unknown(connection, kind, file, found)
    for payment in found:
        if orders := unseen(connection, payment.subject, given.get(payment.end_to_end_id, ())):
            why = f"order {orders[0]}, unknown here, gave {payment.subject} to the bank already"
            raise _spoken_of(file, why, "ask the bank")
    store.change_file(connection, file, FileState.WITHDRAWN, now=now)
    unpaid = [payment for payment in found if payment.state == Stage.PAYING]
    for payment in unpaid:
        currency = postings_about(connection, payment.subject)[0].amount.currency
        reject(connection, kind, payment, currency=currency, now=now, reason=_WITHDRAWN)
    return len(unpaid)


def _find(connection: Connection, message_id: str) -> PayoutFile:
    file = store.find_file(connection, message_id, lock=True)
    if file is None:
        raise NotFound(
            f"There is no payout file {message_id}.", remedy="See the files under status."
        )
    return file


def _require_unknown(
    connection: Connection, kind: PaymentKind, file: PayoutFile, found: Sequence[Payment]
) -> None:
    """Nothing that the bank has said or booked is of this file. A payment that two persons found
    under another line, though the bank never spoke of the file, was made without it."""
    for payment in found:
        if file.heard_at is None and payment.state == Stage.SETTLED:
            continue
        if payment.state != Stage.PAYING and payment.state not in kind.unpaid:
            raise _spoken_of(file, f"{payment.subject} is {payment.state}", "ask the bank")
    lines = lines_under(connection, [each.end_to_end_id for each in found], doubtful=True)
    if lines:
        raise _spoken_of(file, f"the bank has told of {lines[0].id}", "ask the bank")


def _spoken_of(file: PayoutFile, why: str, what_else: str) -> Conflict:
    return Conflict(
        f"Payout file {file.message_id} is not what it was: {why}.",
        remedy=f"Nothing was changed. See jiaozi-bridge explain {file.message_id}, then "
        f"{what_else}.",
        slug="file-moved-on",
    )
