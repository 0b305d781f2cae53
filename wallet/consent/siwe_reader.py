"""Wallet: reading a sign-in by the grammar of its lines (EIP-4361, RFC 3986, RFC 3339).

A module of its own: making the patterns takes longer than to sign, and most texts are no sign-in.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta

from wallet.address import checksum
from wallet.consent.siwe import WORDS, SignIn
from wallet.errors import InputError
from wallet.hints import Final

# RFC 3986, as far as the message needs it.
_PLAIN: Final = r"A-Za-z0-9\-._~"
_SUB: Final = r"!$&'()*+,;="
_ESCAPE: Final = r"%[0-9A-Fa-f]{2}"
_HOST: Final = (
    rf"(\[[0-9A-Fa-f:.]+\]|\[v[0-9A-Fa-f]+\.[{_PLAIN}{_SUB}:]+\]|([{_PLAIN}{_SUB}]|{_ESCAPE})+)"
)
_AUTHORITY: Final = rf"(([{_PLAIN}{_SUB}:]|{_ESCAPE})*@)?{_HOST}(:[0-9]*)?"
_SEGMENTS: Final = rf"([{_PLAIN}{_SUB}:@/]|{_ESCAPE})*"
_TAIL: Final = rf"(\?([{_PLAIN}{_SUB}:@/?]|{_ESCAPE})*)?(#([{_PLAIN}{_SUB}:@/?]|{_ESCAPE})*)?"
_URI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(//(({_AUTHORITY})|(?=/))(/{_SEGMENTS})?|(?!//){_SEGMENTS}){_TAIL}",
    re.ASCII,
)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://", re.ASCII)
_DOMAIN: Final = re.compile(_AUTHORITY, re.ASCII)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_STATEMENT: Final = re.compile(rf"[{_PLAIN}:/?#\[\]@{_SUB} ]+", re.ASCII)
_VERSION: Final = re.compile("1")
_NUMBER: Final = re.compile(r"[0-9]{1,78}", re.ASCII)
_NONCE: Final = re.compile(r"[A-Za-z0-9]{8,}", re.ASCII)
_REQUEST_ID: Final = re.compile(rf"([{_PLAIN}{_SUB}:@]|{_ESCAPE})*", re.ASCII)
_TIME: Final = re.compile(
    r"([0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01]))[Tt]"
    r"(([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60))(\.[0-9]+)?"
    r"([Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))",
    re.ASCII,
)
_HEADER_LINES: Final = 2


def read(text: str) -> SignIn:
    """Read a sign-in message; InputError naming the part that is not as EIP-4361 has it."""
    lines = text.split("\n")
    scheme, domain = _origin(lines[0])
    if len(lines) < _HEADER_LINES or _ADDRESS.fullmatch(lines[1]) is None:
        raise _wrong("address")
    address = lines[1]
    # EIP-4361 asks for the EIP-55 checksum, so that a mistyped account is no account.
    if checksum(bytes.fromhex(address[2:])) != address:
        raise _wrong("address")
    statement, rest = _statement(lines[_HEADER_LINES:])
    reader = _Fields(rest)
    found = SignIn(
        domain=domain,
        address=address,
        scheme=scheme,
        statement=statement,
        uri=reader.take("URI", _URI),
        version=reader.take("Version", _VERSION),
        chain_id=int(reader.take("Chain ID", _NUMBER)),
        nonce=reader.take("Nonce", _NONCE),
        issued_at=reader.time("Issued At"),
        expiration_time=reader.optional_time("Expiration Time"),
        not_before=reader.optional_time("Not Before"),
        request_id=reader.optional("Request ID", _REQUEST_ID),
        resources=reader.resources(),
    )
    reader.end()
    return found


def _wrong(part: str) -> InputError:
    return InputError("siwe.part", part=part)


def _origin(line: str) -> tuple[str | None, str]:
    if not line.endswith(WORDS):
        raise _wrong("domain")
    origin = line.removesuffix(WORDS)
    scheme = _SCHEME.match(origin)
    domain = origin[scheme.end() :] if scheme else origin
    if _DOMAIN.fullmatch(domain) is None:
        raise _wrong("domain")
    return (scheme[1] if scheme else None), domain


def _statement(lines: list[str]) -> tuple[str | None, list[str]]:
    """The statement, between two empty lines; without one, the two stand alone."""
    match lines:
        case ["", "", *rest] if rest and rest[0].startswith("URI: "):
            return None, rest
        case ["", statement, "", *rest] if _STATEMENT.fullmatch(statement):
            return statement, rest
    raise _wrong("statement")


class _Fields:
    """The lines "Name: value" in their order."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def take(self, name: str, form: re.Pattern[str]) -> str:
        value = self.optional(name, form)
        if value is None:
            raise _wrong(name)
        return value

    def optional(self, name: str, form: re.Pattern[str]) -> str | None:
        if not self._lines or not self._lines[0].startswith(f"{name}: "):
            return None
        value = self._lines.pop(0).removeprefix(f"{name}: ")
        if form.fullmatch(value) is None:
            raise _wrong(name)
        return value

    def time(self, name: str) -> str:
        value = self.optional_time(name)
        if value is None:
            raise _wrong(name)
        return value

    def optional_time(self, name: str) -> str | None:
        value = self.optional(name, _TIME)
        if value is not None:
            try:
                seconds(value)
            except ValueError:  # the 30th of February
                raise _wrong(name) from None
        return value

    def resources(self) -> tuple[str, ...] | None:
        if not self._lines or self._lines[0] != "Resources:":
            return None
        self._lines.pop(0)
        found = []
        while self._lines and self._lines[0].startswith("- "):
            uri = self._lines.pop(0).removeprefix("- ")
            if _URI.fullmatch(uri) is None:
                raise _wrong("Resources")
            found.append(uri)
        return tuple(found)

    def end(self) -> None:
        if self._lines:
            raise _wrong(self._lines[0].partition(":")[0][:40].encode("unicode_escape").decode())


def seconds(text: str) -> int:
    """An RFC 3339 time as seconds since 1970, parts of a second cut off; ValueError if none."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("time")
    clock = match[4].replace(":60", ":59") if match[6] == "60" else match[4]
    found = datetime.strptime(f"{match[1]}T{clock}", "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    hours, minutes = (0, 0) if match[9] is None else (int(match[10]), int(match[11]))
    offset = timedelta(hours=hours, minutes=minutes)
    try:
        return timegm((found - (offset if match[9] == "+" else -offset)).timetuple())
    except OverflowError:  # in UTC it is no year of four digits
        raise ValueError("time") from None
