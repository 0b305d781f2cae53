"""Tests of wallet.agent: what it signs is what the key signs, and nothing else gets anywhere."""

from __future__ import annotations

import os
import pickle
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wallet.agent.server
from tests.wallet.fakechain import FakeChain
from tests.wallet.world import PAYEE, FakeClock
from wallet.address import parse_address
from wallet.agent import client, place
from wallet.agent.client import AgentSigner, ask, find_agent
from wallet.agent.decision import Decision, decide
from wallet.agent.protocol import Request
from wallet.agent.server import Agent
from wallet.errors import DamagedFile, InputError, RefusedError, SetupError, WalletError
from wallet.signer import LocalSigner
from wallet.transaction import Transaction
from wallet.typed_data import Domain, Permit, TransferAuthorization
from wallet.typed_json import TypedData

pytestmark = pytest.mark.integration  # takes seconds

KEY = LocalSigner(b"\x42" * 32)
TO = parse_address(PAYEE)
DOMAIN = Domain("Euro Deposit", 31337, TO)
MESSAGE = TransferAuthorization(KEY.address, TO, 12_50, 0, 2**40, b"\x01" * 32)
TRANSACTION = Transaction(
    chain_id=31337,
    nonce=2**63,
    max_priority_fee_per_gas=1,
    max_fee_per_gas=2**90,
    gas_limit=60_000,
    to=TO,
    value=2**90,
    data=b"\xa9\x05\x9c\xbb" + bytes(64),
    access_list=((TO, (bytes(32), b"\x07" * 32)),),
)


class Running:
    """An agent that answers in a thread."""

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        self.clock = FakeClock(FakeChain())
        self.agent = Agent({KEY.address: KEY}, self.clock, 900)
        self.listener = place.listen(self.home)
        self.thread = threading.Thread(target=self.agent.serve, args=(self.listener,))
        self.thread.start()

    def stop(self) -> None:
        self.agent.lock()
        self.thread.join()
        self.listener.close()

    def raw(self, data: bytes) -> bytes:
        """What it says to any bytes, until it hangs up."""
        connection = place.connect(self.home, 5)
        assert connection is not None
        with closing(connection):
            heard = b""
            with suppress(ConnectionError):  # it may hang up with bytes unread
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while more := connection.recv(4096):
                    heard += more
        return heard


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(wallet.agent.server, "_LOOK_SECONDS", 0.02)
    running = Running(tmp_path)
    yield running
    running.stop()


def test_it_signs_what_the_key_would_sign(running: Running) -> None:
    signer = find_agent(running.home, KEY.address)
    assert signer is not None
    assert signer.address == KEY.address
    assert signer.sign_message(MESSAGE, DOMAIN) == KEY.sign_message(MESSAGE, DOMAIN)
    typed = TypedData.of(MESSAGE, DOMAIN)
    assert signer.sign_typed(typed) == KEY.sign_typed(typed)
    assert TRANSACTION.sign(signer) == TRANSACTION.sign(KEY)
    for text in (b"", "交子".encode(), b"\xff\x00"):
        assert signer.sign_text(text) == KEY.sign_text(text)
    assert repr(signer) == f"AgentSigner({KEY.address})"
    with pytest.raises(TypeError):
        pickle.dumps(signer)


