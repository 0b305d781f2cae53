"""Wallet: a Trezor as a Signer, through the maker's library, trezorlib.

Transactions, texts and typed messages reach the device whole; it shows them and asks. Nested
arrays in typed messages are beyond trezorlib, and are refused before anything is signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, final

from wallet.address import Address
from wallet.base58 import decode_check
from wallet.errors import Declined, SetupError, SignatureError
from wallet.hardware.common import (
    DeviceSigner,
    Owner,
    check_address,
    checked,
    domain_values,
    reachable,
)
from wallet.path import Path
from wallet.signer import text_digest
from wallet.typed_json import TypedData

if TYPE_CHECKING:
    from wallet.transaction import Transaction

_SIGNATURE: Final = 65
_NAME: Final = "jiaozi"


class Trezor:
    """A device: its public keys, and its signatures."""

    def __init__(self, session: Any, owner: Owner) -> None:
        """Take an open `trezorlib.client.Session`."""
        self.session = session
        self.owner = owner
        self._ethereum = import_module("trezorlib.ethereum")

    def address(self, path: Path, *, show: bool = False) -> Address:
        """The address at a path; `show` has the owner compare it on the device first."""
        if show:
            self.owner.look()
        return Address(self.call("get_address", path, show_display=show))

    def xpub(self, path: Path) -> str:
        """The extended public key at a path."""
        text = str(self.call("get_public_node", path).xpub)
        if decode_check(text) is None:
            raise SetupError("device.answer")
        return text

    def signer(self, path: Path, address: Address) -> TrezorSigner:
        """The signer of one address; SetupError if the device has another one there."""
        check_address(address, self.address(path))
        return TrezorSigner(self, path, address)

    def call(self, name: str, path: Path, *values: Any, **more: Any) -> Any:
        """Call trezorlib.ethereum's `name`; its errors become the wallet's."""
        numbers = [step.number for step in path.steps]
        with _translated():
            return getattr(self._ethereum, name)(self.session, numbers, *values, **more)


@final
class TrezorSigner(DeviceSigner[Trezor]):
    """One address of a Trezor."""

    def sign_transaction(self, transaction: Transaction) -> bytes:
        """See Signer.sign_transaction."""
        messages = import_module("trezorlib.messages")
        access = [
            messages.EthereumAccessList(address=address, storage_keys=list(slots))
            for address, slots in transaction.access_list
        ]
        self._device.owner.look()
        v, r, s = self._device.call(
            "sign_tx_eip1559",
            self._path,
            nonce=transaction.nonce,
            gas_limit=transaction.gas_limit,
            to=transaction.to or "",
            value=transaction.value,
            data=transaction.data,
            chain_id=transaction.chain_id,
            max_gas_fee=transaction.max_fee_per_gas,
            max_priority_fee=transaction.max_priority_fee_per_gas,
            access_list=access,
        )
        return checked(transaction.digest(), r, s, v, self._address)

    def sign_text(self, text: bytes) -> bytes:
        """See Signer.sign_text."""
        self._device.owner.look()
        return self._checked(text_digest(text), self._device.call("sign_message", self._path, text))

    def sign_typed(self, message: TypedData) -> bytes:
        """See Signer.sign_typed. SignatureError for a message with nested arrays."""
        whole = _whole(message)
        self._device.owner.look()
        answer = self._device.call("sign_typed_data", self._path, whole, metamask_v4_compat=True)
        return self._checked(message.digest(), answer)

    def _checked(self, digest: bytes, answer: Any) -> bytes:
        signature = bytes(answer.signature)
        if len(signature) != _SIGNATURE:
            raise SetupError("device.answer")
        return checked(digest, signature[:32], signature[32:64], signature[64], self._address)


def open_trezor(owner: Owner) -> Trezor:
    """The first Trezor that is plugged in; SetupError if there is none or no trezorlib."""
    try:
        client: Any = import_module("trezorlib.client")
    except ImportError as error:
        raise SetupError("device.extra", extra="trezor") from error
    with _translated():
        found = client.get_default_client(_NAME, pin_callback=lambda _request: owner.pin())
        return Trezor(client.get_default_session(found), owner)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn trezorlib's errors into the wallet's."""
    failures: Any = import_module("trezorlib.exceptions")
    transport: Any = import_module("trezorlib.transport")
    cancelled = import_module("trezorlib.messages").FailureType.ActionCancelled
    try:
        yield
    except failures.Cancelled as error:
        raise Declined("device.declined") from error
    except (failures.PinException, failures.DeviceLockedError) as error:
        raise SetupError("device.locked", device="Trezor") from error
    except transport.DeviceIsBusy as error:
        raise SetupError("device.busy", device="Trezor") from error
    except transport.TransportException as error:
        raise SetupError("device.none", device="Trezor") from error
    except failures.TrezorFailure as error:
        if error.code == cancelled:
            raise Declined("device.declined") from error
        raise SetupError("device.failed", reason=str(error)) from error
    except failures.TrezorException as error:
        raise SetupError("device.failed", reason=type(error).__name__) from error


def _whole(message: TypedData) -> dict[str, Any]:
    """The message as trezorlib reads it: decimal numbers, hexadecimal bytes, types in use."""
    types = dict(reachable(message))
    if any(kind.count("[") > 1 for fields in types.values() for _, kind in fields):
        raise SignatureError("device.typed")
    return {
        "types": {
            name: [{"name": field, "type": kind} for field, kind in fields]
            for name, fields in types.items()
        },
        "primaryType": message.primary_type,
        "domain": _plain(domain_values(message)),
        "message": _plain(dict(message.message)),
    }


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
        case bytes():
            return "0x" + value.hex()
        case None:  # the device has no way to be told that a struct is null
            raise SignatureError("device.typed")
        case _:
            return value
