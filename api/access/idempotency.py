"""Access: the Idempotency-Key of every POST. The same request twice has one effect, one answer.

A key is claimed in a transaction of its own, with a keyed hash of the request; the answer is
stored with the effect where the work takes our connection (`once.within`), and right after it
where the work makes its own transactions (`once.around`): such work must be idempotent by the
natural key of what it makes. A key whose process died is free again after a minute.

Work that is idempotent by itself and wants to be fast claims nothing: see `api.access.together`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import store
from api.access.store import Claim
from api.kernel.errors import Conflict, InvalidInput, Malformed
from api.kernel.ids import new_id
from api.web.context import Bridge, bridge_of

__all__ = [
    "KEPT_FOR",
    "STALE",
    "Answer",
    "Asked",
    "Once",
    "OnceDep",
    "Work",
    "as_response",
    "as_text",
    "canonical",
    "known_response",
    "once_of",
    "prune",
    "with_key",
]

GivenT = TypeVar("GivenT")

STALE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=30)
"""How long a key is remembered. What it made is known by its own id for ever."""
PRUNED_AT_ONCE = 1_000
_KEY = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)


class StillRunning(Conflict):
    """Another request with this key has not ended yet."""

    slug = "idempotency-key-running"


class ClaimLost(Conflict):
    """This request took so long that its key was given to a repetition of it."""

    slug = "idempotency-claim-lost"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a POST answers: an HTTP status and a JSON object."""

    status: int
    body: dict[str, Any]


Work = Callable[[Connection], Answer]
"""What has an effect through the connection that it is given."""


def prune(connection: Connection, *, now: datetime) -> int:
    """Forget keys that are older than a month, some at a time; how many there were."""
    return store.prune(connection, before=now - KEPT_FOR, limit=PRUNED_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Asked(Generic[GivenT]):
    """One request: its key, a keyed hash of its content, and what it gives."""

    claim: Claim
    fingerprint: str
    given: GivenT


class Once:
    """One request's key and content; runs the work unless its answer is known."""

    def __init__(self, bridge: Bridge, key: str, path: str, content: bytes) -> None:
        self._bridge = bridge
        self._key = key
        self._path = path
        secret = bridge.secrets.reference_key.reveal()
        # keyed: a one-time code is part of the content, and short enough to be found from a hash
        message = b"request\0" + path.encode() + b"\0" + content
        self._fingerprint = hmac.new(secret, message, hashlib.sha256).hexdigest()

    def within(self, asker: str, work: Work) -> Response:
        """Run `work` in one transaction with the storing of its answer.

        `asker` (an address, or "operator") keeps the keys of different askers apart.
        """

        def run(claim: Claim) -> Answer:
            with self._bridge.database.transaction() as connection:
                answer = work(connection)
                self._finish(connection, claim, answer)
            return answer

        return self._once(asker, run)

    def around(self, asker: str, work: Callable[[], Answer]) -> Response:
        """Run `work`, which makes its own transactions, and store its answer after it."""

        def run(claim: Claim) -> Answer:
            answer = work()
            with self._bridge.database.transaction() as connection:
                self._finish(connection, claim, answer)
            return answer

        return self._once(asker, run)

    def asked(self, asker: str, given: GivenT) -> Asked[GivenT]:
        """This request, for those who answer many together."""
        claim = Claim(f"{self._path} {asker}", self._key, new_id("claim"))
        return Asked(claim, self._fingerprint, given)

    def _once(self, asker: str, run: Callable[[Claim], Answer]) -> Response:
        claim = self.asked(asker, None).claim
        with self._bridge.database.transaction() as connection:
            now = self._bridge.clock.now()
            mine = store.claim(connection, claim, self._fingerprint, now=now, stale=STALE)
            known = None if mine else store.look(connection, claim)
        if not mine:
            return known_response(known, self._fingerprint)
        try:
            answer = run(claim)
            return as_response(as_text(answer.body), answer.status)
        except BaseException:
            # nothing is remembered of a failure: the same request may be tried again at once
            with self._bridge.database.transaction() as connection:
                store.release(connection, claim)
            raise

    def _finish(self, connection: Connection, claim: Claim, answer: Answer) -> None:
        now, body = self._bridge.clock.now(), as_text(answer.body)
        if not store.finish(connection, claim, status=answer.status, body=body, now=now):
            raise ClaimLost(
                "This request took longer than a minute, and a repetition of it took over.",
                remedy="Ask again with the same Idempotency-Key for the answer.",
            )


def with_key(bridge: Bridge, key: str | None, path: str, content: bytes) -> Once:
    """Check the header's value; `Malformed` when it is missing or no key."""
    if key is None:
        raise Malformed(
            "The header Idempotency-Key is missing.",
            remedy="Send a fresh random one with each new request, the same with each repetition.",
            slug="idempotency-key-missing",
        )
    if not _KEY.fullmatch(key):
        raise Malformed(
            "The header Idempotency-Key is not 1 to 128 visible ASCII characters.",
            remedy="Send a random UUID, for example.",
            slug="idempotency-key-invalid",
        )
    return Once(bridge, key, path, content)


def once_of(request: Request) -> Once:
    """The `Once` of a POST with a JSON body; `Malformed` without a key."""
    # the body as the outermost layer has parsed it
    said = canonical(request.scope["state"]["json"])
    key = request.headers.get("idempotency-key")
    return with_key(bridge_of(request), key, request.scope["path"], said)


async def _once(
    request: Request,
    idempotency_key: Annotated[str | None, Header()] = None,  # noqa: ARG001 - for /openapi.json
) -> Once:
    return once_of(request)


OnceDep = Annotated[Once, Depends(_once)]
"""Parameter type by which a POST route with a JSON body gets its `Once`."""


def canonical(said: Any) -> bytes:
    """A JSON body without what JSON does not count: order of names and white space."""
    return json.dumps(said, sort_keys=True).encode()


def known_response(known: store.StoredAnswer | None, fingerprint: str) -> Response:
    """The stored answer; `StillRunning` while there is none, `InvalidInput` for another body."""
    if known is None or (known.fingerprint == fingerprint and known.status is None):
        raise StillRunning(
            "A request with this Idempotency-Key is still running.",
            remedy="Ask again in a second with the same key for its answer.",
        )
    if known.fingerprint != fingerprint:
        raise InvalidInput(
            "Idempotency-Key",
            "This Idempotency-Key was used before for another request.",
            remedy="Send a fresh key with a new request.",
            slug="idempotency-key-reused",
        )
    return as_response(known.body or "", known.status or 0)


def as_text(body: dict[str, Any]) -> str:
    """An answer's body as it is stored and sent."""
    return json.dumps(body, ensure_ascii=False)


def as_response(body: str, status: int) -> Response:
    """The HTTP answer."""
    return Response(body, status_code=status, media_type="application/json")
