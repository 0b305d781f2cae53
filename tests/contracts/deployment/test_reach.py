"""Tests: after deploying, who reaches what, how soon, and who may stop it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from brownie import accounts, chain
from brownie.exceptions import VirtualMachineError
from eth_account import Account

from scripts.check_deployment import check
from scripts.deploy import deploy
from scripts.deployment.verify import VerificationError
from scripts.deployment.wiring import PERMISSIONS, VETOED, Role
from tests.contracts.deployment.support import OFFICERS, by_admin, contracts, recorded
from tests.contracts.support import CASE, DAY, REF, at, now, raw, reverts_with
from wallet.keccak import keccak256


def test_every_role_its_holder_and_its_delay(project: Any, settings: Path) -> None:
    """All roles against all keys; the deploying key and a stranger hold none."""
    deploy()
    record = recorded(settings)
    manager, _, teller = contracts(project, record)
    roles = record["roles"]
    wanted = {
        (1, roles["operator"]): 0,
        (2, roles["attestor"]): 0,
        **{(3, officer.address): 0 for officer in OFFICERS},
        (4, roles["compliance"]): 0,
        (5, roles["seizure"]): DAY,
        (6, roles["guardian"]): 0,
        (7, roles["governor"]): 2 * DAY,
        (8, str(teller.address)): 0,
        (0, roles["admin"]): 7 * DAY,
    }
    everyone = {holder for _, holder in wanted} | {str(accounts[0]), str(accounts[9])}
    for role, key in itertools.product(range(max(Role) + 1), everyone):
        delay = wanted.get((role, key))
        assert tuple(manager.hasRole(role, key)) == (delay is not None, delay or 0), (role, key)
    for role in range(1, max(Role) + 1):
        assert manager.getRoleAdmin(role) == 0
        assert manager.getRoleGuardian(role) == (6 if role in (5, 7, 9) else 0)
        assert manager.getRoleGrantDelay(role) == 0


def test_every_function_its_role(project: Any, settings: Path) -> None:
    """Every selector of both contracts: its role from the table, or none to ask."""
    deploy()
    manager, token, teller = contracts(project, recorded(settings))
    for name, contract in (("DepositToken", token), ("Teller", teller)):
        assert manager.getTargetAdminDelay(contract) == 0
        for selector, function in contract.selectors.items():
            role = PERMISSIONS.get((name, function), Role.ADMIN)
            assert manager.getTargetFunctionRole(contract, selector) == role, function


def test_what_each_key_reaches_within_a_day(project: Any, settings: Path) -> None:
    deploy()
    record = recorded(settings)
    manager, token, teller = contracts(project, record)
    reach = {}
    officers = {f"officer {n}": officer.address for n, officer in enumerate(OFFICERS)}
    all_keys = {**record["roles"], **officers, "deployer": str(accounts[0])}
    del all_keys["officers"]
    for duty, key in all_keys.items():
        found = set()
        for name, function in PERMISSIONS:
            contract = token if name == "DepositToken" else teller
            selector = getattr(contract, function).signature
            at_once, delay = manager.canCall(key, contract, selector)
            if at_once or 0 < delay <= DAY:
                found.add((function, int(delay)))
        reach[duty] = found
    assert reach == {
        "operator": {("issue", 0), ("issueApproved", 0), ("voidNumber", 0), ("returnPayout", 0)},
        "attestor": {("attest", 0)},
        "compliance": {("setTier", 0), ("freeze", 0), ("unfreeze", 0)},
        "seizure": {("forcedTransfer", DAY)},
        "guardian": {("pause", 0)},
        "governor": set(),
        "admin": set(),
        "officer 0": set(),
        "officer 1": set(),
        "officer 2": set(),
        "deployer": set(),
    }


def test_the_admin_waits_seven_days_and_the_guardian_may_veto(project: Any, settings: Path) -> None:
    deploy()
    roles = recorded(settings)["roles"]
    manager, _, _ = contracts(project, recorded(settings))
    admin, guardian = {"from": roles["admin"]}, {"from": roles["guardian"]}
    data = manager.grantRole.encode_input(Role.ISSUER.value, roles["admin"], 0)
    operation = raw(manager.hashOperation(roles["admin"], manager, data))
    with reverts_with("AccessManagerNotScheduled", operation):
        manager.grantRole(Role.ISSUER.value, roles["admin"], 0, admin)
    manager.schedule(manager, data, now() + 7 * DAY + 100, admin)
    manager.cancel(roles["admin"], manager, data, guardian)
    manager.schedule(manager, data, now() + 7 * DAY + 100, admin)
    at(now() + 6 * DAY)
    assert manager.canCall(roles["admin"], manager, data[:10])[0] is False
    at(now() + DAY + 200)
    manager.grantRole(Role.ISSUER.value, roles["admin"], 0, admin)
    with pytest.raises(VerificationError, match="has role ISSUER and should have none"):
        check()


def test_the_guardian_vetoes_everything_but_its_own_revocation(
    project: Any, settings: Path
) -> None:
    deploy()
    roles = recorded(settings)["roles"]
    manager, token, _ = contracts(project, recorded(settings))
    guardian = {"from": roles["guardian"]}
    changing = {
        entry["name"]
        for entry in project["AccessManager"].abi
        if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"
    }
    without_rights = {"cancel", "consumeScheduledOp", "multicall", "renounceRole", "schedule"}
    assert changing - set(VETOED) - without_rights == {"labelRole", "revokeRole"}
    revoke = manager.revokeRole.encode_input(Role.GUARDIAN.value, roles["guardian"])
    manager.schedule(manager, revoke, 0, {"from": roles["admin"]})
    with reverts_with(
        "AccessManagerUnauthorizedCancel",
        roles["guardian"],
        roles["admin"],
        manager,
        bytes.fromhex(manager.revokeRole.signature[2:]),
    ):
        manager.cancel(roles["admin"], manager, revoke, guardian)
    seizure = token.forcedTransfer.encode_input(accounts[8], accounts[9], 1, CASE)
    manager.schedule(token, seizure, 0, {"from": roles["seizure"]})
    manager.cancel(roles["seizure"], token, seizure, guardian)
    limits = token.setLimits.encode_input(1, 1, 1, 1)
    manager.schedule(token, limits, 0, {"from": roles["governor"]})
    manager.cancel(roles["governor"], token, limits, guardian)


def approved(teller: Any, entries: list[Any], deadline: int, signers: Any) -> list[Any]:
    """The officers' approvals of these entries, signed by another implementation than ours."""
    kinds = {"number": "uint256", "ref": "bytes16", "holder": "address", "amount": "uint256"}
    message = {
        "types": {
            "IssueEntry": [{"name": name, "type": kind} for name, kind in kinds.items()],
            "IssueApproval": [
                {"name": "entries", "type": "IssueEntry[]"},
                {"name": "deadline", "type": "uint256"},
            ],
        },
        "primaryType": "IssueApproval",
        "domain": {
            "name": "Jiaozi Teller",
            "version": "1",
            "chainId": chain.id,
            "verifyingContract": teller.address,
        },
        "message": {
            "entries": [dict(zip(kinds, entry, strict=True)) for entry in entries],
            "deadline": deadline,
        },
    }
    return [(one.address, one.sign_typed_data(full_message=message).signature) for one in signers]


