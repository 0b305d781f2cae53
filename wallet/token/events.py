"""Wallet: an address's history, read from the chain's own logs, so it needs no bank.

Every mint is told by Issued or PayoutReturned, every burn by Redeemed, and a seizure by
ForcedTransfer, each beside the plain Transfer of the same money; the plain one is then left
out. A mint or burn without such a companion is shown as it is: nothing is hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wallet.abi import address_topic, decode, topic
from wallet.address import ZERO_ADDRESS, Address, checksum
from wallet.errors import ChainError, RpcError
from wallet.rpc import Log, Rpc

TRANSFER: Final = "Transfer(address,address,uint256)"
ISSUED: Final = "Issued(uint256,address,uint256,bytes16)"
ISSUE_REFUSED: Final = "IssueRefused(uint256,address,uint256,bytes16,bytes4)"
REDEEMED: Final = "Redeemed(address,bytes32,uint256,uint256,bytes32)"
RETURNED: Final = "PayoutReturned(address,bytes32,uint256)"
FORCED: Final = "ForcedTransfer(address,address,uint256,bytes32)"
AUTHORIZATION_USED: Final = "AuthorizationUsed(address,bytes32)"
APPROVAL: Final = "Approval(address,address,uint256)"
#: All of the above, for the comparison with the ABI.
SIGNATURES: Final = (
    TRANSFER, ISSUED, ISSUE_REFUSED, REDEEMED, RETURNED, FORCED, AUTHORIZATION_USED, APPROVAL,
)  # fmt: skip

_BY_TOPIC: Final = {topic(signature): signature for signature in SIGNATURES}
_APPROVAL_TOPICS: Final = 3
_WIDEST: Final = 50_000  # blocks asked for at once, before a node's own limit is learnt


class EntryKind(StrEnum):
    """What happened to an address's money."""

    ISSUED = "issued"
    ISSUE_REFUSED = "issue_refused"
    RECEIVED = "received"
    SENT = "sent"
    REDEEMED = "redeemed"
    RETURNED = "returned"
    SEIZED = "seized"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history. `amount` is minor units; `sign` is +1 in, −1 out, 0 neither.

    `reference` is the deposit number, the order's nonce or the seizure's case, where there is
    one; `timestamp` is seconds since 1970, chain time.
    """

    kind: EntryKind
    amount: int
    sign: int
    counterparty: Address | None
    block_number: int
    transaction_hash: bytes
    log_index: int
    timestamp: int | None = None
    reference: str | None = None
    fee: int = 0


def history(
    rpc: Rpc, token: Address, holder: Address, from_block: int, to_block: int
) -> list[Entry]:
    """Every entry of `holder` in these blocks, oldest first, each with its block's time."""
    me = address_topic(holder)
    first: list[object] = [
        [_hex(TRANSFER), _hex(ISSUED), _hex(REDEEMED), _hex(RETURNED), _hex(FORCED)],
        me,
    ]
    second: list[object] = [[_hex(TRANSFER), _hex(ISSUE_REFUSED), _hex(FORCED)], None, me]
    found: dict[tuple[bytes, int], Log] = {}
    for topics in (first, second):
        for log in _all_logs(rpc, token, topics, from_block, to_block):
            found[(log.transaction_hash, log.index)] = log
    logs = sorted(found.values(), key=lambda log: (log.block_number, log.index))
    entries = _without_doubles([_entry(log, holder) for log in logs])
    return list(_with_times(rpc, entries))


def use_of_authorization(
    rpc: Rpc, token: Address, authorizer: Address, nonce: bytes, blocks: tuple[int, int]
) -> Log | None:
    """The log of an authorization's use in a range of blocks; None if it is not there."""
    topics: list[object] = [_hex(AUTHORIZATION_USED), address_topic(authorizer), "0x" + nonce.hex()]
    return next(_all_logs(rpc, token, topics, *blocks), None)


def spenders_of(
    rpc: Rpc, token: Address, owner: Address, from_block: int, to_block: int
) -> list[Address]:
    """Everybody who was ever allowed to take money of `owner`, each once, the first one first."""
    topics: list[object] = [_hex(APPROVAL), address_topic(owner)]
    found = dict.fromkeys(
        _address(log.topics[2])
        for log in _all_logs(rpc, token, topics, from_block, to_block)
        if len(log.topics) == _APPROVAL_TOPICS
    )
    return list(found)


