"""Tests of wallet.http: what is no URL, who does not answer, and what is never followed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from wallet.errors import InputError, Unreachable
from wallet.http import HttpTransport


@contextmanager
def answering(reply: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers each connection with these bytes; its URL and what it received."""
    server = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(65536))
                connection.sendall(reply)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", received
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_the_path_and_query_of_the_url_are_kept() -> None:
    with answering(OK) as (url, received):
        reply = HttpTransport(f"{url}/v3/key?x=1").request("POST", "/y", b"body", {"A": "b"})
    assert (reply.status, reply.body) == (200, b"{}")
    assert received[0].startswith(b"POST /v3/key/y?x=1 HTTP/1.1\r\n")


def test_the_place_shows_no_path_that_may_hold_a_key() -> None:
    assert HttpTransport("https://node.example:8443/v3/canary?k=canary").place == (
        "https://node.example:8443"
    )


def test_a_redirect_is_not_followed() -> None:
    redirect = b"HTTP/1.1 307 X\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
    with answering(redirect) as (url, received):
        assert HttpTransport(url).request("POST", "/", b"signed", {}).status == 307
    assert len(received) == 1


@pytest.mark.parametrize("reply", [b"", b"nonsense", OK[:-1], b"HTTP/1.1 2"])
def test_a_server_that_breaks_off_is_unreachable(reply: bytes) -> None:
    with answering(reply) as (url, _), pytest.raises(Unreachable) as caught:
        HttpTransport(url).request("GET", "/", b"", {})
    assert caught.value.code == "net.unreachable"
    assert caught.value.values["place"] == url


def test_nobody_there_is_unreachable(free_port: Callable[[], int]) -> None:
    with pytest.raises(Unreachable, match="refused"):
        HttpTransport(f"http://127.0.0.1:{free_port()}").request("GET", "/", b"", {})
    with pytest.raises(Unreachable):
        HttpTransport("http://nowhere.invalid").request("GET", "/", b"", {})


def test_silence_is_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Unreachable, match="timeout"):
            HttpTransport(url, timeout=1).request("GET", "/", b"", {})


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wallet.http._MOST_BYTES", 10)
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + b"x" * 11
    with answering(long) as (url, _), pytest.raises(Unreachable) as caught:
        HttpTransport(url).request("GET", "/", b"", {})
    assert caught.value.code == "net.too_large"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8545",
        "ftp://x",
        "http://",
        "file:///etc/passwd",
        "http://x:99999",
        "http://x:y",
        "http://a b",
        "http://x/\nHost: y",
        "http://[::1",
        "http://ex\u0430mple.com",
        "http://x/#f",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        HttpTransport(url)
    assert caught.value.code == "net.url"


def test_a_password_in_a_url_is_refused_and_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        HttpTransport("https://user:canary@node.example/")
    assert "canary" not in str(caught.value)
