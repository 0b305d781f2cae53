"""Tests of the node: its answers on a real chain, and everything that it may do wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from api.chain import CallReverted, Fees, Node, calldata
from api.chain.node import Refusal, SendOutcome
from api.kernel.errors import Misconfigured, Unavailable
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO


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

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Node(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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


def test_a_call_that_the_contract_refuses(deployed: Deployed) -> None:
    """The reason with its values, from a trial run and from an estimate."""
    node, teller = Node(deployed.anvil.url), deployed.deployment.teller
    operator = deployed.key("operator").address
    issue = calldata.issue([calldata.IssueEntry(1, b"r" * 16, ADA.wallet, 5)])
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
    with pytest.raises(Unavailable, match="did not take") as caught:
        node.send(sign(ADA.wallet, nonce=1, fees=Fees(10**15, 0)))
    assert "pay the chain's fees" in caught.value.remedy


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


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("already known", SendOutcome.TAKEN),
        ("Known transaction: 0x12", SendOutcome.TAKEN),
        ("nonce too low: next nonce 5, tx nonce 4", SendOutcome.NONCE_USED),
        ("replacement transaction underpriced", SendOutcome.RIVAL),
    ],
)
def test_a_node_is_understood_by_its_words(message: str, outcome: SendOutcome) -> None:
    """Some nodes put every refusal under −32603: the words count, not the code."""
    with answering(refusing(-32603, message)) as node:
        assert node.send(b"\x02") is outcome


def test_a_refusal_that_nobody_knows_may_pass() -> None:
    """It is neither success nor failure: the same bytes are sent again later."""
    with answering(refusing(-32000, "txpool is full")) as node, pytest.raises(Unavailable):
        node.send(b"\x02")
