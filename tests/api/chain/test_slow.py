"""Tests of slow nodes: they answer after the time limit, half-way, or a byte now and then."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler

import pytest

from api.chain import Node, TxState, rpc
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from tests.api.chain.sending import Rig, rig
from tests.api.chain.test_node import serving
from tests.api.chain.test_sender import stored
from tests.api.contracts import Deployed
from tests.api.world import ADA

LIMIT = 0.5
ANSWER = b'{"jsonrpc":"2.0","id":0,"result":"0x7a69"}'
Talk = Callable[[socket.socket], None]


def headed(body: bytes, length: int | None = None) -> bytes:
    """An HTTP answer that promises so many bytes."""
    promised = len(body) if length is None else length
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % promised + body


def hear(peer: socket.socket) -> None:
    """The whole question: what is left unread would break the connection off at its end."""
    heard = b""
    while not heard.endswith(b"}"):
        part = peer.recv(65_536)
        if not part:
            raise ConnectionAbortedError
        heard += part


def never(peer: socket.socket) -> None:
    """It has heard, and says nothing."""
    peer.recv(1)


def half_and_silent(peer: socket.socket) -> None:
    """The rest never comes."""
    peer.sendall(headed(ANSWER[:9], len(ANSWER)))
    peer.recv(1)


def half_and_gone(peer: socket.socket) -> None:
    """The connection ends within the answer."""
    peer.sendall(headed(ANSWER[:9], len(ANSWER)))


def trickle(peer: socket.socket, sent: bytes) -> None:
    """A byte now and then: no single read takes long."""
    for at in range(len(sent)):
        time.sleep(LIMIT / 10)
        peer.sendall(sent[at : at + 1])


def body_by_drops(peer: socket.socket) -> None:
    """The headers at once, the body slowly."""
    peer.sendall(headed(b"", len(ANSWER)))
    trickle(peer, ANSWER)


def headers_by_drops(peer: socket.socket) -> None:
    """Status and headers slowly, and then everything."""
    head = headed(b"", len(ANSWER))
    trickle(peer, head)
    peer.sendall(ANSWER)


def chunks_by_drops(peer: socket.socket) -> None:
    """The length of a piece of the body slowly, with leading noughts."""
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    trickle(peer, b"%040x\r\n" % len(ANSWER))
    peer.sendall(ANSWER + b"\r\n0\r\n\r\n")


DROPS = [headers_by_drops, body_by_drops, chunks_by_drops]


@contextmanager
def talking(talk: Talk) -> Iterator[Node]:
    """A «node» that reads a question and then does as it likes; it gives up after `LIMIT`."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                peer, _ = server.accept()
                with peer, suppress(OSError):
                    hear(peer)
                    talk(peer)

    thread = threading.Thread(target=serve)
    thread.start()
    node = Node("http://127.0.0.1:1")
    node._rpc = rpc.Rpc(f"http://127.0.0.1:{server.getsockname()[1]}", LIMIT)
    try:
        yield node
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


@pytest.mark.parametrize("talk", [never, half_and_silent, half_and_gone, *DROPS])
def test_no_whole_answer_in_time_is_none(talk: Talk) -> None:
    """Within about the limit, in plain words; nothing half is believed."""
    with talking(talk) as node:
        begin = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            node.chain_id()
        assert time.monotonic() - begin < 3 * LIMIT


@pytest.mark.parametrize("talk", DROPS)
def test_without_a_limit_for_the_whole_it_would_be_waited_for(
    monkeypatch: pytest.MonkeyPatch, talk: Talk
) -> None:
    """Negative control: a byte now and then is an answer, however long it takes."""
    monkeypatch.setattr(rpc, "_Answer", HTTPResponse)
    with talking(talk) as node:
        begin = time.monotonic()
        assert node.chain_id() == 0x7A69
        assert time.monotonic() - begin > 3 * LIMIT


class Late(BaseHTTPRequestHandler):
    """Gives everything on to the real node; what it was sent it answers too late."""

    port = 0

    def do_POST(self) -> None:
        """Take it, and answer; bytes are taken and not answered in time."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        there = HTTPConnection("127.0.0.1", self.port)
        there.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = there.getresponse().read()
        there.close()
        if b"eth_sendRawTransaction" in body:
            time.sleep(2 * LIMIT)
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


def test_bytes_that_were_taken_too_slowly_are_sent_again_as_they_are(
    database: Database, deployed: Deployed
) -> None:
    """The node has them, and we do not know it: the same nonce, the same hash, once."""
    deployed.anvil.rpc("evm_setAutomine", False)
    bench: Rig = rig(database, deployed.anvil.url, deployed.file)
    tx_id = bench.queue("late", ADA.wallet)
    there = bench.node
    handler = type("_Late", (Late,), {"port": deployed.anvil.port})
    with serving(handler) as slow:
        slow._rpc = rpc.Rpc(slow.url, LIMIT)
        bench.node = slow
        with pytest.raises(Unavailable, match="does not answer"):
            bench.sender().step()
    saved = stored(bench, tx_id)
    assert saved.state is TxState.SIGNED
    bench.node = there
    bench.later()
    bench.sender().step()
    deployed.mine(2)
    bench.sender().step()
    done = stored(bench, tx_id)
    assert (done.state, done.tx_hash) == (TxState.DONE, saved.tx_hash)
    address = deployed.key("compliance").address
    assert deployed.web3.eth.get_transaction_count(address) == 1
