"""Chain: the fake of `ChainView`, for tests of the rooms that ask the chain.

It answers what it is told to answer and remembers what it was asked; it has no rules of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from api.chain.abi import Revert
from api.chain.view import AccountView, Attested, IssueRoom, RedemptionView, SupplyView
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address

__all__ = ["MemoryChain"]


@dataclass(slots=True)
class MemoryChain:
    """A chain that is what its fields say. `down` makes every question `Unavailable`."""

    number: int = 10
    final: int | None = 10**9
    """What it calls finalized: everything, unless a test says otherwise. None: it names none."""
    now: int = 1_700_000_000
    down: bool = False
    refusal: Revert | None = None
    accounts: dict[Address, AccountView] = field(default_factory=dict)
    redemptions: dict[tuple[Address, bytes], RedemptionView] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    room: int = 0
    bucket: int = 0
    supplies: dict[int, SupplyView] = field(default_factory=dict)
    last: Attested = field(default_factory=lambda: Attested(0, 0, 0, 0, 0, 3600))
    tried: list[bytes] = field(default_factory=list)
    signed: set[tuple[Address, bytes, bytes]] = field(default_factory=set)
    """What contract wallets take: signer, digest, signature."""

    def check(self) -> None:
        """See ChainView.check."""
        self._answer()

    def head(self) -> int:
        """See ChainView.head."""
        self._answer()
        return self.number

    def finalized(self) -> int:
        """See ChainView.finalized."""
        self._answer()
        if self.final is None:
            raise Unavailable("The fake chain finalizes nothing.", remedy="Set final to a number.")
        return self.final

    def time(self) -> int:
        """See ChainView.time."""
        self._answer()
        return self.now

    def try_out(self, data: bytes) -> Revert | None:
        """See ChainView.try_out."""
        self._answer()
        self.tried.append(data)
        return self.refusal

    def takes_signature(self, signer: Address, digest: bytes, signature: bytes) -> bool:
        """See ChainView.takes_signature."""
        self._answer()
        return (signer, digest, signature) in self.signed

    def try_relay(self, data: bytes, *, pool: bool = True) -> int:  # noqa: ARG002 - it has one state at a time
        """See ChainView.try_relay: all of them go through, or none."""
        self._answer()
        self.tried.append(data)
        return 0 if self.refusal else int.from_bytes(data[36:68], "big")

    def account(self, address: Address) -> AccountView:
        """See ChainView.account."""
        self._answer()
        return self.accounts.get(address, AccountView(0, 0, 0, False))

    def redemption(self, holder: Address, nonce: bytes) -> RedemptionView:
        """See ChainView.redemption."""
        self._answer()
        return self.redemptions.get((holder, nonce), RedemptionView(0, 0))

    def number_used(self, number: int) -> bool:
        """See ChainView.number_used."""
        self._answer()
        return number in self.used

    def issue_room(self, read_to: int) -> IssueRoom:  # noqa: ARG002 - it has one state at a time
        """See ChainView.issue_room."""
        self._answer()
        return IssueRoom(self.number, 30_000_000, self.room, self.bucket)

    def headroom(self) -> int:
        """See ChainView.headroom."""
        self._answer()
        return self.room

    def bucket_level(self) -> int:
        """See ChainView.bucket_level."""
        self._answer()
        return self.bucket

    def supply_at(self, block_number: int, block_hash: str) -> SupplyView:
        """See ChainView.supply_at."""
        self._answer()
        view = self.supplies.get(block_number)
        if view is None or view.block_hash != block_hash:
            raise Broken(
                f"The fake chain has no block {block_number} ({block_hash}).",
                remedy="Give the test's chain that block.",
            )
        return view

    def attested(self) -> Attested:
        """See ChainView.attested."""
        self._answer()
        return self.last

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("The fake chain is down.", remedy="Set down to False.")
