"""Scripts: deploy AccessManager, DepositToken and Teller: `brownie run deploy --network NAME`.

Reads JIAOZI_ROLES (JSON: which key holds which duty; scripts/deployment/roles.py), and of what is
set JIAOZI_PARAMETERS (scripts/parameters/eur.json), JIAOZI_DEPLOYMENTS (deployments/),
JIAOZI_DEPLOYER_KEYSTORE with JIAOZI_DEPLOYER_PASSWORD_FILE (a local chain's first account). Ends
with 0 and deployments/<chainId>.json when all of it stands and was checked; run again, it checks
the code and changes nothing. The deploying key keeps no right at all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from brownie import project as brownie_projects
from brownie import web3

from scripts.deployment import DeploymentError, standalone
from scripts.deployment.approvals import approvals_remark, require_approvals
from scripts.deployment.chain import Call, code_hash, deployer, require_chain, send
from scripts.deployment.live import admin_remarks, start_differences
from scripts.deployment.parameters import Parameters, read_parameters
from scripts.deployment.record import (
    CONTRACTS,
    RecordError,
    forget_brownies_record,
    read_record,
    write_record,
)
from scripts.deployment.roles import Roles, read_roles
from scripts.deployment.verify import code_differences, require, role_differences
from scripts.deployment.wiring import GUARDED, PERMISSIONS, VETOED, Role, grants

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Deploy, or say that it stands already. Ends with 1 and one message when it cannot."""
    try:
        print(deploy())
    except DeploymentError as problem:
        print(f"deploy: {problem}", file=sys.stderr)
        sys.exit(1)
    finally:
        forget_brownies_record()


def record_path(chain_id: int) -> Path:
    """Where this chain's deployment is recorded."""
    return Path(os.environ.get("JIAOZI_DEPLOYMENTS", ROOT / "deployments")) / f"{chain_id}.json"


def deploy() -> str:
    """Deploy unless it stands already; a sentence about what was done. Raises DeploymentError."""
    roles_file = os.environ.get("JIAOZI_ROLES")
    if not roles_file:
        raise DeploymentError("JIAOZI_ROLES is not set: it names the roles file")
    roles = read_roles(Path(roles_file))
    default = ROOT / "scripts" / "parameters" / "eur.json"
    parameters = read_parameters(Path(os.environ.get("JIAOZI_PARAMETERS", default)))
    approvals = (parameters.approvals_needed, len(roles.officers))
    require_approvals(*approvals)
    chain_id = require_chain()
    path = record_path(chain_id)
    record = read_record(path)
    if record is not None:
        return _standing(record, roles, parameters, path)
    account = deployer()
    roles.require_apart(str(account.address))
    project = brownie_projects.get_loaded_projects()[0]
    record = _deploy(project, account, roles, parameters, chain_id)
    require(code_differences(record, project))
    require(role_differences(record, project), start_differences(record, project))
    write_record(path, record)
    done = f"deployed {parameters.symbol} at {record['token']['address']}; recorded in {path}"
    return "\n  ".join([done, approvals_remark(*approvals), *admin_remarks(record)])


def _standing(record: dict[str, Any], roles: Roles, parameters: Parameters, path: Path) -> str:
    """A second run: nothing to do, or a plain word on why this record cannot be trusted here."""
    for key, name in CONTRACTS.items():
        address = record[key]["address"]
        if code_hash(address) != record[key]["codeHash"]:
            raise RecordError(
                f"{path} records {name} at {address}, but this chain has no such code there: the "
                "chain was reset or the network is another one. Name the right network, or move "
                "the file away to deploy anew"
            )
    if record["roles"] != roles.to_json():
        raise RecordError(
            f"{path} was deployed with other roles than the roles file has. Deploying again does "
            "not change them: the admin grants and revokes roles on the AccessManager"
        )
    if record["parameters"] != parameters.to_json():
        raise RecordError(
            f"{path} was deployed with other parameters than the parameters file has. Deploying "
            "again does not change them: the governor sets limits, bucket, age, approvals and "
            "contractURI; the rest of `token` is fixed for ever"
        )
    return f"already deployed at {record['token']['address']}, as recorded in {path}: nothing to do"


