"""Tests: who may call what. Enumerated over the ABIs: a function without a row here fails."""

from __future__ import annotations

from typing import Any

import pytest
from brownie.exceptions import VirtualMachineError

from scripts.deployment.wiring import PERMISSIONS, Role
from tests.contracts.conftest import ROLES, World
from tests.contracts.support import Party, reverts_with

# State-changing functions that anyone may call: they move only the caller's own rights, or what a
# signature inside allows.
OPEN = {
    ("DepositToken", "approve"),
    ("DepositToken", "cancelAuthorization"),
    ("DepositToken", "cancelRedeemOrder"),
    ("DepositToken", "permit"),
    ("DepositToken", "receiveWithAuthorization"),
    ("DepositToken", "redeem"),
    ("DepositToken", "transfer"),
    ("DepositToken", "transferFrom"),
    ("DepositToken", "transferWithAuthorization"),
    ("Teller", "relayRedeemOrders"),
    ("Teller", "relayTransfers"),
}
SAMPLES = {
    "address": "0x" + "11" * 20,
    "bytes32": b"\x01" * 32,
    "tuple[]": [],
}


def changing(project: Any) -> set[tuple[str, str]]:
    """(contract, function) of everything that can change state, from the ABIs."""
    return {
        (name, entry["name"])
        for name in ("DepositToken", "Teller")
        for entry in project[name].abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


def call(world: World, name: str, function: str, sender: Any) -> None:
    """Call with plausible values; whatever is wrong with them is found only behind the gate."""
    contract = world.token if name == "DepositToken" else world.teller
    method = getattr(contract, function)
    values = [SAMPLES.get(entry["type"], 1) for entry in method.abi["inputs"]]
    method.call(*values, {"from": sender})


def answer(world: World, name: str, function: str, sender: Any) -> str:
    """What the call threw; empty when it passed."""
    try:
        call(world, name, function, sender)
    except VirtualMachineError as thrown:
        return str(thrown.revert_msg)
    return ""


def test_every_function_has_a_row(project: Any) -> None:
    assert changing(project) == set(PERMISSIONS) | OPEN


def test_no_function_takes_native_coin(project: Any) -> None:
    for name in ("DepositToken", "Teller", "AccessManager"):
        for entry in project[name].abi:
            payable = entry.get("stateMutability") == "payable"
            assert not payable or (name, entry.get("name")) == ("AccessManager", "execute")
            assert entry["type"] not in ("receive", "fallback")


@pytest.mark.parametrize(("name", "function"), sorted(PERMISSIONS))
def test_strangers_are_refused(world: World, alice: Party, name: str, function: str) -> None:
    with reverts_with("AccessManagedUnauthorized", alice.address):
        call(world, name, function, alice.account)


@pytest.mark.parametrize(("name", "function"), sorted(PERMISSIONS))
def test_one_role_may_and_no_other(world: World, name: str, function: str) -> None:
    wanted = PERMISSIONS[name, function]
    for role, account in world.by_role().items():
        if role is wanted:
            assert "AccessManaged" not in answer(world, name, function, account)
        else:
            with reverts_with("AccessManagedUnauthorized", account):
                call(world, name, function, account)


def test_nobody_can_set_another_authority(world: World, project: Any) -> None:
    for contract, name in ((world.token, "DepositToken"), (world.teller, "Teller")):
        assert contract.authority() == world.manager
        assert not [entry for entry in project[name].abi if entry.get("name") == "setAuthority"]


def test_the_admin_of_the_manager_has_no_hidden_door(world: World) -> None:
    """Once each function has its role, ADMIN alone opens none of them."""
    for name, function in PERMISSIONS:
        with reverts_with("AccessManagedUnauthorized", world.admin):
            call(world, name, function, world.admin)


def test_every_role_has_a_function_or_waits_for_one() -> None:
    waiting = {Role.ADMIN, Role.OFFICER, Role.VETO}
    assert set(PERMISSIONS.values()) == set(Role) - waiting == set(ROLES)
