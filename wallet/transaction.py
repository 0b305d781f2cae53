"""Wallet: EIP-1559 transactions, made, signed and read back.

The bytes that are sent are decoded again by whoever shows them, so that what is shown is what
is signed: `decode` shares no code path with `sign` but RLP.
"""

from __future__ import annotations

from wallet import rlp
from wallet.address import Address, address_bytes, checksum
from wallet.curve import HALF_ORDER, ORDER
from wallet.errors import InputError
from wallet.hints import Final
from wallet.keccak import keccak256
from wallet.record import Record
from wallet.signer import Signer, recover

_TYPE: Final = b"\x02"
_FIELDS: Final = 12
_UINT64: Final = 2**64
_UINT256: Final = 2**256
_V_OFFSET: Final = 27
_WORD: Final = 32
_ADDRESS: Final = 20

#: An EIP-2930 access list entry: an address and the storage slots it will touch.
AccessEntry = tuple[Address, tuple[bytes, ...]]


class Transaction(Record):
    """An unsigned type 2 transaction. Fees are wei per gas, `value` is wei of the native coin.

    `to` is None only where a contract is created; the wallet itself never does that.
    """

    chain_id: int
    nonce: int
    max_priority_fee_per_gas: int
    max_fee_per_gas: int
    gas_limit: int
    to: Address | None
    value: int
    data: bytes
    access_list: tuple[AccessEntry, ...] = ()

    def __post_init__(self) -> None:
        for field, most in (
            ("chain_id", _UINT256),
            ("nonce", _UINT64 - 1),  # EIP-2681
            ("max_priority_fee_per_gas", _UINT256),
            ("max_fee_per_gas", _UINT256),
            ("gas_limit", _UINT64),
            ("value", _UINT256),
        ):
            number = getattr(self, field)
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < most:
                raise InputError("transaction.field", field=field)
        if self.max_priority_fee_per_gas > self.max_fee_per_gas:
            raise InputError("transaction.field", field="max_priority_fee_per_gas")
        if self.gas_limit * self.max_fee_per_gas >= _UINT256:
            raise InputError("transaction.field", field="max_fee_per_gas")

    def digest(self) -> bytes:
        """The 32 bytes to sign: keccak256(0x02 ‖ rlp(fields))."""
        return keccak256(_TYPE + rlp.encode(self._items()))

    def sign(self, signer: Signer) -> SignedTransaction:
        """Sign; the result's `raw` is what eth_sendRawTransaction takes."""
        signature = signer.sign_transaction(self)
        parity = signature[64] - _V_OFFSET
        words = (parity, int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]))
        raw = _TYPE + rlp.encode([*self._items(), *map(rlp.encode_number, words)])
        return SignedTransaction(self, signer.address, raw)

    def _items(self) -> list[rlp.Item]:
        access: list[rlp.Item] = [
            [address_bytes(address), list(slots)] for address, slots in self.access_list
        ]
        return [
            rlp.encode_number(self.chain_id),
            rlp.encode_number(self.nonce),
            rlp.encode_number(self.max_priority_fee_per_gas),
            rlp.encode_number(self.max_fee_per_gas),
            rlp.encode_number(self.gas_limit),
            b"" if self.to is None else address_bytes(self.to),
            rlp.encode_number(self.value),
            self.data,
            access,
        ]


class SignedTransaction(Record):
    """A transaction, who signed it, and its bytes on the wire."""

    transaction: Transaction
    sender: Address
    raw: bytes

    @property
    def hash(self) -> bytes:
        """The transaction hash, 32 bytes."""
        return keccak256(self.raw)


def decode(raw: bytes) -> SignedTransaction:
    """Read signed type 2 bytes and recover their sender; InputError naming a wrong field."""
    if raw[:1] != _TYPE:
        raise InputError("transaction.field", field="type")
    items = rlp.decode(raw[1:])
    if not isinstance(items, list) or len(items) != _FIELDS:
        raise InputError("transaction.field", field="fields")
    transaction = Transaction(
        chain_id=_number(items[0], "chain_id"),
        nonce=_number(items[1], "nonce"),
        max_priority_fee_per_gas=_number(items[2], "max_priority_fee_per_gas"),
        max_fee_per_gas=_number(items[3], "max_fee_per_gas"),
        gas_limit=_number(items[4], "gas_limit"),
        to=_address(items[5], "to") if items[5] else None,
        value=_number(items[6], "value"),
        data=_bytes(items[7], "data"),
        access_list=_access_list(items[8]),
    )
    parity, r, s = (
        _number(item, name) for item, name in zip(items[9:], ("y_parity", "r", "s"), strict=True)
    )
    if parity > 1 or not 0 < r < ORDER or not 0 < s <= HALF_ORDER:
        raise InputError("transaction.field", field="signature")
    signature = r.to_bytes(_WORD) + s.to_bytes(_WORD) + bytes((parity + _V_OFFSET,))
    return SignedTransaction(transaction, recover(transaction.digest(), signature), raw)


def _number(item: rlp.Item, field: str) -> int:
    if isinstance(item, list) or len(item) > _WORD or item[:1] == b"\0":
        raise InputError("transaction.field", field=field)
    return int.from_bytes(item)


def _bytes(item: rlp.Item, field: str) -> bytes:
    if isinstance(item, list):
        raise InputError("transaction.field", field=field)
    return item


def _address(item: rlp.Item, field: str) -> Address:
    if isinstance(item, list) or len(item) != _ADDRESS:
        raise InputError("transaction.field", field=field)
    return checksum(item)


def _access_list(item: rlp.Item) -> tuple[AccessEntry, ...]:
    if not isinstance(item, list):
        raise InputError("transaction.field", field="access_list")
    entries: list[AccessEntry] = []
    for entry in item:
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[1], list):  # noqa: PLR2004  # (address, slots)
            raise InputError("transaction.field", field="access_list")
        slots = tuple(_bytes(slot, "access_list") for slot in entry[1])
        if any(len(slot) != _WORD for slot in slots):
            raise InputError("transaction.field", field="access_list")
        entries.append((_address(entry[0], "access_list"), slots))
    return tuple(entries)
