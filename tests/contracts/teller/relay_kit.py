"""Tests: what holds for both relays — one bad entry stops nothing, and no good one is starved.

A subclass says what is relayed (`Cargo`) and adds what only its cargo can get wrong.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from eth_abi.abi import decode

from tests.contracts.compiled import Compiled
from tests.contracts.conftest import World
from tests.contracts.signers import Mode, account_with
from tests.contracts.simulation import Outcome, simulate
from tests.contracts.support import Party, events, raw, selector
from wallet.address import Address, checksum
from wallet.keccak import keccak256

ENTRY_GAS = 700_000  # as ITeller promises
OUT_OF_GAS = b"\xff" * 4
OUT_OF_GAS_ERROR = selector("RelayOutOfGas(uint256,uint256)")
FAILED = keccak256(b"RelayFailed(uint256,address,bytes32,bytes4)")
AMOUNT = 300
FULL_GAS = 25_000_000

Failure = tuple[int, str, bytes, bytes]


@dataclass(frozen=True)
class Signed:
    """One entry of a batch, as the chain takes it, and what a failure would name."""

    signer: Address
    nonce: bytes
    row: tuple[Any, ...]


class Cargo(ABC):
    """Transfers or orders: how to make one, and how each is brought."""

    function: ClassVar[str]
    used: ClassVar[str]
    expired: ClassVar[str]

    @abstractmethod
    def make(
        self,
        world: World,
        who: Party | Address,
        *,
        amount: int = AMOUNT,
        expired: bool = False,
        by: Party | bytes | None = None,
    ) -> Signed:
        """`amount` of `who`'s, signed by `by` — a key, or whatever bytes — else by `who`."""

    @abstractmethod
    def alone(self, world: World, signed: Signed) -> str:
        """The data of the call by which it is brought to the token without the relay."""

    @abstractmethod
    def cancel(self, world: World, who: Party, signed: Signed) -> None:
        """Close it before it is brought."""

    def data(self, world: World, *batch: Signed) -> str:
        """The data of the call that brings a batch."""
        method = getattr(world.teller, self.function)
        return str(method.encode_input([signed.row for signed in batch]))

    def bring(self, world: World, relay: Party, *batch: Signed) -> Any:
        """Bring a batch."""
        method = getattr(world.teller, self.function)
        return method([signed.row for signed in batch], relay.sends())

    def count(self, world: World, relay: Party, *batch: Signed) -> int:
        """How many of a batch would go through, by what the function returns."""
        method = getattr(world.teller, self.function)
        return int(method.call([signed.row for signed in batch], relay.sends()))


def failures(done: Any) -> list[Failure]:
    """What a transaction's events say was not done."""
    return [
        (one["index"], one["signer"], raw(one["nonce"]), raw(one["reason"]))
        for one in events(done, "RelayFailed")
    ]


