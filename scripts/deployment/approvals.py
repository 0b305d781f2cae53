"""Scripts: whether the number of officers needed past the bucket fits the officers there are.

The Teller takes any number, and each of the wrong ones looks like a safeguard: more than there are
can never be reached, and one officer is no second opinion on an officer's own key.
"""

from __future__ import annotations

from scripts.deployment.parameters import ParametersError

__all__ = ["approvals_remark", "require_approvals", "unreachable"]

FEWEST = 2


def require_approvals(needed: int, officers: int) -> None:
    """Refuse a number that nobody should deploy with. Raises ParametersError."""
    if needed > officers:
        raise ParametersError(
            f"approvalsNeeded: {unreachable(needed, officers)}. Name more officers in the roles "
            "file, or take a smaller number; 0 closes issuing past the bucket"
        )
    if 0 < needed < FEWEST:
        raise ParametersError(
            f"approvalsNeeded: {needed} would let one officer's key release any batch with the "
            f"operator's. Take at least {FEWEST}, or 0 to close issuing past the bucket"
        )


def unreachable(needed: int, officers: int) -> str:
    """How a number that cannot be reached is told, before deploying and of a live one."""
    return f"{needed} officers must approve, but there are {officers}"


def approvals_remark(needed: int, officers: int) -> str:
    """One sentence on what was chosen, for whoever deploys."""
    if needed == 0:
        idle = f"the {officers} named can approve nothing. The" if officers else "the"
        return (
            "past the bucket nothing can be issued (approvalsNeeded is 0): "
            f"{idle} governor can open it, after its delay"
        )
    said = f"past the bucket, {needed} of {officers} officers must approve"
    if needed == officers:
        return f"{said}: one lost key closes it until the admin, after its delay, names another"
    return said