def test_the_officers_release_what_is_past_the_bucket(project: Any, settings: Path) -> None:
    """Two of the three in the roles file do; one, or a stranger beside one, does not."""
    deploy()
    roles = recorded(settings)["roles"]
    _, token, teller = contracts(project, recorded(settings))
    operator, holder = {"from": roles["operator"]}, str(accounts[9])
    token.setTier(holder, 5, {"from": roles["compliance"]})
    amount = teller.bucket()[0] + 1
    teller.attest(amount, 0, 0, now() - 1, chain.height, {"from": roles["attestor"]})
    entries, deadline = [(1, REF, holder, amount)], now() + 600
    with reverts_with("BucketExceeded", amount, amount - 1):
        teller.issue(entries, operator)
    one = approved(teller, entries, deadline, OFFICERS[:1])
    with reverts_with("TooFewApprovals", 1, 2):
        teller.issueApproved(entries, deadline, one, operator)
    stranger = Account.from_key(keccak256(b"no officer"))
    pair = sorted((OFFICERS[0], stranger), key=lambda signer: int(signer.address, 16))
    with reverts_with("NotOfficer", stranger.address):
        teller.issueApproved(entries, deadline, approved(teller, entries, deadline, pair), operator)
    both = approved(teller, entries, deadline, OFFICERS[1:])
    teller.issueApproved(entries, deadline, both, operator)
    assert token.balanceOf(holder) == amount


