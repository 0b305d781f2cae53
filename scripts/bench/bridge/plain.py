"""Bench: the plain way: web3.py, a transaction a deposit, sent without waiting for one another."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

from eth_account import Account
from hexbytes import HexBytes

from api.bank import BookedLine, read_camt
from scripts.bench import BenchError
from scripts.bench.bridge.chain import HOLDERS, chain, every_second, holder
from scripts.bench.bridge.money import statement
from tests.api.contracts import FAR, KEYS

__all__ = ["plain"]

_DEPTH = 2
_GAS = 250_000
_PATIENCE = 300.0


def plain(folder: Path, count: int) -> dict[str, Any]:
    """Read a statement, sign and send an issue for each line, wait until the last is final.

    It keeps no books and survives no crash; it shares nothing with the bridge but the contracts.
    """
    content = statement("PLAIN", count)
    with chain(folder) as deployed:
        web3 = deployed.web3
        now = web3.eth.get_block("latest")["timestamp"]
        deployed.as_role(deployed.teller.functions.attest(FAR, 0, 0, now, 1), "attestor")
        every_second(deployed)
        operator = Account.from_key(KEYS["operator"])
        began = time.perf_counter()
        nonce = int(web3.eth.get_transaction_count(operator.address))
        last = HexBytes(b"")
        for number, record in enumerate(read_camt(io.BytesIO(content))):
            if not isinstance(record, BookedLine):
                continue
            entry = (number + 1, bytes(16), holder(number % HOLDERS), record.amount.minor)
            transaction = deployed.teller.functions.issue([entry]).build_transaction(
                {
                    "from": operator.address, "nonce": nonce, "gas": _GAS,
                    "gasPrice": 10**9, "chainId": 31337,
                }
            )  # fmt: skip
            last = web3.eth.send_raw_transaction(
                operator.sign_transaction(transaction).raw_transaction
            )
            nonce += 1
        sent = time.perf_counter() - began
        receipt = web3.eth.wait_for_transaction_receipt(last, _PATIENCE, 0.05)
        while web3.eth.block_number < receipt["blockNumber"] + _DEPTH:
            time.sleep(0.05)
        took = time.perf_counter() - began
        issued = len(deployed.token.events.Issued().get_logs(from_block=0))
        if issued != count:
            raise BenchError(f"the plain way issued {issued} of {count}")
    return {
        "lines": count,
        "seconds": round(took, 2),
        "sent_seconds": round(sent, 2),
        "per_second": round(count / took),
    }
