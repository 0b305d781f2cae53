"""A chain with one deposit token, in memory, behind real HTTP: for tests of the commands.

Call data, logs and transactions are read and written by eth-abi and eth-account, so that a
mistake of the wallet's own encoding cannot hide in its own fake. It knows the token's rules
only as far as a test sets them.
"""

# ruff: noqa: N802, ARG002 - methods are named and called as JSON-RPC and the ABI have it

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import decode, encode
from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes

TOKEN = to_checksum_address("0x" + "7e" * 20)
AUTHORITY = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
CHAIN_ID = 31337
ZERO = "0x" + "0" * 40
Answer = dict[str, Any]


class Revert(Exception):
    """The token says no: the error's signature and its values."""

    def __init__(self, signature: str, *values: Any) -> None:
        super().__init__(signature)
        inside = signature[signature.index("(") + 1 : -1]
        kinds = inside.split(",") if inside else []
        self.data = keccak(text=signature)[:4] + encode(kinds, values[: len(kinds)])


@dataclass
class FakeChain:
    """The state of the chain and of its token."""

    name: str = "Euro Deposit"
    symbol: str = "dEUR"
    currency: str = "EUR"
    decimals: int = 2
    chain_id: int = CHAIN_ID
    deployed_at: int = 3
    base_fee: int = 0
    paused: bool = False
    balances: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    tiers: dict[str, int] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    check: tuple[str, int, int] | None = None  # what transferCheck answers, if it refuses
    allowances: dict[tuple[str, str], int] = field(default_factory=dict)
    used: dict[tuple[str, bytes], int] = field(default_factory=dict)
    burned: dict[tuple[str, bytes], int] = field(default_factory=dict)
    native: int = 0
    codes: dict[str, bytes] = field(default_factory=dict)  # the code at addresses but the token's
    accepted: dict[str, bytes] = field(default_factory=dict)  # what a contract takes (ERC-1271)
    tip: int = 10**9
    logs: list[Answer] = field(default_factory=list)
    receipts: dict[str, Answer] = field(default_factory=dict)
    pool: list[bytes] = field(default_factory=list)
    accept: bool = True
    keeps_states: bool = True
    mines: bool = True  # whether blocks take what waits in the pool
    head: int = 10
    time: int = 1_800_000_000
    widest: int = 10**9
    calls: list[str] = field(default_factory=list)
    said: dict[str, Answer] = field(default_factory=dict)  # others' transactions, by hash
    attestors: set[str] = field(default_factory=set)  # who may call the Teller's attest
    silent_at: str | None = None  # the method that is heard and never answered

    # ------------------------------------------------------------------ what the world does

    def mine(self) -> None:
        """One more block; what waits in the pool goes into it."""
        self.head += 1
        self.time += 1
        pool, self.pool = (self.pool, []) if self.mines else ([], self.pool)
        for raw in pool:
            self._execute(raw)

    def issue(self, number: int, holder: str, amount: int) -> None:
        """The bank credits a deposit."""
        self._log("Transfer(address,address,uint256)", [ZERO, holder], ["uint256"], [amount])
        self._log(
            "Issued(uint256,address,uint256,bytes16)",
            [holder],
            ["uint256", "uint256", "bytes16"],
            [number, amount, bytes(16)],
        )
        self.balances[holder] = self.balances.get(holder, 0) + amount

    def move(self, sender: str, to: str, amount: int) -> None:
        """Money moves, with its log."""
        self.balances[sender] = self.balances.get(sender, 0) - amount
        self.balances[to] = self.balances.get(to, 0) + amount
        self._log("Transfer(address,address,uint256)", [sender, to], ["uint256"], [amount])

    def bring(self, sender: str, to: str, amount: int, nonce: bytes) -> None:
        """Somebody brings a signed authorization."""
        self._log("AuthorizationUsed(address,bytes32)", [sender, nonce], [], [])
        self.used[(sender, nonce)] = self.head
        self.move(sender, to, amount)

    def approve(self, owner: str, spender: str, amount: int) -> None:
        """Somebody is allowed to take money."""
        self.allowances[(owner, spender)] = amount
        event = "Approval(address,address,uint256)"
        self._log(event, [owner, spender], ["uint256"], [amount])

    def redeem(self, holder: str, nonce: bytes, amount: int, fee: int) -> None:
        """A redemption order is burned."""
        self.move(holder, ZERO, amount)
        self._log(
            "Redeemed(address,bytes32,uint256,uint256,bytes32)",
            [holder, nonce],
            ["uint256", "uint256", "bytes32"],
            [amount, fee, bytes(32)],
        )
        self.burned[(holder, nonce)] = amount - fee

    def _log(self, event: str, indexed: list[Any], kinds: list[str], values: list[Any]) -> None:
        topics = [keccak(text=event)]
        for value in indexed:
            raw = bytes.fromhex(value[2:]) if isinstance(value, str) else value
            raw = raw.to_bytes(32, "big") if isinstance(raw, int) else raw
            topics.append(raw.rjust(32, b"\0"))
        self.logs.append(
            {
                "address": TOKEN,
                "topics": ["0x" + topic.hex() for topic in topics],
                "data": "0x" + encode(kinds, values).hex(),
                "blockNumber": hex(self.head),
                "transactionHash": "0x" + keccak(text=f"tx at {self.head}").hex(),
                "logIndex": hex(len(self.logs)),
            }
        )

    def _execute(self, raw: bytes) -> None:
        transaction = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
        sender, tx_hash = Account.recover_transaction(raw), "0x" + keccak(raw).hex()
        before = len(self.logs)
        status = 1
        try:
            if transaction["data"]:
                self._call(sender, bytes(transaction["data"]))
        except Revert:
            status = 0
        for log in self.logs[before:]:
            log["transactionHash"] = tx_hash
        self.receipts[tx_hash] = {"blockNumber": hex(self.head), "status": hex(status)}

    def _call(self, sender: str, data: bytes) -> None:
        """The state-changing calls that the wallet makes."""
        selector, rest = data[:4], data[4:]
        if selector == keccak(text="transfer(address,uint256)")[:4]:
            to, amount = decode(["address", "uint256"], rest)
            if self.check is not None:
                raise Revert(self.check[0], sender, *self.check[1:])
            self.move(sender, to_checksum_address(to), amount)
            return
        if selector == keccak(text="approve(address,uint256)")[:4]:
            spender, amount = decode(["address", "uint256"], rest)
            self.approve(sender, to_checksum_address(spender), amount)
            return
        signature = "(address,address,uint256,uint256,uint256,bytes32,bytes)"
        if selector == keccak(text="transferWithAuthorization" + signature)[:4]:
            payer, to, amount, _, _, nonce, _ = decode(signature[1:-1].split(","), rest)
            payer = to_checksum_address(payer)
            if (payer, nonce) in self.used:
                name = "AuthorizationUsedOrCanceled(address,bytes32)"
                raise Revert(name, payer, nonce)
            self.bring(payer, to_checksum_address(to), amount, nonce)
            return
        order = "(address,uint256,bytes32,uint256,bytes32,uint256)"
        if selector == keccak(text=f"redeem({order},bytes)")[:4]:
            if self.check is not None:
                raise Revert(self.check[0], sender, *self.check[1:])
            return
        raise Revert("Unknown()")

    # ------------------------------------------------------------------ JSON-RPC

    def answer(self, request: Answer) -> Answer:
        """One JSON-RPC call."""
        self.calls.append(request["method"])
        reply: Answer = {"jsonrpc": "2.0", "id": request["id"]}
        handler = getattr(self, "_" + request["method"], None)
        if handler is None:
            return reply | {"error": {"code": -32601, "message": "method not found"}}
        try:
            return reply | {"result": handler(*request["params"])}
        except Revert as revert:
            data = "0x" + revert.data.hex()
            return reply | {"error": {"code": 3, "message": "reverted", "data": data}}
        except ValueError as error:
            return reply | {"error": {"code": -32000, "message": str(error)}}

    def _eth_chainId(self) -> str:
        return hex(self.chain_id)

    def _eth_blockNumber(self) -> str:
        return hex(self.head)

    def _eth_getBlockByNumber(self, tag: str, full: bool) -> Answer | None:
        assert not full
        number = self.head if tag == "latest" else int(tag, 16)
        return {
            "number": hex(number),
            "hash": "0x" + keccak(number.to_bytes(8, "big")).hex(),
            "timestamp": hex(self.time - (self.head - number)),
            "baseFeePerGas": hex(self.base_fee),
        }

    def _eth_getCode(self, address: str, tag: str) -> str:
        number = self.head if tag == "latest" else int(tag, 16)
        if number < self.head and not self.keeps_states:
            raise ValueError("missing trie node")
        if address in self.codes:
            return "0x" + self.codes[address].hex()
        return "0x60" if address == TOKEN and number >= self.deployed_at else "0x"

    def _eth_getBalance(self, address: str, tag: str) -> str:
        return hex(self.native)

    def _eth_getTransactionCount(self, address: str, tag: str) -> str:
        mine = (Account.recover_transaction(raw) for raw in self.pool)
        return hex(len(self.receipts) + sum(sender == address for sender in mine))

    def _eth_maxPriorityFeePerGas(self) -> str:
        return hex(self.tip)

    def _eth_estimateGas(self, call: Answer) -> str:
        saved = len(self.logs), dict(self.balances), dict(self.used), dict(self.allowances)
        try:
            self._call(call["from"], bytes.fromhex(call["data"][2:]))
        finally:
            _, self.balances, self.used, self.allowances = saved
            del self.logs[saved[0] :]
        return hex(60_000)

    def _eth_sendRawTransaction(self, raw: str) -> str:
        data = bytes.fromhex(raw[2:])
        tx_hash = "0x" + keccak(data).hex()
        if data in self.pool or tx_hash in self.receipts:
            raise ValueError("already known")
        if not self.accept:
            raise ValueError("the pool is full")
        mine = TypedTransaction.from_bytes(HexBytes(data)).as_dict()
        if mine["nonce"] < len(self.receipts):
            raise ValueError("nonce too low")
        for other in self.pool:
            theirs = TypedTransaction.from_bytes(HexBytes(other)).as_dict()
            if theirs["nonce"] != mine["nonce"]:
                continue
            for fee in ("maxFeePerGas", "maxPriorityFeePerGas"):
                if 10 * mine[fee] < 11 * theirs[fee] or mine[fee] == theirs[fee]:
                    raise ValueError("replacement transaction underpriced")
            self.pool.remove(other)
            break
        self.pool.append(data)
        return tx_hash

    def _eth_getTransactionByHash(self, tx_hash: str) -> Answer | None:
        if tx_hash in self.said:
            return self.said[tx_hash]
        known = {"0x" + keccak(raw).hex() for raw in self.pool} | set(self.receipts)
        return {"hash": tx_hash} if tx_hash in known else None

    def _eth_getTransactionReceipt(self, tx_hash: str) -> Answer | None:
        return self.receipts.get(tx_hash)

    def _eth_getLogs(self, wanted: Answer) -> list[Answer]:
        start, end = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if end - start + 1 > self.widest:
            raise ValueError("block range is too wide")
        return [log for log in self.logs if _matches(log, wanted["topics"], start, end)]

    def _eth_call(self, call: Answer, tag: str) -> str:
        data = bytes.fromhex(call["data"][2:])
        if call["to"] in self.accepted:
            return self._accepts(call["to"], data)
        if call["to"] == AUTHORITY:
            who, _, _ = decode(["address", "address", "bytes4"], data[4:])
            may = to_checksum_address(who) in self.attestors
            return "0x" + encode(["bool", "uint32"], [may, 0]).hex()
        assert call["to"] == TOKEN
        for signature, (takes, gives) in VIEWS.items():
            if data[:4] == keccak(text=signature)[:4]:
                values = getattr(self, "view_" + signature[: signature.index("(")])(
                    *decode(takes, data[4:])
                )
                return "0x" + encode(gives, values).hex()
        raise ValueError("execution reverted")

    def _accepts(self, contract: str, data: bytes) -> str:
        magic = keccak(text="isValidSignature(bytes32,bytes)")[:4]
        assert data[:4] == magic
        _, signature = decode(["bytes32", "bytes"], data[4:])
        if signature != self.accepted[contract]:
            raise Revert("Unknown()")
        return "0x" + magic.ljust(32, b"\0").hex()

    # ------------------------------------------------------------------ the token's views

    def view_name(self) -> list[Any]:
        return [self.name]

    def view_symbol(self) -> list[Any]:
        return [self.symbol]

    def view_currency(self) -> list[Any]:
        return [self.currency]

    def view_decimals(self) -> list[Any]:
        return [self.decimals]

    def view_authority(self) -> list[Any]:
        return [AUTHORITY]

    def view_totalSupply(self) -> list[Any]:
        return [sum(held for who, held in self.balances.items() if who != ZERO)]

    def view_paused(self) -> list[Any]:
        return [self.paused]

    def view_DOMAIN_SEPARATOR(self) -> list[Any]:
        kind = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        words = [keccak(text=kind), keccak(text=self.name), keccak(text="1"), self.chain_id, TOKEN]
        return [keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], words))]

    def view_getAccount(self, address: str) -> list[Any]:
        who = to_checksum_address(address)
        balance, spent = self.balances.get(who, 0), self.spent.get(who, 0)
        return [balance, spent, self.tiers.get(who, 0), who in self.frozen]

    def view_transferCheck(self, sender: str, to: str, amount: int) -> list[Any]:
        balance = self.balances.get(to_checksum_address(sender), 0)
        if self.check is not None:
            return [keccak(text=self.check[0])[:4], *self.check[1:]]
        if amount > balance:
            short = keccak(text="ERC20InsufficientBalance(address,uint256,uint256)")[:4]
            return [short, balance, amount]
        return [bytes(4), 0, 0]

    def view_allowance(self, owner: str, spender: str) -> list[Any]:
        return [self.allowances.get((to_checksum_address(owner), to_checksum_address(spender)), 0)]

    def view_authorizationState(self, who: str, nonce: bytes) -> list[Any]:
        return [(to_checksum_address(who), nonce) in self.used]

    def view_getRedemption(self, who: str, nonce: bytes) -> list[Any]:
        found = self.burned.get((to_checksum_address(who), nonce))
        return [0, 0] if found is None else [1, found]


