"""Wallet: a Signer as an eth-account account, so that any web3.py program can sign with it.

    w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(Web3Account(signer)), layer=0)

Whole transactions and messages reach the signer, so a device shows what it signs. Transactions
are of type 2 (EIP-1559); one that names a gasPrice becomes a type 2 transaction that pays exactly
that price. Blobs and EIP-7702 authorizations are refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol, final, runtime_checkable

from eth_abi.exceptions import EncodingError
from eth_account.datastructures import SignedMessage, SignedTransaction
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount
from eth_account.types import TransactionDictType
from eth_typing import ChecksumAddress, Hash32
from eth_utils.exceptions import ValidationError
from hexbytes import HexBytes
from web3.middleware.signing import to_account

from wallet import rlp
from wallet.address import Address, parse_address
from wallet.errors import InputError, SignatureError
from wallet.keccak import keccak256
from wallet.signer import Signer, text_digest
from wallet.transaction import AccessEntry, Transaction
from wallet.typed_json import TypedData

_KNOWN: Final = {
    "type", "from", "chainId", "nonce", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas",
    "to", "value", "data", "accessList",
}  # fmt: skip
_TYPES: Final = (0, 1, 2)
_TEXT_VERSION: Final = b"E"
_TEXT_HEADER: Final = b"thereum Signed Message:\n%d"
_HASH_BYTES: Final = 32


@runtime_checkable
class _SignsDigests(Protocol):
    """A signer that also signs 32 bytes blindly; devices and agents do not."""

    def sign_digest(self, digest: bytes) -> bytes: ...


@final
class Web3Account(BaseAccount):
    """An account for web3.py whose key stays with its Signer. Prints its address only."""

    def __init__(self, signer: Signer) -> None:
        """Wrap any signer: a key in memory, a device, an agent."""
        self._signer = signer

    @property
    def address(self) -> ChecksumAddress:
        """The signer's address."""
        return ChecksumAddress(self._signer.address)  # type: ignore[arg-type]  # both are text

    def sign_transaction(self, transaction_dict: TransactionDictType) -> SignedTransaction:
        """Sign a transaction with all its fields; InputError naming a wrong or unknown one."""
        fields: Mapping[str, Any] = transaction_dict
        for name in fields:
            if name not in _KNOWN:
                raise InputError("transaction.field", field=str(name))
        if "type" in fields and _number(fields, "type") not in _TYPES:
            raise InputError("transaction.field", field="type")
        sender = fields.get("from")
        if sender is not None and parse_address(str(sender)) != self._signer.address:
            raise InputError("transaction.field", field="from")
        signed = _transaction(fields).sign(self._signer)
        parity, r, s = (int.from_bytes(item) for item in rlp.decode(signed.raw[1:])[-3:])  # type: ignore[arg-type]  # three numbers end what was just encoded
        raw, tx_hash = HexBytes(signed.raw), HexBytes(signed.hash)
        return SignedTransaction(raw_transaction=raw, hash=tx_hash, r=r, s=s, v=parity)

    def sign_message(self, signable_message: SignableMessage) -> SignedMessage:
        """Sign an EIP-191 message.

        A text is given to the signer whole. Of typed data only hashes are left here: signers
        that show what they sign refuse those with SignatureError; use `sign_typed_data`.
        """
        version, header, body = (bytes(part) for part in signable_message)
        if version == _TEXT_VERSION and header == _TEXT_HEADER % len(body):
            return _signed(text_digest(body), self._signer.sign_text(body))
        return self._blindly(keccak256(b"\x19" + version + header + body))

    def sign_typed_data(
        self,
        domain_data: dict[str, Any] | None = None,
        message_types: dict[str, Any] | None = None,
        message_data: dict[str, Any] | None = None,
        full_message: dict[str, Any] | None = None,
    ) -> SignedMessage:
        """Sign an EIP-712 message given whole, or as domain, types and data; InputError for a
        message that other verifiers would hash to something else."""
        given = (domain_data, message_types, message_data)
        whole = full_message
        if whole is None:
            domain, types, data = (part or {} for part in given)
            primary = _primary_type(types)
            whole = {"domain": domain, "types": types, "primaryType": primary, "message": data}
        message = TypedData.parse(json.dumps(whole, default=_hex).encode())
        if _as_eth_account(*given, full_message) != message.digest():
            raise InputError("web3.digest")
        return _signed(message.digest(), self._signer.sign_typed(message))

    def unsafe_sign_hash(self, message_hash: Hash32) -> SignedMessage:
        """Sign 32 bytes blindly; SignatureError from a signer that shows what it signs."""
        return self._blindly(bytes(message_hash))

    def _blindly(self, digest: bytes) -> SignedMessage:
        if not isinstance(self._signer, _SignsDigests):
            raise SignatureError("signature.blind")
        return _signed(digest, self._signer.sign_digest(digest))

    def __repr__(self) -> str:
        return f"Web3Account({self._signer.address})"


