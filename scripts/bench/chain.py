"""Bench: a real chain whose every receipt comes out the same in every run.

One transaction a block, so every slot that it touches is cold. Blocks are a second apart from a
fixed beginning, whatever the machine's clock says.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.bench import BenchError
from scripts.localnet import CHAIN_ID, Anvil, start_anvil
from wallet.abi import encode, encode_call, topic
from wallet.address import Address, checksum

__all__ = ["BEGIN", "CHAIN_ID", "DEPLOYER", "Chain", "start_chain"]

# The first account of every local chain; no byte of it is zero.
DEPLOYER = Address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
# 2030-06-03 08:00 UTC: no run comes near a midnight of the token's days but by `next_day`.
BEGIN = 1_906_704_000
DAY = 86_400
GAS_LIMIT = 25_000_000
RECEIPT_SECONDS = 60.0
POLL_SECONDS = 0.001
TRANSFER = "0x" + topic("Transfer(address,address,uint256)").hex()


class Chain:
    """Sends transactions from any address, without keys, and reads what they have used."""

    def __init__(self, anvil: Anvil) -> None:
        self._rpc = anvil.rpc
        self._rpc("anvil_autoImpersonateAccount", True)
        self._rpc("anvil_setBlockTimestampInterval", 1)

    def deploy(self, code: bytes, types: str = "", *values: object) -> Address:
        """Create a contract; `types` are its constructor's, such as "address,uint8"."""
        arguments = encode(types.split(",") if types else (), values)
        receipt = self._mined({"from": DEPLOYER, "data": "0x" + (code + arguments).hex()})
        return checksum(bytes.fromhex(receipt["contractAddress"][2:]))

    def gas(
        self, sender: Address, to: Address, signature: str, *values: object, moves: int = 0
    ) -> int:
        """The gas of a whole transaction that calls a function.

        Raises BenchError unless it succeeds and moves money exactly `moves` times: what refuses
        is cheap, and would flatter the table.
        """
        data = "0x" + encode_call(signature, *values).hex()
        receipt = self._mined({"from": sender, "to": to, "data": data})
        moved = sum(log["topics"][:1] == [TRANSFER] for log in receipt["logs"])
        if moved != moves:
            raise BenchError(f"{signature} moved money {moved} times, not {moves} times")
        return int(receipt["gasUsed"], 16)

    def next_day(self) -> None:
        """The next block comes a day after the last."""
        self._rpc("evm_setNextBlockTimestamp", self.now() + DAY)

    def now(self) -> int:
        """The newest block's time, in seconds since 1970."""
        return int(self._rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def _mined(self, request: dict[str, object]) -> Any:
        """The receipt of a transaction, mined in a block of its own."""
        request = {**request, "gas": hex(GAS_LIMIT), "gasPrice": "0x0"}
        sent = self._rpc("eth_sendTransaction", request)
        deadline = time.monotonic() + RECEIPT_SECONDS
        while (receipt := self._rpc("eth_getTransactionReceipt", sent)) is None:
            if time.monotonic() > deadline:
                raise BenchError(f"no receipt for {sent} after {RECEIPT_SECONDS:.0f} s")
            time.sleep(POLL_SECONDS)
        if receipt["status"] != "0x1":
            raise BenchError(f"a transaction was refused with {self._why(request)}")
        return receipt

    def _why(self, request: dict[str, object]) -> str:
        """What a call that failed answers when it is tried again."""
        answer: dict[str, Any] = self._rpc("debug_traceCall", request, "latest", {})
        return f"0x{answer.get('returnValue', '').removeprefix('0x')} to {request.get('to')}"


@contextmanager
def start_chain() -> Iterator[Chain]:
    """Run a chain until the block ends. Raises StartError."""
    with start_anvil("--hardfork", "cancun", "--timestamp", str(BEGIN)) as anvil:
        yield Chain(anvil)
