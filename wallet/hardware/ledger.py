"""Wallet: a Ledger with its Ethereum app as a Signer.

The commands are those of the app's public documentation (ethapp.adoc). Typed messages are sent
field by field, so that the device shows them; where the app is too old or the device too small
for that, it can show two hashes only, and the owner is asked first.
"""

from __future__ import annotations

from typing import Final, final

from wallet import rlp
from wallet.address import Address, address_bytes, address_of_public_key
from wallet.errors import Declined, SetupError, SignatureError, WalletError
from wallet.hardware import ledger_typed
from wallet.hardware.apdu import Transport
from wallet.hardware.common import DeviceSigner, Owner, check_address, checked, xpub_of
from wallet.keccak import keccak256
from wallet.path import Path
from wallet.signer import text_digest
from wallet.transaction import Transaction
from wallet.typed_json import TypedData

_CLA: Final = 0xE0
_GET_ADDRESS: Final = 0x02
_SIGN: Final = 0x04
_SIGN_TEXT: Final = 0x08
_SIGN_TYPED: Final = 0x0C
_FIRST: Final = 0x00
_MORE: Final = 0x80
_WITH_CHAIN_CODE: Final = 0x01
_SHOW: Final = 0x01
_BY_HASHES: Final = 0x00
_BY_FIELDS: Final = 0x01
_MOST: Final = 255
_LONGEST_PATH: Final = 10
_POINT: Final = 65
_SIGNATURE: Final = 65
_CHAIN_CODE: Final = 32

_OK: Final = 0x9000
#: What the device means by its other status words. The app's documentation and the device's
#: operating system define them; those of the latter differ between generations.
_DECLINED: Final = (0x6985, 0x6982)
_LOCKED: Final = (0x5515, 0x6804, 0x6B0C)
_NO_APP: Final = (0x6E00, 0x6E01, 0x6D02, 0x6511)
_NOT_KNOWN: Final = (0x6D00, 0x6B00)
_TOO_MUCH: Final = 0x6A84
_NOT_TAKEN: Final = 0x6A80


class _Unknown(SetupError):
    """The app does not know the command, or has no memory for it."""


class Ledger:
    """A device: its public keys, and its answers to commands."""

    def __init__(self, transport: Transport, owner: Owner) -> None:
        self._transport = transport
        self.owner = owner

    def address(self, path: Path, *, show: bool = False) -> Address:
        """The address at a path; `show` has the owner compare it on the device first."""
        if show:
            self.owner.look()
        point, _ = self._public(path, show=show, chain_code=False)
        return address_of_public_key(point[1:])

    def xpub(self, path: Path) -> str:
        """The extended public key at a path. The device does not tell the parent's
        fingerprint: it is written as zeros, which changes no address."""
        point, chain_code = self._public(path, show=False, chain_code=True)
        compressed = bytes((2 + point[-1] % 2,)) + point[1:33]
        return xpub_of(path, compressed, chain_code, bytes(4))

    def signer(self, path: Path, address: Address) -> LedgerSigner:
        """The signer of one address; SetupError if the device has another one there."""
        check_address(address, self.address(path))
        return LedgerSigner(self, path, address)

    def send(self, instruction: int, p1: int, p2: int, data: bytes) -> bytes:
        """One command's answer; an error that says what the device's status word means."""
        head = bytes((_CLA, instruction, p1, p2, len(data)))
        answer = self._transport.exchange(head + data)
        status = int.from_bytes(answer[-2:])
        if status == _OK:
            return answer[:-2]
        raise _error(status)

    def send_long(self, instruction: int, data: bytes) -> bytes:
        """A command whose data may be longer than one can hold."""
        chunks = [data[start : start + _MOST] for start in range(0, len(data), _MOST)]
        answer = b""
        for number, chunk in enumerate(chunks):
            answer = self.send(instruction, _MORE if number else _FIRST, 0, chunk)
        return answer

    def _public(self, path: Path, *, show: bool, chain_code: bool) -> tuple[bytes, bytes]:
        p1, p2 = _SHOW if show else 0, _WITH_CHAIN_CODE if chain_code else 0
        answer = self.send(_GET_ADDRESS, p1, p2, packed(path))
        point, rest = answer[1:][: answer[0]] if answer else b"", answer[1 + _POINT :]
        text, code = rest[1:][: rest[0]] if rest else b"", rest[1 + 40 :]
        stated = address_of_public_key(point[1:]) if len(point) == _POINT else ""
        if not stated or stated[2:].lower().encode() != text.lower():
            raise SetupError("device.answer")
        if chain_code and len(code) != _CHAIN_CODE:
            raise SetupError("device.answer")
        return point, code


