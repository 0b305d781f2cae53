"""Evidence: the token's events up to a final block, added up as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.chain import Deployment, EventType, Node, RawLog, Refusal, event_types
from api.evidence.model import end_to_end_id
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address

__all__ = ["Burn", "EventSums"]

_BLOCKS_AT_ONCE = 2_000
_WANTED = frozenset(
    {"Issued", "IssueRefused", "NumberVoided", "Redeemed", "PayoutReturned", "TierSet"}
)


@dataclass(slots=True)
class Burn:
    """A redemption as the chain has it. Amounts are minor units."""

    payable: int
    returned: bool = False


@dataclass(slots=True)
class EventSums:
    """What the token's events come to."""

    node: Node
    deployment: Deployment
    block: int = field(init=False)
    """The last one that was read."""
    block_hash: str | None = field(default=None, init=False)
    supply: int = field(default=0, init=False)
    fees: int = field(default=0, init=False)
    ended: set[int] = field(default_factory=set, init=False)
    """Deposit numbers that will never be issued under any more."""
    fresh: list[int] = field(default_factory=list, init=False)
    """Those of them that ended since somebody took this list."""
    issued: list[tuple[bytes, int]] = field(default_factory=list, init=False)
    """Reference and amount of what was issued since somebody took this list."""
    burns: dict[str, Burn] = field(default_factory=dict, init=False)
    """By end-to-end id."""
    returned: list[str] = field(default_factory=list, init=False)
    """Those of them that were credited again since somebody took this list."""
    registered: set[Address] = field(default_factory=set, init=False)
    """Accounts that compliance ever put into a tier."""
    _types: dict[bytes, EventType] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.block = max(self.deployment.block - 1, 0)
        self._types = {
            topic: kind
            for topic, kind in event_types("DepositToken").items()
            if kind.name in _WANTED
        }

    def read(self, number: int, block_hash: str) -> None:
        """Go on up to this final block.

        Raises `Unavailable` when it lies behind what was read, or the node lacks it; `Broken`
        when the chain is another one than it was: then whoever reads begins anew.
        """
        if number < self.block:
            raise Unavailable(
                f"The bridge is at block {number} again, the attestor has read to {self.block}.",
                remedy="It is tried again. The bridge reads the chain anew, or lags behind.",
                slug="bridge-behind",
            )
        if self.block_hash is not None and self._hash(self.block) != self.block_hash:
            raise _other_chain(self.block)
        if number == self.block:
            return
        while self.block < number:
            last = min(self.block + _BLOCKS_AT_ONCE, number)
            logs, last = self._fetch(self.block + 1, last)
            end = self._hash(last)
            for log in logs:
                self._take(log)
            self.block, self.block_hash = last, end
        if self.block_hash != block_hash:
            raise _other_chain(number)

    def _fetch(self, first: int, last: int) -> tuple[Sequence[RawLog], int]:
        try:
            return self.node.logs([self.deployment.token], list(self._types), first, last), last
        except Refusal:
            if first == last:
                raise
            return self._fetch(first, first + (last - first) // 2)

    def _take(self, log: RawLog) -> None:
        kind = self._types[log.topics[0]]
        args = kind.decode(log.topics, log.data)
        if kind.name == "TierSet":
            if args["tier"]:
                self.registered.add(args["account"])
        elif kind.name in ("Redeemed", "PayoutReturned"):
            self._money_back(kind.name, args["holder"], args["nonce"], args)
        elif args["number"] not in self.ended:
            self.ended.add(args["number"])
            self.fresh.append(args["number"])
            if kind.name == "Issued":
                self.issued.append((bytes(args["ref"]), args["amount"]))
                self.supply += args["amount"]

    def _money_back(self, name: str, holder: Address, nonce: bytes, args: dict[str, int]) -> None:
        deployment = self.deployment
        key = end_to_end_id(deployment.caip2, deployment.token, holder, bytes(nonce))
        burn = self.burns.get(key)
        if name == "Redeemed":
            if burn is not None:
                return  # told twice: an order burns once
            self.burns[key] = Burn(args["amount"] - args["fee"])
            self.supply -= args["amount"]
            self.fees += args["fee"]
        elif burn is not None and not burn.returned:
            burn.returned = True
            self.returned.append(key)
            self.supply += args["amount"]

    def _hash(self, number: int) -> str:
        header = self.node.header(number)
        if header is None:
            raise Unavailable(
                f"The node does not have block {number}.",
                remedy="It is asked again. See that it is up to date.",
                slug="chain-moved",
            )
        return header.hash


def _other_chain(number: int) -> Broken:
    return Broken(
        f"The chain has another block {number} than it had, or than the bridge has read.",
        remedy="Start the worker: it says what is different and what to do.",
        slug="chain-differs",
    )
