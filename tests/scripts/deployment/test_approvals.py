"""Tests of scripts.deployment.approvals: the numbers refused, and what is said of the others."""

from __future__ import annotations

import pytest

from scripts.deployment.approvals import approvals_remark, require_approvals
from scripts.deployment.parameters import ParametersError


@pytest.mark.parametrize(("needed", "officers"), [(0, 0), (0, 3), (2, 2), (2, 3), (255, 255)])
def test_numbers_that_can_be_reached_pass(needed: int, officers: int) -> None:
    """Zero is closed, which is a choice; two of two is one as well."""
    require_approvals(needed, officers)


@pytest.mark.parametrize(("needed", "officers"), [(1, 0), (2, 1), (3, 2), (255, 254)])
def test_more_than_there_are_is_refused(needed: int, officers: int) -> None:
    """With both numbers, and with what to change."""
    said = f"{needed} officers must approve, but there are {officers}. Name more officers"
    with pytest.raises(ParametersError, match=said):
        require_approvals(needed, officers)


@pytest.mark.parametrize("officers", [1, 2, 255])
def test_a_single_approval_is_refused(officers: int) -> None:
    """However many officers could give it."""
    with pytest.raises(ParametersError, match="would let one officer's key release any batch"):
        require_approvals(1, officers)


def test_what_each_choice_means_is_said() -> None:
    """Closed, closed beside idle officers, k of n, and k of k with its risk."""
    assert "nothing can be issued" in approvals_remark(0, 0)
    assert "named can approve nothing" not in approvals_remark(0, 0)
    assert "the 3 named can approve nothing" in approvals_remark(0, 3)
    assert approvals_remark(2, 3) == "past the bucket, 2 of 3 officers must approve"
    assert "one lost key closes it" in approvals_remark(3, 3)