def test_only_its_owner_gets_to_it(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path(running.home, "agent.sock").stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(wallet.agent.server, "peer_uid", lambda _: os.getuid() + 1)
    assert find_agent(running.home, KEY.address) is None
    with pytest.raises(SetupError) as caught:
        AgentSigner(running.home, KEY.address).sign_text(b"a")
    assert caught.value.code == "agent.none"


def test_nothing_is_said_to_a_stranger(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "peer_uid", lambda _: os.getuid() + 1)
    with pytest.raises(SetupError) as caught:
        ask(running.home, {"do": "status"})
    assert caught.value.code == "agent.stranger"


def test_it_locks_itself_when_its_time_is_up(running: Running) -> None:
    assert ask(running.home, {"do": "status"}) == {
        "until": running.clock.time + 900,
        "addresses": [KEY.address],
        "pid": os.getpid(),
    }
    running.clock.time += 900
    running.thread.join(5)
    assert not running.thread.is_alive()
    assert running.agent.answer({"do": "status"}) == {
        "until": 0,
        "addresses": [],
        "pid": os.getpid(),
    }


@pytest.mark.parametrize("moved", [900, 901, -1])
def test_a_request_that_comes_too_late_finds_no_key(moved: int) -> None:
    clock = FakeClock(FakeChain())
    agent = Agent({KEY.address: KEY}, clock, 900)
    said = {"do": "sign", "address": KEY.address, "text": "00"}
    assert bytes.fromhex(agent.answer(said)["signature"]) == KEY.sign_text(b"\0")
    clock.time += moved
    with pytest.raises(SetupError) as caught:
        agent.answer(said)
    assert caught.value.code == "agent.account"
    clock.time -= moved  # it is too late for ever
    with pytest.raises(SetupError):
        agent.answer(said)


def test_lock(running: Running) -> None:
    assert ask(running.home, {"do": "lock"}) == {"until": 0, "addresses": []}
    running.thread.join(5)
    assert not running.thread.is_alive()
    running.listener.close()
    assert find_agent(running.home, KEY.address) is None  # the socket is there, nobody listens


def test_another_account_and_another_asker(running: Running) -> None:
    assert find_agent(running.home, TO) is None
    with pytest.raises(SetupError) as caught:
        AgentSigner(running.home, TO).sign_text(b"a")
    assert caught.value.code == "agent.account"
    with pytest.raises(RefusedError) as refused:
        AgentSigner(running.home, KEY.address, token="nobody").sign_text(b"a")
    assert refused.value.code == "agent.refused"
    assert "token.unknown" in str(refused.value)


def test_every_request_is_decided_on() -> None:
    asked: list[Request] = []

    def no_permits(request: Request) -> Decision:
        asked.append(request)
        typed = request.message
        is_permit = isinstance(typed, TypedData) and typed.primary_type == "Permit"
        return Decision(not is_permit, "permit") if is_permit else decide(request)

    agent = Agent({KEY.address: KEY}, FakeClock(FakeChain()), 900, no_permits)
    permit = Permit(KEY.address, TO, 1, 0, 2**40)
    said = {"do": "sign", "address": KEY.address}
    with pytest.raises(RefusedError) as caught:
        agent.answer({**said, "typed": _json(permit)})
    assert caught.value.values == {"reason": "permit"}
    agent.answer({**said, "typed": _json(MESSAGE)})
    agent.answer({**said, "text": "61"})
    assert [type(request.message) for request in asked] == [TypedData, TypedData, bytes]


def _json(message: Permit | TransferAuthorization) -> str:
    import json

    return json.dumps(message.to_json(DOMAIN))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"do": "fly"},
        {"do": "sign"},
        {"do": "sign", "address": KEY.address},
        {"do": "sign", "address": KEY.address, "digest": "00" * 32},
        {"do": "sign", "address": KEY.address.lower()[:-1], "text": "00"},
        {"do": "sign", "address": KEY.address, "text": "00", "typed": "{}"},
        {"do": "sign", "address": KEY.address, "text": "0"},
        {"do": "sign", "address": KEY.address, "text": ["00"]},
        {"do": "sign", "address": KEY.address, "text": "00", "token": 7},
        {"do": "sign", "address": KEY.address, "typed": "{"},
        {"do": "sign", "address": KEY.address, "typed": "\ud800"},
        {"do": "sign", "address": KEY.address, "transaction": []},
        {"do": "sign", "address": KEY.address, "transaction": {"chainId": "-1"}},
        {"do": "sign", "address": KEY.address, "transaction": {"chainId": 1}},
    ],
)
def test_what_is_no_request_is_refused(said: dict[str, Any]) -> None:
    agent = Agent({KEY.address: KEY}, FakeClock(FakeChain()), 900)
    with pytest.raises(InputError):
        agent.answer(said)


