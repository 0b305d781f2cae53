"""Tests: roles files, records and late changes that the tests of deploying share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from brownie import accounts, chain
from eth_account import Account

from scripts.deployment.record import read_record
from scripts.toolchain import ROOT
from tests.contracts.support import DAY, at, now
from wallet.keccak import keccak256

DUTIES = ("operator", "attestor", "compliance", "seizure", "guardian", "governor", "admin")
EUR = ROOT / "scripts" / "parameters" / "eur.json"
# Officers only sign, so they need no account on the chain. In rising order, as the Teller wants.
OFFICERS = tuple(
    sorted(
        (Account.from_key(keccak256(b"officer %d" % number)) for number in range(3)),
        key=lambda officer: int(officer.address, 16),
    )
)


def keys() -> dict[str, Any]:
    """A key of its own for every duty; the chain's own accounts where the key must send."""
    single = dict(zip(DUTIES, map(str, accounts[1:8]), strict=True))
    return {**single, "officers": [officer.address for officer in OFFICERS]}


def recorded(settings: Path) -> dict[str, Any]:
    """What was written."""
    record = read_record(settings / "deployments" / f"{chain.id}.json")
    assert record is not None
    return record


def contracts(project: Any, record: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Manager, token and teller of a record."""
    return (
        project["AccessManager"].at(record["accessManager"]["address"], persist=False),
        project["DepositToken"].at(record["token"]["address"], persist=False),
        project["Teller"].at(record["teller"]["address"], persist=False),
    )


def change(path: Path, **values: Any) -> None:
    """Set fields of a JSON file; None takes one out."""
    content = json.loads(path.read_text()) | values
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))


def by_admin(manager: Any, admin: str, data: str) -> None:
    """The admin changes something on the manager: announced, seven days waited, done."""
    manager.schedule(manager, data, 0, {"from": admin})
    at(now() + 7 * DAY)
    manager.execute(manager, data, {"from": admin})


def by_governor(manager: Any, governor: str, contract: Any, data: str) -> None:
    """The governor changes a setting: announced, two days waited, done."""
    manager.schedule(contract, data, 0, {"from": governor})
    at(now() + 2 * DAY)
    manager.execute(contract, data, {"from": governor})
