"""Wallet: every error the wallet raises for a fault it foresees.

An error is a stable code with the values that failed; its texts (what happened, what to do)
stand in `wallet/texts/` in English and 简体中文 and are looked up only when somebody reads
them. A program matches on the class or on `code`, a person reads `str(error)` and `remedy`.

    WalletError
    ├── InputError              a value that was given is wrong
    │   ├── AmountError           not an amount of that currency
    │   ├── AddressError          not an address, or not one that can be meant here
    │   ├── MnemonicError         not a recovery phrase
    │   ├── ShareError            not a share of one, or not of the same set
    │   ├── PathError             not a derivation path or index
    │   └── IbanError             not a bank account number
    ├── SecretError             a secret cannot be used
    │   ├── WrongPassword         the password does not open it
    │   ├── DamagedFile           its bytes are not what was written
    │   └── SecretLeak            somebody tried to print or copy it
    ├── SignatureError          a signature is malformed or of somebody else
    ├── Declined                the owner said no
    ├── SetupError              the wallet's own files are missing, present or contradictory
    ├── RefusedError            the rules of the money or the bank say no
    ├── ChainError              the chain answered, and not as hoped
    │   ├── WrongChain            it is another chain or another token
    │   └── RpcError              the node refused the call, with its code and words
    ├── BankAnswerError         the bank answered with a problem
    ├── Unreachable             nobody answered
    └── StillWaiting            the end was not seen in the time given
"""

from __future__ import annotations

from wallet.hints import ClassVar


class WalletError(Exception):
    """A foreseen fault: `code` (stable, for programs) and the `values` its texts name.

    No value may be a secret: values reach screens and logs.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: dict[str, object] = values

    def __str__(self) -> str:
        return self.message()

    def message(self, language: str = "en") -> str:
        """What happened, in one line."""
        return _told(self.code, language, 0, self.values)

    def remedy(self, language: str = "en") -> str:
        """What to do about it, in one line."""
        return _told(self.code, language, 1, self.values)


def _told(code: str, language: str, which: int, values: dict[str, object]) -> str:
    """A sentence with its values, whose neighbours stand as they should where one is empty.

    A blank parts sentences that end in a point, and none those that end in "。".
    """
    from wallet.texts import error_text  # noqa: PLC0415  # most runs of a command need no error

    return error_text(code, language)[which].format_map(values).strip().replace("。 ", "。")


class InputError(WalletError):
    """A value that was given is wrong."""

    exit_code = 2


class AmountError(InputError):
    """Not an amount of that currency."""


class AddressError(InputError):
    """Not an address, or not one that can be meant here."""


class MnemonicError(InputError):
    """Not a recovery phrase."""


class ShareError(InputError):
    """Not a share of a recovery phrase, or not of the same set as the others."""


class PathError(InputError):
    """Not a derivation path or index."""


class IbanError(InputError):
    """Not a bank account number."""


class SecretError(WalletError):
    """A secret cannot be used."""

    exit_code = 5


class WrongPassword(SecretError):
    """The password does not open it."""


class DamagedFile(SecretError):
    """Its bytes are not what was written."""


class SecretLeak(SecretError):
    """Somebody tried to print, copy or pickle a secret."""


class SignatureError(WalletError):
    """A signature is malformed or of somebody else."""


class SetupError(WalletError):
    """The wallet's own files are missing, already there, or contradict one another."""


class RefusedError(WalletError):
    """The rules of the money or the bank say no."""

    exit_code = 3


class ChainError(WalletError):
    """The chain answered, and not as hoped."""


class WrongChain(ChainError):
    """It is another chain or another token than this wallet was set up for."""


class RpcError(ChainError):
    """The node refused the call.

    `values` holds `method`, `rpc_code`, `reason` and, where the node gave it, the revert `data`.
    """


class BankAnswerError(WalletError):
    """The bank answered with a problem (RFC 9457)."""


class Unreachable(WalletError):
    """Nobody answered."""

    exit_code = 4


class StillWaiting(WalletError):
    """The end was not seen in the time given; what was started may still happen."""

    exit_code = 4


class Declined(WalletError):
    """The owner said no; nothing was signed."""
