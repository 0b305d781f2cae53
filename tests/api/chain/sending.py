"""Tests of the sender: a bridge's sending half on a real chain, in this process or in a child."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from api.chain import (
    Alarm,
    Deployment,
    Failure,
    Lane,
    LaneContext,
    Node,
    Sender,
    SendingRules,
    SigningKey,
    calldata,
    enqueue,
    list_alarms,
)
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.ids import Address, TxId
from tests.api.contracts import KEYS

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@dataclass
class Rig:
    """A sender over one database and one node; remembers what its handlers were told."""

    database: Database
    node: Node
    deployment: Deployment
    holder: str = "first"
    depth: int = 1
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    rules: SendingRules = field(default_factory=SendingRules)
    keys: Sequence[str] = ("compliance",)
    witnesses: Sequence[Node] = ()
    reverted: list[tuple[str, Failure]] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def sender(self) -> Sender:
        """Serves compliance's lane."""
        context = LaneContext(
            work=self.database,
            node=self.node,
            chain_id=31337,
            depth=self.depth,
            on_revert={"tier": self._on_revert},
            on_sent={"tier": self._on_sent},
            clock=self.clock,
            log=logging.getLogger("jiaozi.tests"),
            rules=self.rules,
            contracts=frozenset({self.deployment.token, self.deployment.teller}),
            witnesses=self.witnesses,
        )
        keys = [SigningKey(KEYS[name]) for name in self.keys]
        return Sender(context, {Lane.COMPLIANCE: keys}, self.holder)

    def alarms(self) -> list[Alarm]:
        """Those that stand."""
        with self.database.reading() as connection:
            return list_alarms(connection)

    def queue(self, ref: str, account: Address, tier: int = 1, *, gas: int | None = None) -> TxId:
        """Queue the setting of a tier."""
        with self.database.transaction() as connection:
            return enqueue(
                connection,
                lane=Lane.COMPLIANCE,
                to=self.deployment.token,
                data=calldata.set_tier(account, tier),
                purpose="tier",
                ref=ref,
                now=NOW,
                gas=gas,
            )

    def later(self, seconds: int = 16) -> None:
        """Time passes."""
        self.clock.move(timedelta(seconds=seconds))

    def _on_revert(self, _connection: Connection, ref: str, reason: Failure) -> None:
        self.reverted.append((ref, reason))

    def _on_sent(self, _connection: Connection, ref: str, tx_hash: str) -> None:
        self.sent.append((ref, tx_hash))


def rig(database: Database, url: str, file: Path, **changed: object) -> Rig:
    """A rig on a running chain."""
    from api.chain import load_deployment

    return Rig(database, Node(url), load_deployment(file), **changed)  # type: ignore[arg-type]  # fields of Rig
