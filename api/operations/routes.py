"""Operations: over HTTP, for a bank's console. The bearer token tells who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection

from api.access import Answer, NamedOperatorDep, OnceDep, OperatorDep
from api.approvals import (
    Action,
    ProposalState,
    approve,
    decline,
    entries,
    find_proposal,
    kind_of,
    list_proposals,
)
from api.kernel.fields import read_id, unknown_id
from api.operations.actions import build_actions
from api.operations.desk import ask
from api.web.bodies import AfterQuery, Body, LimitQuery
from api.web.context import BridgeDep

__all__ = ["router"]

router = APIRouter(prefix="/v1/operations", tags=["operations (operator)"])

_PROPOSAL = "proposal"
_STORED_AS: Mapping[ProposalState | None, list[ProposalState]] = {
    ProposalState.EXPIRED: [ProposalState.EXPIRED, ProposalState.PROPOSED]
}
"""One that nobody decided in time is PROPOSED until the next look."""
ProposalPath: TypeAlias = Annotated[str, Path(description="Id of the proposal")]


class ActionBody(Body):
    """What is to be done with one thing."""

    subject: str = Field(description="Id of the thing", max_length=200)
    parameters: dict[str, str | bool] = Field(
        default_factory=dict, description="What the action needs besides: see its command"
    )
    reason: str = Field(description="Why, for whoever reads the history")


class ApproveBody(Body):
    """A second person's word."""

    digest: str = Field(description="Of the proposal as it was seen")


class DeclineBody(Body):
    """A second person's no, or the first one's taking back."""

    reason: str = Field(description="Why, for whoever reads the history")


class ProposalView(Body):
    """An action that takes two persons."""

    id: str = Field(description="Id of the proposal")
    action: str = Field(description="Name of the action")
    subject: str = Field(description="Id of the thing")
    parameters: str = Field(description="What else decides how: JSON with one spelling")
    digest: str = Field(description="SHA-256 of action, subject and parameters: give it to approve")
    reason: str = Field(description="Why it was proposed")
    state: ProposalState = Field(description="What became of it")
    maker: str = Field(description="Who proposed it")
    made_at: str = Field(description="When: ISO 8601, UTC")
    expires_at: str = Field(description="Until when it can be decided: ISO 8601, UTC")
    checker: str | None = Field(description="Who decided: never the maker")
    decided_at: str | None = Field(description="When it was decided: ISO 8601, UTC")
    result: dict[str, Any] | None = Field(description="What came of it")


class ProposalsView(Body):
    """Proposals, the newest first."""

    proposals: list[ProposalView] = Field(description="At most two hundred of a state")


class OutcomeView(Body):
    """Either it is done, or it waits for a second person."""

    done: dict[str, Any] | None = Field(description="What came of it; null when it was proposed")
    proposal: ProposalView | None = Field(description="What waits; null when it is done")


class EntryView(Body):
    """What an operator did."""

    number: int = Field(description="Counts entries from 1, without a gap")
    at: str = Field(description="When: ISO 8601, UTC")
    operator: str = Field(description="Who")
    step: str = Field(description="done, proposed, approved, declined, withdrawn or expired")
    action: str = Field(description="Name of the action")
    subject: str = Field(description="Id of the thing")
    reason: str = Field(description="Why; empty for an approval")
    proposal: str | None = Field(description="Id of the proposal, if it was one")
    hash: str = Field(description="Over this entry and the hash of the one before it")


class HistoryView(Body):
    """A page of the history; `next` goes into `after` for the page behind it."""

    entries: list[EntryView] = Field(description="Oldest first")
    next: int | None = Field(description="For `after`; null on the last page")


