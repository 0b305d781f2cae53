"""Wallet: a holder for secret bytes that does not print, compare in short-cut, copy or pickle."""

from __future__ import annotations

from wallet.errors import SecretLeak
from wallet.hints import Final, NoReturn, final

_SHOWN: Final = "<secret>"


@final
class Secret:
    """Secret bytes: a password, a phrase, a seed or a private key.

    The only way to the bytes is `reveal()`, so a reader finds every use by that name. Python
    cannot promise to wipe memory; this type keeps secrets out of outputs, logs and files.
    """

    __slots__ = ("__value",)

    def __init__(self, value: bytes) -> None:
        self.__value = bytes(value)

    def reveal(self) -> bytes:
        """The bytes themselves. Keep the result local."""
        return self.__value

    def __repr__(self) -> str:
        return _SHOWN

    def __str__(self) -> str:
        return _SHOWN

    def __format__(self, spec: str) -> str:
        return _SHOWN

    def __len__(self) -> int:
        return len(self.__value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # noqa: PLC0415  # it loads all of OpenSSL, and few commands compare secrets

        return hmac.compare_digest(self.__value, other.reveal())

    def __hash__(self) -> NoReturn:
        raise SecretLeak("secret.hashed")

    def __reduce__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")

    def __copy__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")

    def __deepcopy__(self, memo: dict[int, object]) -> NoReturn:
        raise SecretLeak("secret.pickled")
