"""Bridge: `rebuild` — read the chain from its first block again, and say what it tells otherwise.

What a deep reorganisation took off the chain of what our own keys had done is sent again first.
Then only compared: the ids of all events that the chain has now, and those that the ledger has
posted. When the ledger has none that the chain lacks, the reader goes back to the beginning and
tells every event again: what was taken in stays as it is (each event counts once), what was missed
is taken in. Otherwise nothing is changed, payouts stay frozen, and the events are named.

`check` changes nothing at all: every table that follows from the chain is derived once more, by
the auditor's own reading, and set beside the one that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.audit import CHAIN_CHECKS, Finding, audit, gather
from api.bootstrap import Parts, build_reader, build_sender
from api.chain import AlarmKind, Deployment, LaneKeys, is_standing, lower, rewind
from api.evidence import Evidence
from api.kernel.database import Database
from api.kernel.errors import BridgeError, Conflict
from api.kernel.ids import new_id
from api.kernel.log import note
from api.ledger.store import postings
from api.worker import FencedWork

__all__ = ["Rebuilt", "check", "rebuild"]

_READ = "read"
_EVENT_PARTS = 4
"""``<namespace>:<chain>:<transaction>:<log index>``"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found, and whether the chain was read again."""

    put_back: int
    """Transactions of ours that the chain had lost and that were sent again."""
    refused: tuple[BridgeError, ...]
    """Why others of them were not: the chain would refuse them now."""
    events: int
    """Events that the chain has for the bridge, up to its last final block."""
    vanished: tuple[str, ...]
    """Events that the ledger has posted, and the chain has no more."""
    read_again: bool

    @property
    def is_sound(self) -> bool:
        """Whether the ledger holds nothing that the chain lacks."""
        return not self.vanished


def check(
    database: Database, deployment: Deployment, rpc_url: str, progress: Callable[[str], None]
) -> tuple[Evidence, list[Finding]]:
    """What the tables would be by the chain alone, read from its first block, set beside them.

    Rows that are not as the chain tells, in any table that follows from it; nothing is changed,
    no worker is stopped; `progress` hears how far it has come. Raises `Unavailable` (no node).
    """
    with database.reading() as connection:
        evidence, tables = gather(
            connection,
            deployment,
            files=(),
            rpc_url=rpc_url,
            account="",
            reference_key=b"",
            progress=progress,
        )
        return evidence, audit(evidence, tables, progress, CHAIN_CHECKS)


def rebuild(parts: Parts, keys: Callable[[], LaneKeys]) -> Rebuilt:
    """Put back, compare, then read again. No worker may be at work meanwhile (`Conflict`).

    The lanes' `keys` are asked for when the chain has parted.
    """
    bridge = parts.bridge
    work = FencedWork(bridge.database, bridge.clock, new_id("rebuild"))
    work.share([_READ])
    if _READ not in work.duties:
        raise Conflict(
            "A worker is reading the chain.", remedy="Stop every worker, then try again."
        )
    try:
        return _rebuild(parts, work, _put_back(parts, keys))
    finally:
        work.leave()


def _put_back(parts: Parts, keys: Callable[[], LaneKeys]) -> tuple[int, tuple[BridgeError, ...]]:
    with parts.bridge.database.reading() as connection:
        if not is_standing(connection, AlarmKind.DEEP_REORG):
            return 0, ()
    sender = build_sender(parts, keys(), new_id("rebuild"))
    try:
        sent, refused = sender.put_back()
        return sent, tuple(refused)
    finally:
        sender.stop()


def _rebuild(
    parts: Parts, work: FencedWork, put_back: tuple[int, tuple[BridgeError, ...]]
) -> Rebuilt:
    bridge, deployment = parts.bridge, parts.bridge.deployment
    reader = build_reader(parts, work)
    told = {event.event_id for part in reader.scan() for event in part}
    with work.reading() as connection:
        vanished = sorted(_posted(connection, deployment.caip2) - told)
    if vanished:
        return Rebuilt(*put_back, len(told), tuple(vanished), read_again=False)
    with work.doing(_READ):
        with work.transaction() as connection:
            rewind(connection)
            lower(connection, AlarmKind.DEEP_REORG)
        while reader.step():
            work.share([_READ])  # a long reading keeps its lease
    note(bridge.log, "the chain was read again", events=len(told))
    return Rebuilt(*put_back, len(told), (), read_again=True)


def _posted(connection: Connection, caip2: str) -> set[str]:
    """Ids of the chain's events that the ledger has posted.

    One event may have several postings: what follows its log index tells them apart.
    """
    found = connection.execute(
        select(postings.c.event_id).where(postings.c.event_id.startswith(f"{caip2}:0x"))
    ).scalars()
    return {":".join(each.split(":")[:_EVENT_PARTS]) for each in found}
