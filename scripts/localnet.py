"""Scripts: a local chain (anvil) on a free port, for tests and the demo.

It takes no fees, so an account with no native coin can send a transaction too (as long as blocks
stay under half full: above that, EIP-1559 raises even a base fee of zero).
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.processes import StartError, stop, tied, wait_until
from scripts.toolchain import program

CHAIN_ID = 31337
START_SECONDS = 20.0
LISTENING = re.compile(r"Listening on 127\.0\.0\.1:(\d+)")
# Development only, published in every Ethereum tool: whatever these accounts hold is anyone's.
MNEMONIC = "test test test test test test test test test test test junk"


class RpcError(Exception):
    """The chain answered a call with an error; `error` is that error as JSON-RPC gave it."""

    def __init__(self, method: str, error: dict[str, Any]) -> None:
        """Keep the node's own words."""
        super().__init__(f"{method}: {error.get('message', error)}")
        self.error = error


@dataclass(frozen=True)
class Anvil:
    """A running chain: where it listens, its process, and plain JSON-RPC to it."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        """The HTTP address of its JSON-RPC."""
        return f"http://127.0.0.1:{self.port}"

    def rpc(self, method: str, *params: object) -> Any:
        """Call a method and give its result as decoded JSON. Raises RpcError."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        request = urllib.request.Request(  # noqa: S310 - always our own http:// address
            self.url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - see above
            answer = json.load(response)
        if "error" in answer:
            raise RpcError(method, answer["error"])
        return answer["result"]


def _listening_port(log: Path) -> int | None:
    found = LISTENING.search(log.read_text(errors="replace"))
    return int(found[1]) if found else None


@contextmanager
def start_anvil(
    *options: str, port: int = 0, block_time: int | None = None, state: Path | None = None
) -> Iterator[Anvil]:
    """Run a chain until the block ends. Port 0 takes any free one.

    `block_time` seconds between blocks, else one block a transaction; `state` is a file to go on
    from and to write on leaving; `options` go to anvil as they are. Raises StartError.
    """
    argv: list[str | Path] = [program("anvil"), "--port", str(port), "--chain-id", str(CHAIN_ID)]
    argv += ["--mnemonic", MNEMONIC, "--block-base-fee-per-gas", "0", "--gas-price", "0"]
    argv += ["--disable-min-priority-fee"]  # else it suggests a tip to those who ask
    argv += ["--slots-in-an-epoch", "1"]  # a block is finalized when two follow it
    argv += ["--block-time", str(block_time)] if block_time else []
    argv += ["--state", state] if state else []
    with tempfile.TemporaryDirectory(prefix="jiaozi-anvil-") as folder:
        log = Path(folder) / "log"
        # states of old blocks: left in the user's home, they would outlive a chain that was killed
        argv += ["--cache-path", Path(folder) / "states"]
        with log.open("wb") as sink:
            child = subprocess.Popen(
                tied([*argv, *options]),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        try:
            if not wait_until(lambda: _listening_port(log) is not None, child, START_SECONDS):
                tail = log.read_text(errors="replace").strip()[-600:]
                raise StartError(f"anvil did not start on port {port or '(any)'}:\n{tail}")
            yield Anvil(_listening_port(log) or port, child, log)
        finally:
            stop(child)
