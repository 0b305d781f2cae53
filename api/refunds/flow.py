"""Refunds: deciding that money goes back, and making sure that it cannot become tokens.

A line's money goes back at most once: the line has one refund (unique), which explains it, and the
payment's id is made of the bank's own id of the line. It goes back only when no issue of it can
still happen: a deposit's number is closed on chain first.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api import payouts
from api.bank import BankRefused, Direction, PayoutInstruction, check_instruction
from api.chain import Deployment, Lane, back_off, calldata, enqueue, put_off
from api.deposits import DepositState, find_deposit, hold_for_return
from api.kernel.errors import Conflict, InvalidInput, NotFound
from api.kernel.ids import DepositId
from api.kernel.machine import LONGEST_REASON
from api.ledger import Account, Posting, post
from api.recalls import taken_back
from api.refunds import store
from api.refunds.model import (
    INITIAL,
    RETRYABLE,
    Refund,
    RefundState,
    end_to_end_id,
    refund_id,
)
from api.refunds.payments import REFUNDS, reference_of
from api.statements import LineState, StoredLine, explain, find_line, lines_under

__all__ = [
    "VOID_PURPOSE",
    "accept_difference",
    "close_numbers",
    "on_void_reverted",
    "resolve",
    "return_line",
    "set_account",
]

VOID_PURPOSE = "void"
"""The purpose of the transactions that close deposit numbers: their ends come back under it."""
_AT_ONCE = 100
_S = RefundState


def return_line(connection: Connection, line_id: str, reason: str, now: datetime) -> Refund:
    """A credit line's money goes back to its payer; returns the refund.

    For a line that nobody has explained, one whose issue the token refused, and one whose deposit
    waits or is held. The same line again gives the same refund. Raises `NotFound`; `Conflict` for
    a line that is no credit, that undoes a payment of ours, that the bank took back, that is
    accounted for otherwise, or whose deposit is on its way to the chain.
    """
    line = find_line(connection, line_id)
    if line is None:
        raise NotFound(f"There is no line {line_id}.", remedy="Look under status for its id.")
    known = store.find_by_line(connection, line_id, lock=True)
    if known is not None and known.state is not _S.ABANDONED:
        return known
    deposit_id = _stop_issue(connection, line, now)
    if known is None:
        refund = _new(line, deposit_id, reason, now)
        store.add(connection, refund)
    else:
        store.change_state(
            connection, known, INITIAL, now=now, deposit_id=deposit_id, reason=reason, word=None
        )
        refund = _find(connection, known.id)
    if deposit_id is None:
        _owe(connection, refund, line, now)
    return _find(connection, refund.id)


def close_numbers(connection: Connection, deployment: Deployment, *, now: datetime) -> int:
    """Queue what closes the numbers of deposits whose money goes back, and follow what was said.

    Returns how many refunds moved on, or were queued.
    """
    moved = 0
    for refund in store.longest_in_state(connection, _S.CLOSING, _AT_ONCE):
        moved += _follow_deposit(connection, refund, deployment, now)
    return moved


def on_void_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """It had no effect: the number was used meanwhile (the chain's event tells by what), or it is
    tried again, later each time."""
    refund = store.find(connection, ref.partition("#")[0], lock=True)
    if refund is not None and refund.state is _S.CLOSING:
        store.set_fields(
            connection, refund, word=reason, tx_id=None, tries=refund.tries + 1, changed_at=now
        )


def set_account(
    connection: Connection, refund_id: str, account: str, name: str, now: datetime
) -> Refund:
    """Two persons give the account to which the money goes; the next file takes it.

    After a payment that the bank did not make, or sent back, this is another attempt, under
    another id. Raises `NotFound`, `InvalidInput` (what pain.001 cannot carry), `Conflict` (another
    state, or a debit that speaks against the bank's word).
    """
    refund = _find(connection, refund_id)
    if refund.state not in RETRYABLE:
        raise Conflict(
            f"Refund {refund_id} is {refund.state}: it waits for no account.",
            remedy="Nothing was changed.",
        )
    if refund.alarm is not None:
        raise Conflict(
            f"An alarm stands on refund {refund_id}: {refund.alarm}.",
            remedy="Find out what is true, and acknowledge it first: jiaozi-bridge acknowledge "
            f"{refund_id}.",
            slug="alarm-stands",
        )
    earlier = [*payouts.ids_of_subject(connection, refund.id), refund.end_to_end_id]
    booked = lines_under(connection, earlier, direction=Direction.DEBIT, states=[LineState.STORED])
    if booked:
        raise Conflict(
            f"The bank has booked a debit under an earlier payment of it ({booked[0].id}).",
            remedy="Ask the bank which of its words is true; nothing was changed.",
        )
    attempt = refund.attempt + (refund.state is not _S.AWAITING_ACCOUNT)
    end_to_end = end_to_end_id(refund.line_id, attempt)
    instruction = PayoutInstruction(
        end_to_end_id=end_to_end,
        creditor_account=account,
        creditor_name=name,
        amount=refund.amount,
        reference=reference_of(refund),
    )
    try:
        check_instruction(instruction)
    except BankRefused as error:
        raise InvalidInput("account", error.detail, remedy=error.remedy) from error
    store.change_state(
        connection,
        refund,
        _S.READY,
        now=now,
        account=account,
        name=name,
        attempt=attempt,
        end_to_end_id=end_to_end,
        sent_back=0,
    )
    return _find(connection, refund_id)


def resolve(
    connection: Connection, refund_id: str, paid: bool, now: datetime, *, reason: str
) -> Refund:
    """The bank's written word on a payment of which nothing was heard; see `payouts.resolve`."""
    refund = _find(connection, refund_id)
    payouts.resolve(
        connection,
        REFUNDS,
        refund.end_to_end_id,
        paid=paid,
        currency=refund.amount.currency,
        now=now,
        reason=reason,
    )
    return _find(connection, refund_id)


def accept_difference(connection: Connection, refund_id: str, now: datetime) -> Refund:
    """The bank's own funds bear what came back too little; the payer is still owed all of it."""
    refund = _find(connection, refund_id)
    payouts.accept_difference(
        connection,
        REFUNDS,
        refund.end_to_end_id,
        currency=refund.amount.currency,
        now=now,
    )
    return _find(connection, refund_id)


def _stop_issue(connection: Connection, line: StoredLine, now: datetime) -> DepositId | None:
    """See that nothing issues this line's money from here on; the deposit to be closed, if any."""
    if line.direction is not Direction.CREDIT or line.reversal or line.return_reason is not None:
        raise Conflict(
            f"Line {line.id} is no payment of a customer.",
            remedy="Only a credit that undoes nothing can go back.",
            slug="line-not-returnable",
        )
    if taken_back(connection, line.id):
        raise Conflict(
            f"The bank has taken the money of line {line.id} back.",
            remedy="See its recall under status; nothing was changed.",
            slug="line-not-returnable",
        )
    if line.state in (LineState.STORED, LineState.REFUSED):
        return None
    if line.state is LineState.EXPLAINED and line.explained_by == "deposits":
        deposit_id = DepositId(line.explained_ref or "")
        hold_for_return(connection, deposit_id, now=now)
        return deposit_id
    raise Conflict(
        f"Line {line.id} is {line.state}"
        + (f" by {line.explained_by}." if line.explained_by else "."),
        remedy="Its money is accounted for; nothing was changed.",
        slug="line-not-returnable",
    )


def _new(line: StoredLine, deposit_id: DepositId | None, reason: str, now: datetime) -> Refund:
    return Refund(
        id=refund_id(line.id),
        line_id=line.id,
        deposit_id=deposit_id,
        amount=line.amount,
        attempt=1,
        end_to_end_id=end_to_end_id(line.id, 1),
        account=line.payer_account,
        name=line.payer_name,
        reason=reason[:LONGEST_REASON],
        state=INITIAL,
        word=None,
        alarm=None,
        tx_id=None,
        tries=0,
        sent_back=0,
        created_at=now,
        changed_at=now,
    )


def _follow_deposit(
    connection: Connection, refund: Refund, deployment: Deployment, now: datetime
) -> int:
    """One step of a refund whose deposit's number is not closed yet."""
    line = find_line(connection, refund.line_id)
    deposit = find_deposit(connection, refund.deposit_id or "")
    if line is None or deposit is None:
        raise LookupError(f"{refund.id} has lost its line or its deposit")
    if line.state is LineState.REFUSED:  # the number is closed, and the money unmatched again
        if taken_back(connection, line.id):  # its recall explains the line: no refund from then on
            return 0
        _owe(connection, refund, line, now)
        return 1
    if line.explained_ref != deposit.id or deposit.state not in (
        DepositState.HELD,
        DepositState.REFUSED,
    ):
        word = f"deposit {deposit.number} is {deposit.state}"
        store.change_state(connection, refund, _S.ABANDONED, now=now, word=word)
        return 1
    if refund.tx_id is not None:
        return 0
    if refund.tries and put_off(refund.changed_at + back_off(refund.tries), now):
        return 0
    tx_id = enqueue(
        connection,
        lane=Lane.OPERATOR,
        to=deployment.teller,
        data=calldata.void_number(deposit.number),
        purpose=VOID_PURPOSE,
        ref=f"{refund.id}#{deposit.number}#{refund.tries + 1}",
        now=now,
    )
    store.set_fields(connection, refund, tx_id=tx_id, changed_at=now)
    return 1


def _owe(connection: Connection, refund: Refund, line: StoredLine, now: datetime) -> None:
    """The money is certainly not issued: it is owed to its payer from here on."""
    explain(connection, line.id, by=REFUNDS.name, ref=refund.id, now=now)
    posting = Posting(
        event_id=f"refund:{refund.line_id}",
        kind="refund",
        debit=Account.UNMATCHED,
        credit=Account.PAYOUTS,
        amount=refund.amount,
        about=refund.id,
        at=now,
    )
    post(connection, posting)
    after = _S.READY if _payable(refund) else _S.AWAITING_ACCOUNT
    store.change_state(connection, refund, after, now=now, word=None)


def _payable(refund: Refund) -> bool:
    """Whether the bank's line names an account and a name that a payment can carry."""
    if not refund.account or not refund.name:
        return False
    try:
        check_instruction(
            PayoutInstruction(
                end_to_end_id=refund.end_to_end_id,
                creditor_account=refund.account,
                creditor_name=refund.name,
                amount=refund.amount,
                reference=reference_of(refund),
            )
        )
    except BankRefused:
        return False  # AWAITING_ACCOUNT says so; two persons type it as it can be carried
    return True


def _find(connection: Connection, refund_id: str) -> Refund:
    refund = store.find(connection, refund_id, lock=True)
    if refund is None:
        raise NotFound(f"There is no refund {refund_id}.", remedy="Look under GET /v1/refunds.")
    return refund