_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
_fields = st.sampled_from(["typed", "transaction", "text", "token"])
_numbers = ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "value")
_plain = st.fixed_dictionaries(
    {name: st.sampled_from(["0", "1", "x", 1]) for name in _numbers}
    | {"to": _values | st.just(PAYEE), "data": st.just("00") | _values, "accessList": _values}
)


@given(st.dictionaries(_fields, _values | _plain, max_size=2))
@settings(max_examples=300, deadline=None)
def test_no_request_has_another_fault_than_a_foreseen_one(fields: dict[str, Any]) -> None:
    agent = Agent({KEY.address: KEY}, FakeClock(FakeChain()), 900)
    error: WalletError | None = None
    try:
        agent.answer({"do": "sign", "address": KEY.address, **fields})
    except WalletError as caught:
        error = caught
    assert error is None or error.message()
    assert not agent.is_locked


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\xff\xff\xff\xff",
        b"\0\0\0\2{}",
        b"\0\0\0\2[]",
        b"\0\0\0\1{",
        b"\0\0\0\5{}",
        b"\0\0\0\4\xff\xfe\xfd\xfc",
        (200_000).to_bytes(4) + b"[" * 200_000,
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_garbage_is_survived(running: Running, data: bytes) -> None:
    heard = running.raw(data)
    assert heard == b"" or b'"error"' in heard
    assert find_agent(running.home, KEY.address) is not None


def test_random_bytes_are_survived(running: Running) -> None:
    for _ in range(200):
        running.raw(os.urandom(24))
        running.raw(b"\0\0\0\x10" + os.urandom(16))
    assert find_agent(running.home, KEY.address) is not None


def test_a_peer_that_falls_silent_is_left(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wallet.agent.server, "_PATIENCE_SECONDS", 0.05)
    silent = place.connect(running.home, 5)
    assert silent is not None
    with closing(silent):
        silent.sendall(b"\0\0")
        assert find_agent(running.home, KEY.address) is not None


def test_a_peer_that_talks_slowly_keeps_nobody_waiting(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the owner, nor the agent from locking itself when its time is up."""
    monkeypatch.setattr(wallet.agent.server, "_PATIENCE_SECONDS", 1)
    slow = place.connect(running.home, 5)
    assert slow is not None
    with closing(slow):
        slow.sendall((100_000).to_bytes(4))
        running.thread.join(0.1)  # it listens by now
        running.clock.time += 900
        with suppress(ConnectionError):
            for _ in range(150):  # a byte now and then, each well within its patience
                slow.sendall(b" ")
                running.thread.join(0.02)
        running.thread.join(0.5)
        assert not running.thread.is_alive()


def test_an_answer_is_believed_only_if_the_signature_is_the_accounts(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = LocalSigner(b"\x43" * 32)
    signature = {"signature": other.sign_text(b"a").hex()}
    for answer, error in (
        (signature, DamagedFile),
        ({}, SetupError),
        ({"signature": "00"}, SetupError),
        ({"signature": 7}, SetupError),
    ):
        monkeypatch.setattr(client, "ask", lambda *_, answer=answer: answer)
        with pytest.raises(error):
            AgentSigner(running.home, KEY.address).sign_text(b"a")


def test_a_directory_with_a_long_name(tmp_path: Path) -> None:
    home = tmp_path / ("a" * 120)
    home.mkdir()
    running = Running(home)
    try:
        assert find_agent(str(home), KEY.address) is not None
    finally:
        running.stop()


def test_no_agent(tmp_path: Path) -> None:
    assert ask(str(tmp_path), {"do": "status"}) is None
    assert ask(str(tmp_path / "nowhere"), {"do": "status"}) is None
