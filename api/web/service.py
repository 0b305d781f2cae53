"""Web: what the service says of itself: alive, ready, and which token it serves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.kernel.errors import BridgeError, Misconfigured
from api.kernel.money import Money
from api.migrations import require_current
from api.web.bodies import AmountBody, Body
from api.web.context import Bridge, BridgeDep
from api.web.problems import problem, request_id

__all__ = ["router"]

router = APIRouter(tags=["service"])


class InfoBody(Body):
    """The token that this bridge serves, and its terms."""

    chain_id: int
    caip2: str
    token: str
    teller: str
    token_name: str
    symbol: str
    currency: str
    decimals: int
    depth: int
    redemption_fee: AmountBody
    relay: bool


@router.get("/healthz", summary="The process is alive")
def healthz() -> dict[str, str]:
    """Says nothing of the database or the chain: restarting would not mend those."""
    return {"status": "ok"}


@router.get("/readyz", summary="Requests can be served now")
def readyz(request: Request, bridge: BridgeDep) -> Response:
    """Ready when the database is there, at the right step, and the chain answers."""
    checks = {"database": _database(bridge), "chain": _chain(bridge)}
    if all(found in ("ok", "not asked") for found in checks.values()):
        return JSONResponse({"status": "ready", "checks": checks})
    return problem(
        request_id(request.scope),
        503,
        "not-ready",
        "Not ready: " + " ".join(f"{name}: {found}" for name, found in checks.items()),
        "Wait, or mend what is named.",
    )


@router.get("/v1/info", response_model=InfoBody, summary="Which token, where, on what terms")
def info(bridge: BridgeDep) -> dict[str, Any]:
    """What a wallet needs to know before it signs anything for this bridge."""
    deployment = bridge.deployment
    return {
        "chain_id": deployment.chain_id,
        "caip2": deployment.caip2,
        "token": deployment.token,
        "teller": deployment.teller,
        "token_name": deployment.name,
        "symbol": deployment.symbol,
        "currency": deployment.currency,
        "decimals": deployment.decimals,
        "depth": bridge.settings.chain.depth,
        "redemption_fee": Money(bridge.settings.redemption_fee, bridge.currency).to_json(),
        "relay": True,
    }


def _database(bridge: Bridge) -> str:
    try:
        require_current(bridge.database)
    except (BridgeError, Misconfigured) as error:
        return error.detail
    return "ok"


def _chain(bridge: Bridge) -> str:
    if bridge.probe_chain is None:
        return "not asked"
    try:
        bridge.probe_chain()
    except BridgeError as error:
        return error.detail
    return "ok"
