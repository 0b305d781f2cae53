"""Deposits: over HTTP, for the bank's operator."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.access import OperatorDep
from api.deposits import store
from api.deposits.model import Deposit, DepositState, WaitingFor
from api.kernel.fields import read_id, unknown_id
from api.web.bodies import AfterQuery, AmountBody, Body, LimitQuery
from api.web.context import BridgeDep

__all__ = ["router"]

router = APIRouter(prefix="/v1/deposits", tags=["deposits (operator)"])


class DepositView(Body):
    """A deposit: from which line, for whom, and how far."""

    id: str = Field(description="Id of the deposit")
    number: int = Field(description="The bank's running number: used on chain once, never again")
    reference: str = Field(description="16 bytes, 0x-hex: what the chain sees of the bank line")
    line: str = Field(description="Id of the statement line that brought the money")
    link: str = Field(description="Id of the link that it was matched to")
    holder: str = Field(description="EIP-55 address that gets the tokens")
    amount: AmountBody = Field(description="Money in, tokens out")
    state: DepositState = Field(description="Where it stands")
    reason: str | None = Field(
        description="Why the token refused it, or why its last transaction failed"
    )
    waiting_for: WaitingFor | None = Field(
        description="What a queued deposit lacks: attested backing, or room in the bucket"
    )
    not_before: str | None = Field(
        description="When it is tried again, after a failure that passes: ISO 8601, UTC"
    )
    attempts: int = Field(description="How many of its transactions failed")
    transaction: str | None = Field(description="Id of the bank's transaction that carries it")
    event: str | None = Field(description="Id of the token's final event that ended it")
    created_at: str = Field(description="When it was made: ISO 8601, UTC")
    updated_at: str = Field(description="When it last changed: ISO 8601, UTC")


class DepositsView(Body):
    """A page of deposits; `next` goes into `after` for the page behind it."""

    deposits: list[DepositView] = Field(description="By number, lowest first")
    next: int | None = Field(description="For `after`; null on the last page")


@router.get("", response_model=DepositsView, summary="Deposits by number")
def get_deposits(
    bridge: BridgeDep,
    _operator: OperatorDep,
    state: Annotated[DepositState | None, Query(description="Only deposits in this state")] = None,
    after: AfterQuery = 0,
    limit: LimitQuery = 100,
) -> dict[str, Any]:
    """All of them, or those of one state; `waiting_for` says why one stays queued."""
    with bridge.database.asking() as connection:
        found = store.list_deposits(connection, state=state, limit=limit, after=after)
    return {
        "deposits": [_view(deposit) for deposit in found],
        "next": found[-1].number if len(found) == limit else None,
    }


@router.get("/{deposit_id}", response_model=DepositView, summary="One deposit")
def get_deposit(
    deposit_id: Annotated[str, Path(description="Id of the deposit")],
    bridge: BridgeDep,
    _operator: OperatorDep,
) -> dict[str, Any]:
    """One deposit by its id."""
    with bridge.database.asking() as connection:
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
        "not_before": deposit.not_before and deposit.not_before.isoformat(),
        "attempts": deposit.attempts,
        "transaction": deposit.tx_id,
        "event": deposit.event_id,
        "created_at": deposit.created_at.isoformat(),
        "updated_at": deposit.updated_at.isoformat(),
    }
