"""Web: what every route gets: the bridge's parts, in one record. Imports no room."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.settings import Secrets, Settings
from wallet.typed_data import Domain

if TYPE_CHECKING:
    from api.bank import Bank
    from api.chain import Deployment
    from api.statements import Apart, Matching

__all__ = ["Bridge", "BridgeDep", "bridge_of"]


@dataclass(frozen=True, slots=True)
class Bridge:
    """The bridge's parts, wired by `api.bootstrap` with real adapters or fakes."""

    settings: Settings
    secrets: Secrets
    database: Database
    clock: Clock
    bank: Bank
    deployment: Deployment
    domain: Domain
    """The token's EIP-712 domain: every message of a wallet is signed under it."""
    log: logging.Logger
    matching: Matching | None = None
    """Accounts for the lines of a statement while they are stored; None: they wait."""
    apart: Apart | None = None
    """The process for large files; None: they are read here."""
    probe_chain: Callable[[], object] | None = None
    """Asks the chain anything; raises `Unavailable` when it does not answer. For /readyz."""

    @property
    def currency(self) -> str:
        """ISO 4217 code of the token's currency."""
        return self.deployment.currency


def bridge_of(request: Request) -> Bridge:
    """The bridge of the app that a request came to."""
    bridge = request.app.state.bridge
    if not isinstance(bridge, Bridge):
        raise TypeError("app.state.bridge is not a Bridge: make the app with create_app")
    return bridge


async def _bridge(request: Request) -> Bridge:
    # not for waiting's sake: what is not a coroutine costs a change of threads
    return bridge_of(request)


BridgeDep = Annotated[Bridge, Depends(_bridge)]
"""Parameter type by which a route gets the bridge."""
