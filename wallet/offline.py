"""Wallet: payments carried to a computer without a network and back, by file or by QR codes.

A prepared payment holds everything that will be signed and the network that it is for; its id
is the hash of exactly that. What comes back holds the id and the signature alone, so the sender
puts the two together itself and can prove that what was signed is what was prepared.

In writing, either is JSON; for QR codes it is deflated, written in base64url and cut in parts:

    JIAOZI1:<id of the whole>:<part>/<parts>:<base64url>
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from wallet.address import parse_address
from wallet.book import Network
from wallet.errors import InputError, WalletError
from wallet.strict_json import read_json
from wallet.transaction import Transaction
from wallet.typed_data import TransferAuthorization

_PREPARED: Final = "jiaozi-prepared-1"
_SIGNED: Final = "jiaozi-signed-1"
_PREFIX: Final = "JIAOZI1:"
_PART: Final = re.compile(
    r"JIAOZI1:([0-9a-f]{16}):([1-9][0-9]?)/([1-9][0-9]?):([A-Za-z0-9_-]+)", re.ASCII
)
_PART_LENGTH: Final = 700  # letters of data in one code
_MOST_PARTS: Final = 99
_MOST_BYTES: Final = 64 * 1024
_NUMBERS: Final = ("nonce", "max_priority_fee_per_gas", "max_fee_per_gas", "gas_limit")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A payment to be signed: an authorization, or a transaction that transfers.

    `network` is chain, token, its name and currency; `from_block` the first block that can hold
    the payment; `memo` stays with the payer.
    """

    network: tuple[int, str, str, str]
    sender: str
    to: str
    value: int
    created_at: int
    from_block: int
    memo: str | None
    message: TransferAuthorization | None = None
    transaction: Transaction | None = None

    @property
    def id(self) -> str:
        """What the answer refers to: SHA-256 of the JSON, 32 hex digits of it."""
        return hashlib.sha256(self.to_json()).hexdigest()[:32]

    def to_json(self) -> bytes:
        """The one way to write it."""
        chain_id, token, token_name, currency = self.network
        whole: dict[str, Any] = {
            "type": _PREPARED,
            "network": {
                "chain_id": chain_id,
                "token": token,
                "token_name": token_name,
                "currency": currency,
            },
            "sender": self.sender,
            "to": self.to,
            "value": str(self.value),
            "created_at": self.created_at,
            "from_block": self.from_block,
            "memo": self.memo,
        }
        if self.message is not None:
            whole["authorization"] = {
                "valid_after": self.message.valid_after,
                "valid_before": self.message.valid_before,
                "nonce": self.message.nonce.hex(),
            }
        if self.transaction is not None:
            whole["transaction"] = {name: getattr(self.transaction, name) for name in _NUMBERS} | {
                "data": self.transaction.data.hex()
            }
        return _canonical(whole)

    @classmethod
    def from_json(cls, data: bytes) -> Prepared:
        """Read it; InputError if it is not exactly what `to_json` writes."""
        try:
            whole = read_json(data)
            found = cls._read(whole)
        except (ValueError, KeyError, TypeError, AttributeError, WalletError) as error:
            raise InputError("offline.prepared") from error
        if found.to_json() != _canonical(whole):
            raise InputError("offline.prepared")
        return found

    @classmethod
    def _read(cls, whole: dict[str, Any]) -> Prepared:
        place = whole["network"]
        chain_id, token = _int(place["chain_id"]), parse_address(place["token"])
        sender, to = parse_address(whole["sender"]), parse_address(whole["to"])
        value, memo = _int(int(whole["value"])), whole["memo"]
        if not (memo is None or isinstance(memo, str)) or whole["type"] != _PREPARED:
            raise TypeError("memo")
        message = transaction = None
        if "authorization" in whole:
            fields = whole["authorization"]
            after, before = _int(fields["valid_after"]), _int(fields["valid_before"])
            nonce = bytes.fromhex(fields["nonce"])
            message = TransferAuthorization(sender, to, value, after, before, nonce)
        else:
            fields = whole["transaction"]
            number, tip, most, gas = (_int(fields[name]) for name in _NUMBERS)
            data = bytes.fromhex(fields["data"])
            transaction = Transaction(chain_id, number, tip, most, gas, token, 0, data)
        network = (chain_id, token, str(place["token_name"]), str(place["currency"]))
        created_at, block = _int(whole["created_at"]), _int(whole["from_block"])
        return cls(network, sender, to, value, created_at, block, memo, message, transaction)


@dataclass(frozen=True, slots=True)
class Signed:
    """The answer: the id of what was prepared, and the signature or the signed transaction."""

    id: str
    signature: bytes = b""
    raw: bytes = b""

    def to_json(self) -> bytes:
        """The one way to write it."""
        key, value = ("raw", self.raw) if self.raw else ("signature", self.signature)
        return _canonical({"type": _SIGNED, "id": self.id, key: value.hex()})

    @classmethod
    def from_json(cls, data: bytes) -> Signed:
        """Read it; InputError if it is not exactly what `to_json` writes."""
        try:
            whole = read_json(data)
            if whole["type"] != _SIGNED or not re.fullmatch("[0-9a-f]{32}", whole["id"]):
                raise ValueError("type")  # noqa: TRY301  # told apart by nobody
            raw, signature = whole.get("raw", ""), whole.get("signature", "")
            found = cls(whole["id"], bytes.fromhex(signature), bytes.fromhex(raw))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("offline.signed") from error
        if found.to_json() != _canonical(whole):
            raise InputError("offline.signed")
        return found


def network_of(network: Network) -> tuple[int, str, str, str]:
    """What of a network is signed for."""
    return network.chain_id, network.token, network.token_name, network.currency.code


def to_parts(data: bytes) -> list[str]:
    """The texts of the QR codes that carry some bytes."""
    text = base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")
    pieces = [text[at : at + _PART_LENGTH] for at in range(0, len(text), _PART_LENGTH)]
    if len(pieces) > _MOST_PARTS:
        raise InputError("offline.large")
    whole = _checksum(data)
    return [f"{_PREFIX}{whole}:{n}/{len(pieces)}:{piece}" for n, piece in enumerate(pieces, 1)]


def is_part(text: str) -> bool:
    """Whether a text means to be the text of one of our QR codes."""
    return text.startswith(_PREFIX)


def from_parts(texts: Iterable[str]) -> bytes:
    """The bytes of all parts, in any order, some of them perhaps read twice.

    InputError for a text that is no part, parts of different things, and parts that are missing.
    """
    found: dict[int, str] = {}
    heads: set[tuple[str, int]] = set()
    for text in texts:
        match = _PART.fullmatch(text)
        if match is None:
            raise InputError("offline.part")
        whole, number, count = match[1], int(match[2]), int(match[3])
        heads.add((whole, count))
        if len(heads) > 1 or number > count or found.setdefault(number, match[4]) != match[4]:
            raise InputError("offline.mixed")
    if not heads:
        raise InputError("offline.part")
    ((whole, count),) = heads
    missing = [str(number) for number in range(1, count + 1) if number not in found]
    if missing:
        raise InputError("offline.missing", parts=", ".join(missing), count=count)
    return _unpacked("".join(found[number] for number in range(1, count + 1)), whole)


def _unpacked(text: str, whole: str) -> bytes:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        inflater = zlib.decompressobj()
        data = inflater.decompress(packed, _MOST_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise InputError("offline.part") from error
    if inflater.unconsumed_tail or not inflater.eof or _checksum(data) != whole:
        raise InputError("offline.part")
    return data


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _canonical(whole: dict[str, Any]) -> bytes:
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("number")
    return value
