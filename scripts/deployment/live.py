"""Scripts: what a live token and Teller say of themselves, against what they were deployed with.

Name, currency and signing domains can never change: any difference is a wrong contract. The
governor may change the rest, so of a live deployment that is told, not held against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brownie import web3

from scripts.deployment.approvals import unreachable
from scripts.deployment.parameters import LIMITED_TIERS, Limits, Parameters
from scripts.deployment.wiring import Role

__all__ = ["admin_remarks", "fixed_differences", "setting_changes", "start_differences"]

CHANGEABLE = ("token.contractURI", "tiers.", "bucket.", "maxAge", "approvalsNeeded")
TELLER_DOMAIN = "Jiaozi Teller"
DOMAIN_FIELDS = "0x0f"  # ERC-5267: name, version, chain id and contract; no salt, no extensions


def start_differences(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """Everything, right after deploying: the governor cannot have changed anything yet."""
    yield from fixed_differences(record, project)
    yield from setting_changes(record, project)


def fixed_differences(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """What must hold of a live deployment at any time, whatever the governor did."""
    for field, found, wanted in _changes(record, project):
        if not field.startswith(CHANGEABLE):
            yield f"{field} is {found!r}, not {wanted!r}"
    yield from _domain_differences(record, project)
    yield from _approval_differences(record, project)


def setting_changes(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """What the governor has changed since deploying, each in one line."""
    for field, found, wanted in _changes(record, project):
        if field.startswith(CHANGEABLE):
            yield f"{field} is now {found!r}; deployed with {wanted!r}"


def admin_remarks(record: Mapping[str, Any]) -> Iterator[str]:
    """A word about an admin that is a plain key: whoever has it changes every role in a week.

    No more than a word: a key that several people must sign with (a threshold signature) looks
    the same from here.
    """
    admin = record["roles"]["admin"]
    if not web3.eth.get_code(admin):
        yield (
            f"the admin {admin} is no contract: it should be a k-of-n contract, or a key that "
            "takes several people to sign with"
        )


def _changes(record: Mapping[str, Any], project: Any) -> Iterator[tuple[str, object, object]]:
    """(field, on chain, recorded) of every field of the parameters that differs."""
    token, teller = _contracts(record, project)
    found = dict(_flat(_live(token, teller).to_json()))
    for field, value in _flat(record["parameters"]):
        if found[field] != value:
            yield field, found[field], value


def _live(token: Any, teller: Any) -> Parameters:
    capacity, refill = teller.bucket()
    return Parameters(
        name=token.name(),
        symbol=token.symbol(),
        currency=token.currency(),
        decimals=int(token.decimals()),
        utc_offset_seconds=int(token.utcOffsetSeconds()),
        contract_uri=token.contractURI(),
        tiers=tuple(Limits(*map(int, token.getLimits(int(tier)))) for tier in LIMITED_TIERS),
        bucket_capacity=int(capacity),
        bucket_refill_per_second=int(refill),
        max_age=int(teller.maxAge()),
        approvals_needed=int(teller.approvalsNeeded()),
    )


def _domain_differences(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """Holders sign in the token's domain, officers in the Teller's: both must be what we say."""
    token, teller = _contracts(record, project)
    for contract, name in ((token, record["parameters"]["token"]["name"]), (teller, TELLER_DOMAIN)):
        fields, *found = contract.eip712Domain()
        wanted = [name, "1", web3.chain_id, contract.address]
        if str(fields) != DOMAIN_FIELDS or found[:4] != wanted:
            yield f"{contract._name} at {contract.address}: its domain is {found[:4]}, not {wanted}"


def _approval_differences(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """Whether the officers who can approve at once are enough."""
    manager = project["AccessManager"].at(record["accessManager"]["address"], persist=False)
    _, teller = _contracts(record, project)
    officers = sum(
        tuple(manager.hasRole(Role.OFFICER.value, officer)) == (True, 0)
        for officer in record["roles"]["officers"]
    )
    needed = int(teller.approvalsNeeded())
    if needed > officers:
        yield f"Teller: {unreachable(needed, officers)}"


def _contracts(record: Mapping[str, Any], project: Any) -> tuple[Any, Any]:
    return (
        project["DepositToken"].at(record["token"]["address"], persist=False),
        project["Teller"].at(record["teller"]["address"], persist=False),
    )


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """`tiers.1.perDay` and its value, for every value inside."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
