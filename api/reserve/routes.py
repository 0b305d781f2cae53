"""Reserve: HTTP. Anybody may ask whether the tokens are covered, and where each figure is from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from api.chain import ChainDep
from api.kernel.money import Money
from api.ledger import Account
from api.reserve.flow import prove
from api.reserve.model import Proof
from api.web.bodies import AmountBody, Body
from api.web.context import BridgeDep

__all__ = ["router"]

router = APIRouter(prefix="/v1/reserve", tags=["reserve"])


class FigureBody(AmountBody):
    """An amount and where it was read."""

    read_from: str = Field(
        description="Where the figure was read, and of which moment it is",
        examples=["chain eip155:31337, block 42 (0x…)"],
    )


class BankFigureBody(FigureBody):
    """The bank's booked balance, and the moment it is of."""

    as_of: str = Field(description="The moment that the bank names: ISO 8601, UTC")


class InFlightBody(Body):
    """Money on its way, by kind."""

    issues: FigureBody = Field(description="deposits whose tokens are not final yet")
    payouts: FigureBody = Field(description="burned tokens whose payout is not booked yet")
    returns: FigureBody = Field(description="rejected payouts that become tokens again")


class ReserveBody(Body):
    """The bank money behind the tokens."""

    bank: BankFigureBody = Field(
        description="The reserve account's balance, in the bank's own words"
    )
    ledger: FigureBody = Field(
        description="The same balance by the statements that the bridge has read"
    )


class DifferenceBody(Body):
    """Two figures that should be equal and are not."""

    between: str = Field(description="The two figures")
    difference: AmountBody = Field(description="The first less the second")
    meaning: str = Field(description="What it can come from, and what to do")


class ProofBody(Body):
    """tokens + in flight + unmatched + own funds + recalled = total; balanced: total = reserve."""

    balanced: bool = Field(description="Everything agrees to the minor unit, and nothing differs")
    tokens_outstanding: FigureBody = Field(
        description="All tokens that exist, as the chain counts them"
    )
    in_flight: InFlightBody = Field(description="Money on its way")
    unmatched: FigureBody = Field(description="booked by the bank, not explained yet")
    own_funds: FigureBody = Field(description="the bank's own money in the reserve")
    recalled: FigureBody = Field(description="taken back after issuing; negative when uncovered")
    total: AmountBody = Field(description="All that the reserve stands for")
    reserve: ReserveBody = Field(description="The bank money behind it")
    differences: list[DifferenceBody] = Field(
        description="What does not agree; empty when all does"
    )


@router.get("", response_model=ProofBody, summary="The proof that the tokens are covered")
def get_reserve(bridge: BridgeDep, chain: ChainDep) -> dict[str, Any]:
    """Read now: the token's supply at a final block, the ledger at that block, the bank."""
    proof = prove(bridge.database, chain, bridge.bank, bridge.currency)
    return proof_view(proof, bridge.deployment.caip2)


def proof_view(proof: Proof, caip2: str) -> dict[str, Any]:
    """The proof as JSON."""
    books, supply = proof.books, proof.supply
    currency = books.currency
    block = f"block {supply.block_number} ({supply.block_hash})"

    def booked(account: Account) -> dict[str, str]:
        money = Money(books.of(account), currency)
        return {**money.to_json(), "read_from": f"ledger, account {account}, up to {block}"}

    return {
        "balanced": proof.balanced,
        "tokens_outstanding": {
            **Money(supply.supply, currency).to_json(),
            "read_from": f"chain {caip2}, {block}",
        },
        "in_flight": {
            "issues": booked(Account.ISSUING),
            "payouts": booked(Account.PAYOUTS),
            "returns": booked(Account.RETURNS),
        },
        "unmatched": booked(Account.UNMATCHED),
        "own_funds": booked(Account.OWN_FUNDS),
        "recalled": booked(Account.RECALLED),
        "total": Money(proof.total, currency).to_json(),
        "reserve": {
            "bank": {
                **proof.bank.amount.to_json(),
                "read_from": proof.bank.read_from,
                "as_of": proof.bank.as_of.isoformat(),
            },
            "ledger": booked(Account.RESERVE),
        },
        "differences": [
            {
                "between": each.between,
                "difference": Money(each.amount, currency).to_json(),
                "meaning": each.meaning,
            }
            for each in proof.differences()
        ],
    }
