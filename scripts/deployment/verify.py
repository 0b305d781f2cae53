"""Scripts: whether a live deployment is what its record says: code, wiring, roles, delays.

Members are found from the manager's own events, so a key that was granted a role by hand is found
too. Every difference is listed, not just the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brownie import web3

from scripts.deployment import DeploymentError
from scripts.deployment.chain import code_hash
from scripts.deployment.record import CONTRACTS
from scripts.deployment.roles import parse_roles
from scripts.deployment.wiring import GUARDED, PERMISSIONS, VETOED, Role, grants
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = [
    "VerificationError",
    "code_differences",
    "require",
    "role_differences",
]

LOG_BLOCKS = 10_000
ROLE_GRANTED = keccak256(b"RoleGranted(uint64,address,uint32,uint48,bool)")


class VerificationError(DeploymentError):
    """The chain is not as it should be; the text lists every difference."""


def require(*differences: Iterator[str]) -> None:
    """Raise VerificationError when there is any, with all of them."""
    found = [one for several in differences for one in several]
    if found:
        raise VerificationError("the deployment is not as it should be:\n  " + "\n  ".join(found))


def code_differences(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """Code against the record and against what this checkout compiles to."""
    for key, name in CONTRACTS.items():
        address = record[key]["address"]
        code = bytes(web3.eth.get_code(address))
        if code_hash(address) != record[key]["codeHash"]:
            yield f"{name} at {address}: its code is not the recorded one"
        compiled = bytes.fromhex(project[name]._build["deployedBytecode"])
        # Immutables are zero in the compiled code; everything else must be equal.
        same = len(code) == len(compiled) and all(
            ours in (0, theirs) for ours, theirs in zip(compiled, code, strict=True)
        )
        if not same:
            yield f"{name} at {address}: its code is not what this checkout compiles to"


def role_differences(record: Mapping[str, Any], project: Any) -> Iterator[str]:
    """Authorities, functions' roles, guardians, members and delays."""
    manager, token, teller = (
        project[name].at(record[key]["address"], persist=False) for key, name in CONTRACTS.items()
    )
    yield from _contract_differences(manager, token, teller)
    yield from _function_differences(manager, token, teller)
    for role in Role:
        yield from _rank_differences(manager, role)
    yield from _member_differences(record, manager)


def _contract_differences(manager: Any, token: Any, teller: Any) -> Iterator[str]:
    for name, contract in (("DepositToken", token), ("Teller", teller)):
        if contract.authority() != manager.address:
            yield f"{name}: its authority is {contract.authority()}, not {manager.address}"
        if manager.isTargetClosed(contract.address):
            yield f"{name}: the manager has closed it"
        if delay := manager.getTargetAdminDelay(contract.address):
            yield f"{name}: the manager makes changes of its functions' roles wait {delay} s"
    if teller.token() != token.address:
        yield f"Teller: its token is {teller.token()}, not {token.address}"
    if not token.getAccount(teller.address)[3]:
        yield "DepositToken: the Teller is not frozen, so money could be paid into it"


def _function_differences(manager: Any, token: Any, teller: Any) -> Iterator[str]:
    for (name, function), role in PERMISSIONS.items():
        contract = token if name == "DepositToken" else teller
        found = manager.getTargetFunctionRole(contract.address, _selector(contract, function))
        if found != role:
            yield f"{name}.{function}: callable by role {found}, not by {role.name} ({role:d})"
    for function in VETOED:
        if (
            manager.getTargetFunctionRole(manager.address, _selector(manager, function))
            != Role.VETO
        ):
            yield f"AccessManager.{function}: the guardian cannot veto it"


def _rank_differences(manager: Any, role: Role) -> Iterator[str]:
    """Who gives a role, who may cancel its calls, and whether its grants count at once."""
    if delay := manager.getRoleGrantDelay(role):
        yield f"role {role.name}: a grant counts only after {delay} s"
    if role is Role.ADMIN:
        return
    wanted = Role.GUARDIAN if role in GUARDED else Role.ADMIN
    if (found := manager.getRoleGuardian(role)) != wanted:
        yield f"role {role.name}: its calls can be cancelled by role {found}, not by {wanted.name}"
    if (found := manager.getRoleAdmin(role)) != Role.ADMIN:
        yield f"role {role.name}: given by role {found}, not by ADMIN"


def _member_differences(record: Mapping[str, Any], manager: Any) -> Iterator[str]:
    wanted = {
        (grant.role.value, grant.holder): grant.delay
        for grant in grants(parse_roles(record["roles"]), record["teller"]["address"])
    }
    names = {role.value: role.name for role in Role}
    for role, account in sorted(_ever_granted(manager.address, record["block"]) | set(wanted)):
        is_member, delay = manager.hasRole(role, account)
        name = names.get(role, f"of unknown id {role}")
        if (role, account) not in wanted:
            if is_member:
                yield f"{account} has role {name} and should have none of it"
        elif not is_member:
            yield f"{account} should have role {name} and has not"
        elif delay != wanted[role, account]:
            yield f"{account} has role {name} with {delay} s of delay, not {wanted[role, account]}"


def _ever_granted(manager: str, first: int) -> set[tuple[int, str]]:
    """(role, account) of every grant since the manager exists."""
    found: set[tuple[int, str]] = set()
    last = web3.eth.block_number
    for start in range(first, last + 1, LOG_BLOCKS):
        question = {
            "address": manager,
            "fromBlock": start,
            "toBlock": min(start + LOG_BLOCKS - 1, last),
            "topics": ["0x" + ROLE_GRANTED.hex()],
        }
        for log in web3.eth.get_logs(question):
            role, account = log["topics"][1], log["topics"][2]
            found.add((int.from_bytes(role, "big"), checksum(bytes(account)[-20:])))
    return found


def _selector(contract: Any, function: str) -> str:
    return str(getattr(contract, function).signature)
