"""Tests of the simulation: the token and the Teller as a plain model, without gas or signatures.

It has what the bridge relies on: numbers used once, orders used once, backing as a ceiling,
tiers, the pause. Signatures and limits are the contracts' own tests' business.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from wallet.abi import arguments, decode, encode, encode_call, selector, topic
from wallet.address import checksum

__all__ = ["FUNCTIONS", "Books", "Call", "Log", "Refused", "run"]

MAX_AGE = 86_400
BUCKET = 10**12
ZERO = checksum(bytes(20))
_ORDER = "(address,uint256,bytes32,uint256,bytes32,uint256)"
_SIGNED = "(address,address,uint256,uint256,uint256,bytes32,bytes)"


class Refused(Exception):
    """The contract says no; `data` is the error as it is encoded."""

    def __init__(self, error: str, *values: object) -> None:
        super().__init__(error)
        self.data = encode_call(error, *values)


@dataclass(frozen=True, slots=True)
class Log:
    """An event: topics and data as the chain has them."""

    topics: tuple[bytes, ...]
    data: bytes


@dataclass(slots=True)
class Books:
    """All that the contracts know at one block."""

    balances: dict[str, int] = field(default_factory=dict)
    tiers: dict[str, int] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    spent: set[tuple[str, bytes]] = field(default_factory=set)
    orders: dict[tuple[str, bytes], tuple[int, int]] = field(default_factory=dict)
    minted: int = 0
    supply: int = 0
    paused: bool = False
    frozen: frozenset[str] = frozenset()
    attested: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    ceiling: int = 0

    def copied(self) -> Books:
        """Another one that can change by itself."""
        made = copy(self)
        made.balances, made.tiers = dict(self.balances), dict(self.tiers)
        made.used, made.spent, made.orders = set(self.used), set(self.spent), dict(self.orders)
        return made


@dataclass(slots=True)
class Call:
    """One call while it runs: changes `books`, which the caller throws away if it is refused."""

    books: Books
    sender: str
    roles: dict[str, str]
    time: int
    number: int
    logs: list[Log] = field(default_factory=list)

    def require(self, role: str) -> None:
        """Only the address that has this role."""
        if self.sender != self.roles[role]:
            raise Refused("AccessManagedUnauthorized(address)", self.sender)

    def emit(self, event: str, indexed: list[Any], data: list[Any]) -> None:
        """Log an event; its first arguments are the indexed ones, or as `_INDEXED` says."""
        kinds = arguments(event)
        at = _INDEXED.get(event, tuple(range(len(indexed))))
        words = [encode([kinds[i]], [value]) for i, value in zip(at, indexed, strict=True)]
        rest = [kind for i, kind in enumerate(kinds) if i not in at]
        self.logs.append(Log((topic(event), *words), encode(rest, data)))

    def move(self, payer: str, payee: str, amount: int, *, always: bool = False) -> None:
        """Change balances; the zero address is outside. `always`: neither pause nor freeze."""
        if self.books.paused and not always:
            raise Refused("TokenPaused()")
        for side in () if always else (payer, payee):
            if side in self.books.frozen:
                raise Refused("FrozenAccount(address)", side)
        for side, by in ((payer, -amount), (payee, amount)):
            if side == ZERO:
                continue
            balance = self.books.balances.get(side, 0) + by
            if balance < 0:
                raise Refused(
                    "ERC20InsufficientBalance(address,uint256,uint256)", side, balance - by, amount
                )
            self.books.balances[side] = balance
        self.emit("Transfer(address,address,uint256)", [payer, payee], [amount])

    def headroom(self) -> int:
        """Minor units that may still be minted; 0 when the attestation is stale."""
        as_of = self.books.attested[3]
        fresh = as_of and self.time - as_of <= MAX_AGE
        return max(self.books.ceiling - self.books.minted, 0) if fresh else 0


def run(call: Call, data: bytes) -> bytes:
    """Do what the call data say; the answer, or `Refused`."""
    found = FUNCTIONS.get(data[:4])
    if found is None:
        raise AssertionError(f"the model has no function 0x{data[:4].hex()}")
    signature, function, answers = found
    values = function(call, *decode(arguments(signature), data[4:]))
    return encode(answers, values if isinstance(values, tuple) else (values,)) if answers else b""


def _issue(call: Call, entries: list[tuple[int, bytes, str, int]]) -> None:
    call.require("operator")
    room = call.headroom()
    credited = 0
    for number, ref, holder, amount in entries:
        refused = _against(call, number, holder)
        if refused is None:
            call.move(ZERO, holder, amount)
            call.emit("Issued(uint256,address,uint256,bytes16)", [holder], [number, amount, ref])
            credited += amount
        else:
            call.emit(
                "IssueRefused(uint256,address,uint256,bytes16,bytes4)",
                [number, holder],
                [amount, ref, refused],
            )
        call.books.used.add(number)
    _mint(call, credited, room)


def _against(call: Call, number: int, holder: str) -> bytes | None:
    if number in call.books.used:
        return selector("NumberUsed(uint256)")
    if call.books.paused:
        raise Refused("TokenPaused()")
    if not call.books.tiers.get(holder):
        return selector("UnregisteredAccount(address)")
    if holder in call.books.frozen:
        return selector("FrozenAccount(address)")
    return None


def _mint(call: Call, amount: int, room: int) -> None:
    if amount > room:
        raise Refused("HeadroomExceeded(uint256,uint256)", amount, room)
    call.books.minted += amount
    call.books.supply += amount


def _return_payout(call: Call, holder: str, nonce: bytes) -> None:
    call.require("operator")
    state, amount = call.books.orders.get((holder, nonce), (0, 0))
    if state != 1:
        raise Refused("RedemptionNotReturnable(address,bytes32,uint8)", holder, nonce, state)
    room = call.headroom()
    call.books.orders[holder, nonce] = (3, amount)
    call.move(ZERO, holder, amount, always=True)
    _mint(call, amount, room)
    call.emit("PayoutReturned(address,bytes32,uint256)", [holder, nonce], [amount])


def _attest(call: Call, *said: int) -> None:
    call.require("attestor")
    backing, supply, minted, as_of, block = said
    if as_of > call.time or block > call.number:
        raise Refused("AttestationFromFuture(uint64,uint64)", as_of, block)
    if as_of <= call.books.attested[3]:
        raise Refused("AttestationNotNewer(uint64,uint64)", as_of, call.books.attested[3])
    if supply > minted or minted > call.books.minted:
        raise Refused(
            "AttestationInconsistent(uint256,uint256,uint256)", supply, minted, call.books.minted
        )
    call.books.attested = (backing, supply, minted, as_of, block)
    call.books.ceiling = minted + max(backing - supply, 0)


def _set_tier(call: Call, account: str, tier: int) -> None:
    call.require("compliance")
    call.books.tiers[account] = tier
    call.emit("TierSet(address,uint8)", [account], [tier])


def _freeze(call: Call, account: str) -> None:
    call.require("guardian" if call.sender == call.roles["guardian"] else "compliance")
    call.books.frozen |= {account}
    call.emit("AccountFrozen(address)", [account], [])


def _unfreeze(call: Call, account: str) -> None:
    call.require("guardian")
    call.books.frozen -= {account}
    call.emit("AccountUnfrozen(address)", [account], [])


def _transfer(  # noqa: PLR0917 - the contract's own arguments
    call: Call, payer: str, payee: str, value: int, after: int, before: int, nonce: bytes, _s: bytes
) -> None:
    if not after < call.time < before:
        raise Refused("AuthorizationExpired(uint256)", before)
    if (payer, nonce) in call.books.spent:
        raise Refused("AuthorizationUsedOrCanceled(address,bytes32)", payer, nonce)
    call.books.spent.add((payer, nonce))
    call.emit("AuthorizationUsed(address,bytes32)", [payer, nonce], [])
    call.move(payer, payee, value)


def _redeem(call: Call, order: tuple[str, int, bytes, int, bytes, int], _signature: bytes) -> None:
    holder, amount, payout, fee, nonce, deadline = order
    if call.time > deadline:
        raise Refused("OrderExpired(uint256)", deadline)
    if (holder, nonce) in call.books.orders:
        raise Refused("OrderUsed(address,bytes32)", holder, nonce)
    call.move(holder, ZERO, amount)
    call.books.supply -= amount
    call.books.orders[holder, nonce] = (1, amount - fee)
    call.emit(
        "Redeemed(address,bytes32,uint256,uint256,bytes32)", [holder, nonce], [amount, fee, payout]
    )


def _relay(call: Call, one: Callable[..., None], entries: list[tuple[Any, ...]]) -> int:
    done = 0
    for index, entry in enumerate(entries):
        before, kept = call.books.copied(), len(call.logs)
        try:
            one(call, *entry)
            done += 1
        except Refused as refused:
            call.books, call.logs[kept:] = before, []
            signer, nonce = (entry[0], entry[5]) if len(entry) > 2 else (entry[0][0], entry[0][4])
            call.emit(
                "RelayFailed(uint256,address,bytes32,bytes4)",
                [index, signer, nonce],
                [refused.data[:4]],
            )
    return done


def _account(call: Call, address: str) -> tuple[int, int, int, bool]:
    return (
        call.books.balances.get(address, 0),
        0,
        call.books.tiers.get(address, 0),
        address in call.books.frozen,
    )


def _void(call: Call, number: int) -> None:
    call.require("operator")
    if number in call.books.used:
        raise Refused("NumberUsed(uint256)", number)
    call.books.used.add(number)
    call.emit("NumberVoided(uint256)", [number], [])


_INDEXED = {"Issued(uint256,address,uint256,bytes16)": (1,)}

_TABLE: list[tuple[str, Callable[..., Any], tuple[str, ...]]] = [
    ("issue((uint256,bytes16,address,uint256)[])", _issue, ()),
    ("returnPayout(address,bytes32)", _return_payout, ()),
    ("voidNumber(uint256)", _void, ()),
    ("attest(uint256,uint256,uint256,uint64,uint64)", _attest, ()),
    ("setTier(address,uint8)", _set_tier, ()),
    ("freeze(address)", _freeze, ()),
    ("unfreeze(address)", _unfreeze, ()),
    (f"transferWithAuthorization{_SIGNED}", _transfer, ()),
    (f"redeem({_ORDER},bytes)", _redeem, ()),
    (f"relayTransfers({_SIGNED}[])", lambda c, e: _relay(c, _transfer, e), ("uint256",)),
    (f"relayRedeemOrders(({_ORDER},bytes)[])", lambda c, e: _relay(c, _redeem, e), ("uint256",)),
    ("getAccount(address)", _account, ("uint256", "uint256", "uint8", "bool")),
    ("balanceOf(address)", lambda c, a: c.books.balances.get(a, 0), ("uint256",)),
    ("getRedemption(address,bytes32)", lambda c, h, n: c.books.orders.get((h, n), (0, 0)),
     ("uint8", "uint256")),
    ("authorizationState(address,bytes32)", lambda c, a, n: (a, n) in c.books.spent, ("bool",)),
    ("depositNumberUsed(uint256)", lambda c, n: n in c.books.used, ("bool",)),
    ("paused()", lambda c: c.books.paused, ("bool",)),
    ("totalSupply()", lambda c: c.books.supply, ("uint256",)),
    ("totalMinted()", lambda c: c.books.minted, ("uint256",)),
    ("headroom()", lambda c: c.headroom(), ("uint256",)),
    ("bucketLevel()", lambda _c: BUCKET, ("uint256",)),
    ("bucket()", lambda _c: (BUCKET, 0), ("uint256", "uint256")),
    ("maxAge()", lambda _c: MAX_AGE, ("uint64",)),
    ("attestation()", lambda c: c.books.attested,
     ("uint256", "uint256", "uint256", "uint64", "uint64")),
]  # fmt: skip
FUNCTIONS = {selector(name): (name, function, answers) for name, function, answers in _TABLE}
