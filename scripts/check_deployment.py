"""Scripts: check a live deployment: `brownie run check_deployment --network NAME`.

Compares the chain with deployments/<chainId>.json (JIAOZI_DEPLOYMENTS names the folder): code,
wiring, every role's members and delays, name and currency, signing domains, whether the officers
suffice. Ends with 1 and every difference when there is one. What the governor has changed since
(limits, bucket, age, approvals, contractURI) is listed, and is no difference; so is an admin that
is a plain key.
"""

from __future__ import annotations

import sys

from brownie import project as brownie_projects

from scripts.deploy import record_path
from scripts.deployment import DeploymentError, standalone
from scripts.deployment.chain import require_chain
from scripts.deployment.live import admin_remarks, fixed_differences, setting_changes
from scripts.deployment.record import RecordError, forget_brownies_record, read_record
from scripts.deployment.verify import code_differences, require, role_differences


def main() -> None:
    """Check, say so, and end with 1 when something differs."""
    try:
        print(check())
    except DeploymentError as problem:
        print(f"check_deployment: {problem}", file=sys.stderr)
        sys.exit(1)
    finally:
        forget_brownies_record()


def check() -> str:
    """A sentence when all is well. Raises DeploymentError."""
    path = record_path(require_chain())
    record = read_record(path)
    if record is None:
        raise RecordError(f"{path} does not exist: nothing was deployed on this chain from here")
    project = brownie_projects.get_loaded_projects()[0]
    require(code_differences(record, project))
    require(role_differences(record, project), fixed_differences(record, project))
    agreed = f"{path} and the chain agree: code, wiring, every role and delay, signing domains"
    return "\n  ".join([agreed, *setting_changes(record, project), *admin_remarks(record)])


if __name__ == "__main__":
    standalone.run(main, __doc__)
