"""Chain: one node, asked over JSON-RPC.

What a node may do wrong is sorted here once: no answer, or a nonsensical one, is `Unavailable`
(wait and ask again); a contract's no is `CallReverted`; a call for which no block has the gas is
`TooMuchGas`; another chain than the deployment's is `Misconfigured`. Nothing above this module
reads a node's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.chain.abi import Revert, read_revert
from api.chain.answers import (
    SendOutcome,
    has_too_little_gas,
    is_revert,
    outcome,
    revert_data,
    words,
)
from api.chain.deployment import Deployment
from api.chain.rpc import Answer, Question, Rpc, nonsense
from api.chain.shapes import (
    Header,
    RawLog,
    Receipt,
    Sent,
    octets,
    quantity,
    read_header,
    read_log,
    read_receipt,
    read_sent,
)
from api.kernel.errors import BridgeError, Misconfigured, Unavailable
from api.kernel.ids import Address
from wallet.keccak import keccak256

__all__ = [
    "CallReverted",
    "Header",
    "Node",
    "RawLog",
    "Receipt",
    "Refusal",
    "SendOutcome",
    "Sent",
    "TooMuchGas",
]


class CallReverted(BridgeError):
    """A trial run of a call failed: the contract said no, and `revert` says why."""

    slug = "call-reverted"

    def __init__(self, revert: Revert) -> None:
        super().__init__(f"The contract refused: {revert}.", remedy="Nothing was sent.")
        self.revert = revert


class Refusal(Unavailable):
    """The node answered the call with an error; `message` is its own word for it.

    Mostly it passes (a node that is behind, or busy), so it counts as a lack of an answer.
    """

    slug = "node-refused"

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(
            f"The chain's node refused {method}: {message} ({code}).",
            remedy="It is asked again; if this lasts, look at the node's log.",
        )
        self.code = code
        self.message = message
        self.error: Answer = {"code": code, "message": message}
        """The node's whole error object."""

    @classmethod
    def of(cls, method: str, error: Answer) -> Refusal:
        """As the node gave it."""
        code = error.get("code")
        made = cls(method, code if isinstance(code, int) else 0, words(error)[:200])
        made.error = error
        return made


class TooMuchGas(BridgeError):
    """A trial run took more gas than any block has: nothing was sent."""

    slug = "too-much-gas"


