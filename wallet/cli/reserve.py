"""Wallet: `jiaozi reserve`: verify the bank's daily proof of reserve, and one's own part in it.

The bank is believed nothing: the statement's digest must stand on chain, in a final block, sent
by the key that attests for this token; block, supply and one's own balance are read from the
chain at the statement's block, and so is the block's time. What no chain can tell is said to be
the bank's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from wallet.abi import decode, encode_call
from wallet.address import Address, parse_address
from wallet.bank import ProofAnswer
from wallet.cli.access import Wallet
from wallet.cli.session import Result, Session
from wallet.cli.views import moment, rows
from wallet.errors import AddressError, InputError, RefusedError
from wallet.reserve_proof import (
    BANK_DAYS,
    BLOCK_DAYS,
    TAG,
    VERSION,
    climb,
    digest_of,
    leaf_hash,
)

_ATTEST: Final = "attest(uint256,uint256,uint256,uint64,uint64)"
_DAY: Final = 24 * 3600
_MARKS: Final = {True: ("✓", 32), False: ("✗", 31)}
_OWED: Final = ("TOKENS", "ISSUING", "PAYOUTS", "RETURNS")
#: In this order, what is asked; what is said when it holds, and when it does not.
_CHECKS: Final = {
    "subject": ("reserve.subject", "reserve.subject_not"),
    "form": ("reserve.form", "reserve.form_not"),
    "digest": ("reserve.digest", "reserve.digest_not"),
    "onchain": ("reserve.onchain", "reserve.onchain_not"),
    "attestor": ("reserve.attestor", "reserve.attestor_not"),
    "block": ("reserve.block", "reserve.block_not"),
    "time": ("reserve.time", "reserve.time_not"),
    "supply": ("reserve.supply", "reserve.supply_not"),
    "own": ("reserve.own", "reserve.own_not"),
    "figure": ("reserve.figure", "reserve.figure_not"),
    "covered": ("reserve.covered", "reserve.covered_not"),
}


def run(session: Session) -> Result:
    """Verify a day's proof; exit code 1 unless everything holds."""
    wallet = Wallet(session)
    proof = wallet.bank.proof(_day(session, wallet))
    verified = _Verified(wallet, proof)
    checks = {name: getattr(verified, name)() for name in _CHECKS}
    holds = all(checks.values())
    money = wallet.money
    data = {
        "day": proof.day,
        "holds": holds,
        "checks": [{"check": name, "holds": good} for name, good in checks.items()],
        "block": verified.at,
        "block_time": verified.block_time,
        "balance": wallet.amount(verified.balance),
        "supply": wallet.amount(verified.number("supply")),
        "owed": wallet.amount(verified.owed),
        "bank_balance": wallet.amount(verified.number("bank_balance")),
        "bank_as_of": verified.bank_as_of,
        "transaction": proof.transaction,
    }
    lines = [_line(session, name, good) for name, good in checks.items()]
    lines += rows(
        [
            (session.text("reserve.of"), f"{proof.day}, {verified.at}"),
            (session.text("reserve.block_time"), moment(verified.block_time)),
            (session.text("reserve.yours"), money(verified.balance)),
            (session.text("reserve.tokens"), money(verified.number("supply"))),
            (session.text("reserve.owed"), money(verified.owed)),
            (session.text("reserve.bank"), money(verified.number("bank_balance"))),
            (session.text("reserve.bank_as_of"), moment(verified.bank_as_of)),
        ]
    )
    lines.append(session.text("reserve.holds" if holds else "reserve.fails"))
    lines.append(session.text("reserve.meaning"))
    return Result(data, lines, 0 if holds else 1)


def _day(session: Session, wallet: Wallet) -> str:
    given = session.line.get("--day")
    if given is None:
        days = wallet.bank.proof_days()
        if not days:
            raise RefusedError("reserve.none", place=wallet.bank.place)
        return days[0]
    if len(given) != 10 or not given.replace("-", "").isdecimal():  # noqa: PLR2004  # YYYY-MM-DD
        raise InputError("reserve.day", day=given)
    return given


def _line(session: Session, name: str, good: bool) -> str:
    mark, colour = _MARKS[good]
    if session.colours:
        mark = f"\x1b[{colour}m{mark}\x1b[0m"
    return f"{mark} {session.text(_CHECKS[name][0 if good else 1])}"


