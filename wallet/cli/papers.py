"""Wallet: reading what `sign` and `verify` are about: a file, standard input, or the line."""

from __future__ import annotations

from wallet.errors import InputError
from wallet.hints import TYPE_CHECKING
from wallet.signer import text_digest

if TYPE_CHECKING:
    from wallet.cli.session import Session
    from wallet.typed_json import TypedData

_LARGEST = 1_000_000  # bytes


class Paper:
    """A text, or a typed message, with the 32 bytes that are signed of it."""

    def __init__(self, session: Session) -> None:
        """Read it as the command line says; InputError if it is none, or if there is nothing."""
        words = session.line.words
        self.data = _data(session, words.get("FILE"))
        self.typed = _typed(self.data) if words["ACTION"] == "typed" else None

    @property
    def digest(self) -> bytes:
        """EIP-712's digest of a typed message, EIP-191's of a text."""
        return text_digest(self.data) if self.typed is None else self.typed.digest()


def _typed(data: bytes) -> TypedData:
    from wallet.typed_json import TypedData  # noqa: PLC0415  # a text does without

    return TypedData.parse(data)


def _data(session: Session, file: str | None) -> bytes:
    message = session.line.get("--message")
    if message is not None:
        if session.line.words["ACTION"] == "typed":
            raise InputError("usage.option", option="--message", command="jiaozi … typed")
        if file is not None:
            raise InputError("usage.extra", word=file, command="--message")
        return message.encode("utf-8", "surrogateescape")
    if file not in (None, "-"):
        from pathlib import Path  # noqa: PLC0415  # for a file only

        with Path(file or "").open("rb") as opened:
            return _bounded(opened.read(_LARGEST + 1))
    if session.environment.stdin.isatty():
        raise InputError("paper.none")
    return _bounded(session.environment.stdin.read(_LARGEST + 1).encode("utf-8", "surrogateescape"))


def _bounded(data: bytes) -> bytes:
    if len(data) > _LARGEST:
        raise InputError("paper.large", largest=_LARGEST)
    return data