class Node:
    """A node at one address. Threads may share it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._rpc = Rpc(url)

    @property
    def place(self) -> str:
        """The node as it may be shown: its address without a path that may hold a key."""
        return self._rpc.place

    def chain_id(self) -> int:
        """The chain that it says it is on."""
        return quantity(self._ask("eth_chainId"))

    def check(self, deployment: Deployment) -> None:
        """Refuse another chain, or other code at our contracts' addresses (`Misconfigured`); raises
        `Unavailable` while the node syncs and has no code there yet."""
        found = self.chain_id()
        if found != deployment.chain_id:
            raise Misconfigured(
                "chain.rpc_url",
                f"The node is on chain {found}, but the deployment is on {deployment.chain_id}.",
                remedy="Give the address of a node of that chain, or the other deployment file.",
            )
        for contract in deployment.contracts:
            code = octets(self._ask("eth_getCode", contract.address, "latest"))
            if not code and self._is_syncing():
                raise Unavailable(
                    f"The node {self.place} still syncs: it has no contracts yet.",
                    remedy="Wait until it has caught up, or name another node.",
                )
            if f"0x{keccak256(code).hex()}" != contract.code_hash:
                what = "other code than" if code else "no code, unlike what"
                raise Misconfigured(
                    "chain.deployment",
                    f"At {contract.address} there is {what} the deployment file names.",
                    remedy="Take the file written by the deployment on this very chain; a local "
                    "chain that was started anew needs a new deployment.",
                )

    def _is_syncing(self) -> bool:
        try:
            return self._ask("eth_syncing") is not False
        except Refusal:  # it does not know the word
            return False

    def head(self) -> Header:
        """The newest block."""
        header = self._header("latest")
        if header is None:
            nonsense("eth_getBlockByNumber")
        return header

    def finalized(self) -> Header:
        """The last block that the chain calls finalized.

        Raises `Unavailable` where it names none: a chain without finality does not know the word,
        but a node that is busy refuses, too, and the two cannot be told apart.
        """
        try:
            header = self._header("finalized")
        except Refusal as refusal:
            raise _nothing_final(self.place, refusal.message) from refusal
        if header is None:
            raise _nothing_final(self.place, "no answer")
        return header

    def pending_time(self) -> int:
        """The time that a block made now would have, seconds since 1970."""
        block = self._ask("eth_getBlockByNumber", "pending", False)
        return quantity(block["timestamp"]) if block else self.head().timestamp

    def header(self, number: int) -> Header | None:
        """The block of this number; None when the chain is not that long."""
        return self._header(hex(number))

    def headers(self, numbers: Sequence[int]) -> list[Header | None]:
        """The blocks of these numbers, in their order."""
        questions: list[Question] = [
            ("eth_getBlockByNumber", (hex(number), False)) for number in numbers
        ]
        return [read_header(block) for block in self._ask_many(questions)]

    def sent_by(self, address: Address, nonce: int, block: int) -> Sent | None:
        """The transaction of `address` with `nonce` in this block; None when it has none."""
        return self.sent_in(address, [block]).get(nonce)

    def sent_in(self, address: Address, blocks: Sequence[int]) -> dict[int, Sent]:
        """The transactions of `address` in these blocks, by nonce."""
        questions: list[Question] = [
            ("eth_getBlockByNumber", (hex(number), True)) for number in blocks
        ]
        return {
            quantity(entry["nonce"]): read_sent(entry)
            for block in self._ask_many(questions)
            for entry in (block or {}).get("transactions", ())
            if entry["from"].lower() == address.lower()
        }

    def logs(
        self, addresses: Sequence[Address], topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        """The logs of blocks `first` to `last` whose first topic is one of `topics`, in order.

        `Refusal` when the node finds the range too large.
        """
        question = {
            "address": list(addresses),
            "topics": [[f"0x{topic.hex()}" for topic in topics]],
            "fromBlock": hex(first),
            "toBlock": hex(last),
        }
        found = [read_log(entry) for entry in self._ask("eth_getLogs", question)]
        return sorted(found, key=lambda log: (log.block_number, log.log_index))

    def call(
        self,
        to: Address,
        data: bytes,
        *,
        sender: Address | None,
        block: int | str | None,
        gas: int | None = None,
    ) -> bytes:
        """Run a call without sending it, in the pending block unless `block` is given.

        With `gas` it gets no more. Raises `CallReverted`.
        """
        where = "pending" if block is None else _where(block)
        limit = {} if gas is None else {"gas": hex(gas)}
        return octets(self._run("eth_call", _call(to, data, sender) | limit, where))

    def read(self, to: Address, data: bytes, block: int | str) -> bytes:
        """What a contract's view answers at a block, or at "latest" or "pending"."""
        return octets(self._run("eth_call", _call(to, data, None), _where(block)))

    def estimate(self, to: Address, data: bytes, *, sender: Address) -> int:
        """The gas that a transaction would take in the next block.

        Raises `CallReverted`, or `TooMuchGas`.
        """
        return quantity(self._run("eth_estimateGas", _call(to, data, sender), "pending"))

    def nonce(self, address: Address, *, block: int | None = None) -> int:
        """Transactions of `address` up to `block`; by default with those that wait to be mined."""
        where = "pending" if block is None else hex(block)
        return quantity(self._ask("eth_getTransactionCount", address, where))

    def tip(self) -> int:
        """Wei per gas that block makers expect on top of the base fee."""
        return quantity(self._ask("eth_maxPriorityFeePerGas"))

    def receipt(self, tx_hash: str) -> Receipt | None:
        """What became of a transaction; None while no block holds it."""
        return self.receipts([tx_hash])[tx_hash]

    def receipts(self, tx_hashes: Sequence[str]) -> dict[str, Receipt | None]:
        """What became of each of these transactions."""
        questions: list[Question] = [("eth_getTransactionReceipt", (each,)) for each in tx_hashes]
        found = self._ask_many(questions)
        read = [None if entry is None else read_receipt(entry) for entry in found]
        if any(each and each.tx_hash != of for each, of in zip(read, tx_hashes, strict=True)):
            nonsense("eth_getTransactionReceipt")
        return dict(zip(tx_hashes, read, strict=True))

    def send(self, raw: bytes) -> SendOutcome:
        """Hand in signed bytes. The same bytes again are harmless.

        Raises `Unavailable` when it is not known whether they arrived, or what the node means.
        """
        answer = self._rpc.exchange("eth_sendRawTransaction", (f"0x{raw.hex()}",))
        if answer.get("error"):
            return _send_outcome(Refusal.of("eth_sendRawTransaction", answer["error"]))
        return SendOutcome.TAKEN

    def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
        """Hand in several, in their order; what the node says of each. Raises as `send` does.

        One after the other: a server may work on the requests of one batch in any order, and a
        nonce that comes before the one below it may be left lying in the node's pool.
        """
        return [self.send(raw) for raw in raws]

    def _header(self, where: str) -> Header | None:
        return read_header(self._ask("eth_getBlockByNumber", where, False))

    def _run(self, method: str, *params: object) -> Any:
        answer = self._rpc.exchange(method, params)
        error = answer.get("error")
        if error and is_revert(error):
            raise CallReverted(read_revert(revert_data(error)))
        if error and has_too_little_gas(error):
            raise TooMuchGas(
                f"The call takes more gas than a block has: {words(error)[:200]}.",
                remedy="Nothing was sent. Make it smaller.",
            )
        return _result(method, answer)

    def _ask(self, method: str, *params: object) -> Any:
        return _result(method, self._rpc.exchange(method, params))

    def _ask_many(self, questions: Sequence[Question]) -> list[Any]:
        if not questions:
            return []
        answers = self._rpc.exchange_many(questions)
        return [_result(questions[0][0], answer) for answer in answers]


def _result(method: str, answer: Answer) -> Any:
    error = answer.get("error")
    if error:
        raise Refusal.of(method, error if isinstance(error, dict) else {"message": str(error)})
    if "result" not in answer:
        nonsense(method)
    return answer["result"]


def _nothing_final(place: str, why: str) -> Unavailable:
    return Unavailable(
        f"{place} does not say which block is final: {why}.",
        remedy="It is asked again, and nothing leaves the bank meanwhile. If the chain finalizes "
        'nothing, set chain.payouts_wait_for = "depth".',
        slug="nothing-final",
    )


def _send_outcome(refusal: Refusal) -> SendOutcome:
    meant = outcome(refusal.error)
    if meant is not None:
        return meant
    raise Unavailable(
        f"The chain's node did not take a signed transaction: {refusal.message}.",
        remedy="It is saved and is sent again. If this lasts, look at the node's log.",
        slug="transaction-not-taken",
    ) from refusal


def _where(block: int | str) -> str:
    return hex(block) if isinstance(block, int) else block


def _call(to: Address, data: bytes, sender: Address | None) -> dict[str, str]:
    call = {"to": to, "data": f"0x{data.hex()}"}
    return call if sender is None else call | {"from": sender}
