"""Redemptions: HTTP. A wallet hands in a signed order with its payout in clear."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import Field

from api.access import Answer, OnceDep
from api.chain import LONGEST_SIGNATURE, ChainDep
from api.kernel.fields import (
    read_address,
    read_bytes,
    read_id,
    read_signature,
    read_text,
    read_uint,
    unknown_id,
)
from api.kernel.money import Money
from api.redemptions import flow, store
from api.redemptions.model import Redemption, RedemptionState
from api.web.bodies import AmountBody, Body
from api.web.context import BridgeDep
from wallet.typed_data import Payout, RedeemOrder

__all__ = ["router"]

router = APIRouter(prefix="/v1/redemptions", tags=["redemptions"])

_LONGEST_ACCOUNT = 34
_LONGEST_TEXT = 140


class OrderBody(Body):
    """The order as it reaches the chain."""

    holder: str = Field(description="EIP-55 address of the holder who signed")
    amount: str = Field(description="minor units burned; the fee is part of them")
    fee: str = Field(description="minor units that the bank keeps, as /v1/info says")
    nonce: str = Field(description="32 random bytes, 0x-hex")
    deadline: str = Field(description="seconds since 1970, inclusive")


class PayoutBody(Body):
    """Where the money goes, as the holder's wallet showed it. Never sent to the chain."""

    account: str = Field(description="IBAN without blanks: the one linked to the wallet")
    name: str = Field(description="its holder")
    reference: str = Field(description="remittance; may be empty")
    salt: str = Field(description="32 random bytes, 0x-hex")


class RedemptionBody(Body):
    """A RedeemOrder (EIP-712), its payout in clear, and the holder's signature."""

    order: OrderBody = Field(description="What reaches the chain")
    payout: PayoutBody = Field(description="Where the money goes; the chain sees its hash alone")
    signature: str = Field(
        description="65 bytes r ‖ s ‖ v, or what the holder's contract takes (ERC-1271); 0x-hex"
    )

    def read(self) -> RedeemOrder:
        """The order as it was signed; `InvalidInput` names a wrong field."""
        order, payout = self.order, self.payout
        return RedeemOrder(
            holder=read_address("order.holder", order.holder),
            amount=read_uint("order.amount", order.amount, bits=63),
            payout=Payout(
                account=read_text("payout.account", payout.account, longest=_LONGEST_ACCOUNT),
                name=read_text("payout.name", payout.name, longest=_LONGEST_TEXT),
                reference=read_text(
                    "payout.reference", payout.reference, longest=_LONGEST_TEXT, empty=True
                ),
                salt=read_bytes("payout.salt", payout.salt, length=32),
            ),
            fee=read_uint("order.fee", order.fee, bits=63),
            nonce=read_bytes("order.nonce", order.nonce, length=32),
            deadline=read_uint("order.deadline", order.deadline),
        )


class RedemptionView(Body):
    """A redemption as its holder sees it; the payout's account and name are not repeated."""

    id: str = Field(description="Id of the redemption; whoever knows it can ask for it")
    state: RedemptionState = Field(description="What has become of it")
    holder: str = Field(description="EIP-55 address of the holder who signed")
    burned: AmountBody = Field(description="Tokens that the order takes away")
    fee: AmountBody = Field(description="What the bank keeps of them")
    paid_out: AmountBody = Field(description="What the account gets: burned less fee")
    nonce: str = Field(description="Nonce of the order, 0x-hex")
    end_to_end_id: str = Field(description="stands on the payout's booking at both banks")
    reason: str | None = Field(
        description="Why it was refused, rejected or settled without a payout"
    )
    created_at: str = Field(description="When it was made: ISO 8601, UTC")


@router.post(
    "", status_code=202, response_model=RedemptionView, summary="Redeem tokens for bank money"
)
def post_redemption(
    body: RedemptionBody, bridge: BridgeDep, chain: ChainDep, once: OnceDep
) -> Response:
    """The bank brings the order to the chain; after the burn is final, it pays out.

    The holder's signature covers amount, fee and payout: the token verifies it inside the burn.
    Only the account linked to the wallet can be paid.
    """
    order = body.read()
    signature = read_signature("signature", body.signature, longest=LONGEST_SIGNATURE)

    def work() -> Answer:
        redemption = flow.receive(
            bridge.database,
            chain,
            bridge.deployment,
            bridge.clock,
            order=order,
            signature=signature,
            fee=bridge.settings.redemption_fee,
        )
        return Answer(202, _view(redemption, bridge.currency))

    return once.around(order.holder, work)


@router.get(
    "/{redemption_id}", response_model=RedemptionView, summary="How far a redemption has come"
)
def get_redemption(
    redemption_id: Annotated[str, Path(description="Id of the redemption")], bridge: BridgeDep
) -> dict[str, Any]:
    """Its state; its id is known only to whoever made it."""
    with bridge.database.asking() as connection:
        redemption = store.find(connection, read_id("redemption", redemption_id))
    if redemption is None:
        raise unknown_id("redemption")
    return _view(redemption, bridge.currency)


def _view(redemption: Redemption, currency: str) -> dict[str, Any]:
    return {
        "id": redemption.id,
        "state": redemption.state,
        "holder": redemption.holder,
        "burned": Money(redemption.amount, currency).to_json(),
        "fee": Money(redemption.fee, currency).to_json(),
        "paid_out": Money(redemption.payable, currency).to_json(),
        "nonce": f"0x{redemption.nonce.hex()}",
        "end_to_end_id": redemption.end_to_end_id,
        "reason": redemption.reason,
        "created_at": redemption.created_at.isoformat(),
    }
