"""Tests: the check of a live deployment — every change behind its back is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from brownie import web3

from scripts.check_deployment import check
from scripts.deploy import deploy
from scripts.deployment.record import RecordError
from scripts.deployment.verify import VerificationError
from scripts.deployment.wiring import Role
from tests.contracts.deployment.support import (
    OFFICERS,
    by_admin,
    by_governor,
    contracts,
    recorded,
)
from tests.contracts.support import DAY, at, now


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


STRANGER = "0x" + "11" * 20


# What the admin can do on the manager after its seven days, and how the check tells it.
BEHIND_ITS_BACK: dict[str, tuple[str, Any, str]] = {
    "a second attestor": (
        "grantRole",
        lambda _: (Role.ATTESTOR.value, STRANGER, 0),
        f"{STRANGER} has role ATTESTOR and should have none",
    ),
    "a fourth officer": (
        "grantRole",
        lambda _: (Role.OFFICER.value, STRANGER, 0),
        f"{STRANGER} has role OFFICER and should have none",
    ),
    "a role of an unknown id": (
        "grantRole",
        lambda _: (77, STRANGER, 0),
        f"{STRANGER} has role of unknown id 77",
    ),
    "an officer with a delay": (
        "grantRole",
        lambda _: (Role.OFFICER.value, OFFICERS[0].address, 60),
        f"{OFFICERS[0].address} has role OFFICER with 60 s of delay, not 0",
    ),
    "an officer less": (
        "revokeRole",
        lambda _: (Role.OFFICER.value, OFFICERS[0].address),
        f"{OFFICERS[0].address} should have role OFFICER and has not",
    ),
    "a function for another role": (
        "setTargetFunctionRole",
        lambda three: (three[1], [three[1].pause.signature], Role.OPERATOR.value),
        r"DepositToken.pause: callable by role 1, not by GUARDIAN \(6\)",
    ),
    "a change without a veto": (
        "setTargetFunctionRole",
        lambda three: (three[0], [three[0].grantRole.signature], Role.ADMIN.value),
        "AccessManager.grantRole: the guardian cannot veto it",
    ),
    "another guardian of seizures": (
        "setRoleGuardian",
        lambda _: (Role.SEIZURE.value, Role.OPERATOR.value),
        "role SEIZURE: its calls can be cancelled by role 1, not by GUARDIAN",
    ),
    "another giver of a role": (
        "setRoleAdmin",
        lambda _: (Role.OPERATOR.value, Role.GOVERNOR.value),
        "role OPERATOR: given by role 7, not by ADMIN",
    ),
    "a role whose grants wait": (
        "setGrantDelay",
        lambda _: (Role.GUARDIAN.value, DAY),
        f"role GUARDIAN: a grant counts only after {DAY} s",
    ),
    "a contract whose changes wait": (
        "setTargetAdminDelay",
        lambda three: (three[1], DAY),
        f"DepositToken: the manager makes changes of its functions' roles wait {DAY} s",
    ),
    "a closed Teller": (
        "setTargetClosed",
        lambda three: (three[2], True),
        "Teller: the manager has closed it",
    ),
}


@pytest.mark.parametrize("name", BEHIND_ITS_BACK)
def test_what_the_admin_changed_is_named(project: Any, settings: Path, name: str) -> None:
    deploy()
    record = recorded(settings)
    manager, token, teller = contracts(project, record)
    function, arguments, said = BEHIND_ITS_BACK[name]
    data = getattr(manager, function).encode_input(*arguments((manager, token, teller)))
    by_admin(manager, record["roles"]["admin"], data)
    at(now() + 6 * DAY)  # the manager lets some of its settings count only after five days
    with pytest.raises(VerificationError, match=said):
        check()


def test_too_few_officers_are_named_with_every_other_difference(
    project: Any, settings: Path
) -> None:
    deploy()
    record = recorded(settings)
    manager = contracts(project, record)[0]
    for officer in OFFICERS[:2]:
        data = manager.revokeRole.encode_input(Role.OFFICER.value, officer.address)
        by_admin(manager, record["roles"]["admin"], data)
    with pytest.raises(VerificationError) as refused:
        check()
    assert "2 officers must approve, but there are 1" in str(refused.value)
    for officer in OFFICERS[:2]:
        assert f"{officer.address} should have role OFFICER and has not" in str(refused.value)


def test_what_the_governor_changed_is_told_and_is_no_difference(
    project: Any, settings: Path
) -> None:
    deploy()
    record = recorded(settings)
    manager, token, teller = contracts(project, record)
    for contract, data in (
        (token, token.setContractURI.encode_input("https://bank.example/new.json")),
        (token, token.setLimits.encode_input(1, 5, 6, 7)),
        (teller, teller.setBucket.encode_input(8, 9)),
        (teller, teller.setMaxAge.encode_input(10)),
        (teller, teller.setApprovalsNeeded.encode_input(3)),
    ):
        by_governor(manager, record["roles"]["governor"], contract, data)
    said = check()
    for line in (
        "token.contractURI is now 'https://bank.example/new.json'; deployed with ''",
        "tiers.1.perPayment is now 5; deployed with 100000",
        "tiers.1.perDay is now 6; deployed with 200000",
        "tiers.1.balance is now 7; deployed with 500000",
        "bucket.capacity is now 8; deployed with 100000000",
        "bucket.refillPerSecond is now 9; deployed with 1157",
        "maxAge is now 10; deployed with 86400",
        "approvalsNeeded is now 3; deployed with 2",
    ):
        assert line in said
    assert len(said.splitlines()) == 10  # the first says that all agrees, the last is the admin's


def test_more_approvals_than_officers_are_a_difference(project: Any, settings: Path) -> None:
    deploy()
    record = recorded(settings)
    manager, _, teller = contracts(project, record)
    data = teller.setApprovalsNeeded.encode_input(4)
    by_governor(manager, record["roles"]["governor"], teller, data)
    with pytest.raises(VerificationError, match="4 officers must approve, but there are 3"):
        check()


def edit(settings: Path, record: dict[str, Any]) -> None:
    """Write another record than the one that deploying left."""
    path = next((settings / "deployments").glob("*.json"))
    path.write_text(json.dumps(record))


def test_a_record_of_another_token(settings: Path) -> None:
    deploy()
    for field, value, said in (
        ("name", "Jiaozi Dollar", "token.name is 'Jiaozi Euro', not 'Jiaozi Dollar'"),
        ("symbol", "USDJ", "token.symbol is 'EURJ', not 'USDJ'"),
        ("currency", "USD", "token.currency is 'EUR', not 'USD'"),
        ("decimals", 3, "token.decimals is 2, not 3"),
        ("utcOffsetSeconds", 0, "token.utcOffsetSeconds is 3600, not 0"),
    ):
        record = recorded(settings)
        right = record["parameters"]["token"][field]
        record["parameters"]["token"][field] = value
        edit(settings, record)
        with pytest.raises(VerificationError, match=said) as refused:
            check()
        assert ("its domain is" in str(refused.value)) == (field == "name")
        record["parameters"]["token"][field] = right
        edit(settings, record)
    assert "agree" in check()


def test_a_record_that_lacks_something(settings: Path) -> None:
    deploy()
    whole = recorded(settings)
    for missing in ("roles", "parameters", "teller"):
        edit(settings, {key: value for key, value in whole.items() if key != missing})
        with pytest.raises(RecordError, match=f"lacks {missing}"):
            check()


def test_checking_what_was_never_deployed(settings: Path) -> None:
    with pytest.raises(RecordError, match="does not exist"):
        check()