@final
class LedgerSigner(DeviceSigner[Ledger]):
    """One address of a Ledger."""

    def sign_transaction(self, transaction: Transaction) -> bytes:
        """See Signer.sign_transaction."""
        payload = _payload(transaction)
        if keccak256(payload) != transaction.digest():  # two ways to encode it must agree
            raise SignatureError("device.encoding")
        self._device.owner.look()
        answer = self._device.send_long(_SIGN, packed(self._path) + payload)
        return self._checked(transaction.digest(), answer)

    def sign_text(self, text: bytes) -> bytes:
        """See Signer.sign_text."""
        self._device.owner.look()
        data = packed(self._path) + len(text).to_bytes(4) + text
        return self._checked(text_digest(text), self._device.send_long(_SIGN_TEXT, data))

    def sign_typed(self, message: TypedData) -> bytes:
        """See Signer.sign_typed. By two hashes only where the owner accepts that."""
        commands = list(ledger_typed.commands(message))
        self._device.owner.look()
        path = packed(self._path)
        try:
            for command in commands:
                self._device.send(*command)
            answer = self._device.send(_SIGN_TYPED, 0, _BY_FIELDS, path)
        except _Unknown:
            self._device.owner.accept_hashes(message.separator, message.struct_hash)
            hashes = message.separator + message.struct_hash
            answer = self._device.send(_SIGN_TYPED, 0, _BY_HASHES, path + hashes)
        return self._checked(message.digest(), answer)

    def _checked(self, digest: bytes, answer: bytes) -> bytes:
        if len(answer) != _SIGNATURE:
            raise SetupError("device.answer")
        return checked(digest, answer[1:33], answer[33:], answer[0], self._address)


def packed(path: Path) -> bytes:
    """A path as the app takes it: how many steps, then each as four bytes."""
    if len(path.steps) > _LONGEST_PATH:
        raise SetupError("device.path", path=str(path))
    return bytes((len(path.steps),)) + b"".join(step.number.to_bytes(4) for step in path.steps)


def _payload(transaction: Transaction) -> bytes:
    """0x02 ‖ rlp(fields), from the transaction's public fields alone."""
    numbers = (
        transaction.chain_id,
        transaction.nonce,
        transaction.max_priority_fee_per_gas,
        transaction.max_fee_per_gas,
        transaction.gas_limit,
    )
    access: list[rlp.Item] = [
        [address_bytes(address), list(slots)] for address, slots in transaction.access_list
    ]
    to = b"" if transaction.to is None else address_bytes(transaction.to)
    value = rlp.encode_number(transaction.value)
    items: list[rlp.Item] = [*map(rlp.encode_number, numbers), to, value, transaction.data, access]
    return b"\x02" + rlp.encode(items)


def _error(status: int) -> WalletError:
    if status in _DECLINED:
        return Declined("device.declined")
    if status in _LOCKED:
        return SetupError("device.locked", device="Ledger")
    if status in _NO_APP:
        return SetupError("device.app")
    if status in _NOT_KNOWN or status == _TOO_MUCH:
        return _Unknown("device.unknown", status=f"{status:04x}")
    if status == _NOT_TAKEN:
        return SetupError("device.not_taken")
    return SetupError("device.status", status=f"{status:04x}")
