"""Tests of PostgreSQL's connections: cut behind a proxy, or held by who is gone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from api.kernel import postgresql
from api.kernel.database import Database, one_at_a_time
from api.kernel.errors import Unavailable

_READY = b"Z\x00\x00\x00\x05I"
"""What a server says when somebody has logged in."""


_KEY = 7_001


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


def test_who_freezes_in_a_write_is_ended(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it holds is free again, and when it wakes it hears that nothing of it was done."""
    monkeypatch.setattr(postgresql, "_IDLE", timedelta(seconds=1))
    database = Database(postgres_url)

    def freeze() -> None:
        with database.transaction() as frozen:
            one_at_a_time(frozen, _KEY)
            with database.transaction() as other:
                one_at_a_time(other, _KEY)
            frozen.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        freeze()
    with database.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_who_is_frozen_in_a_write_when_it_ends_is_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was committed."""
    monkeypatch.setattr(postgresql, "_IDLE", timedelta(seconds=1))
    database = Database(postgres_url)
    pid = text("SELECT pg_backend_pid()")
    alive = text("SELECT 1 FROM pg_stat_activity WHERE pid = :pid")

    def freeze() -> None:
        with database.transaction() as frozen:
            frozen.execute(text("INSERT INTO counters (name, last) VALUES ('frozen', 1)"))
            given = {"pid": frozen.execute(pid).scalar_one()}
            for _ in range(100):
                with database.asking() as connection:
                    if connection.execute(alive, given).one_or_none() is None:
                        break
                time.sleep(0.1)

    with pytest.raises(Unavailable):
        freeze()
    with database.asking() as connection:
        found = connection.execute(text("SELECT 1 FROM counters WHERE name = 'frozen'")).all()
    assert found == []
    database.close()


def test_a_reading_may_rest(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds nobody up, and an audit thinks for as long as it must."""
    monkeypatch.setattr(postgresql, "_IDLE", timedelta(seconds=1))
    database = Database(postgres_url)
    with database.reading() as connection:
        for _ in range(2):
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
            time.sleep(2)
    database.close()


def test_nobody_waits_for_a_lock_without_end(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds it is at work, so it is tried again later."""
    monkeypatch.setattr(postgresql, "_LOCKED", timedelta(milliseconds=200))
    database = Database(postgres_url)
    with database.transaction() as holder:
        one_at_a_time(holder, _KEY)
        with pytest.raises(Unavailable, match="lock timeout"), database.transaction() as other:
            one_at_a_time(other, _KEY)
    with database.transaction() as connection:
        one_at_a_time(connection, _KEY)
    database.close()


def test_a_transaction_has_the_bridges_limits_and_isolation(postgres_url: str) -> None:
    """Whatever the server's own settings are; they end with it, and a reading waits for nothing."""
    shown = text(
        "SELECT current_setting('transaction_isolation'),"
        " current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout')"
    )
    database = Database(f"{postgres_url}&options=-c default_transaction_isolation=serializable")
    with database.transaction() as connection:
        assert tuple(connection.execute(shown).one()) == ("read committed", "8s", "30s")
    with database.reading() as connection:
        assert tuple(connection.execute(shown).one()) == ("repeatable read", "0", "30s")
    with database.asking() as connection:
        assert connection.execute(shown).one()[1] == "0"
    database.close()


def test_both_ends_find_out_that_the_other_is_gone(proxied: Database) -> None:
    """In seconds: the usual is two hours. (The tests' server has no TCP to show the values of.)"""
    asked = text("SELECT name FROM pg_settings WHERE name LIKE 'tcp_%' AND source = 'session'")
    with proxied.asking() as connection:
        assert len(connection.execute(asked).all()) == 4
        driver: Any = connection.connection.driver_connection
        told = driver.info.get_parameters()
    assert (told["keepalives_idle"], told["tcp_user_timeout"]) == ("10", "30000")


def test_what_the_address_says_itself_stands() -> None:
    """Of how a server is reached its operator knows more."""
    said = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2").engine.url.query
    assert (said["connect_timeout"], said["keepalives_idle"]) == ("2", "10")


def test_a_connection_that_breaks_before_its_transaction_is_given_up(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In plain words, without a complaint in the log; the next transaction has another."""
    monkeypatch.setattr(postgresql, "_has_word", lambda _driver: False)
    database = Database(postgres_url)
    ended = text("SELECT pg_terminate_backend(:pid, 10000)")
    with database.transaction() as connection:
        driver: Any = connection.connection.driver_connection
        pid = driver.info.backend_pid
    with Database(postgres_url).asking() as other:
        other.execute(ended, {"pid": pid})
    with pytest.raises(Unavailable), database.transaction():
        pass
    with database.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    assert caplog.records == []
    database.close()
