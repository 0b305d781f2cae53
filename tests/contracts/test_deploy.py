"""Tests: the deploy script — what stands afterwards, who can reach what, and what it refuses."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brownie import accounts, chain, web3
from eth_account import Account

from scripts.check_deployment import check
from scripts.deploy import deploy
from scripts.deployment import DeploymentError
from scripts.deployment.chain import deployer
from scripts.deployment.parameters import ParametersError
from scripts.deployment.record import RecordError, read_record
from scripts.deployment.roles import RolesError, parse_roles
from scripts.deployment.verify import VerificationError
from scripts.deployment.wiring import PERMISSIONS, VETOED, Role
from scripts.localnet import start_anvil
from scripts.toolchain import ROOT
from tests.contracts.support import CASE, DAY, Party, at, now, raw, reverts_with, undone
from wallet.keccak import keccak256

DUTIES = ("operator", "attestor", "compliance", "seizure", "guardian", "governor", "admin")
EUR = ROOT / "scripts" / "parameters" / "eur.json"


def keys() -> dict[str, Any]:
    """A key of its own for every duty, from the chain's own accounts."""
    return dict(
        zip((*DUTIES, "officers"), [*map(str, accounts[1:8]), [str(accounts[8])]], strict=True)
    )


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with roles.json and parameters.json that the script reads; undone on chain, too."""
    (tmp_path / "roles.json").write_text(json.dumps(keys()))
    (tmp_path / "parameters.json").write_text(EUR.read_text())
    monkeypatch.setenv("JIAOZI_ROLES", str(tmp_path / "roles.json"))
    monkeypatch.setenv("JIAOZI_PARAMETERS", str(tmp_path / "parameters.json"))
    monkeypatch.setenv("JIAOZI_DEPLOYMENTS", str(tmp_path / "deployments"))
    monkeypatch.delenv("JIAOZI_DEPLOYER_KEYSTORE", raising=False)
    with undone():
        yield tmp_path


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


def test_deploys_checks_and_records(project: Any, settings: Path) -> None:
    assert "deployed EURJ" in deploy()
    record = recorded(settings)
    manager, token, teller = contracts(project, record)
    assert (record["chainId"], record["caip2"]) == (31337, "eip155:31337")
    assert record["roles"] == keys()
    assert record["token"]["name"] == token.name() == "Jiaozi Euro"
    assert teller.token() == token.address
    assert token.authority() == teller.authority() == manager.address
    assert tuple(token.limitsOf(1)) == (100_000, 200_000, 500_000)
    assert tuple(token.limitsOf(0)) == (0, 0, 0)
    block = record["block"]
    assert web3.eth.get_code(manager.address, block_identifier=block)
    assert not web3.eth.get_code(manager.address, block_identifier=block - 1)
    assert "agree" in check()


def test_again_changes_nothing(settings: Path) -> None:
    deploy()
    height, record = chain.height, recorded(settings)
    assert "nothing to do" in deploy()
    assert (chain.height, recorded(settings)) == (height, record)


def test_a_chain_that_was_reset_is_noticed(settings: Path) -> None:
    with undone():
        deploy()
    with pytest.raises(RecordError, match="no such code"):
        deploy()
    with pytest.raises(VerificationError, match="not the recorded one"):
        check()


def test_other_roles_are_not_deployed_over(settings: Path) -> None:
    deploy()
    change(settings / "roles.json", operator="0x" + "11" * 20)
    with pytest.raises(RecordError, match="other roles"):
        deploy()


def test_the_deploying_key_keeps_nothing(project: Any, settings: Path) -> None:
    deploy()
    manager, token, teller = contracts(project, recorded(settings))
    for role in Role:
        assert manager.hasRole(role.value, accounts[0])[0] is False
    with reverts_with("AccessManagedUnauthorized", accounts[0]):
        token.pause({"from": accounts[0]})
    with reverts_with("AccessManagedUnauthorized", accounts[0]):
        teller.setBucket(1, 1, {"from": accounts[0]})


def test_what_each_key_reaches_within_a_day(project: Any, settings: Path) -> None:
    deploy()
    record = recorded(settings)
    manager, token, teller = contracts(project, record)
    reach = {}
    for duty in (*DUTIES, "officers", "deployer"):
        key = {**record["roles"], "deployer": str(accounts[0])}[duty]
        found = set()
        for name, function in PERMISSIONS:
            contract = token if name == "DepositToken" else teller
            selector = getattr(contract, function).signature
            at_once, delay = manager.canCall(
                key[0] if isinstance(key, list) else key, contract, selector
            )
            if at_once or 0 < delay <= DAY:
                found.add((function, int(delay)))
        reach[duty] = found
    assert reach == {
        "operator": {("issue", 0), ("void", 0), ("returnPayout", 0)},
        "attestor": {("attest", 0)},
        "compliance": {("setTier", 0), ("freeze", 0), ("unfreeze", 0)},
        "seizure": {("forcedTransfer", DAY)},
        "guardian": {("pause", 0)},
        "governor": set(),
        "admin": set(),
        "officers": set(),
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
    assert tuple(token.limitsOf(1)) == (5, 6, 7)


def test_the_teller_receives_nothing(project: Any, settings: Path) -> None:
    deploy()
    _, token, teller = contracts(project, recorded(settings))
    assert token.accountOf(teller)[3] is True


def test_changed_code_is_noticed(project: Any, settings: Path) -> None:
    deploy()
    token = recorded(settings)["token"]["address"]
    code = bytearray(web3.eth.get_code(token))
    code[100] ^= 1
    web3.provider.make_request("anvil_setCode", [token, "0x" + code.hex()])
    with pytest.raises(VerificationError, match="what this checkout compiles to"):
        check()
    with pytest.raises(RecordError, match="no such code"):
        deploy()


def test_one_key_one_duty() -> None:
    for first, second in itertools.permutations((*DUTIES, "officers"), 2):
        if first == "officers":
            continue
        shared = keys()[first]
        values = keys() | {second: [shared] if second == "officers" else shared}
        with pytest.raises(RolesError, match=rf"one key, one duty: {shared}"):
            parse_roles(values).require_apart(str(accounts[0]))
    twice = keys() | {"officers": [str(accounts[8])] * 2}
    with pytest.raises(RolesError, match="officers and officers"):
        parse_roles(twice).require_apart(str(accounts[0]))
    parse_roles(keys()).require_apart(str(accounts[0]))


def test_the_deploying_key_has_no_duty(settings: Path) -> None:
    for duty in (*DUTIES, "officers"):
        own = keys()[duty][0] if duty == "officers" else keys()[duty]
        with pytest.raises(RolesError, match="the deploying key"):
            parse_roles(keys()).require_apart(own)
    change(settings / "roles.json", operator=str(accounts[0]))
    with pytest.raises(RolesError, match="the deploying key"):
        deploy()
    assert not (settings / "deployments").exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"operator": None}, "lacks operator"),
        ({"treasurer": "0x" + "11" * 20}, "treasurer"),
        ({"operator": "0x" + "00" * 20}, "operator"),
        ({"operator": "0x1234"}, "operator"),
        ({"operator": 7}, "operator"),
        ({"operator": "0x70997970C51812dc3A010C7d01b50e0d17dc79c8"}, "operator"),
        ({"officers": "0x" + "11" * 20}, "officers"),
        ({"officers": ["0x12"]}, "officers"),
    ],
)
def test_bad_roles_files(settings: Path, values: dict[str, Any], said: str) -> None:
    change(settings / "roles.json", **values)
    with pytest.raises(RolesError, match=said):
        deploy()


@pytest.mark.parametrize("content", ["", "[]", '"x"', "{", "null"])
def test_roles_files_that_are_no_object(settings: Path, content: str) -> None:
    (settings / "roles.json").write_text(content)
    with pytest.raises(RolesError):
        deploy()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"maxAge": -1}, "maxAge"),
        ({"maxAge": 1.5}, "maxAge"),
        ({"maxAge": True}, "maxAge"),
        ({"maxAge": None}, "lacks 'maxAge'"),
        ({"bucket": {"capacity": 2**96, "refillPerSecond": 0}}, "bucket.capacity"),
        ({"bucket": {"capacity": 1}}, "lacks 'refillPerSecond'"),
        ({"tiers": {}}, "lacks '0'"),
        ({"token": {"name": "x" * 32}}, "token.name"),
    ],
)
def test_bad_parameters_files(settings: Path, values: dict[str, Any], said: str) -> None:
    change(settings / "parameters.json", **values)
    with pytest.raises(ParametersError, match=said):
        deploy()


@pytest.mark.parametrize("limit", [4_097, 10**19, -1, "100"])
def test_limits_that_the_token_cannot_store(settings: Path, limit: Any) -> None:
    tiers = json.loads(EUR.read_text())["tiers"]
    tiers["2"]["perDay"] = limit
    change(settings / "parameters.json", tiers=tiers)
    with pytest.raises(ParametersError, match=r"tiers\.2\.perDay"):
        deploy()


def test_a_keystore_deploys(settings: Path, monkeypatch: pytest.MonkeyPatch, alice: Party) -> None:
    stored = Account.encrypt(keccak256(b"deployer"), "correct horse", iterations=2)
    (settings / "key.json").write_text(json.dumps(stored))
    (settings / "password").write_text("correct horse\n")
    monkeypatch.setenv("JIAOZI_DEPLOYER_KEYSTORE", str(settings / "key.json"))
    with pytest.raises(DeploymentError, match="JIAOZI_DEPLOYER_PASSWORD_FILE is not set"):
        deploy()
    monkeypatch.setenv("JIAOZI_DEPLOYER_PASSWORD_FILE", str(settings / "password"))
    assert deployer().address == Account.from_key(keccak256(b"deployer")).address
    assert "deployed EURJ" in deploy()


def test_a_wrong_password_is_said_plainly(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = Account.encrypt(keccak256(b"deployer"), "correct horse", iterations=2)
    (settings / "key.json").write_text(json.dumps(stored))
    (settings / "password").write_text("wrong")
    monkeypatch.setenv("JIAOZI_DEPLOYER_KEYSTORE", str(settings / "key.json"))
    monkeypatch.setenv("JIAOZI_DEPLOYER_PASSWORD_FILE", str(settings / "password"))
    with pytest.raises(DeploymentError, match="does not open") as refused:
        deploy()
    assert "wrong password" in str(refused.value)
    assert refused.value.__cause__ is None


def test_without_a_roles_file(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIAOZI_ROLES")
    with pytest.raises(DeploymentError, match="JIAOZI_ROLES is not set"):
        deploy()


def test_checking_what_was_never_deployed(settings: Path) -> None:
    with pytest.raises(RecordError, match="does not exist"):
        check()


def test_by_its_command_line(settings: Path) -> None:
    """Real processes, one-second blocks: deploy, again, check; then a wrong roles file."""
    with start_anvil("--hardfork", "cancun", block_time=1) as anvil:
        environment = {**os.environ, "JIAOZI_RPC_URL": anvil.url}
        subprocess.run([sys.executable, "-m", "scripts.networks"], cwd=ROOT, check=True)

        def run(script: str) -> subprocess.CompletedProcess[str]:
            argv = [sys.executable, "-m", f"scripts.{script}", "--network", "jiaozi"]
            return subprocess.run(
                argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )

        first, second, third = run("deploy"), run("deploy"), run("check_deployment")
        change(settings / "roles.json", operator=keys()["admin"])
        refused = run("deploy")
    assert (first.returncode, second.returncode, third.returncode) == (0, 0, 0)
    assert "deployed EURJ" in first.stdout
    assert "nothing to do" in second.stdout
    assert "agree" in third.stdout
    assert refused.returncode == 1
    assert refused.stderr.strip().startswith("deploy: ")
    assert "Traceback" not in refused.stdout + refused.stderr
