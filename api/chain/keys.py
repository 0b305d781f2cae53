"""Chain: the bank's signing keys. A key is read from its keystore once and never printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from api.kernel.errors import Misconfigured
from api.kernel.ids import Address
from api.kernel.settings import KeySettings, read_secret
from wallet.address import checksum
from wallet.errors import WalletError
from wallet.keystore import decrypt_key

__all__ = ["Fees", "SignedBytes", "SigningKey", "load_key"]


@dataclass(frozen=True, slots=True)
class Fees:
    """What a transaction may pay, in wei per gas (EIP-1559)."""

    highest: int
    tip: int

    @classmethod
    def of(cls, base_fee: int, tip: int) -> Fees:
        """Twice the base fee and the tip: good for six full blocks in a row.

        A chain whose base fee is zero takes none: there an address without coin can send too.
        """
        return cls(2 * base_fee + tip, tip) if base_fee else cls(0, 0)


@dataclass(frozen=True, slots=True)
class SignedBytes:
    """A signed transaction as a node takes it, and its hash."""

    raw: bytes
    tx_hash: str


@final
class SigningKey:
    """Signs transactions for one address. Prints the address only."""

    __slots__ = ("__account",)

    def __init__(self, key: bytes) -> None:
        self.__account: LocalAccount = Account.from_key(key)

    @property
    def address(self) -> Address:
        """The sending address."""
        return checksum(bytes.fromhex(self.__account.address[2:]))

    def sign(
        self, *, chain_id: int, nonce: int, to: Address, data: bytes, gas: int, fees: Fees
    ) -> SignedBytes:
        """An EIP-1559 transaction that carries no coin. The same values give the same bytes."""
        signed = self.__account.sign_transaction(
            {
                "type": 2,
                "chainId": chain_id,
                "nonce": nonce,
                "to": Web3.to_checksum_address(to),
                "value": 0,
                "data": data,
                "gas": gas,
                "maxFeePerGas": fees.highest,
                "maxPriorityFeePerGas": fees.tip,
            }
        )
        return SignedBytes(bytes(signed.raw_transaction), f"0x{bytes(signed.hash).hex()}")

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
