"""Wallet: the one place that opens a network connection: HTTP(S) over the standard library.

Everything above it takes a `Transport`, so a test hands in another one. Redirects are not
followed, since a redirect could send a signed order somewhere else.
"""

from __future__ import annotations

import http.client
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from wallet.errors import InputError, Unreachable
from wallet.hints import Final, Protocol
from wallet.money import shorten
from wallet.record import Record

_MOST_BYTES: Final = 32 * 2**20
_TIMEOUT_SECONDS: Final = 20


class Reply(Record):
    """What a server answered; `date` is its own time as it writes it, if it does."""

    status: int
    body: bytes
    date: str | None = None


class Transport(Protocol):
    """Sends one request to one server and gives its reply, or raises Unreachable."""

    @property
    def place(self) -> str:
        """The server as it may be shown: scheme, host and port, never a path or key."""

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Send a request; `path` is put after the path of the server's URL."""


class HttpTransport:
    """A Transport over http.client, one connection a request."""

    def __init__(self, url: str, *, timeout: int = _TIMEOUT_SECONDS) -> None:
        """Take an http:// or https:// URL; InputError if it is not one."""
        self._url = _checked(url)
        self._timeout = timeout

    @property
    def place(self) -> str:
        """See Transport.place."""
        return f"{self._url.scheme}://{self._url.netloc}"

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """See Transport.request."""
        target = (self._url.path.rstrip("/") + path) or "/"
        if self._url.query:
            target += "?" + self._url.query
        connection = self._connect()
        try:
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            received = response.read(_MOST_BYTES + 1)
            if response.length and len(received) <= _MOST_BYTES:  # read() itself lets this pass
                raise http.client.IncompleteRead(received, response.length)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable("net.unreachable", place=self.place, reason=_why(error)) from error
        finally:
            connection.close()
        if len(received) > _MOST_BYTES:
            raise Unreachable("net.too_large", place=self.place)
        return Reply(response.status, received, response.getheader("Date"))

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            import ssl  # noqa: PLC0415  # only where it is spoken

            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)


def check_url(url: str) -> None:
    """InputError unless a text is a URL that can be used here."""
    _checked(url)


def check_private(url: str) -> None:
    """InputError unless what is sent to a URL is hidden from others: https, or this computer."""
    parts = _checked(url)
    host = parts.hostname or ""
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    if parts.scheme != "https" and not is_here:
        raise InputError("net.plain", place=f"{parts.scheme}://{parts.netloc}")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        raise InputError("net.url", url=shorten(url)) from None
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise InputError("net.url", url=shorten(url))
    if parts.username or parts.password or parts.fragment or not port_is_number:
        raise InputError("net.url", url=f"{parts.scheme}://{parts.hostname}")
    return parts


def _why(error: OSError | http.client.HTTPException) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    text = error.strerror if isinstance(error, OSError) and error.strerror else ""
    return shorten(text or type(error).__name__)
