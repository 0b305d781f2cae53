"""Tests of the node: its answers on a real chain, and everything that it may do wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from api.chain import CallReverted, Fees, Node
from api.chain.node import Refusal, SendOutcome
from api.deposits.calls import issue_call
from api.kernel.errors import BridgeError, Misconfigured, Unavailable
from tests.api.contracts import Deployed
from tests.api.deposits.test_model import queued_deposit
from tests.api.world import ADA, BO


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[Node]:
    """A «node» that is a handler."""
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Node(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[Node]:
    """A «node» that always gives the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    with serving(Handler) as node:
        yield node


def refusing(code: int, message: str) -> bytes:
    """A JSON-RPC error."""
    return json.dumps(
        {"jsonrpc": "2.0", "id": 0, "error": {"code": code, "message": message}}
    ).encode()


def test_our_chain_and_our_contracts(deployed: Deployed) -> None:
    """Another chain, other code and no code at all are told apart."""
    node, deployment = Node(deployed.anvil.url), deployed.deployment
    node.check(deployment)
    with pytest.raises(Misconfigured, match="node is on chain 31337"):
        node.check(replace(deployment, chain_id=1))
    token, teller, manager = deployment.contracts
    elsewhere = replace(token, address=ADA.wallet)
    with pytest.raises(Misconfigured, match="there is no code"):
        node.check(replace(deployment, contracts=(elsewhere, teller, manager)))
    swapped = replace(token, address=teller.address)
    with pytest.raises(Misconfigured, match="there is other code"):
        node.check(replace(deployment, contracts=(swapped, teller, manager)))


@pytest.mark.parametrize(
    ("syncing", "raised"),
    [
        ({"currentBlock": "0x1", "highestBlock": "0x9"}, Unavailable),
        (False, Misconfigured),
        (Refusal("eth_syncing", -32601, "unknown method"), Misconfigured),
    ],
)
def test_a_node_that_still_syncs_is_waited_for(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    syncing: object,
    raised: type[BridgeError],
) -> None:
    """It has no code at any address; one that has caught up and has none is on another chain."""
    node, real = Node(deployed.anvil.url), Node._ask

    def ask(node: Node, method: str, *params: object) -> object:
        if method == "eth_getCode":
            return "0x"
        if method != "eth_syncing":
            return real(node, method, *params)
        if isinstance(syncing, Refusal):
            raise syncing
        return syncing

    monkeypatch.setattr(Node, "_ask", ask)
    with pytest.raises(raised):
        node.check(deployed.deployment)


def test_a_call_that_the_contract_refuses(deployed: Deployed) -> None:
    """The reason with its values, from a trial run and from an estimate."""
    node, teller = Node(deployed.anvil.url), deployed.deployment.teller
    operator = deployed.key("operator").address
    issue = issue_call([queued_deposit(1, 5)])
    with pytest.raises(CallReverted) as caught:
        node.call(teller, issue, sender=operator, block=None)
    assert caught.value.revert.name == "BackingStale"
    with pytest.raises(CallReverted) as caught:
        node.estimate(teller, issue, sender=BO.wallet)
    assert caught.value.revert.name == "AccessManagedUnauthorized"


def test_sending_twice_is_sending_once(deployed: Deployed) -> None:
    """Known bytes are taken again; a used nonce and a rival are what they are."""
    node, key = Node(deployed.anvil.url), deployed.key("relayer")

    def sign(to: str, nonce: int = 0, fees: Fees | None = None) -> bytes:
        return key.sign(
            chain_id=31337, nonce=nonce, to=to, data=b"", gas=30_000, fees=fees or Fees.of(0, 0)
        ).raw

    deployed.anvil.rpc("evm_setAutomine", False)
    assert node.send(sign(ADA.wallet)) is SendOutcome.TAKEN
    assert node.send(sign(ADA.wallet)) is SendOutcome.TAKEN
    assert node.nonce(key.address) == 1
    assert node.send(sign(BO.wallet)) is SendOutcome.RIVAL
    deployed.mine()
    assert node.send(sign(ADA.wallet)) is SendOutcome.NONCE_USED
    assert node.nonce(key.address, block=node.head().number) == 1
    assert node.send(sign(ADA.wallet, nonce=1, fees=Fees(10**15, 0))) is SendOutcome.NO_COIN


def test_reading_blocks(deployed: Deployed) -> None:
    """Heads, headers by number, and none for what is not there yet."""
    node = Node(deployed.anvil.url)
    head = node.head()
    assert node.header(head.number) == head
    assert node.header(head.number + 1) is None
    assert node.receipt("0x" + "00" * 32) is None
    before = node.header(head.number - 1)
    assert before is not None
    assert before.hash == head.parent_hash
    assert abs(node.pending_time() - head.timestamp) < 100
    with pytest.raises(Refusal):
        node.call(deployed.deployment.token, b"", sender=None, block=head.number + 1000)


@pytest.mark.integration
def test_no_answer_is_unavailable() -> None:
    """Nobody listens, an HTTP error, no JSON, JSON that is no answer: wait and ask again."""
    with pytest.raises(Unavailable):
        Node("http://127.0.0.1:1").head()
    for body, status in (
        (b"", 500),
        (b"<html>", 200),
        (b"[]", 200),
        (b"{}", 200),
        (b'{"jsonrpc":"2.0","id":0,"result":null}', 200),
    ):
        with answering(body, status) as node, pytest.raises(Unavailable):
            node.head()
    with answering(b'{"jsonrpc":"2.0","id":0,"result":"0xzz"}') as node, pytest.raises(Unavailable):
        node.tip()


def test_a_refusal_that_nobody_knows_may_pass() -> None:
    """It is neither success nor failure: the same bytes are sent again later."""
    with answering(refusing(-32000, "the moon is full")) as node, pytest.raises(Unavailable):
        node.send(b"\x02")


def test_many_questions_in_one_request(deployed: Deployed) -> None:
    """Answers come in the order of the questions, whatever the node does."""
    node = Node(deployed.anvil.url)
    head = node.head()
    assert node.headers([head.number, head.number + 5, 0])[1] is None
    assert [h and h.number for h in node.headers(range(head.number + 1))] == [
        *range(head.number + 1)
    ]
    receipts = node.receipts(["0x" + "00" * 32])
    assert receipts == {"0x" + "00" * 32: None}


def test_a_node_that_takes_no_batches() -> None:
    """It is asked one by one."""

    class Single(BaseHTTPRequestHandler):
        asked: ClassVar[list[str]] = []

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.asked.append(body.decode())
            error = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}'
            self.send_response(200)
            self.end_headers()
            self.wfile.write(
                error if body[:1] == b"[" else b'{"jsonrpc":"2.0","id":0,"result":null}'
            )

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    with serving(Single) as node:
        assert node.headers([1, 2, 3]) == [None] * 3
        assert node.headers([4, 5]) == [None] * 2
    assert [body[:1] for body in Single.asked] == ["[", *"{{{", *"{{"]


def test_a_connection_is_kept_and_renewed(deployed: Deployed) -> None:
    """A kept connection that the node has closed meanwhile costs nothing but another try."""
    node = Node(deployed.anvil.url)
    node.head()
    [kept] = node._rpc._idle
    node.head()
    assert list(node._rpc._idle) == [kept]
    kept.sock.shutdown(socket.SHUT_RDWR)
    node.head()
    [renewed] = node._rpc._idle
    assert renewed is not kept
