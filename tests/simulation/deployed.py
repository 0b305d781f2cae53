"""Tests of the simulation: the record of the simulated contracts, as a deployment writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.simulation.node import CODE
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = ["write_deployment"]


def write_deployment(file: Path) -> Path:
    """The record of the simulated contracts."""
    code = f"0x{keccak256(CODE).hex()}"

    def entry(last: int) -> dict[str, Any]:
        return {"address": checksum(bytes([last]) * 20), "codeHash": code}

    token = {"name": "Jiaozi Euro", "symbol": "EURJ", "currency": "EUR", "decimals": 2}
    record = {
        "chainId": 31337,
        "caip2": "eip155:31337",
        "accessManager": entry(0x33),
        "token": {**token, "utcOffsetSeconds": 3600, **entry(0x11)},
        "teller": entry(0x22),
        "block": 1,
        "roles": {},
    }
    file.write_text(json.dumps(record))
    return file
