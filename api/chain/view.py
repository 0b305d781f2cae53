"""Chain: what other rooms ask of the chain, as a port, and its answer by plain contract calls.

`ChainView` is the port; `TokenChain` asks a node; `api.chain.memory` is its fake for tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from api.chain.abi import Revert
from api.chain.deployment import Deployment
from api.chain.node import CallReverted, Node
from api.chain.quorum import agreed_final
from api.chain.relaying import SIGNER_GAS, TAKES, question
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from wallet.abi import decode, encode_call
from wallet.errors import WalletError

__all__ = [
    "AccountView",
    "Attested",
    "ChainView",
    "IssueRoom",
    "RedemptionView",
    "SupplyView",
    "TokenChain",
]

_STATE_KEPT: Final = 64
"""Blocks behind the newest whose state any node still has."""
_ACCOUNT: Final = ("getAccount(address)", ("uint256", "uint256", "uint8", "bool"))
_REDEMPTION: Final = ("getRedemption(address,bytes32)", ("uint8", "uint256"))
_USED: Final = ("depositNumberUsed(uint256)", ("bool",))
_HEADROOM: Final = ("headroom()", ("uint256",))
_BUCKET: Final = ("bucketLevel()", ("uint256",))
_SUPPLY: Final = ("totalSupply()", ("uint256",))
_MINTED: Final = ("totalMinted()", ("uint256",))
_ATTESTATION: Final = ("attestation()", ("uint256", "uint256", "uint256", "uint64", "uint64"))
_MAX_AGE: Final = ("maxAge()", ("uint256",))


@dataclass(frozen=True, slots=True)
class AccountView:
    """What the token knows about an address; amounts in minor units."""

    balance: int
    spent_today: int
    tier: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class RedemptionView:
    """What became of an order: 0 none, 1 burned, 2 cancelled, 3 burned and returned."""

    state: int
    payable: int


@dataclass(frozen=True, slots=True)
class SupplyView:
    """Tokens outstanding and ever credited at one block, in minor units."""

    supply: int
    minted: int
    block_number: int
    block_hash: str


@dataclass(frozen=True, slots=True)
class Attested:
    """The Teller's last attestation (all zero: none) and how long it is good, in seconds."""

    backing: int
    supply: int
    minted: int
    as_of: int
    block_number: int
    max_age: int


@dataclass(frozen=True, slots=True)
class IssueRoom:
    """What the Teller lets the operator issue beyond what was minted up to an earlier block.

    Whoever knows what it sent since then subtracts that, and needs no pending block.
    """

    head: int
    """Number of the newest block, whose attestation this is."""
    gas_limit: int
    """Gas that one block takes."""
    headroom: int
    """Minor units of attested backing; 0 when the attestation is stale."""
    bucket: int
    """Minor units in the operator's bucket at the earlier block."""


class ChainView(Protocol):
    """Reading the chain. Every call may raise `Unavailable`; none changes anything."""

    def check(self) -> None:
        """Refuse another chain or other contracts than the deployment's (`Misconfigured`)."""

    def head(self) -> int:
        """Number of the newest block."""

    def finalized(self) -> int:
        """Number of the last block that the chain calls finalized; `Unavailable` if it names none.

        With further nodes it is the last one that all of them call so, and all have the same
        block there; else `Unavailable`.
        """

    def time(self) -> int:
        """The time that the next block would have now, seconds since 1970."""

    def try_out(self, data: bytes) -> Revert | None:
        """Run a call to the token in the next block without sending it; why it would fail."""

    def takes_signature(self, signer: Address, digest: bytes, signature: bytes) -> bool:
        """Whether a contract at `signer` takes the signature (ERC-1271); False where none is."""

    def try_relay(self, data: bytes, *, pool: bool = True) -> int:
        """Run a call of the Teller's relay likewise: how many entries would go through.

        0, too, when the call fails as a whole. Without the pool it is run on the newest block
        alone: a node runs all that waits in its pool to make the next one.
        """

    def account(self, address: Address) -> AccountView:
        """An address as the token knows it now."""

    def redemption(self, holder: Address, nonce: bytes) -> RedemptionView:
        """An order as the token knows it now."""

    def number_used(self, number: int) -> bool:
        """Whether the token has seen a deposit number."""

    def issue_room(self, read_to: int) -> IssueRoom:
        """What may be issued beyond all that was minted up to block `read_to`."""

    def headroom(self) -> int:
        """Minor units that the attested backing leaves to issue or return; 0 when it is stale."""

    def bucket_level(self) -> int:
        """Minor units that the operator's bucket holds."""

    def supply_at(self, block_number: int, block_hash: str) -> SupplyView:
        """The supply at a block; `Broken` when the chain has another block of that number."""

    def attested(self) -> Attested:
        """What the attestor last said."""


