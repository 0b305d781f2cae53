"""Scripts: the roles file — which key holds which duty.

JSON: {"operator", "attestor", "officers": […], "compliance", "seizure", "guardian", "governor",
"admin"}, each an address. One key, one duty, without exception: every pair of these duties is a
conflict (whoever issues must not attest, approve or take; whoever freezes must not seize; whoever
pauses must not set the policy; whoever names the keys must not be one). That holds for the key
that deploys, too: it gives everything away and must not get a part back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts.deployment import DeploymentError
from wallet.address import parse_address
from wallet.errors import AddressError

__all__ = ["Roles", "RolesError", "parse_roles", "read_roles"]

SINGLE = ("operator", "attestor", "compliance", "seizure", "guardian", "governor", "admin")
FIELDS = frozenset({*SINGLE, "officers"})


class RolesError(DeploymentError):
    """The roles file cannot be used; the text names the field."""


@dataclass(frozen=True)
class Roles:
    """One checksummed address a duty; any number of officers."""

    operator: str
    attestor: str
    officers: tuple[str, ...]
    compliance: str
    seizure: str
    guardian: str
    governor: str
    admin: str

    def holders(self) -> list[tuple[str, str]]:
        """(duty, address) of every key."""
        single = [(duty, getattr(self, duty)) for duty in SINGLE]
        return [*single, *(("officers", officer) for officer in self.officers)]

    def to_json(self) -> dict[str, Any]:
        """As the roles file has it, and deployments/<chainId>.json."""
        return {**asdict(self), "officers": list(self.officers)}

    def require_apart(self, deployer: str) -> None:
        """Refuse a file that gives one key two duties, the deployer's among them."""
        duties = defaultdict(list)
        for duty, address in [*self.holders(), ("the deploying key", deployer)]:
            duties[address].append(duty)
        shared = {address: names for address, names in duties.items() if len(names) > 1}
        if shared:
            told = "; ".join(
                f"{address} is {' and '.join(names)}" for address, names in shared.items()
            )
            raise RolesError(f"one key, one duty: {told}. Give each its own key")


def parse_roles(values: object) -> Roles:
    """Check decoded JSON. Raises RolesError."""
    if not isinstance(values, dict):
        raise RolesError("the roles file is not a JSON object of duty and address")
    if missing := sorted(FIELDS - set(values)):
        raise RolesError(f"the roles file lacks {', '.join(missing)}")
    if unknown := sorted(set(values) - FIELDS):
        raise RolesError(f"the roles file has {', '.join(unknown)}, which is no duty: remove it")
    officers = values["officers"]
    if not isinstance(officers, list):
        raise RolesError("officers: a list of addresses is wanted")
    single = {duty: _address(duty, values[duty]) for duty in SINGLE}
    return Roles(officers=tuple(_address("officers", officer) for officer in officers), **single)


def read_roles(path: Path) -> Roles:
    """Read and check a roles file. Raises RolesError."""
    try:
        return parse_roles(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as problem:
        raise RolesError(f"{path} cannot be read as JSON: {problem}") from problem


def _address(duty: str, value: object) -> str:
    if not isinstance(value, str):
        raise RolesError(f"{duty}: {value!r} is not an address (0x and 40 hexadecimal digits)")
    try:
        return parse_address(value)
    except AddressError as problem:
        raise RolesError(f"{duty}: {problem}") from problem
