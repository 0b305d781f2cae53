"""Bank: the errors of this room.

::

    BankError
    ├── BankUnreachable    the bank, its directory or its database did not answer; ask again
    ├── BankRefused        the bank answered, and its answer is no; asking again changes nothing
    └── StatementRefused   a file from the bank cannot be trusted as a whole

A single bad line is no error: `read_camt` reports it as a `BadLine` among the good ones.
"""

from __future__ import annotations

from api.kernel.errors import BridgeError, Conflict, Malformed, Unavailable

__all__ = ["BankError", "BankRefused", "BankUnreachable", "StatementRefused"]


class BankError(BridgeError):
    """Anything that goes wrong between the bridge and the bank."""

    slug = "bank-error"


class BankUnreachable(BankError, Unavailable):
    """The bank did not answer. What was asked may or may not have happened: ask again as is."""

    slug = "bank-unreachable"


class BankRefused(BankError, Conflict):
    """The bank will not do this. Nothing happened; `detail` says why, `remedy` what to do."""

    slug = "bank-refused"


class StatementRefused(BankError, Malformed):
    """A whole file is unusable: not XML, a DOCTYPE, another message, cut off, and the like."""

    slug = "statement-refused"

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy=remedy)

    @property
    def reason(self) -> str:
        """What is wrong with the file, in one sentence."""
        return self.detail
