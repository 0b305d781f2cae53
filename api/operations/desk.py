"""Operations: one way in for commands and routes: done at once, or proposed for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.approvals import Action, Actions, Proposal, act, propose

__all__ = ["Outcome", "ask"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking: the action's result, or the proposal that waits for a second person."""

    result: Mapping[str, Any] | None
    proposal: Proposal | None


def ask(
    connection: Connection,
    actions: Actions,
    action: Action,
    *,
    operator: str,
    reason: str,
    now: datetime,
) -> Outcome:
    """Do what one person may do, propose what takes two. Raises what either raises."""
    kind = actions.get(action.name)
    if kind is not None and kind.persons == 1:
        # nobody but the desk says who it was and why: what a request says of it is overwritten
        told = {**action.parameters, "operator": operator, "reason": reason}
        action = replace(action, parameters=told)
        done = act(connection, actions, action, operator=operator, reason=reason, now=now)
        return Outcome(done, None)
    made = propose(connection, actions, action, maker=operator, reason=reason, now=now)
    return Outcome(None, made)
