"""Tests of PostgreSQL's connections: cut behind a proxy, or held by who is gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from api.kernel.database import Database
from api.kernel.errors import Unavailable

_READY = b"Z\x00\x00\x00\x05I"
"""What a server says when somebody has logged in."""


class Proxy:
    """A pooler before the server. While `cut` it still logs everybody in, and then hangs up."""

    def __init__(self, socket_file: str) -> None:
        self._socket_file = socket_file
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut = False
        threading.Thread(target=self._listen, daemon=True).start()

    def hang_up(self) -> None:
        """The server behind it has gone: nobody gets further than the login."""
        self.cut = True
        for each in self._open:
            _end(each)

    def close(self) -> None:
        """No more of it."""
        _end(self._listening)
        self._listening.close()
        self.hang_up()

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._socket_file)
                self._open += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65_536):
                target.sendall(said)
                if self.cut and _READY in said:
                    break
        _end(source)
        _end(target)


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    """Before the tests' server."""
    made = Proxy(f"{make_url(postgres_url).query['host']}/.s.PGSQL.5432")
    yield made
    made.close()


@pytest.fixture
def proxied(postgres_url: str, proxy: Proxy) -> Iterator[Database]:
    """A database behind it."""
    url = make_url(postgres_url)
    plain = "sslmode=disable&gssencmode=disable"
    made = Database(f"postgresql://{url.username}@127.0.0.1:{proxy.port}/{url.database}?{plain}")
    yield made
    made.close()


@pytest.mark.parametrize("way", [Database.transaction, Database.reading, Database.asking])
def test_who_is_hung_up_on_behind_the_login_hears_that_it_is_unavailable(
    proxied: Database, proxy: Proxy, way: Callable[[Database], AbstractContextManager[Connection]]
) -> None:
    """As often as it asks, by a connection of before or a new one; and later all is well again."""

    def ask() -> int:
        with way(proxied) as connection:
            return int(connection.execute(text("SELECT 1")).scalar_one())

    assert ask() == 1
    proxy.hang_up()
    for _ in range(3):
        with pytest.raises(Unavailable):
            ask()
    proxy.cut = False
    assert ask() == 1
