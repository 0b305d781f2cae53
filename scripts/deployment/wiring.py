"""Scripts: who may call what, and after which delay. The one table that deploying, checking and the
contract tests share; a restricted function that is missing here fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from scripts.deployment.roles import Roles

__all__ = ["ADMIN_DELAY", "GUARDED", "PERMISSIONS", "VETOED", "Grant", "Role", "grants"]

HOUR = 3600
DAY = 24 * HOUR
ADMIN_DELAY = 7 * DAY


class Role(IntEnum):
    """AccessManager role ids."""

    ADMIN = 0
    OPERATOR = 1
    ATTESTOR = 2
    OFFICER = 3
    COMPLIANCE = 4
    SEIZURE = 5
    GUARDIAN = 6
    GOVERNOR = 7
    ISSUER = 8
    # Nobody's. Marks the manager's own functions so that the guardian may cancel what the admin has
    # scheduled on them; the manager itself goes on asking for ADMIN.
    VETO = 9


# (contract, function) → the role that may call it. Everything else is open to anyone.
PERMISSIONS: dict[tuple[str, str], Role] = {
    ("DepositToken", "issue"): Role.ISSUER,
    ("DepositToken", "voidNumber"): Role.ISSUER,
    ("DepositToken", "returnPayout"): Role.ISSUER,
    ("DepositToken", "setTier"): Role.COMPLIANCE,
    ("DepositToken", "freeze"): Role.COMPLIANCE,
    ("DepositToken", "unfreeze"): Role.COMPLIANCE,
    ("DepositToken", "forcedTransfer"): Role.SEIZURE,
    ("DepositToken", "pause"): Role.GUARDIAN,
    ("DepositToken", "unpause"): Role.GOVERNOR,
    ("DepositToken", "setLimits"): Role.GOVERNOR,
    ("DepositToken", "setContractURI"): Role.GOVERNOR,
    ("Teller", "issue"): Role.OPERATOR,
    ("Teller", "issueApproved"): Role.OPERATOR,
    ("Teller", "voidNumber"): Role.OPERATOR,
    ("Teller", "returnPayout"): Role.OPERATOR,
    ("Teller", "attest"): Role.ATTESTOR,
    ("Teller", "setBucket"): Role.GOVERNOR,
    ("Teller", "setMaxAge"): Role.GOVERNOR,
    ("Teller", "setApprovalsNeeded"): Role.GOVERNOR,
}

# Roles whose scheduled calls the guardian may cancel during their delay.
GUARDED = (Role.SEIZURE, Role.GOVERNOR, Role.VETO)

# What the admin schedules on the manager and the guardian may cancel. Not revokeRole: a stolen
# guardian key must not be able to keep itself.
VETOED = (
    "grantRole",
    "setRoleAdmin",
    "setRoleGuardian",
    "setGrantDelay",
    "setTargetFunctionRole",
    "setTargetAdminDelay",
    "setTargetClosed",
    "updateAuthority",
)


@dataclass(frozen=True)
class Grant:
    """`holder` has `role`; what it calls by it waits `delay` seconds."""

    role: Role
    holder: str
    delay: int


def grants(roles: Roles, teller: str) -> list[Grant]:
    """Everyone who holds a role after deploying. Nobody else does, the deployer least of all."""
    return [
        Grant(Role.OPERATOR, roles.operator, 0),
        Grant(Role.ATTESTOR, roles.attestor, 0),
        *(Grant(Role.OFFICER, officer, 0) for officer in roles.officers),
        Grant(Role.COMPLIANCE, roles.compliance, 0),
        Grant(Role.SEIZURE, roles.seizure, DAY),
        Grant(Role.GUARDIAN, roles.guardian, 0),
        Grant(Role.GOVERNOR, roles.governor, 2 * DAY),
        Grant(Role.ISSUER, teller, 0),
        Grant(Role.ADMIN, roles.admin, ADMIN_DELAY),
    ]