VIEWS: dict[str, tuple[list[str], list[str]]] = {
    "name()": ([], ["string"]),
    "symbol()": ([], ["string"]),
    "currency()": ([], ["string"]),
    "decimals()": ([], ["uint8"]),
    "paused()": ([], ["bool"]),
    "authority()": ([], ["address"]),
    "totalSupply()": ([], ["uint256"]),
    "DOMAIN_SEPARATOR()": ([], ["bytes32"]),
    "getAccount(address)": (["address"], ["uint256", "uint256", "uint8", "bool"]),
    "transferCheck(address,address,uint256)": (
        ["address", "address", "uint256"],
        ["bytes4", "uint256", "uint256"],
    ),
    "allowance(address,address)": (["address", "address"], ["uint256"]),
    "authorizationState(address,bytes32)": (["address", "bytes32"], ["bool"]),
    "getRedemption(address,bytes32)": (["address", "bytes32"], ["uint8", "uint256"]),
}


def _matches(log: Answer, topics: list[Any], start: int, end: int) -> bool:
    if not start <= int(log["blockNumber"], 16) <= end:
        return False
    for place, wanted in enumerate(topics):
        if wanted is None:
            continue
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if place >= len(log["topics"]) or log["topics"][place] not in allowed:
            return False
    return True
