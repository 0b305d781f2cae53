"""Wallet: who signs. A Signer has an address and signs; where its key lives is its own affair."""

from __future__ import annotations

from typing import NoReturn, Protocol, final

from wallet.address import Address, address_of_public_key
from wallet.curve import load_key, public_bytes, recover_public, sign
from wallet.errors import SecretLeak, SignatureError
from wallet.secret import Secret
from wallet.typed_data import Domain, Struct

_DIGEST_BYTES = 32


class Signer(Protocol):
    """Signs for one address: a key in memory here, a hardware key or an agent elsewhere."""

    @property
    def address(self) -> Address:
        """The address that the signatures are of."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign 32 bytes blindly. Dangerous: nobody can read what a digest says.

        For transactions and messages that this package has hashed itself. 65 bytes r ‖ s ‖ v.
        """
        ...

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """Sign a typed message (EIP-712) under a domain: 65 bytes r ‖ s ‖ v, v 27 or 28."""
        ...


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
        """See Signer.sign_digest."""
        if len(digest) != _DIGEST_BYTES:
            raise SignatureError("signature.digest", length=len(digest))
        return sign(self.__key, digest)

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """See Signer.sign_message."""
        return self.sign_digest(message.digest(domain))

    def __repr__(self) -> str:
        return f"LocalSigner({self._address})"

    def __reduce__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")


def recover(digest: bytes, signature: bytes) -> Address:
    """The address that signed `digest`; SignatureError for a malleable or malformed signature."""
    return address_of_public_key(recover_public(digest, signature))
