"""Wallet: who signs. A Signer has an address and signs; where its key lives is its own affair.

A signer is given whole messages and never digests, so that a device or an agent can show and
judge what it signs. Every signature is 65 bytes r ‖ s ‖ v, s low, v 27 or 28.
"""

from __future__ import annotations

from wallet.address import Address, address_of_public_key
from wallet.curve import load_key, public_bytes, recover_public, sign
from wallet.errors import SecretLeak, SignatureError
from wallet.hints import TYPE_CHECKING, NoReturn, Protocol, final
from wallet.keccak import keccak256
from wallet.secret import Secret

if TYPE_CHECKING:
    from wallet.eip712 import Domain, Struct
    from wallet.transaction import Transaction
    from wallet.typed_json import TypedData

_DIGEST_BYTES = 32


class Signer(Protocol):
    """Signs for one address: a key in memory here, a hardware key or an agent elsewhere."""

    @property
    def address(self) -> Address:
        """The address that the signatures are of."""

    def sign_transaction(self, transaction: Transaction) -> bytes:
        """Sign a transaction; `Transaction.sign` makes the bytes that are sent."""

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """Sign one of the bank money's own messages (EIP-712) under a domain."""

    def sign_typed(self, message: TypedData) -> bytes:
        """Sign any typed message (EIP-712)."""

    def sign_text(self, text: bytes) -> bytes:
        """Sign a text for people (EIP-191, version 0x45: «personal sign»)."""


@final
class LocalSigner:
    """A signer whose private key is in this process's memory. Prints its address only."""

    __slots__ = ("__key", "_address")

    def __init__(self, private_key: Secret | bytes) -> None:
        """Take a 32-byte key; InputError if it is not in 1 … n−1."""
        raw = private_key.reveal() if isinstance(private_key, Secret) else private_key
        self.__key = load_key(raw)
        self._address = address_of_public_key(public_bytes(self.__key))

    @property
    def address(self) -> Address:
        """The address of the key."""
        return self._address

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign 32 bytes blindly. Dangerous: nobody can read what a digest says."""
        if len(digest) != _DIGEST_BYTES:
            raise SignatureError("signature.digest", length=len(digest))
        return sign(self.__key, digest)

    def sign_transaction(self, transaction: Transaction) -> bytes:
        """See Signer.sign_transaction."""
        return self.sign_digest(transaction.digest())

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """See Signer.sign_message."""
        return self.sign_digest(message.digest(domain))

    def sign_typed(self, message: TypedData) -> bytes:
        """See Signer.sign_typed."""
        return self.sign_digest(message.digest())

    def sign_text(self, text: bytes) -> bytes:
        """See Signer.sign_text."""
        return self.sign_digest(text_digest(text))

    def __repr__(self) -> str:
        return f"LocalSigner({self._address})"

    def __reduce__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")


def text_digest(text: bytes) -> bytes:
    """The 32 bytes that EIP-191 signs for a text: its length in bytes stands before it."""
    return keccak256(b"\x19Ethereum Signed Message:\n%d" % len(text) + text)


def recover(digest: bytes, signature: bytes) -> Address:
    """The address that signed `digest`; SignatureError for a malleable or malformed signature."""
    return address_of_public_key(recover_public(digest, signature))
