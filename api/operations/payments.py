"""Operations: what two persons decide about money that leaves, or came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Connection

from api import inbox, payouts, recalls, redemptions, refunds, reserve
from api.approvals import Action, Kind
from api.bank import Bank
from api.kernel.errors import Conflict, InvalidInput, NotFound
from api.operations.words import text_of
from api.paying import KINDS, why_frozen
from api.redemptions import Redemption, RedemptionState
from api.refunds import Refund, RefundState
from api.statements import acknowledge_line, find_line

__all__ = ["TheBank", "money_back"]

TheBank: TypeAlias = Callable[[], Bank]
"""Gives the bank when it is needed: most of what operators do needs none."""

_RECALL = "recall_"
_REFUND = "refund_"
"""How the ids of refunds begin: what both rooms do is told apart by the subject's id."""


def _return_line(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    """Once: a second proposal of it is not told as done, though it would change nothing."""
    known = refunds.find_by_line(connection, action.subject, lock=True)
    if known is not None and known.state is not RefundState.ABANDONED:
        raise _decided_before(f"The money of {action.subject} goes back", known.id, known.state)
    reason = text_of(action, "reason")
    return _refund(refunds.return_line(connection, action.subject, reason, now))


def _refund_account(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    account, name = text_of(action, "account"), text_of(action, "name")
    return _refund(refunds.set_account(connection, action.subject, account, name, now))


def _return_burn(
    connection: Connection, action: Action, now: datetime, *, bank: TheBank
) -> Mapping[str, Any]:
    known = redemptions.find(connection, action.subject, lock=True)
    if known is not None and known.state is RedemptionState.RETURN_ORDERED:
        raise _decided_before(f"{known.id} is credited again", known.id, known.state)
    _require_unfrozen(connection)
    orders = _orders_with(connection, known, bank)
    return _redemption(redemptions.return_burn(connection, action.subject, now, orders=orders))


def _release_burn(
    connection: Connection, action: Action, now: datetime, *, bank: TheBank
) -> Mapping[str, Any]:
    known = redemptions.find(connection, action.subject, lock=True)
    orders = _orders_with(connection, known, bank)
    return _redemption(redemptions.release(connection, action.subject, now, orders=orders))


def _orders_with(connection: Connection, known: Redemption | None, bank: TheBank) -> Sequence[str]:
    """Orders of another life of the database in which the bank was given its payment."""
    if known is None:
        return ()
    key = known.end_to_end_id
    return payouts.orders_with(connection, bank(), [key]).get(key, ())


def _resolve(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    paid = action.parameters.get("paid")
    if not isinstance(paid, bool):
        raise InvalidInput("paid", "paid must be true or false.", remedy="Say what the bank wrote.")
    reason = text_of(action, "reason")
    if action.subject.startswith(_REFUND):
        return _refund(refunds.resolve(connection, action.subject, paid, now, reason=reason))
    found = redemptions.resolve(connection, action.subject, paid, now, reason=reason)
    return _redemption(found)


def _difference(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    if action.subject.startswith(_REFUND):
        return _refund(refunds.accept_difference(connection, action.subject, now))
    return _redemption(redemptions.accept_difference(connection, action.subject, now))


def _release_file(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    payouts.release_file(connection, KINDS, action.subject, now=now)
    return {"payout_file": action.subject, "state": payouts.FileState.SAVED.value}


def _stop_file(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    payouts.stop_file(connection, action.subject, now=now)
    return {"payout_file": action.subject, "state": payouts.FileState.STOPPED.value}


def _withdraw_file(
    connection: Connection, action: Action, now: datetime, *, bank: TheBank
) -> Mapping[str, Any]:
    _require_unfrozen(connection)
    ids = payouts.ids_in_file(connection, action.subject)
    given = payouts.orders_with(connection, bank(), ids)
    unpaid = payouts.withdraw_file(connection, KINDS, action.subject, now=now, given=given)
    state = payouts.FileState.WITHDRAWN.value
    return {"payout_file": action.subject, "state": state, "payments": unpaid}


def _require_unfrozen(connection: Connection) -> None:
    """What is owed again is worked out from chain and bank: not while either is in doubt."""
    doubt = why_frozen(connection)
    if doubt is not None:
        raise Conflict(
            f"Payouts are frozen: {doubt}",
            remedy="End the alarm that stands under status first; nothing was changed.",
            slug="payouts-frozen",
        )


def _came_back(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    end_to_end_id = text_of(action, "payment")
    payouts.accept_return(connection, KINDS, action.subject, end_to_end_id, now=now)
    return {"line": action.subject, "payment": end_to_end_id}


def _booked_as(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    end_to_end_id = text_of(action, "payment")
    payouts.accept_debit(connection, KINDS, action.subject, end_to_end_id, now=now)
    return {"line": action.subject, "payment": end_to_end_id}


def _own_cost(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    line = reserve.bear(connection, action.subject, now=now)
    return {"line": line.id, "amount": str(line.amount)}


def _claim(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    line = reserve.claim(connection, action.subject, now=now)
    return {"line": line.id, "amount": str(line.amount)}


def _gives_back(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    debit = reserve.give_back(connection, action.subject, text_of(action, "line"), now=now)
    return {"line": action.subject, "debit": debit.id, "amount": str(debit.amount)}


def _acknowledge(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    """Whoever reads the history finds what was acknowledged, and why."""
    if action.subject.startswith(_RECALL):
        recall = recalls.close(connection, action.subject, now=now)
        return {"recall": recall.id, "amount": str(recall.amount)}
    document = inbox.find(connection, action.subject)
    if document is not None:
        inbox.acknowledge(connection, document.id)
        return {"document": document.id, "refused": document.reason}
    line = find_line(connection, action.subject)
    if line is not None:
        acknowledge_line(connection, line)
        return {"line": line.id, "bank_reference": line.bank_id, "amount": str(line.amount)}
    room = refunds if action.subject.startswith(_REFUND) else redemptions
    thing = room.find(connection, action.subject)
    found = thing and payouts.find_payment(connection, KINDS, thing.end_to_end_id)
    if found is None:
        raise NotFound(
            f"«{action.subject}» is no redemption, refund, recall, line or document of the bank.",
            remedy="jiaozi-bridge status shows the alarms with the ids that they stand on.",
        )
    return {"alarm": payouts.acknowledge(connection, *found, now=now), "on": action.subject}


def _decided_before(what: str, thing_id: str, state: str) -> Conflict:
    return Conflict(
        f"{what} already: {thing_id} is {state}.",
        remedy=f"There is nothing to decide: jiaozi-bridge explain {thing_id} tells how it goes.",
        slug="decided-before",
    )


def _refund(refund: Refund) -> Mapping[str, Any]:
    return {"refund": refund.id, "line": refund.line_id, "state": refund.state.value}


def _redemption(redemption: Redemption) -> Mapping[str, Any]:
    return {"redemption": redemption.id, "state": redemption.state.value}


def money_back(bank: TheBank) -> tuple[Kind, ...]:
    """All that moves money takes two persons; to stop it, or to have looked at an alarm, takes one.

    `bank` is asked what it was given where a payment is to be owed again, or given again.
    """
    return_burn, release_burn, withdraw_file = (
        partial(each, bank=bank) for each in (_return_burn, _release_burn, _withdraw_file)
    )
    acknowledged = "say what came of an alarm, a recall, a contradiction or a refused document"
    borne = "let our own funds bear what came back too little"
    return (
        Kind("acknowledge", 1, _acknowledge, acknowledged),
        Kind("stop-file", 1, _stop_file, "hand a payout file in no more"),
        Kind("return-line", 2, _return_line, "send a line's money back to its payer"),
        Kind("refund-account", 2, _refund_account, "give the account to which a refund goes"),
        Kind("return-burn", 2, return_burn, "credit a burn again that no payout file ever held"),
        Kind("release-burn", 2, release_burn, "say that a burn heard of late was not paid before"),
        Kind("resolve", 2, _resolve, "write down the bank's word on a payment it was silent about"),
        Kind("accept-difference", 2, _difference, borne),
        Kind("release-file", 2, _release_file, "hand a payout file in that was held or stopped"),
        Kind("withdraw-file", 2, withdraw_file, "never hand a stopped payout file in"),
        Kind("booked-as", 2, _booked_as, "say which payment a debit is the booking of"),
        Kind("own-cost", 2, _own_cost, "let our own funds bear a debit that pays nothing of ours"),
        Kind("claim", 2, _claim, "ask the bank for a debit back; until then our own funds bear it"),
        Kind("gives-back", 2, _gives_back, "say which debit a credit of the bank gives back"),
        Kind("came-back", 2, _came_back, "say which payment a returned sum belongs to"),
    )
