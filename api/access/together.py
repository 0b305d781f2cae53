"""Access: requests that are answered many at a time, each with one effect and one answer.

For work that is idempotent by itself and wants to be fast. No key is claimed before the work: the
effects of a group and its answers, under their keys, are one transaction. Two requests with one
key that meet both get the answer of the first, where other routes answer 409.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import store
from api.access.idempotency import Answer, Asked, as_response, as_text, known_response
from api.access.store import Claim
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import BridgeError
from api.kernel.gathering import Gathering

__all__ = ["Together"]

GivenT = TypeVar("GivenT")
CheckedT = TypeVar("CheckedT")
Outcome = Response | Exception


@dataclass(slots=True)
class _Pending(Generic[GivenT, CheckedT]):
    """A request that is checked and waits for its effect."""

    asked: Asked[GivenT]
    checked: CheckedT


class _Met(Exception):
    """Other processes have answered some of these keys a moment before."""


class Together(Generic[GivenT, CheckedT]):
    """Answers requests of one kind.

    `check` judges what was given outside of any transaction; `take` has the effects, and must be
    idempotent by the natural key of what it makes. Both give an exception in place of what they
    refuse, in the order of what they get; what `take` refuses has no effect.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        check: Callable[[Sequence[GivenT]], Sequence[CheckedT | BridgeError]],
        take: Callable[[Connection, Sequence[CheckedT]], Sequence[Answer | BridgeError]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._check = check
        self._take = take
        self._gathering = Gathering(self._answer_all)

    async def answer(self, asked: Asked[GivenT]) -> Response:
        """The answer to one request; raises why there is none."""
        return await asyncio.wrap_future(self._gathering.hand_in(asked))

    def _answer_all(self, asked: Sequence[Asked[GivenT]]) -> list[Outcome]:
        outcomes: dict[str, Outcome] = {}
        while left := [each for each in asked if each.claim.id not in outcomes]:
            # of equal keys one goes first: the others find its answer
            first: dict[tuple[str, str], Asked[GivenT]] = {}
            for each in left:
                first.setdefault((each.claim.scope, each.claim.key), each)
            outcomes |= self._answer_each(list(first.values()))
        return [outcomes[each.claim.id] for each in asked]

    def _answer_each(self, asked: Sequence[Asked[GivenT]]) -> dict[str, Outcome]:
        """The outcomes, by claim, of requests with different keys."""
        outcomes = self._known(asked)
        unknown = [each for each in asked if each.claim.id not in outcomes]
        pending: list[_Pending[GivenT, CheckedT]] = []
        found = self._check([each.given for each in unknown]) if unknown else ()
        for each, checked in zip(unknown, found, strict=True):
            if isinstance(checked, BridgeError):
                outcomes[each.claim.id] = checked
            else:
                pending.append(_Pending(each, checked))
        while pending:
            try:
                outcomes |= self._keep(pending)
            except _Met:
                outcomes |= self._known([each.asked for each in pending])
            pending = [each for each in pending if each.asked.claim.id not in outcomes]
        return outcomes

    def _known(self, asked: Sequence[Asked[GivenT]]) -> dict[str, Outcome]:
        """The stored answers, and what stands against giving them."""
        with self._database.reading() as connection:
            known = store.look_all(connection, [each.claim for each in asked])
        outcomes: dict[str, Outcome] = {}
        for each in asked:
            stored = known.get((each.claim.scope, each.claim.key))
            if stored is not None:
                try:
                    outcomes[each.claim.id] = known_response(stored, each.fingerprint)
                except BridgeError as error:
                    outcomes[each.claim.id] = error
        return outcomes

    def _keep(self, pending: Sequence[_Pending[GivenT, CheckedT]]) -> dict[str, Outcome]:
        """Have the effects and store the answers, in one transaction. Raises `_Met`."""
        outcomes: dict[str, Outcome] = {}
        answered: list[tuple[Claim, str, int, str]] = []
        with self._database.transaction() as connection:
            taken = self._take(connection, [each.checked for each in pending])
            for each, answer in zip(pending, taken, strict=True):
                claim = each.asked.claim
                if isinstance(answer, BridgeError):
                    outcomes[claim.id] = answer
                    continue
                body = as_text(answer.body)
                answered.append((claim, each.asked.fingerprint, answer.status, body))
                outcomes[claim.id] = as_response(body, answer.status)
            if not store.answered_all(connection, answered, now=self._clock.now()):
                raise _Met
        return outcomes