def _deploy(
    project: Any, account: Any, roles: Roles, parameters: Parameters, chain_id: int
) -> dict[str, Any]:
    """Three steps, each awaited: create; set up as admin; hand over, all or nothing."""
    manager, token, teller, block = _create(project, account, parameters)
    send(account, _set_up(token, teller, parameters))
    send(account, [_hand_over(manager, token, teller, roles, account.address)])
    return {
        "chainId": chain_id,
        "caip2": f"eip155:{chain_id}",
        "accessManager": {"address": manager.address, "codeHash": code_hash(manager.address)},
        "token": {
            "address": token.address,
            "name": parameters.name,
            "symbol": parameters.symbol,
            "currency": parameters.currency,
            "decimals": parameters.decimals,
            "utcOffsetSeconds": parameters.utc_offset_seconds,
            "codeHash": code_hash(token.address),
        },
        "teller": {"address": teller.address, "codeHash": code_hash(teller.address)},
        "block": block,
        "roles": roles.to_json(),
        "parameters": parameters.to_json(),
    }


def _create(project: Any, account: Any, parameters: Parameters) -> tuple[Any, Any, Any, int]:
    """The three contracts, and the first one's block. Addresses follow from the nonces."""
    nonce = web3.eth.get_transaction_count(account.address, "pending")
    manager, token = (account.get_deployment_address(nonce + step) for step in (0, 1))
    arguments = {
        "AccessManager": (account.address,),
        "DepositToken": (
            manager,
            parameters.name,
            parameters.symbol,
            parameters.currency,
            parameters.decimals,
            parameters.utc_offset_seconds,
            parameters.contract_uri,
        ),
        "Teller": (manager, token),
    }
    creations = [
        Call(f"creating {name}", None, project[name].deploy.encode_input(*values))
        for name, values in arguments.items()
    ]
    receipts = send(account, creations)
    contracts = [
        project[name].at(receipt["contractAddress"], persist=False)
        for name, receipt in zip(arguments, receipts, strict=True)
    ]
    return contracts[0], contracts[1], contracts[2], int(receipts[0]["blockNumber"])


def _set_up(token: Any, teller: Any, parameters: Parameters) -> list[Call]:
    """While the deploying key is still admin: what later needs a role and its delay."""
    limits = [
        (tier, tier_limits.per_payment, tier_limits.per_day, tier_limits.balance)
        for tier, tier_limits in enumerate(parameters.tiers)
    ]
    bucket = (parameters.bucket_capacity, parameters.bucket_refill_per_second)
    return [
        *(
            Call(
                f"limits of tier {values[0]}", token.address, token.setLimits.encode_input(*values)
            )
            for values in limits
        ),
        # The Teller never holds money: frozen, it cannot be paid, whatever tier 0 allows.
        Call("freezing the Teller", token.address, token.freeze.encode_input(teller.address)),
        Call("the bucket", teller.address, teller.setBucket.encode_input(*bucket)),
        Call("the age", teller.address, teller.setMaxAge.encode_input(parameters.max_age)),
        Call(
            "the officers' number",
            teller.address,
            teller.setApprovalsNeeded.encode_input(parameters.approvals_needed),
        ),
    ]


def _hand_over(manager: Any, token: Any, teller: Any, roles: Roles, account: str) -> Call:
    """One transaction: functions to roles, roles to keys, and the deploying key out."""
    contracts = {"DepositToken": token, "Teller": teller}
    steps = []
    for (name, function), role in PERMISSIONS.items():
        selector = getattr(contracts[name], function).signature
        steps.append(
            manager.setTargetFunctionRole.encode_input(contracts[name], [selector], role.value)
        )
    vetoed = [getattr(manager, function).signature for function in VETOED]
    steps.append(manager.setTargetFunctionRole.encode_input(manager, vetoed, Role.VETO.value))
    steps += [
        manager.setRoleGuardian.encode_input(role.value, Role.GUARDIAN.value) for role in GUARDED
    ]
    steps += [manager.labelRole.encode_input(role.value, role.name) for role in Role if role]
    steps += [
        manager.grantRole.encode_input(grant.role.value, grant.holder, grant.delay)
        for grant in grants(roles, teller.address)
    ]
    steps.append(manager.renounceRole.encode_input(Role.ADMIN.value, account))
    return Call("handing the roles over", manager.address, manager.multicall.encode_input(steps))


if __name__ == "__main__":
    standalone.run(main, __doc__)
