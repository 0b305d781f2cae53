"""Tests: the deploy script — what stands afterwards, is recorded, and is not done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from brownie import accounts, chain, web3
from eth_account import Account

from scripts.check_deployment import check
from scripts.deploy import deploy
from scripts.deployment import DeploymentError
from scripts.deployment.chain import deployer
from scripts.deployment.record import RecordError
from scripts.deployment.roles import RolesError, parse_roles
from scripts.deployment.verify import VerificationError
from scripts.deployment.wiring import Role
from scripts.localnet import start_anvil
from scripts.toolchain import ROOT
from tests.contracts.deployment.support import (
    DUTIES,
    EUR,
    change,
    contracts,
    keys,
    recorded,
)
from tests.contracts.support import Party, reverts_with, undone
from wallet.keccak import keccak256


def test_deploys_checks_and_records(project: Any, settings: Path) -> None:
    said = deploy()
    assert "deployed EURJ" in said
    assert "past the bucket, 2 of 3 officers must approve" in said
    record = recorded(settings)
    manager, token, teller = contracts(project, record)
    assert (record["chainId"], record["caip2"]) == (31337, "eip155:31337")
    assert record["roles"] == keys()
    assert record["parameters"] == json.loads(EUR.read_text())
    assert record["token"]["name"] == token.name() == "Jiaozi Euro"
    assert teller.token() == token.address
    assert token.authority() == teller.authority() == manager.address
    assert tuple(token.getLimits(1)) == (100_000, 200_000, 500_000)
    assert tuple(token.getLimits(0)) == (0, 0, 0)
    assert token.contractURI() == ""
    assert teller.approvalsNeeded() == 2
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


def test_every_code_hash_is_the_chains(settings: Path) -> None:
    deploy()
    record = recorded(settings)
    for key in ("accessManager", "token", "teller"):
        code = bytes(web3.eth.get_code(record[key]["address"]))
        assert record[key]["codeHash"] == "0x" + keccak256(code).hex()


def test_every_parameter_stands_on_chain(project: Any, settings: Path) -> None:
    values = json.loads(EUR.read_text())
    values["token"] |= {
        "name": "Jiaozi Yuan",
        "symbol": "CNYJ",
        "currency": "CNY",
        "utcOffsetSeconds": 28_800,
        "contractURI": "https://bank.example/交子.json",
    }
    values["tiers"]["3"] = {"perPayment": 7, "perDay": 4_095 * 10**15, "balance": 4_095}
    values |= {
        "bucket": {"capacity": 11, "refillPerSecond": 12},
        "maxAge": 13,
        "approvalsNeeded": 3,
    }
    change(settings / "parameters.json", **values)
    assert "one lost key closes it" in deploy()
    _, token, teller = contracts(project, recorded(settings))
    said = (
        token.name(),
        token.symbol(),
        token.currency(),
        token.decimals(),
        token.utcOffsetSeconds(),
    )
    assert said == ("Jiaozi Yuan", "CNYJ", "CNY", 2, 28_800)
    assert token.contractURI() == "https://bank.example/交子.json"
    assert tuple(token.getLimits(3)) == (7, 4_095 * 10**15, 4_095)
    assert tuple(teller.bucket()) == (11, 12)
    assert (teller.maxAge(), teller.approvalsNeeded()) == (13, 3)
    assert "agree" in check()


def test_signing_domains(project: Any, settings: Path) -> None:
    """Holders sign in the token's, officers in the Teller's."""
    deploy()
    _, token, teller = contracts(project, recorded(settings))
    none = ("0x" + "00" * 32, ())
    for contract, name in ((token, "Jiaozi Euro"), (teller, "Jiaozi Teller")):
        domain = ("0x0f", name, "1", chain.id, contract.address, *none)
        assert tuple(contract.eip712Domain()) == domain


def test_an_admin_that_is_a_plain_key_is_told(settings: Path) -> None:
    admin = keys()["admin"]
    remark = f"the admin {admin} is no contract"
    assert remark in deploy()
    assert remark in check()
    web3.provider.make_request("anvil_setCode", [admin, "0x00"])
    assert remark not in check()
    (settings / "deployments" / f"{chain.id}.json").unlink()
    assert remark not in deploy()


def test_other_parameters_are_not_deployed_over(settings: Path) -> None:
    deploy()
    change(settings / "parameters.json", approvalsNeeded=3)
    with pytest.raises(RecordError, match="other parameters"):
        deploy()


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


def test_the_teller_receives_nothing(project: Any, settings: Path) -> None:
    deploy()
    _, token, teller = contracts(project, recorded(settings))
    assert token.getAccount(teller)[3] is True


def test_the_deploying_key_has_no_duty(settings: Path) -> None:
    for duty in (*DUTIES, "officers"):
        own = keys()[duty][0] if duty == "officers" else keys()[duty]
        with pytest.raises(RolesError, match="the deploying key"):
            parse_roles(keys()).require_apart(own)
    change(settings / "roles.json", operator=str(accounts[0]))
    with pytest.raises(RolesError, match="the deploying key"):
        deploy()
    assert not (settings / "deployments").exists()


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
