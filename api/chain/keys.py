"""Chain: the bank's signing keys. A key is read from its keystore once and never printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from api.chain.fees import Fees
from api.kernel.errors import Misconfigured
from api.kernel.ids import Address
from api.kernel.settings import KeySettings, read_secret
from wallet.errors import WalletError
from wallet.keystore import decrypt_key
from wallet.signer import LocalSigner
from wallet.transaction import Transaction

__all__ = ["Fees", "SignedBytes", "SigningKey", "load_key", "load_lane"]


@dataclass(frozen=True, slots=True)
class SignedBytes:
    """A signed transaction as a node takes it, and its hash."""

    raw: bytes
    tx_hash: str


@final
class SigningKey:
    """Signs transactions for one address. Prints the address only."""

    __slots__ = ("__signer",)

    def __init__(self, key: bytes) -> None:
        self.__signer = LocalSigner(key)

    @property
    def address(self) -> Address:
        """The sending address."""
        return self.__signer.address

    def sign(
        self, *, chain_id: int, nonce: int, to: Address, data: bytes, gas: int, fees: Fees
    ) -> SignedBytes:
        """An EIP-1559 transaction that carries no coin. The same values give the same bytes."""
        signed = Transaction(
            chain_id=chain_id,
            nonce=nonce,
            max_priority_fee_per_gas=fees.tip,
            max_fee_per_gas=fees.highest,
            gas_limit=gas,
            to=to,
            value=0,
            data=data,
        ).sign(self.__signer)
        return SignedBytes(signed.raw, f"0x{signed.hash.hex()}")

    def __repr__(self) -> str:
        return f"SigningKey({self.address})"

    __str__ = __repr__


def load_key(keys: Mapping[str, KeySettings], name: str) -> SigningKey:
    """Open the keystore that the settings name; takes up to a second (scrypt).

    Raises `Misconfigured`, without any part of key or password.
    """
    field = f"keys.{name}"
    settings = keys.get(name)
    if settings is None:
        raise Misconfigured(
            field, f"Setting {field} is missing.", remedy=f"Add a table [{field}] to the settings."
        )
    password = read_secret(settings.password_file, f"{field}.password_file")
    try:
        keystore = json.loads(settings.keystore.read_text("utf-8"))
        return SigningKey(decrypt_key(keystore, password))
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"{field}.keystore",
            f"The keystore for {field} cannot be read: {settings.keystore}.",
            remedy="Give a Web3 Secret Storage (version 3) file, readable by the bridge alone.",
        ) from error
    except WalletError as error:
        raise Misconfigured(
            f"{field}.keystore",
            f"The keystore for {field} cannot be opened: {error}",
            remedy=error.remedy(),
        ) from error


def load_lane(keys: Mapping[str, KeySettings], lane: str) -> list[SigningKey]:
    """The keys of a lane: «operator», and then «operator-2», «operator-3» … as far as they go."""
    found = [load_key(keys, lane)]
    while (name := f"{lane}-{len(found) + 1}") in keys:
        found.append(load_key(keys, name))
    addresses = {key.address for key in found}
    if len(addresses) < len(found):
        raise Misconfigured(
            f"keys.{lane}-{len(found)}",
            f"Two keys of the lane «{lane}» are one and the same.",
            remedy="Give each address of a lane a key of its own.",
        )
    return found