@router.post("/actions/{name}", response_model=OutcomeView, summary="Do something, or propose it")
def post_action(
    name: Annotated[str, Path(description="Name of the action, as `jiaozi-bridge` has it")],
    body: ActionBody,
    bridge: BridgeDep,
    operator: NamedOperatorDep,
    once: OnceDep,
) -> Response:
    """What one person may do is done at once (200); what takes two is proposed (202)."""
    actions = build_actions(bridge.secrets.reference_key, lambda: bridge.bank)
    kind_of(actions, name)  # before anything is stored under a path that may fit no column

    def work(connection: Connection) -> Answer:
        outcome = ask(
            connection,
            actions,
            Action(name, body.subject, body.parameters),
            operator=operator,
            reason=body.reason,
            now=bridge.clock.now(),
        )
        made = outcome.proposal
        return Answer(
            200 if made is None else 202,
            {
                "done": None if outcome.result is None else dict(outcome.result),
                "proposal": made and made.to_json(bridge.clock.now()),
            },
        )

    return once.within(operator, work)


@router.get("/proposals", response_model=ProposalsView, summary="What waits for a second person")
def get_proposals(
    bridge: BridgeDep,
    _operator: OperatorDep,
    state: Annotated[
        ProposalState | None, Query(description="Only proposals in this state")
    ] = None,
) -> dict[str, Any]:
    """All of them, or those of one state; one that nobody decided in time says so."""
    now = bridge.clock.now()
    with bridge.database.reading() as connection:
        found = [
            each
            for one in _STORED_AS.get(state, [state])
            for each in list_proposals(connection, state=one)
        ]
    shown = [each.to_json(now) for each in found]
    return {"proposals": [each for each in shown if state in (None, each["state"])]}


@router.get("/proposals/{proposal_id}", response_model=ProposalView, summary="One proposal")
def get_proposal(
    proposal_id: ProposalPath,
    bridge: BridgeDep,
    _operator: OperatorDep,
) -> dict[str, Any]:
    """What a second person looks at before they agree."""
    with bridge.database.reading() as connection:
        found = find_proposal(connection, read_id(_PROPOSAL, proposal_id))
    if found is None:
        raise unknown_id(_PROPOSAL)
    return found.to_json(bridge.clock.now())


@router.post(
    "/proposals/{proposal_id}/approve", response_model=ProposalView, summary="Agree: it is done"
)
def post_approval(
    proposal_id: ProposalPath,
    body: ApproveBody,
    bridge: BridgeDep,
    operator: NamedOperatorDep,
    once: OnceDep,
) -> Response:
    """Done in the same transaction; never by whoever proposed it."""
    actions = build_actions(bridge.secrets.reference_key, lambda: bridge.bank)
    proposal = read_id(_PROPOSAL, proposal_id)

    def work(connection: Connection) -> Answer:
        done = approve(
            connection,
            actions,
            proposal,
            digest=body.digest,
            checker=operator,
            now=bridge.clock.now(),
        )
        return Answer(200, done.to_json(bridge.clock.now()))

    return once.within(operator, work)


@router.post(
    "/proposals/{proposal_id}/decline", response_model=ProposalView, summary="Say no, or withdraw"
)
def post_refusal(
    proposal_id: ProposalPath,
    body: DeclineBody,
    bridge: BridgeDep,
    operator: NamedOperatorDep,
    once: OnceDep,
) -> Response:
    """Nothing is done; it can be proposed anew."""
    proposal = read_id(_PROPOSAL, proposal_id)

    def work(connection: Connection) -> Answer:
        done = decline(
            connection,
            proposal,
            by=operator,
            reason=body.reason,
            now=bridge.clock.now(),
        )
        return Answer(200, done.to_json(bridge.clock.now()))

    return once.within(operator, work)


@router.get("/history", response_model=HistoryView, summary="Who did what, when and why")
def get_history(
    bridge: BridgeDep,
    _operator: OperatorDep,
    after: AfterQuery = 0,
    limit: LimitQuery = 100,
) -> dict[str, Any]:
    """Append-only, each entry chained to the one before it."""
    with bridge.database.reading() as connection:
        found = entries(connection, after=after, limit=limit)
    return {
        "entries": [
            {
                "number": each.number,
                "at": each.at.isoformat(),
                "operator": each.operator,
                "step": each.step.value,
                "action": each.action,
                "subject": each.subject,
                "reason": each.reason,
                "proposal": each.proposal_id,
                "hash": each.hash,
            }
            for each in found
        ],
        "next": found[-1].number if len(found) == limit else None,
    }