class _Verified:
    """One proof, and each question that it is put to."""

    def __init__(self, wallet: Wallet, proof: ProofAnswer) -> None:
        self._wallet = wallet
        self._proof = proof
        self._said: Mapping[str, Any] = proof.statement
        self.at = self.number("block_number")
        self.balance = wallet.token.account(wallet.address, self.at).balance
        accounts = self._said.get("accounts")
        booked = accounts if isinstance(accounts, dict) else {}
        self._books = {name: _whole(booked.get(name)) for name in (*_OWED, "UNMATCHED")}
        # money that nobody can be named for is owed to somebody: no debit makes it less, and
        # those that nobody explains are booked against it
        unmatched = self._books["UNMATCHED"] + self.number("unexplained_debits")
        self.owed = sum(max(self._books[name], 0) for name in _OWED) + max(unmatched, 0)
        self._block = wallet.token.rpc.block(self.at)
        self.block_time = None if self._block is None else self._block.timestamp
        self.bank_as_of = _seconds(self._said.get("bank_as_of"))

    def number(self, field: str) -> int:
        """An amount or a number of the statement; 0 where it says none, which fails a check."""
        return _whole(self._said.get(field))

    def subject(self) -> bool:
        """It speaks of this day, chain and token."""
        network = self._wallet.network
        wanted = (self._proof.day, f"eip155:{network.chain_id}", network.token)
        return (self._said.get("day"), self._said.get("chain"), self._said.get("token")) == wanted

    def form(self) -> bool:
        """It says all that this wallet asks for, debits that nobody explains among it."""
        said = self._said.get("unexplained_debits")
        return self._said.get("version") == VERSION and said == str(max(_whole(said), 0))

    def digest(self) -> bool:
        """Its digest is of these very words."""
        return digest_of(self._said) == self._proof.digest

    def onchain(self) -> bool:
        """A final block holds its digest, said by the attestor."""
        rpc = self._wallet.token.rpc
        found = rpc.transaction(self._proof.transaction)
        if found is None or found.block_number is None:
            return False
        final = rpc.block_number() - self._wallet.network.depth
        data = TAG + digest_of(self._said)
        return (
            found.sender == self._address("attestor")
            and found.data == data
            and found.block_number <= final
        )

    def attestor(self) -> bool:
        """The contracts let this key attest for this token's Teller."""
        attestor, teller = self._address("attestor"), self._address("teller")
        if attestor is None or teller is None:
            return False
        rpc, token = self._wallet.token.rpc, self._wallet.network.token
        (authority,) = decode(["address"], rpc.read(token, encode_call("authority()")))
        method = encode_call(_ATTEST, 0, 0, 0, 0, 0)[:4]
        asked = encode_call("canCall(address,address,bytes4)", attestor, teller, method)
        allowed, _delay = decode(["bool", "uint32"], rpc.read(authority, asked))
        return bool(allowed)

    def block(self) -> bool:
        """The chain has the block that it speaks of, and it is final."""
        found = self._block
        final = self._wallet.token.rpc.block_number() - self._wallet.network.depth
        said = self._said.get("block_hash")
        return found is not None and f"0x{found.hash.hex()}" == said and self.at <= final

    def time(self) -> bool:
        """By the chain's clock that block is of the proof's day, or of the day before."""
        return self._of_day(self.block_time, BLOCK_DAYS)

    def supply(self) -> bool:
        """All tokens at that block, as the chain counts them, are what it and the books say."""
        supply = self._wallet.token.total_supply(self.at)
        return supply == self.number("supply") == self._books["TOKENS"]

    def own(self) -> bool:
        """This wallet's balance at that block is a leaf of the tree; or it held nothing."""
        leaf = self._wallet.bank.proof_leaf(self._proof.day, self._wallet.address)
        if leaf is None:
            return self.balance == 0
        hashed = leaf_hash(leaf.salt, self._wallet.address, self.balance)
        root = climb(hashed, leaf.index, self.number("holders"), leaf.path)
        return root is not None and f"0x{root.hex()}" == self._said.get("root")

    def figure(self) -> bool:
        """The bank's figure is of the days before the proof's, or of its own."""
        return self._of_day(self.bank_as_of, BANK_DAYS)

    def covered(self) -> bool:
        """The bank's balance reaches what is owed, but for payments that it already makes."""
        has = self.number("bank_balance") + self.number("booked_after")
        return has + self.number("accepted_payouts") >= self.owed

    def _of_day(self, at: int | None, days: int) -> bool:
        """Whether this second is of the proof's day, of so many before it, or of the next."""
        start = _seconds(f"{self._proof.day}T00:00:00+00:00")
        if at is None or start is None:
            return False
        return start - days * _DAY <= at < start + 2 * _DAY

    def _address(self, field: str) -> Address | None:
        try:
            return parse_address(str(self._said.get(field)))
        except AddressError:
            return None


def _whole(value: object) -> int:
    """A whole number, or digits of one; 0 for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
        return int(value)
    return 0


def _seconds(value: object) -> int | None:
    """The second of a time with its zone (ISO 8601); None for anything else."""
    try:
        found = datetime.fromisoformat(str(value))
        seconds = int(found.astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        return None
    return None if found.tzinfo is None or seconds < 0 else seconds
