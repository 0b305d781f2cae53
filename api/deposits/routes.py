"""Deposits: over HTTP, for the bank's operator."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import OperatorDep
from api.deposits import store
from api.deposits.model import Deposit, DepositState, WaitingFor
from api.kernel.fields import read_id, unknown_id
from api.web.bodies import AmountBody, Body
from api.web.context import BridgeDep

__all__ = ["router"]

router = APIRouter(prefix="/v1/deposits", tags=["deposits (operator)"])


class DepositView(Body):
    """A deposit: from which line, for whom, and how far."""

    id: str
    number: int
    reference: str
    line: str
    link: str
    holder: str
    amount: AmountBody
    state: DepositState
    reason: str | None
    waiting_for: WaitingFor | None
    attempts: int
    transaction: str | None
    event: str | None
    created_at: str
    updated_at: str


class DepositsView(Body):
    """A page of deposits; `next` goes into `after` for the page behind it."""

    deposits: list[DepositView]
    next: int | None


@router.get("", response_model=DepositsView, summary="Deposits by number")
def get_deposits(
    bridge: BridgeDep,
    _operator: OperatorDep,
    state: DepositState | None = None,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """All of them, or those of one state; `waiting_for` says why one stays queued."""
    with bridge.database.reading() as connection:
        found = store.list_deposits(connection, state=state, limit=limit, after=after)
    return {
        "deposits": [_view(deposit) for deposit in found],
        "next": found[-1].number if len(found) == limit else None,
    }


@router.get("/{deposit_id}", response_model=DepositView, summary="One deposit")
def get_deposit(deposit_id: str, bridge: BridgeDep, _operator: OperatorDep) -> dict[str, Any]:
    """One deposit by its id."""
    with bridge.database.reading() as connection:
        deposit = store.find_deposit(connection, read_id("deposit", deposit_id))
    if deposit is None:
        raise unknown_id("deposit")
    return _view(deposit)


def _view(deposit: Deposit) -> dict[str, Any]:
    return {
        "id": deposit.id,
        "number": deposit.number,
        "reference": "0x" + deposit.reference.hex(),
        "line": deposit.line_id,
        "link": deposit.link_id,
        "holder": deposit.holder,
        "amount": deposit.amount.to_json(),
        "state": deposit.state,
        "reason": deposit.reason,
        "waiting_for": deposit.waiting_for,
        "attempts": deposit.attempts,
        "transaction": deposit.tx_id,
        "event": deposit.event_id,
        "created_at": deposit.created_at.isoformat(),
        "updated_at": deposit.updated_at.isoformat(),
    }