def largest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The largest number from `low` with which it holds; with `high` it does not."""
    assert holds(low)
    assert not holds(high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def intrinsic_gas(data: str) -> int:
    """What a transaction with this data costs before anything runs (EIP-2028)."""
    raw_data = bytes.fromhex(data.removeprefix("0x"))
    zeros = raw_data.count(0)
    return 21_000 + 4 * zeros + 16 * (len(raw_data) - zeros)


class RelayKit:
    """The promises of ITeller about a relay, one test each."""

    cargo: ClassVar[Cargo]

    @pytest.fixture(autouse=True)
    def _payee(self, world: World, carol: Party) -> None:
        """Carol, to whom all pay, may hold what she likes."""
        world.token.setTier(carol.address, 5, {"from": world.compliance})

    def good(self, world: World, *parties: Party) -> list[Signed]:
        """A good entry of each."""
        return [self.cargo.make(world, party) for party in parties]

    def only_the_middle_fails(
        self, world: World, people: dict[str, Party], middle: Signed, reason: bytes
    ) -> Any:
        """Bring it between two good ones: those are done, this one is told and changes nothing."""
        token, bob, vip = world.token, people["bob"], people["vip"]
        first, last = self.good(world, bob, vip)
        held = {who: token.balanceOf(who) for who in (bob.address, middle.signer, vip.address)}
        done = self.cargo.bring(world, people["relay"], first, middle, last)
        assert failures(done) == [(1, middle.signer, middle.nonce, reason)]
        assert token.balanceOf(bob.address) == held[bob.address] - AMOUNT
        assert token.balanceOf(vip.address) == held[vip.address] - AMOUNT
        assert token.balanceOf(middle.signer) == held[middle.signer]
        return done

    def test_brings_them_all(
        self, world: World, alice: Party, bob: Party, vip: Party, relay: Party
    ) -> None:
        batch = self.good(world, alice, bob, vip, alice)
        assert self.cargo.count(world, relay, *batch) == 4
        done = self.cargo.bring(world, relay, *batch)
        assert failures(done) == []
        assert len(events(done, "Transfer")) == 4
        assert world.token.balanceOf(alice.address) == 4_000 - 2 * AMOUNT

    def test_nothing_to_bring(self, world: World, relay: Party) -> None:
        assert self.cargo.count(world, relay) == 0
        assert len(self.cargo.bring(world, relay).logs) == 0

    def test_a_hundred_in_one_call(self, world: World, vip: Party, relay: Party) -> None:
        batch = [self.cargo.make(world, vip, amount=1) for _ in range(100)]
        done = simulate(relay.address, world.teller, self.cargo.data(world, *batch))
        assert done.passed
        assert int.from_bytes(done.data, "big") == 100
        assert done.of(FAILED) == []

    def test_counts_what_went_through(
        self, world: World, alice: Party, bob: Party, vip: Party, relay: Party
    ) -> None:
        bad = self.cargo.make(world, alice, by=bob)
        batch = [*self.good(world, bob), bad, bad, *self.good(world, vip)]
        assert self.cargo.count(world, relay, *batch) == 2
        assert self.cargo.count(world, relay, bad) == 0

    def test_a_bad_signature(self, world: World, people: dict[str, Party]) -> None:
        middle = self.cargo.make(world, people["alice"], by=people["bob"])
        self.only_the_middle_fails(world, people, middle, selector("InvalidSignature(address)"))

    def test_no_signature(self, world: World, people: dict[str, Party]) -> None:
        middle = self.cargo.make(world, people["alice"], by=b"")
        self.only_the_middle_fails(world, people, middle, selector("InvalidSignature(address)"))

    def test_an_expired_one(self, world: World, people: dict[str, Party]) -> None:
        middle = self.cargo.make(world, people["alice"], expired=True)
        self.only_the_middle_fails(world, people, middle, selector(self.cargo.expired))

    def test_a_used_nonce(self, world: World, people: dict[str, Party]) -> None:
        """Somebody saw it and brought it first: the money has moved once, the rest goes on."""
        middle = self.cargo.make(world, people["alice"])
        self.cargo.bring(world, people["bob"], middle)
        assert world.token.balanceOf(people["alice"].address) == 4_000 - AMOUNT
        self.only_the_middle_fails(world, people, middle, selector(self.cargo.used))

    def test_the_same_one_twice_in_a_batch(self, world: World, alice: Party, relay: Party) -> None:
        (signed,) = self.good(world, alice)
        done = self.cargo.bring(world, relay, signed, signed)
        assert failures(done) == [(1, alice.address, signed.nonce, selector(self.cargo.used))]
        assert world.token.balanceOf(alice.address) == 4_000 - AMOUNT

    def test_a_cancelled_one(self, world: World, people: dict[str, Party]) -> None:
        middle = self.cargo.make(world, people["alice"])
        self.cargo.cancel(world, people["alice"], middle)
        self.only_the_middle_fails(world, people, middle, selector(self.cargo.used))

    def test_a_frozen_signer(self, world: World, people: dict[str, Party]) -> None:
        alice = people["alice"]
        world.token.freeze(alice.address, {"from": world.compliance})
        middle = self.cargo.make(world, alice)
        self.only_the_middle_fails(world, people, middle, selector("FrozenAccount(address)"))

    def test_an_unregistered_signer(self, world: World, people: dict[str, Party]) -> None:
        alice = people["alice"]
        world.token.setTier(alice.address, 0, {"from": world.compliance})
        reason = selector("PaymentLimitExceeded(address,uint256,uint256)")
        self.only_the_middle_fails(world, people, self.cargo.make(world, alice), reason)

    @pytest.mark.parametrize(
        ("amount", "error"),
        [
            (1_001, "PaymentLimitExceeded"),
            (501, "DailyLimitExceeded"),
            (2_001, "ERC20InsufficientBalance"),
            (2**256 - 1, "ERC20InsufficientBalance"),
        ],
    )
    def test_over_a_limit(
        self, world: World, people: dict[str, Party], amount: int, error: str
    ) -> None:
        alice = people["alice"]
        for _ in range(2):
            world.token.transfer(people["vip"].address, 1_000, alice.sends())
        middle = self.cargo.make(world, alice, amount=amount)
        reason = selector(f"{error}(address,uint256,uint256)")
        self.only_the_middle_fails(world, people, middle, reason)

    @pytest.mark.parametrize(
        "mode", [Mode.REVERTS, Mode.BURNS_ALL, Mode.LONG_REVERT, Mode.MEGABYTE]
    )
    def test_a_hostile_signer_contract(
        self,
        world: World,
        people: dict[str, Party],
        signers: dict[str, Compiled],
        mode: Mode,
    ) -> None:
        """It refuses, burns all gas, or answers with a megabyte: the others do not notice."""
        wallet = signers["BadSigner"].deploy(mode, {"from": world.admin})
        middle = self.cargo.make(world, account_with(world, wallet, 60), by=b"\x01" * 65)
        invalid = selector("InvalidSignature(address)")
        done = self.only_the_middle_fails(world, people, middle, invalid)
        assert done.gas_used < 2 * 150_000 + ENTRY_GAS

    def test_a_signer_contract_that_takes_nearly_all_and_says_yes(
        self, world: World, people: dict[str, Party], signers: dict[str, Compiled]
    ) -> None:
        wallet = signers["CostlySigner"].deploy({"from": world.admin})
        costly = self.cargo.make(world, account_with(world, wallet, 60), by=b"")
        batch = [costly, *self.good(world, people["bob"])]
        assert failures(self.cargo.bring(world, people["relay"], *batch)) == []
        assert world.token.balanceOf(wallet) == 1_000 - AMOUNT

    def test_while_paused_all_fail_and_nothing_reverts(
        self, world: World, alice: Party, bob: Party, relay: Party
    ) -> None:
        world.token.pause({"from": world.guardian})
        batch = self.good(world, alice, bob)
        reasons = [reason for *_, reason in failures(self.cargo.bring(world, relay, *batch))]
        assert reasons == [selector("TokenPaused()")] * 2
        world.token.unpause({"from": world.governor})
        assert failures(self.cargo.bring(world, relay, *batch)) == []

    def test_the_relays_own_state_does_not_matter(
        self, world: World, alice: Party, relay: Party
    ) -> None:
        """Frozen, unregistered, and the Teller frozen too, as a deployment leaves it."""
        for account in (relay.address, world.teller):
            world.token.freeze(account, {"from": world.compliance})
        assert failures(self.cargo.bring(world, relay, *self.good(world, alice))) == []
        assert world.token.balanceOf(alice.address) == 4_000 - AMOUNT

    # ------------------------------------------------------------------ gas: ceiling and floor

    def hungriest(self, world: World, signers: dict[str, Compiled]) -> tuple[Signed, Signed]:
        """Two entries of a contract that says yes to signatures so long that reading them is dear.

        The first needs all but a few of the 700,000 gas by a measure of the tests' own; the
        second, a word longer, needs a few more.
        """
        address = account_with(world, signers["YesSigner"].deploy({"from": world.admin}), 60)
        giver = signers["GasGiver"].deploy({"from": world.admin})
        token = str(world.token.address)

        def make(words: int) -> Signed:
            return self.cargo.make(world, address, by=bytes(32 * words))

        def is_enough(words: int) -> bool:
            call = self.cargo.alone(world, make(words))
            data = giver.give.encode_input(token, ENTRY_GAS, call)
            done = simulate(world.admin, giver, data)
            assert done.passed
            return bool(decode(["bool"], done.data)[0])

        words = largest(is_enough, 1_000, 20_000)
        return make(words), make(words + 1)

    def test_an_entry_gets_700000_and_not_more(
        self, world: World, people: dict[str, Party], signers: dict[str, Compiled]
    ) -> None:
        """What needs more fails by itself, however much gas the whole call has."""
        full, over = self.hungriest(world, signers)
        good = self.good(world, people["bob"])[0]
        assert self.attempt(world, people["relay"], FULL_GAS, good, full).failed == []
        done = self.attempt(world, people["relay"], FULL_GAS, over, good)
        assert (done.count, done.failed) == (1, [(0, over.signer, over.nonce, OUT_OF_GAS)])

    def test_nor_less(
        self, world: World, people: dict[str, Party], signers: dict[str, Compiled]
    ) -> None:
        """Around the least gas with which the call passes at all, the hungriest entry is done.

        It comes first, where the token has not been called yet and calling it is dearest.
        """
        full, _ = self.hungriest(world, signers)
        batch, relay = [full], people["relay"]

        def reverts(gas: int) -> bool:
            return not self.attempt(world, relay, gas, *batch).passed

        least = intrinsic_gas(self.cargo.data(world, *batch))
        most = largest(reverts, least, FULL_GAS)
        for more in (1, 10, 100, 1_000, 5_000, 10_000, 20_000, 50_000):
            done = self.attempt(world, relay, most + more, *batch)
            assert (done.count, done.failed) == (1, []), more
        for less in (0, 10, 1_000, 10_000):
            done = self.attempt(world, relay, most - less, *batch)
            assert done.index == 0, less
            assert done.gas_left is not None
            assert ENTRY_GAS < done.gas_left < 1.1 * ENTRY_GAS

    def test_too_little_gas_undoes_the_call_and_never_fails_a_good_entry(
        self, world: World, people: dict[str, Party], signers: dict[str, Compiled]
    ) -> None:
        """With whatever gas a malicious relay sends it: all is done, or nothing happened."""
        wallet = signers["CostlySigner"].deploy({"from": world.admin})
        costly = self.cargo.make(world, account_with(world, wallet, 60), by=b"")
        first, last = self.good(world, people["alice"], people["bob"])
        seen: set[int | None] = set()
        for gas in range(40_000, 2_000_000, 20_000):
            done = self.attempt(world, people["relay"], gas, first, costly, last)
            assert not done.passed or (done.count, done.failed) == (3, []), gas
            seen.add(3 if done.passed else done.index)
        assert seen - {None} == {0, 1, 2, 3}  # None: out of gas before it could say so

    def attempt(self, world: World, relay: Party, gas: int, *batch: Signed) -> Attempt:
        """How a batch would go with this much gas."""
        return Attempt(simulate(relay.address, world.teller, self.cargo.data(world, *batch), gas))


@dataclass(frozen=True)
class Attempt:
    """What a simulated relay said."""

    outcome: Outcome

    @property
    def passed(self) -> bool:
        """Whether the call as a whole passed."""
        return self.outcome.passed

    @property
    def count(self) -> int:
        """What it returned."""
        assert self.passed
        return int.from_bytes(self.outcome.data, "big")

    @property
    def failed(self) -> list[Failure]:
        """What it told of failures."""
        found: list[Failure] = []
        for log in self.outcome.of(FAILED):
            index, signer, nonce = log.topics[1:]
            reason = decode(["bytes4"], log.data)[0]
            found.append((int.from_bytes(index, "big"), checksum(signer[-20:]), nonce, reason))
        return found

    @property
    def index(self) -> int | None:
        """Before which entry there was too little gas; none when it could not say."""
        return self._too_little()[0]

    @property
    def gas_left(self) -> int | None:
        """How much was left there."""
        return self._too_little()[1]

    def _too_little(self) -> tuple[int | None, int | None]:
        data = self.outcome.data
        if self.passed or data[:4] != OUT_OF_GAS_ERROR:
            assert self.passed or data == b""
            return None, None
        index, left = decode(["uint256", "uint256"], data[4:])
        return index, left
