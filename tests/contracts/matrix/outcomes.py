"""Tests: the ways in which a call of the matrix can end, each checked against a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode

from tests.contracts.matrix.calls import Call, Scene
from tests.contracts.simulation import Outcome
from tests.contracts.support import selector
from wallet.address import checksum
from wallet.keccak import keccak256

TRANSFER = keccak256(b"Transfer(address,address,uint256)")
REFUSED = keccak256(b"IssueRefused(uint256,address,uint256,bytes16,bytes4)")
FAILED = keccak256(b"RelayFailed(uint256,address,bytes32,bytes4)")

FROZEN = "FrozenAccount(address)"
INVALID_RECEIVER = "ERC20InvalidReceiver(address)"
INSUFFICIENT = "ERC20InsufficientBalance(address,uint256,uint256)"
PAYMENT_LIMIT = "PaymentLimitExceeded(address,uint256,uint256)"
DAILY_LIMIT = "DailyLimitExceeded(address,uint256,uint256)"
BALANCE_LIMIT = "BalanceLimitExceeded(address,uint256,uint256)"
TOKEN_PAUSED = "TokenPaused()"


def transfers(done: Outcome) -> list[tuple[str, str, int]]:
    """What moved: from, to, amount."""
    return [
        (checksum(log.topics[1][12:]), checksum(log.topics[2][12:]), int.from_bytes(log.data))
        for log in done.of(TRANSFER)
    ]


def seen(done: Outcome) -> tuple[object, ...]:
    """What a call did, to be compared with what its cell expects."""
    if not done.passed:
        return ("throws", done.data.hex())
    reasons = [log.data[-32:][:4] for log in (*done.of(REFUSED), *done.of(FAILED))]
    return ("passes", transfers(done), reasons, "says so" if done.logs else "is silent")


@dataclass(frozen=True)
class Moves:
    """It passes, and exactly the money that the call names moves."""

    def expected(self, call: Call, _: Scene) -> tuple[object, ...]:
        """As `seen` gives it."""
        return ("passes", [call.moves], [], "says so")


@dataclass(frozen=True)
class Passes:
    """It passes, and no money moves."""

    def expected(self, _: Call, __: Scene) -> tuple[object, ...]:
        """As `seen` gives it."""
        return ("passes", [], [], "says so")


@dataclass(frozen=True)
class Throws:
    """It throws this error with these values; a text names a value of the scene."""

    error: str
    values: tuple[str | int, ...]

    def expected(self, _: Call, scene: Scene) -> tuple[object, ...]:
        """As `seen` gives it."""
        kinds = self.error.partition("(")[2][:-1].split(",") if self.values else []
        values = [getattr(scene, one) if isinstance(one, str) else one for one in self.values]
        return ("throws", (selector(self.error) + encode(kinds, values)).hex())


@dataclass(frozen=True)
class Told:
    """It passes, nothing moves, and an event gives the reason."""

    error: str

    def expected(self, _: Call, __: Scene) -> tuple[object, ...]:
        """As `seen` gives it."""
        return ("passes", [], [selector(self.error)], "says so")


@dataclass(frozen=True)
class NotApplicable:
    """The state and the entry point have nothing to do with each other; this is why."""

    why: str


Cell = Moves | Passes | Throws | Told | NotApplicable
Row = dict[str, Cell]

MOVES = Moves()
PASSES = Passes()


def throws(error: str, *values: str | int) -> Throws:
    """It throws this."""
    return Throws(error, values)


def relayed(row: Row) -> Row:
    """As this row, but what would be thrown is told by the relay's event."""
    return {
        state: Told(cell.error) if isinstance(cell, Throws) else cell for state, cell in row.items()
    }


def values_of(error: bytes) -> tuple[Any, ...]:
    """What transferCheck shows of a thrown error: reason, value and limit."""
    reason, words = error[:4], error[4:]
    if reason in map(selector, (INSUFFICIENT, PAYMENT_LIMIT, DAILY_LIMIT, BALANCE_LIMIT)):
        _, value, limit = decode(["address", "uint256", "uint256"], words)
        return reason, value, limit
    return reason, int.from_bytes(words), 0
