"""Wallet: Sign-In with Ethereum (EIP-4361): the one form of text that opens a session.

Read by the standard's grammar and by nothing looser. A text that only looks like it, with the
words that people know and one line out of place, is not a sign-in but a danger.
"""

from __future__ import annotations

from wallet.errors import InputError
from wallet.hints import Final
from wallet.record import Record

#: What the first line ends with.
WORDS: Final = " wants you to sign in with your Ethereum account:"
_LOOKS: Final = "wants you to sign in with your ethereum account"


class SignIn(Record):
    """A sign-in message. Times are as written; `expires` and `begins` are seconds since 1970."""

    domain: str
    address: str
    uri: str
    version: str
    chain_id: int
    nonce: str
    issued_at: str
    statement: str | None = None
    scheme: str | None = None
    expiration_time: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    @property
    def expires(self) -> int | None:
        """The second from which on the message is no good; None where it names none."""
        return _moment(self.expiration_time)

    @property
    def begins(self) -> int | None:
        """The second from which on the message is good; None where it names none."""
        return _moment(self.not_before)

    def to_text(self) -> str:
        """The message as it is signed."""
        origin = self.domain if self.scheme is None else f"{self.scheme}://{self.domain}"
        lines = [f"{origin}{WORDS}", self.address, ""]
        lines += [""] if self.statement is None else [self.statement, ""]
        for name, value in (
            ("URI", self.uri),
            ("Version", self.version),
            ("Chain ID", str(self.chain_id)),
            ("Nonce", self.nonce),
            ("Issued At", self.issued_at),
            ("Expiration Time", self.expiration_time),
            ("Not Before", self.not_before),
            ("Request ID", self.request_id),
        ):
            if value is not None:
                lines.append(f"{name}: {value}")
        if self.resources is not None:
            lines += ["Resources:", *(f"- {uri}" for uri in self.resources)]
        return "\n".join(lines)


def looks_like_sign_in(text: str) -> bool:
    """Whether a reader would take a text for a sign-in."""
    return _LOOKS in " ".join(text.casefold().split())


def parse_sign_in(text: str) -> SignIn:
    """Read a sign-in message; InputError naming the part that is not as EIP-4361 has it."""
    if not text.partition("\n")[0].endswith(WORDS):
        raise InputError("siwe.part", part="domain")
    from wallet.consent.siwe_reader import read  # noqa: PLC0415  # see there

    return read(text)


def _moment(written: str | None) -> int | None:
    from wallet.consent.siwe_reader import seconds  # noqa: PLC0415  # see there

    return None if written is None else seconds(written)
