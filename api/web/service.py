"""Web: what the service says of itself: alive, ready, and which token it serves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from api.kernel.money import Money
from api.web.bodies import AmountBody, Body
from api.web.context import BridgeDep
from api.web.problems import problem, request_id
from api.web.ready import NOT_ASKED, OK, checks

__all__ = ["router"]

router = APIRouter(tags=["service"])


class HealthBody(Body):
    """The process answers."""

    status: str = Field(description="Always “ok”: a process that is not answers nothing")


class ReadyBody(Body):
    """All that a request needs is there."""

    status: str = Field(description="Always “ready”; else the answer is a problem with status 503")
    checks: dict[str, str] = Field(
        description="What was looked at: database, writable, chain, reader, disk"
    )


class InfoBody(Body):
    """The token that this bridge serves, and its terms."""

    chain_id: int = Field(description="EIP-155 number of the chain")
    caip2: str = Field(description="The chain as CAIP-2 writes it")
    token: str = Field(description="EIP-55 address of the token's contract")
    teller: str = Field(description="EIP-55 address of the contract that issues")
    token_name: str = Field(description="Name of the token: part of what wallets sign")
    symbol: str = Field(description="Short name of the token")
    currency: str = Field(description="ISO 4217 code of the money behind it")
    decimals: int = Field(description="Decimals of the currency, and of the token")
    depth: int = Field(description="Blocks that must follow before an event counts as final")
    redemption_fee: AmountBody = Field(description="What the bank keeps of each redemption")
    relay: bool = Field(description="Whether POST /v1/transfers brings transfers to the chain")


@router.get("/healthz", response_model=HealthBody, summary="The process is alive")
def healthz() -> dict[str, str]:
    """Says nothing of the database or the chain: restarting would not mend those."""
    return {"status": "ok"}


@router.get("/readyz", response_model=ReadyBody, summary="Requests can be served now")
def readyz(request: Request, bridge: BridgeDep) -> Response:
    """Ready when the database is at the right step and can be written, the chain answers and is
    ours, what is final there was read, and the disk has room."""
    found = checks(bridge, getattr(request.app.state, "chain", None))
    wrong = {name: said for name, said in found.items() if said not in (OK, NOT_ASKED)}
    if not wrong:
        return JSONResponse({"status": "ready", "checks": found})
    return problem(
        request_id(request.scope),
        503,
        "not-ready",
        "Not ready: " + " ".join(f"{name}: {said}" for name, said in wrong.items()),
        "Wait, or mend what is named.",
        fields=[{"field": name, "problem": said} for name, said in wrong.items()],
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
