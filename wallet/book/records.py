"""Wallet: book.json, what the wallet remembers: contacts, links and signed orders.

An order is written down with its signature before it is sent, so a wallet that is killed, or
never hears back, can send the very same order again and can always show what was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from wallet.address import Address, parse_address
from wallet.errors import AddressError, SetupError
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.record import Record
from wallet.strict_json import read_json
from wallet.typed_data import AccountLink, Payout, RedeemOrder, TransferAuthorization

_VERSION: Final = 1
_KINDS: Final = ("links", "transfers", "redemptions")


class LinkRecord(Record):
    """A signed link of this wallet to a bank account, and what the bank said to it.

    The bank's one-time code is not kept: it has done its work when the bank has seen it.
    `wallet` is the address that signed; "" in a record of before there were several accounts.
    """

    nonce: str
    account: str
    name: str
    issued_at: int
    signature: str
    state: str
    id: str | None = None
    deposit_reference: str | None = None
    reserve_account: str | None = None
    wallet: str = ""

    def message(self, wallet: Address) -> AccountLink:
        """The message that was signed."""
        nonce = bytes.fromhex(self.nonce)
        return AccountLink(wallet, self.account, self.name, self.issued_at, nonce)


class TransferRecord(Record):
    """A signed payment. `way` is "relay" (EIP-3009) or "direct"; `raw` is the transaction that
    this wallet itself sends it by.

    `nonce` is the authorization's, or the first transaction's hash. `from_block` is the first
    block that can hold the payment. `earlier` holds the transactions that `raw` replaced, as it
    does in hex, with blanks between, the oldest first.
    """

    nonce: str
    way: str
    sender: str
    to: str
    value: int
    created_at: int
    state: str
    valid_after: int = 0
    valid_before: int = 0
    signature: str = ""
    raw: str | None = None
    tx_hash: str | None = None
    bank_id: str | None = None
    memo: str | None = None
    from_block: int = 0
    earlier: str = ""

    def message(self) -> TransferAuthorization:
        """The EIP-3009 message that was signed (`way` "relay" only)."""
        return TransferAuthorization(
            Address(self.sender),
            Address(self.to),
            self.value,
            self.valid_after,
            self.valid_before,
            bytes.fromhex(self.nonce),
        )


class RedemptionRecord(Record):
    """A signed redemption order with its payout in clear, which the bank alone also sees."""

    nonce: str
    holder: str
    amount: int
    fee: int
    deadline: int
    account: str
    name: str
    reference: str
    salt: str
    signature: str
    created_at: int
    state: str
    bank_id: str | None = None
    from_block: int = 0

    def message(self) -> RedeemOrder:
        """The order that was signed."""
        payout = Payout(self.account, self.name, self.reference, bytes.fromhex(self.salt))
        nonce = bytes.fromhex(self.nonce)
        holder = Address(self.holder)
        return RedeemOrder(holder, self.amount, payout, self.fee, nonce, self.deadline)


if TYPE_CHECKING:
    from typing import TypeVar

    _R = TypeVar("_R", LinkRecord, TransferRecord, RedemptionRecord)


class Book(Record):
    """book.json as one network sees it. A change gives a new book; `Home.update` stores it.

    Contacts are common to all networks; what was signed belongs to one. `section` is this one's
    (CAIP-19; None for the main network), and `others` holds the records of all others as they
    stand in the file, so that a change writes them back.
    """

    contacts: Mapping[str, Address]
    links: tuple[LinkRecord, ...] = ()
    transfers: tuple[TransferRecord, ...] = ()
    redemptions: tuple[RedemptionRecord, ...] = ()
    section: str | None = None
    others: Mapping[str | None, Mapping[str, Any]] = MappingProxyType({})

    def put(self, record: LinkRecord | TransferRecord | RedemptionRecord) -> Book:
        """The book with this record in place of the one with its nonce, or at the end."""
        match record:
            case LinkRecord():
                return self.changed(links=_put(self.links, record))
            case TransferRecord():
                return self.changed(transfers=_put(self.transfers, record))
            case RedemptionRecord():
                return self.changed(redemptions=_put(self.redemptions, record))

    def with_contact(self, name: str, address: Address) -> Book:
        """The book with this contact in it."""
        return self.changed(contacts={**self.contacts, name: address})

    def without_contact(self, name: str) -> Book:
        """The book without this contact."""
        kept = {each: address for each, address in self.contacts.items() if each != name}
        return self.changed(contacts=kept)

    def find(self, kind: type[_R], start: str) -> _R | None:
        """The one record whose nonce starts so; None if there is none, or more than one."""
        records: dict[type[Any], tuple[Any, ...]] = {
            LinkRecord: self.links,
            TransferRecord: self.transfers,
            RedemptionRecord: self.redemptions,
        }
        found = [each for each in records[kind] if each.nonce.startswith(start)]
        return found[0] if len(found) == 1 else None

    def name_of(self, address: str) -> str | None:
        """The contact name of an address."""
        return next((name for name, known in self.contacts.items() if known == address), None)

    def to_json(self) -> bytes:
        """The file's bytes."""
        mine = {
            "links": [record.as_dict() for record in self.links],
            "transfers": [record.as_dict() for record in self.transfers],
            "redemptions": [record.as_dict() for record in self.redemptions],
        }
        sections = {**self.others, self.section: mine}
        main = sections.pop(None)
        whole = {"version": _VERSION, "contacts": dict(self.contacts), **main}
        if sections:
            whole["networks"] = sections
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, section: str | None = None) -> Book:
        """Read the file; SetupError if it is not one that this version wrote."""
        try:
            whole = read_json(data)
            if whole["version"] != _VERSION:
                raise ValueError("version")  # noqa: TRY301  # told apart by nobody
            contacts = {str(n): parse_address(a) for n, a in whole["contacts"].items()}
            sections = {None: {name: whole[name] for name in _KINDS}, **whole.get("networks", {})}
            mine = sections.pop(section, dict.fromkeys(_KINDS, ()))
            return cls(
                contacts,
                _load_all(LinkRecord, mine["links"]),
                _load_all(TransferRecord, mine["transfers"]),
                _load_all(RedemptionRecord, mine["redemptions"]),
                section,
                sections,
            )
        except (ValueError, KeyError, TypeError, AttributeError, AddressError) as error:
            raise SetupError("book.damaged") from error


def _put(records: tuple[_R, ...], record: _R) -> tuple[_R, ...]:
    if any(each.nonce == record.nonce for each in records):
        return tuple(record if each.nonce == record.nonce else each for each in records)
    return records + (record,)  # noqa: RUF005  # the unpacked form loses its type


def _load_all(kind: type[_R], entries: Iterable[Mapping[str, Any]]) -> tuple[_R, ...]:
    return tuple(_load(kind, entry) for entry in entries)


def _load(kind: type[_R], entry: Mapping[str, Any]) -> _R:
    for name, written in kind.__annotations__.items():
        allowed = tuple(_TYPES[each.strip()] for each in written.split("|"))
        if name in entry and type(entry[name]) not in allowed:
            raise TypeError(name)
    return kind(**entry)  # a missing or unknown field is a TypeError here


_TYPES: Final[dict[str, type]] = {"str": str, "int": int, "None": type(None)}
