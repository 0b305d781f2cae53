"""Transfers: HTTP. A wallet hands in a signed transfer, and asks what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field, ValidationError
from sqlalchemy import Connection

from api.access import Answer, OnceDep, Together, once_of
from api.chain import LONGEST_SIGNATURE, chain_of
from api.kernel.errors import BridgeError
from api.kernel.fields import (
    read_address,
    read_bytes,
    read_id,
    read_signature,
    read_uint,
    unknown_id,
)
from api.kernel.money import Money
from api.transfers import store
from api.transfers.flow import Checked, Desk, Signed
from api.transfers.model import Transfer, TransferState
from api.web.bodies import AmountBody, Body
from api.web.context import BridgeDep, bridge_of
from wallet.typed_data import TransferAuthorization

__all__ = ["post_in_order", "router"]

router = APIRouter(prefix="/v1/transfers", tags=["transfers"])


class TransferBody(Body):
    """An EIP-3009 authorization and its signature. Numbers are decimal strings."""

    sender: str = Field(alias="from", description="EIP-55 address of the holder who signed")
    to: str = Field(description="EIP-55 address of the recipient")
    value: str = Field(description="minor units, such as “1250” for 12.50 EUR")
    valid_after: str = Field(description="seconds since 1970, exclusive")
    valid_before: str = Field(description="seconds since 1970, exclusive")
    nonce: str = Field(description="32 random bytes, 0x-hex")
    signature: str = Field(
        description="65 bytes r ‖ s ‖ v, or what the holder's contract takes (ERC-1271); 0x-hex"
    )

    def order(self) -> TransferAuthorization:
        """The authorization as it was signed; `InvalidInput` names a wrong field."""
        return TransferAuthorization(
            from_=read_address("from", self.sender),
            to=read_address("to", self.to),
            value=read_uint("value", self.value, bits=96),
            valid_after=read_uint("valid_after", self.valid_after),
            valid_before=read_uint("valid_before", self.valid_before),
            nonce=read_bytes("nonce", self.nonce, length=32),
        )


class TransferView(Body):
    """A relayed transfer as its sender sees it."""

    id: str = Field(description="Id of the transfer; whoever knows it can ask for it")
    state: TransferState = Field(description="What has become of it")
    sender: str = Field(alias="from", description="EIP-55 address of the holder who signed")
    to: str = Field(description="EIP-55 address of the recipient")
    amount: AmountBody = Field(description="What moves")
    nonce: str = Field(description="Nonce of the authorization, 0x-hex")
    tx_hash: str | None = Field(
        description="Hash of the transaction that moved the money, once one is sent"
    )
    reason: str | None = Field(description="Why it failed")
    created_at: str = Field(description="When it was made: ISO 8601, UTC")


def _together(request: Request) -> Together[Signed, Checked]:
    """One for each app: what its requests hand in at the same moment is taken in together."""
    found: Together[Signed, Checked] | None = getattr(request.app.state, "transfers", None)
    if found is None:
        bridge = bridge_of(request)
        desk = Desk(bridge.database, chain_of(request), bridge.deployment, bridge.clock)
        take = partial(_take, desk, bridge.currency)
        found = Together(bridge.database, bridge.clock, desk.check, take)
        request.app.state.transfers = found
    return found


def _take(
    desk: Desk, currency: str, connection: Connection, checked: Sequence[Checked]
) -> list[Answer | BridgeError]:
    return [
        each if isinstance(each, BridgeError) else Answer(202, _view(each, currency))
        for each in desk.take(connection, checked)
    ]


@router.post("", status_code=202, response_model=TransferView, summary="Relay a signed transfer")
async def post_transfer(body: TransferBody, once: OnceDep, request: Request) -> Response:
    """The bank's relayer brings the authorization to the chain and pays the chain's fees.

    The holder's signature covers sender, recipient, amount, times and nonce: nothing of it can
    be changed, and the token verifies it again.
    """
    order = body.order()
    signature = read_signature("signature", body.signature, longest=LONGEST_SIGNATURE)
    return await _together(request).answer(once.asked(order.from_, Signed(order, signature)))


async def post_in_order(request: Request) -> Response | None:
    """`post_transfer` for a body of the right shape, past the framework; None for any other."""
    once = once_of(request)
    try:
        body = TransferBody.model_validate(request.scope["state"]["json"])
    except ValidationError:
        return None
    return await post_transfer(body, once, request)


@router.get("/{transfer_id}", response_model=TransferView, summary="How far a transfer has come")
def get_transfer(
    transfer_id: Annotated[str, Path(description="Id of the transfer")], bridge: BridgeDep
) -> Response:
    """RECEIVED, SENT, FINAL, or FAILED with the reason."""
    with bridge.database.asking() as connection:
        transfer = store.find(connection, read_id("transfer", transfer_id))
    if transfer is None:
        raise unknown_id("transfer")
    # made here: the framework would take a second change of threads to do it
    return JSONResponse(_view(transfer, bridge.currency))


def _view(transfer: Transfer, currency: str) -> dict[str, Any]:
    order = transfer.order
    return {
        "id": transfer.id,
        "state": transfer.state,
        "from": order.from_,
        "to": order.to,
        "amount": Money(order.value, currency).to_json(),
        "nonce": f"0x{order.nonce.hex()}",
        "tx_hash": transfer.tx_hash,
        "reason": transfer.reason,
        "created_at": transfer.created_at.isoformat(),
    }