def test_nobody_gives_the_contracts_another_manager(project: Any, settings: Path) -> None:
    """Not even the admin after seven days: the functions that it would need do not exist."""
    deploy()
    roles = recorded(settings)["roles"]
    manager, token, teller = contracts(project, recorded(settings))
    admin = {"from": roles["admin"]}
    for contract in (token, teller):
        data = manager.updateAuthority.encode_input(contract, roles["admin"])
        manager.schedule(manager, data, 0, admin)
        at(now() + 7 * DAY)
        with pytest.raises(VirtualMachineError):
            manager.updateAuthority(contract, roles["admin"], admin)
        assert contract.authority() == manager.address


def test_who_may_cancel_what_is_scheduled(project: Any, settings: Path) -> None:
    """Guardian and admin a seizure, each at once; the holder of another role does not."""
    deploy()
    roles = recorded(settings)["roles"]
    manager, token, _ = contracts(project, recorded(settings))
    data = token.forcedTransfer.encode_input(accounts[8], accounts[9], 1, CASE)
    selector = bytes.fromhex(token.forcedTransfer.signature[2:])
    for duty in ("operator", "attestor", "compliance", "governor"):
        manager.schedule(token, data, 0, {"from": roles["seizure"]})
        with reverts_with(
            "AccessManagerUnauthorizedCancel", roles[duty], roles["seizure"], token, selector
        ):
            manager.cancel(roles["seizure"], token, data, {"from": roles[duty]})
        manager.cancel(roles["seizure"], token, data, {"from": roles["seizure"]})
    for duty in ("guardian", "admin"):
        manager.schedule(token, data, 0, {"from": roles["seizure"]})
        manager.cancel(roles["seizure"], token, data, {"from": roles[duty]})


def test_many_seizures_are_cancelled_in_one_call(project: Any, settings: Path) -> None:
    """A thief may announce any number; the guardian needs no transaction for each."""
    deploy()
    roles = recorded(settings)["roles"]
    manager, token, _ = contracts(project, recorded(settings))
    seizures = [
        token.forcedTransfer.encode_input(accounts[8], accounts[9], amount, CASE)
        for amount in range(20)
    ]
    schedule = [manager.schedule.encode_input(token, data, 0) for data in seizures]
    manager.multicall(schedule, {"from": roles["seizure"]})
    cancel = [manager.cancel.encode_input(roles["seizure"], token, data) for data in seizures]
    manager.multicall(cancel, {"from": roles["guardian"]})
    for data in seizures:
        operation = manager.hashOperation(roles["seizure"], token, data)
        assert manager.getSchedule(operation) == 0


def test_a_guardian_that_keeps_the_token_paused_is_taken_away(project: Any, settings: Path) -> None:
    """Its key can cancel every unpause, but not the admin's revocation after seven days."""
    deploy()
    roles = recorded(settings)["roles"]
    manager, token, _ = contracts(project, recorded(settings))
    governor, guardian = {"from": roles["governor"]}, {"from": roles["guardian"]}
    token.pause(guardian)
    unpause = token.unpause.encode_input()
    manager.schedule(token, unpause, 0, governor)
    manager.cancel(roles["governor"], token, unpause, guardian)
    revoke = manager.revokeRole.encode_input(Role.GUARDIAN.value, roles["guardian"])
    by_admin(manager, roles["admin"], revoke)
    manager.schedule(token, unpause, 0, governor)
    with reverts_with(
        "AccessManagerUnauthorizedCancel",
        roles["guardian"],
        roles["governor"],
        token,
        bytes.fromhex(token.unpause.signature[2:]),
    ):
        manager.cancel(roles["governor"], token, unpause, guardian)
    at(now() + 2 * DAY)
    token.unpause(governor)
    assert token.paused() is False


def test_seizure_and_governor_wait(project: Any, settings: Path) -> None:
    deploy()
    roles = recorded(settings)["roles"]
    manager, token, _ = contracts(project, recorded(settings))
    governor = {"from": roles["governor"]}
    data = token.setLimits.encode_input(1, 5, 6, 7)
    manager.schedule(token, data, 0, governor)
    at(now() + 2 * DAY - 100)
    operation = raw(manager.hashOperation(roles["governor"], token, data))
    with reverts_with("AccessManagerNotReady", operation):
        token.setLimits(1, 5, 6, 7, governor)
    at(now() + 200)
    token.setLimits(1, 5, 6, 7, governor)
    assert tuple(token.getLimits(1)) == (5, 6, 7)
