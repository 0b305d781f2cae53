"""Approvals: doing, proposing, approving and declining. Each within the caller's transaction.

What is approved is what was proposed: the second person names the digest they saw, and the
digest is worked out again from the stored words before anything is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.approvals import store
from api.approvals.model import (
    LASTING,
    Action,
    Actions,
    Kind,
    Proposal,
    ProposalState,
    Step,
    digest_of,
)
from api.kernel.errors import Broken, Conflict, InvalidInput, NotFound
from api.kernel.telling import untold

__all__ = ["act", "approve", "decline", "kind_of", "list_proposals", "propose"]

_LONGEST_REASON = 500
_LONGEST_LIST = 200


def act(
    connection: Connection,
    actions: Actions,
    action: Action,
    *,
    operator: str,
    reason: str,
    now: datetime,
) -> Mapping[str, Any]:
    """Do what one person may do, and write it down; what the action's handler returned.

    Raises `Conflict` for what takes two, and whatever the handler raises: nothing was changed.
    """
    kind = kind_of(actions, action.name)
    if kind.persons != 1:
        raise Conflict(
            f"«{action.name}» takes two persons.",
            remedy="Propose it; another operator approves it.",
            slug="second-person-needed",
        )
    why = _reason(reason)
    result = kind.run(connection, action, now)
    store.add_entry(
        connection,
        (action.name, action.subject, action.canonical, action.digest),
        operator=operator,
        step=Step.DONE,
        reason=why,
        now=now,
        result=_json(result),
    )
    return result


def propose(
    connection: Connection,
    actions: Actions,
    action: Action,
    *,
    maker: str,
    reason: str,
    now: datetime,
) -> Proposal:
    """Store a proposal. The same action by the same person again gives the one that is open.

    The action is tried and undone first: what cannot be done now is refused now. Raises what
    its handler raises, and `Conflict` while somebody else has proposed exactly this.
    """
    kind = kind_of(actions, action.name)
    if kind.persons == 1:
        raise InvalidInput(
            "action",
            f"«{action.name}» takes one person: there is nothing to propose.",
            remedy="Do it.",
        )
    why = _reason(reason)
    _expire(connection, now)
    known = store.find_open(connection, action.digest)
    if known is not None:
        if known.maker == maker:
            return known
        raise _proposed_already(known)
    _try(connection, kind, action, now)
    made = store.add_proposal(
        connection, action, maker=maker, reason=why, now=now, expires_at=now + LASTING
    )
    if made is None:  # somebody was a moment faster
        raise _proposed_already(store.find_open(connection, action.digest))
    _note(connection, made, Step.PROPOSED, by=maker, now=now, reason=why)
    return made


def approve(
    connection: Connection,
    actions: Actions,
    proposal_id: str,
    *,
    digest: str,
    checker: str,
    now: datetime,
) -> Proposal:
    """Agree, and do it in this very transaction. `digest` is of what the second person saw.

    Raises `Conflict` (the same person, another digest, decided or expired already), and what the
    handler raises: then the proposal stays open and nothing was changed.
    """
    proposal = _open(connection, proposal_id, now)
    if proposal.maker == checker:
        raise Conflict(
            f"{checker} proposed {proposal.id} and cannot approve it.",
            remedy="Another operator must look at it.",
            slug="same-person",
        )
    if digest != proposal.digest:
        raise Conflict(
            f"The digest {digest} is not that of {proposal.id}.",
            remedy="Look at the proposal again, and give the digest that it shows.",
            slug="proposal-changed",
        )
    action = _as_proposed(proposal)
    result = _json(kind_of(actions, proposal.action).run(connection, action, now))
    done = store.decide(
        connection, proposal, ProposalState.APPROVED, checker=checker, now=now, result=result
    )
    _note(connection, done, Step.APPROVED, by=checker, now=now)
    return done


def decline(
    connection: Connection, proposal_id: str, *, by: str, reason: str, now: datetime
) -> Proposal:
    """Say no; whoever proposed it takes it back in this way. Raises `Conflict` once it ended."""
    proposal = _open(connection, proposal_id, now)
    why = _reason(reason)
    own = proposal.maker == by
    after = ProposalState.WITHDRAWN if own else ProposalState.DECLINED
    done = store.decide(connection, proposal, after, checker=None if own else by, now=now)
    step = Step.WITHDRAWN if own else Step.DECLINED
    _note(connection, done, step, by=by, now=now, reason=why)
    return done


def list_proposals(
    connection: Connection,
    *,
    state: ProposalState | None = None,
    limit: int = _LONGEST_LIST,
    before: int | None = None,
) -> list[Proposal]:
    """Proposals, the newest first; of one state, or of all."""
    return store.proposals_of(connection, state=state, limit=limit, before=before)


def kind_of(actions: Actions, name: str) -> Kind:
    """The action of this name; `InvalidInput` when there is none."""
    kind = actions.get(name)
    if kind is None:
        raise InvalidInput(
            "action",
            f"There is no action «{name}».",
            remedy=f"There are: {', '.join(sorted(actions))}.",
        )
    return kind


def _open(connection: Connection, proposal_id: str, now: datetime) -> Proposal:
    proposal = store.find_proposal(connection, proposal_id, lock=True)
    if proposal is None:
        raise NotFound(
            f"There is no proposal {proposal_id}.",
            remedy="jiaozi-bridge proposals lists them.",
        )
    if proposal.state is not ProposalState.PROPOSED:
        who = proposal.checker or proposal.maker
        raise Conflict(
            f"{proposal.id} is {proposal.state}, by {who}: it is decided once.",
            remedy="Propose anew what is still to be done.",
            slug="proposal-decided",
        )
    if now >= proposal.expires_at:
        raise Conflict(
            f"{proposal.id} could be decided until {proposal.expires_at.isoformat()}.",
            remedy="Propose it anew if it is still to be done.",
            slug="proposal-expired",
        )
    return proposal


def _proposed_already(known: Proposal | None) -> Conflict:
    if known is None:
        raise LookupError("what was open a moment ago is locked, and yet is gone")
    return Conflict(
        f"{known.maker} has proposed exactly this as {known.id}.",
        remedy=f"Another operator approves it: jiaozi-bridge approve {known.id}.",
        slug="proposed-already",
    )


def _as_proposed(proposal: Proposal) -> Action:
    """The action, if the stored words still give the digest that they had; else `Broken`."""
    if digest_of(proposal.action, proposal.subject, proposal.parameters) != proposal.digest:
        raise Broken(
            f"The stored words of {proposal.id} are not those that were proposed.",
            remedy="Stop. Somebody changed the database: run the audit.",
        )
    return Action(proposal.action, proposal.subject, json.loads(proposal.parameters))


def _try(connection: Connection, kind: Kind, action: Action, now: datetime) -> None:
    """Do it and undo it: what it raises, it would raise for the second person too."""
    with untold(connection):
        attempt = connection.begin_nested()
        try:
            kind.run(connection, action, now)
        finally:
            attempt.rollback()


def _expire(connection: Connection, now: datetime) -> None:
    for late in store.overdue(connection, now):
        ended = store.decide(connection, late, ProposalState.EXPIRED, checker=None, now=now)
        _note(connection, ended, Step.EXPIRED, by=late.maker, now=now)


def _note(
    connection: Connection,
    proposal: Proposal,
    step: Step,
    *,
    by: str,
    now: datetime,
    reason: str = "",
) -> None:
    store.add_entry(
        connection,
        (proposal.action, proposal.subject, proposal.parameters, proposal.digest),
        operator=by,
        step=step,
        reason=reason,
        now=now,
        proposal_id=proposal.id,
        result=None if proposal.result is None else _json(proposal.result),
    )


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not 0 < len(words) <= _LONGEST_REASON or not words.isprintable():
        raise InvalidInput(
            "reason",
            f"A reason has 1 to {_LONGEST_REASON} visible characters.",
            remedy="Say in a sentence why, for whoever reads the history.",
        )
    return words


def _json(result: Mapping[str, Any]) -> str:
    return json.dumps(dict(result), sort_keys=True, ensure_ascii=False)
