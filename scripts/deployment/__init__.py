"""Scripts: deploying the contracts and proving what was deployed.

`roles`, `parameters` and `record` are files and their checks, `approvals` checks the first two
against each other; `wiring` is who may call what; `chain` sends and reads; `verify` (code, roles)
and `live` (settings, domains) compare a live deployment with what it should be.

    DeploymentError           anything that stops a deployment; the text says what to do
    ├── RolesError            the roles file
    ├── ParametersError       the parameters file
    ├── RecordError           deployments/<chainId>.json against the chain
    └── VerificationError     the chain is not as it should be; lists every difference
"""

from __future__ import annotations

__all__ = ["DeploymentError"]


class DeploymentError(Exception):
    """The deployment stopped; the text says why and what to do."""