# web3.py's signing middleware takes accounts of the kinds that it has been told of.
to_account.register(Web3Account, lambda account: account)


def _signed(digest: bytes, signature: bytes) -> SignedMessage:
    return SignedMessage(
        message_hash=HexBytes(digest),
        r=int.from_bytes(signature[:32]),
        s=int.from_bytes(signature[32:64]),
        v=signature[64],
        signature=HexBytes(signature),
    )


def _transaction(fields: Mapping[str, Any]) -> Transaction:
    if "gasPrice" in fields:
        if "maxFeePerGas" in fields or "maxPriorityFeePerGas" in fields:
            raise InputError("transaction.field", field="gasPrice")
        most = tip = _number(fields, "gasPrice")
    else:
        most, tip = _number(fields, "maxFeePerGas"), _number(fields, "maxPriorityFeePerGas")
    to = fields.get("to") or None
    return Transaction(
        chain_id=_number(fields, "chainId"),
        nonce=_number(fields, "nonce"),
        max_priority_fee_per_gas=tip,
        max_fee_per_gas=most,
        gas_limit=_number(fields, "gas"),
        to=None if to is None else _address(to),
        value=_number(fields, "value", 0),
        data=_bytes(fields.get("data", b""), "data"),
        access_list=tuple(_entry(entry) for entry in fields.get("accessList", ())),
    )


def _number(fields: Mapping[str, Any], field: str, default: int | None = None) -> int:
    value = fields.get(field, default)
    if isinstance(value, str) and value.startswith("0x"):
        try:
            return int(value, 16)
        except ValueError:
            raise InputError("transaction.field", field=field) from None
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError("transaction.field", field=field)
    return value


def _address(value: object) -> Address:
    return parse_address("0x" + value.hex() if isinstance(value, bytes) else str(value))


def _bytes(value: object, field: str) -> bytes:
    if isinstance(value, bytes):
        return bytes(value)
    try:
        return bytes.fromhex(str(value).removeprefix("0x"))
    except ValueError:
        raise InputError("transaction.field", field=field) from None


def _entry(entry: Any) -> AccessEntry:
    try:
        slots = tuple(_bytes(slot, "accessList") for slot in entry["storageKeys"])
        address = _address(entry["address"])
    except (KeyError, TypeError):
        raise InputError("transaction.field", field="accessList") from None
    if any(len(slot) != _HASH_BYTES for slot in slots):
        raise InputError("transaction.field", field="accessList")
    return address, slots


def _primary_type(types: Mapping[str, Any]) -> str:
    """The one type that no other refers to, as eth-account finds it."""
    used = {str(field["type"]).split("[")[0] for name in types for field in types[name]}
    found = [name for name in types if name not in used and name != "EIP712Domain"]
    if len(found) != 1:
        raise InputError("web3.primary")
    return found[0]


def _as_eth_account(*message: dict[str, Any] | None) -> bytes | None:
    """The digest as eth-account has it: what the caller expects; None where it refuses."""
    try:
        version, header, body = encode_typed_data(*message)
    except (TypeError, ValueError, LookupError, EncodingError, ValidationError):
        return None
    return keccak256(b"\x19" + version + header + body)


def _hex(value: object) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    raise InputError("web3.value", kind=type(value).__name__)
