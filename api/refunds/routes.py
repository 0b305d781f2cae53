"""Refunds: over HTTP, for the bank's operator. No accounts, no names."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.access import OperatorDep
from api.kernel.fields import read_id, unknown_id
from api.refunds import store
from api.refunds.model import Refund, RefundState
from api.web.bodies import AfterQuery, AmountBody, Body, LimitQuery
from api.web.context import BridgeDep

__all__ = ["router"]

router = APIRouter(prefix="/v1/refunds", tags=["refunds (operator)"])


class RefundView(Body):
    """Money that goes back to its payer: from which line, why, and how far."""

    id: str = Field(description="Id of the refund, made of the line's")
    line: str = Field(description="Id of the statement line that brought the money")
    deposit: str | None = Field(description="Deposit whose number was closed for it, if any")
    amount: AmountBody = Field(description="What goes back: all of it")
    state: RefundState = Field(description="What has become of it")
    reason: str = Field(description="Why it goes back, in an operator's words")
    word: str | None = Field(description="What the bank or the chain said last")
    alarm: str | None = Field(description="What a person must look at")
    attempt: int = Field(description="1, and one more for each account after the first")
    end_to_end_id: str = Field(description="Stands on the payment's booking at both banks")
    created_at: str = Field(description="When it was made: ISO 8601, UTC")
    changed_at: str = Field(description="When it last changed: ISO 8601, UTC")


class RefundsView(Body):
    """A page of refunds; `next` goes into `after` for the page behind it."""

    refunds: list[RefundView] = Field(description="Oldest first")
    next: int | None = Field(description="For `after`; null on the last page")


@router.get("", response_model=RefundsView, summary="Refunds, oldest first")
def get_refunds(
    bridge: BridgeDep,
    _operator: OperatorDep,
    state: Annotated[RefundState | None, Query(description="Only refunds in this state")] = None,
    after: AfterQuery = 0,
    limit: LimitQuery = 100,
) -> dict[str, Any]:
    """All of them, or those of one state."""
    with bridge.database.asking() as connection:
        found = store.list_refunds(connection, state=state, limit=limit, after=after)
    return {
        "refunds": [_view(refund) for _, refund in found],
        "next": found[-1][0] if len(found) == limit else None,
    }


@router.get("/{refund_id}", response_model=RefundView, summary="One refund")
def get_refund(
    refund_id: Annotated[str, Path(description="Id of the refund")],
    bridge: BridgeDep,
    _operator: OperatorDep,
) -> dict[str, Any]:
    """One refund by its id."""
    with bridge.database.asking() as connection:
        refund = store.find(connection, read_id("refund", refund_id))
    if refund is None:
        raise unknown_id("refund")
    return _view(refund)


def _view(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "line": refund.line_id,
        "deposit": refund.deposit_id,
        "amount": refund.amount.to_json(),
        "state": refund.state,
        "reason": refund.reason,
        "word": refund.word,
        "alarm": refund.alarm,
        "attempt": refund.attempt,
        "end_to_end_id": refund.end_to_end_id,
        "created_at": refund.created_at.isoformat(),
        "changed_at": refund.changed_at.isoformat(),
    }
