"""Links: over HTTP. Neither the account nor the name is ever sent back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import Field

from api.access import Answer, OnceDep
from api.chain import ChainDep
from api.kernel.fields import read_id, unknown_id
from api.links import store
from api.links.flow import close, register
from api.links.model import Link, LinkState
from api.links.proof import read_claim, read_unlink
from api.web.bodies import Body
from api.web.context import Bridge, BridgeDep

__all__ = ["router"]

router = APIRouter(prefix="/v1/links", tags=["links"])

_HIDDEN = frozenset({LinkState.REFUSED, LinkState.CLOSED})


class LinkBody(Body):
    """A wallet's signed wish to be linked (EIP-712 AccountLink), and the bank's one-time code."""

    wallet: str = Field(description="EIP-55 address that signs")
    account: str = Field(description="IBAN of the customer's account")
    name: str = Field(description="Its holder, as the bank knows them; at most 70 characters")
    issued_at: str = Field(description="Seconds since 1970, in digits; at most 15 minutes ago")
    nonce: str = Field(description="32 random bytes, 0x-hex")
    signature: str = Field(description="65 bytes r ‖ s ‖ v, 0x-hex, over these fields")
    code: str = Field(
        description="One-time code that the bank gave its customer; passed on, never stored",
        repr=False,
    )


class UnlinkBody(Body):
    """A wallet's signed wish to end a link (EIP-712 AccountUnlink, with the link's id)."""

    wallet: str = Field(description="EIP-55 address that signs")
    account: str = Field(description="IBAN of the linked account")
    issued_at: str = Field(description="Seconds since 1970, in digits; at most 15 minutes ago")
    signature: str = Field(description="65 bytes r ‖ s ‖ v, 0x-hex, over these and the link's id")


class LinkView(Body):
    """A link as its owner sees it."""

    id: str = Field(description="Id of the link; whoever knows it can ask for it")
    state: LinkState = Field(description="How far the two proofs have come")
    wallet: str = Field(description="EIP-55 address of the wallet")
    tier: int | None = Field(description="The tier that the bank gave: its limits are the token's")
    reason: str | None = Field(description="Why the bank refused it")
    deposit_reference: str | None = Field(description="ISO 11649; name it when you pay in")
    reserve_account: str | None = Field(description="IBAN to pay into")
    virtual_account: str | None = Field(
        description="Account number that is this link's alone: what is paid to it needs no "
        "reference; null where the bank gives none"
    )
    created_at: str = Field(description="When it was made: ISO 8601, UTC")


@router.post("", status_code=201, response_model=LinkView, summary="Link a wallet to an account")
def post_link(body: LinkBody, bridge: BridgeDep, once: OnceDep) -> Response:
    """Checks the wallet's signature, then asks the bank whether the account is the customer's."""
    claim = read_claim(bridge.domain, **body.model_dump())

    def work() -> Answer:
        key, now = bridge.secrets.reference_key, bridge.clock.now()
        link = register(bridge.database, bridge.bank, claim, key=key, now=now)
        return Answer(201, _view(link, bridge))

    return once.around(claim.wallet, work)


@router.post("/{link_id}/close", response_model=LinkView, summary="End a link")
def close_link(
    link_id: Annotated[str, Path(description="Id of the link")],
    body: UnlinkBody,
    bridge: BridgeDep,
    chain: ChainDep,
    once: OnceDep,
) -> Response:
    """Ends a link by its wallet's signature; the wallet must hold no tokens any more."""
    claim = read_unlink(bridge.domain, read_id("link", link_id), **body.model_dump())

    def work() -> Answer:
        link = close(bridge.database, chain, claim, now=bridge.clock.now())
        return Answer(200, _view(link, bridge))

    return once.around(claim.wallet, work)


@router.get("/{link_id}", response_model=LinkView, summary="How far a link has come")
def get_link(
    link_id: Annotated[str, Path(description="Id of the link")], bridge: BridgeDep
) -> dict[str, Any]:
    """The link's state; its id is known only to whoever made it."""
    with bridge.database.asking() as connection:
        link = store.find_link(connection, read_id("link", link_id))
    if link is None:
        raise unknown_id("link")
    return _view(link, bridge)


def _view(link: Link, bridge: Bridge) -> dict[str, Any]:
    shown = link.state not in _HIDDEN
    return {
        "id": link.id,
        "state": link.state,
        "wallet": link.wallet,
        "tier": link.tier,
        "reason": link.reason,
        "deposit_reference": link.deposit_reference if shown else None,
        "reserve_account": bridge.settings.bank.reserve_account if shown else None,
        "virtual_account": link.virtual_account if shown else None,
        "created_at": link.created_at.isoformat(),
    }