class TokenChain:
    """The token and the Teller on a node."""

    def __init__(self, node: Node, deployment: Deployment, witnesses: Sequence[Node] = ()) -> None:
        self._node = node
        self._deployment = deployment
        self._witnesses = witnesses

    def check(self) -> None:
        """See ChainView.check."""
        self._node.check(self._deployment)

    def head(self) -> int:
        """See ChainView.head."""
        return self._node.head().number

    def finalized(self) -> int:
        """See ChainView.finalized."""
        return agreed_final(self._node, self._witnesses)

    def time(self) -> int:
        """See ChainView.time."""
        return self._node.pending_time()

    def try_out(self, data: bytes) -> Revert | None:
        """See ChainView.try_out."""
        try:
            self._node.call(self._deployment.token, data, sender=None, block=None)
        except CallReverted as refused:
            return refused.revert
        return None

    def takes_signature(self, signer: Address, digest: bytes, signature: bytes) -> bool:
        """See ChainView.takes_signature."""
        try:
            answer = self._node.call(
                signer, question(digest, signature), sender=None, block=None, gas=SIGNER_GAS
            )
        except CallReverted:
            return False
        return answer[:32] == TAKES

    def try_relay(self, data: bytes, *, pool: bool = True) -> int:
        """See ChainView.try_relay."""
        block = None if pool else "latest"
        try:
            done = self._node.call(self._deployment.teller, data, sender=None, block=block)
        except CallReverted:
            return 0
        return int.from_bytes(done, "big")

    def account(self, address: Address) -> AccountView:
        """See ChainView.account."""
        return AccountView(*self._of_token(_ACCOUNT, address))

    def redemption(self, holder: Address, nonce: bytes) -> RedemptionView:
        """See ChainView.redemption."""
        return RedemptionView(*self._of_token(_REDEMPTION, holder, nonce))

    def number_used(self, number: int) -> bool:
        """See ChainView.number_used."""
        return bool(self._of_token(_USED, number)[0])

    def issue_room(self, read_to: int) -> IssueRoom:
        """See ChainView.issue_room."""
        head = self._node.head()
        # a later block understates the room: what was minted meanwhile is subtracted twice
        read_to = max(read_to, head.number - _STATE_KEPT)
        left = int(self._of_teller(_HEADROOM, head.number)[0])
        minted = int(self._of_token(_MINTED, block=head.number)[0])
        before = int(self._of_token(_MINTED, block=read_to)[0])
        bucket = int(self._of_teller(_BUCKET, read_to)[0])
        return IssueRoom(head.number, head.gas_limit, left + minted - before if left else 0, bucket)

    def headroom(self) -> int:
        """See ChainView.headroom."""
        return int(self._of_teller(_HEADROOM, "pending")[0])

    def bucket_level(self) -> int:
        """See ChainView.bucket_level."""
        return int(self._of_teller(_BUCKET, "pending")[0])

    def supply_at(self, block_number: int, block_hash: str) -> SupplyView:
        """See ChainView.supply_at."""
        supply = self._of_token(_SUPPLY, block=block_number)[0]
        minted = self._of_token(_MINTED, block=block_number)[0]
        # the block is compared after its state was read: a hash commits to the state of its block
        header = self._node.header(block_number)
        if header is None:
            raise Unavailable(
                f"The chain's node does not reach block {block_number}, which the bridge has read.",
                remedy="It is asked again: a node behind the same address may lag.",
                slug="node-behind",
            )
        if header.hash != block_hash:
            raise Broken(
                f"The chain no longer has the block {block_number} ({block_hash}) that the "
                "bridge has read.",
                remedy="Start the worker: it says what is different and what to do.",
                slug="chain-differs",
            )
        return SupplyView(int(supply), int(minted), block_number, block_hash)

    def attested(self) -> Attested:
        """See ChainView.attested."""
        said = self._of_teller(_ATTESTATION, "latest")
        return Attested(*said, *self._of_teller(_MAX_AGE, "latest"))

    def _of_token(
        self, call: tuple[str, tuple[str, ...]], *values: Any, block: int | str = "latest"
    ) -> tuple[Any, ...]:
        return self._read(self._deployment.token, call, values, block)

    def _of_teller(self, call: tuple[str, tuple[str, ...]], block: int | str) -> tuple[Any, ...]:
        return self._read(self._deployment.teller, call, (), block)

    def _read(
        self,
        contract: Address,
        call: tuple[str, tuple[str, ...]],
        values: tuple[Any, ...],
        block: int | str,
    ) -> tuple[Any, ...]:
        signature, kinds = call
        try:
            answer = self._node.read(contract, encode_call(signature, *values), block)
            return decode(kinds, answer)
        except (CallReverted, WalletError) as error:  # no contract of ours answers so
            raise Unavailable(
                f"The chain's node gave no usable answer to {signature}.",
                remedy="Nothing was lost; it is asked again. See that it is up to date.",
                slug="chain-unavailable",
            ) from error