def burn_of_order(
    rpc: Rpc, token: Address, holder: Address, nonce: bytes, blocks: tuple[int, int]
) -> Log | None:
    """The log of a redemption order's burn in a range of blocks; None if it is not there."""
    topics: list[object] = [_hex(REDEEMED), address_topic(holder), "0x" + nonce.hex()]
    return next(_all_logs(rpc, token, topics, *blocks), None)


def _all_logs(
    rpc: Rpc, token: Address, topics: list[object], start: int, end: int
) -> Iterator[Log]:
    """The logs of a range of any width; halves the width when a node refuses it."""
    width = _WIDEST
    while start <= end:
        last = min(end, start + width - 1)
        try:
            logs = rpc.logs(token, topics, start, last)
        except RpcError:
            if last == start:
                raise
            width = max(1, (last - start + 1) // 2)
            continue
        yield from logs
        start = last + 1


def _entry(log: Log, holder: Address) -> Entry:
    signature = _BY_TOPIC.get(log.topics[0] if log.topics else b"")
    base = Entry(
        EntryKind.SENT, 0, 0, None, log.block_number, log.transaction_hash, log.index, log.timestamp
    )
    match signature, log.topics:
        case "Transfer(address,address,uint256)", (_, sender, to):
            (amount,) = decode(["uint256"], log.data)
            return _transfer(base, _address(sender), _address(to), amount, holder)
        case "Issued(uint256,address,uint256,bytes16)", (_, _):
            number, amount, _ = decode(["uint256", "uint256", "bytes16"], log.data)
            reference = str(number)
            return replace(base, kind=EntryKind.ISSUED, amount=amount, sign=1, reference=reference)
        case "IssueRefused(uint256,address,uint256,bytes16,bytes4)", (_, number, _):
            amount, *_ = decode(["uint256", "bytes16", "bytes4"], log.data)
            reference = str(int.from_bytes(number))
            return replace(base, kind=EntryKind.ISSUE_REFUSED, amount=amount, reference=reference)
        case "Redeemed(address,bytes32,uint256,uint256,bytes32)", (_, _, nonce):
            amount, fee, _ = decode(["uint256", "uint256", "bytes32"], log.data)
            reference = "0x" + nonce.hex()
            return replace(
                base, kind=EntryKind.REDEEMED, amount=amount, sign=-1, fee=fee, reference=reference
            )
        case "PayoutReturned(address,bytes32,uint256)", (_, _, nonce):
            (amount,) = decode(["uint256"], log.data)
            reference = "0x" + nonce.hex()
            return replace(
                base, kind=EntryKind.RETURNED, amount=amount, sign=1, reference=reference
            )
        case "ForcedTransfer(address,address,uint256,bytes32)", (_, sender, to, case):
            (amount,) = decode(["uint256"], log.data)
            entry = _transfer(base, _address(sender), _address(to), amount, holder)
            return replace(entry, kind=EntryKind.SEIZED, reference="0x" + case.hex())
    raise ChainError("rpc.answer", place="", method="eth_getLogs")


def _transfer(base: Entry, sender: Address, to: Address, amount: int, holder: Address) -> Entry:
    if sender == to:
        return replace(base, amount=amount, counterparty=to)
    if sender == holder:
        return replace(base, amount=amount, sign=-1, counterparty=to)
    return replace(base, kind=EntryKind.RECEIVED, amount=amount, sign=1, counterparty=sender)


def _without_doubles(entries: list[Entry]) -> list[Entry]:
    """Leave out each plain transfer that another event of the same transaction tells better."""
    plain = (EntryKind.SENT, EntryKind.RECEIVED)
    told = Counter(_money(entry) for entry in entries if entry.kind not in plain and entry.sign)
    kept: list[Entry] = []
    for entry in entries:
        is_plain = entry.kind in plain
        if is_plain and told[_money(entry)] > 0:
            told[_money(entry)] -= 1
            continue
        kept.append(entry)
    return kept


def _money(entry: Entry) -> tuple[bytes, int, int, Address | None]:
    other = None if entry.counterparty == ZERO_ADDRESS else entry.counterparty
    return entry.transaction_hash, entry.amount, entry.sign, other


def _with_times(rpc: Rpc, entries: list[Entry]) -> Iterator[Entry]:
    times: dict[int, int | None] = {}
    for entry in entries:
        if entry.timestamp is not None:
            yield entry
            continue
        if entry.block_number not in times:
            block = rpc.block(entry.block_number)
            times[entry.block_number] = block.timestamp if block else None
        yield replace(entry, timestamp=times[entry.block_number])


def _hex(signature: str) -> str:
    return "0x" + topic(signature).hex()


def _address(word: bytes) -> Address:
    return checksum(word[-20:])
