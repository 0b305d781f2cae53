"""Tests: traps into which public systems fell; `WHERE` says which test shows each one closed."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.authorizations import BYTES, TRANSFER
from tests.contracts.compiled import Compiled
from tests.contracts.conftest import World
from tests.contracts.matrix.calls import CALLS, Scene
from tests.contracts.matrix.columns import COLUMNS, FROZEN_SIGNER, UNREGISTERED_SPENDER, begin
from tests.contracts.matrix.outcomes import NotApplicable, seen
from tests.contracts.matrix.rows import ROWS
from tests.contracts.orders import order_of, redeem
from tests.contracts.signers import delegate
from tests.contracts.simulation import Question, simulate_all
from tests.contracts.support import (
    DAY,
    OFFSET,
    REF,
    Party,
    at,
    next_midnight,
    reverts_with,
    selector,
)

HERE = Path(__file__).parent
LARGEST = 2**96 - 1
WHERE = {
    "one static signature that authorises every burn": (
        "test_redeem.py::test_one_signature_authorises_one_burn"
    ),
    "a bucket whose zero means unlimited": (
        "teller/test_issue.py::test_zero_is_closed_not_unlimited"
    ),
    "a number of approvals whose zero means none is needed": (
        "teller/test_issue_approved.py::test_zero_needed_is_closed_not_free"
    ),
    "code-first ERC-1271 that rejects an EIP-7702 account's own signature": (
        "test_traps.py::test_delegated_code_does_not_outvote_the_key"
    ),
    "keyed nonces that refuse random ones": (
        "test_traps.py::test_orders_take_random_nonces_in_any_order"
    ),
    "a hidden infinite allowance": "test_transfer_from.py::test_nobody_is_allowed_by_birth",
    "forced transfer to self that unfreezes": (
        "test_forced_transfer.py::test_to_the_account_itself_would_thaw_it"
    ),
    "seizure dodged by the freeze": (
        "test_forced_transfer.py::test_the_senders_state_does_not_matter"
    ),
    "permit front-run griefing": "test_permit.py::test_a_front_runner_changes_nothing",
    "authorization front-run griefing": (
        "test_receive_with_authorization.py::test_nobody_else_brings_it"
    ),
    "uninitialised proxies": (
        "deployment/test_code.py::test_there_is_no_proxy_and_nothing_to_initialise"
    ),
    "a signer contract that burns all gas or returns a megabyte inside a batch": (
        "teller/relay_kit.py::test_a_hostile_signer_contract"
    ),
    "a relay that starves an entry of gas": (
        "teller/relay_kit.py::test_too_little_gas_undoes_the_call_and_never_fails_a_good_entry"
    ),
    "ADMIN_ROLE granting itself everything": (
        "deployment/test_reach.py::test_the_admin_waits_seven_days_and_the_guardian_may_veto"
    ),
    "daily limit reset by a zero transfer": (
        "test_traps.py::test_a_zero_transfer_does_not_reset_the_day"
    ),
    "tier change in the middle of a day": (
        "test_transfer.py::test_a_new_tier_counts_what_the_day_has_seen"
    ),
    "packed-word overflow: balance, day's spending, all that was minted": (
        "test_issue.py::test_up_to_the_top_of_the_field"
    ),
    "packed-word overflow: the day": "test_traps.py::test_the_day_wraps_after_179_years",
    "packed-word overflow: the policy": "test_traps.py::test_all_limits_at_their_top_and_paused",
    "packed-word overflow: the account as a whole": (
        "test_traps.py::test_every_field_of_an_account_at_its_top"
    ),
    "packed-word overflow: the bucket": (
        "teller/test_set_bucket.py::test_the_largest_does_not_overflow"
    ),
    "signature malleability": "test_signatures.py::test_high_s_and_odd_v",
    "signature malleability: one officer counts twice": (
        "teller/test_issue_approved.py::test_one_officer_counts_once"
    ),
    "replay on another chain": "test_traps.py::test_nothing_signed_for_another_chain_is_good",
    "replay on a fork with the same chain id cached": (
        "test_domain.py::test_a_fork_with_another_chain_id_is_noticed"
    ),
    "replay on a fork with the same chain id cached: approvals": (
        "teller/test_domain.py::test_a_fork_with_another_chain_id_is_noticed"
    ),
}
# Every entry point that acts on somebody's signature.
SIGNED = [name for name, row in ROWS.items() if not isinstance(row[FROZEN_SIGNER], NotApplicable)]


@pytest.mark.parametrize("trap", WHERE)
def test_each_trap_has_its_test(trap: str) -> None:
    file, _, name = WHERE[trap].partition("::")
    tree = ast.parse((HERE / file).read_text())
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.fixture
def scene(world: World, people: dict[str, Party], officers: tuple[Party, ...]) -> Scene:
    """The matrix's scene, where nothing is against any payment."""
    return Scene(begin(world, people, officers), COLUMNS[UNREGISTERED_SPENDER])


def ask(scene: Scene) -> dict[str, tuple[object, ...]]:
    """What each entry point that takes a signature would do."""
    calls = [CALLS[name](scene) for name in SIGNED]
    done = simulate_all([Question(call.sender, call.contract, call.data) for call in calls])
    return {name: seen(outcome) for name, outcome in zip(SIGNED, done, strict=True)}


def test_delegated_code_does_not_outvote_the_key(
    scene: Scene, signers: dict[str, Compiled]
) -> None:
    """EIP-7702: a holder or officer whose account runs code that says no signs as before."""
    before = ask(scene)
    assert all(what[0] == "passes" and what[2] == [] for what in before.values())
    refuses = signers["NoSigner"].deploy({"from": scene.cast.world.admin})
    for party in (scene.cast["alice"], *scene.cast.officers):
        delegate(party.address, refuses)
    assert ask(scene) == before


def test_nothing_signed_for_another_chain_is_good(scene: Scene) -> None:
    world = scene.cast.world
    there = replace(world.domain, chain_id=world.domain.chain_id + 1)
    elsewhere = replace(scene, cast=replace(scene.cast, world=replace(world, domain=there)))
    invalid = {selector("InvalidSignature(address)"), selector("InvalidApproval(address)")}
    for name, what in ask(elsewhere).items():
        if what[0] == "throws":
            assert bytes.fromhex(str(what[1]))[:4] in invalid, name
        else:
            assert what[1:3] == ([], [selector("InvalidSignature(address)")]), name


def test_orders_take_random_nonces_in_any_order(
    world: World, token: Any, alice: Party, relay: Party
) -> None:
    """No key, no sequence, no lane: whatever 32 bytes the wallet drew."""
    for nonce in (b"\xff" * 32, b"\x80" + b"\x00" * 31, b"\x00" * 31 + b"\x01", b"\x00" * 32):
        order = replace(order_of(alice, 100), nonce=nonce)
        redeem(token, order, alice, world.domain, relay)
    assert token.balanceOf(alice.address) == 3_600


def test_a_zero_transfer_does_not_reset_the_day(
    world: World, token: Any, alice: Party, bob: Party, vip: Party, relay: Party
) -> None:
    """In whatever way nothing is paid, also by strangers: what was spent today stays."""
    for amount in (1_000, 1_000, 500):
        token.transfer(vip.address, amount, alice.sends())
    token.transfer(vip.address, 0, alice.sends())
    token.transfer(alice.address, 0, alice.sends())
    token.transferFrom(alice.address, bob.address, 0, relay.sends())
    token.transfer(alice.address, 0, vip.sends())
    nothing = TRANSFER.make(alice, bob, 0)
    TRANSFER.bring(token, nothing, alice.sign(nothing, world.domain), relay, BYTES)
    assert token.getAccount(alice.address)[1] == 2_500
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        token.transfer(vip.address, 1, alice.sends())
    at(next_midnight(OFFSET))
    token.transfer(vip.address, 0, alice.sends())
    assert token.getAccount(alice.address)[1] == 0


def test_the_day_wraps_after_179_years(token: Any, alice: Party, vip: Party) -> None:
    """The field holds 2^16 days since 1970; the next one touches neither tier nor freeze."""
    last = 2**16 * DAY - OFFSET
    at(last - 100)
    for amount in (1_000, 1_000, 500):
        token.transfer(vip.address, amount, alice.sends())
    assert tuple(token.getAccount(alice.address)) == (1_500, 2_500, 1, False)
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        token.transfer(vip.address, 1, alice.sends())
    at(last)
    assert tuple(token.getAccount(alice.address)) == (1_500, 0, 1, False)
    token.transfer(vip.address, 1_000, alice.sends())
    assert tuple(token.getAccount(alice.address)) == (500, 1_000, 1, False)
    assert tuple(token.getAccount(vip.address)) == (1_003_500, 0, 5, False)


def test_all_limits_at_their_top_and_paused(
    world: World, token: Any, alice: Party, bob: Party
) -> None:
    top = 4_095 * 10**15
    for tier in range(5):
        token.setLimits(tier, top, top, top, {"from": world.governor})
    token.pause({"from": world.guardian})
    for tier in range(5):
        assert tuple(token.getLimits(tier)) == (top, top, top)
        token.setLimits(tier, 0, 0, 0, {"from": world.governor})
        assert token.paused() is True
    token.unpause({"from": world.governor})
    assert [tuple(token.getLimits(tier)) for tier in range(5)] == [(0, 0, 0)] * 5
    with reverts_with("PaymentLimitExceeded", alice.address, 1, 0):
        token.transfer(bob.address, 1, alice.sends())


def test_every_field_of_an_account_at_its_top(
    world: World, token: Any, alice: Party, bob: Party, vip: Party
) -> None:
    """All the money there can be, spent and come back, on the last day, in tier 5, frozen."""
    at(2**16 * DAY - OFFSET - 1_000)
    room = LARGEST - token.totalSupply()
    token.issue([(20, REF, vip.address, room)], {"from": world.issuer})
    for party in (alice, bob):
        token.setTier(party.address, 5, {"from": world.compliance})
        token.transfer(vip.address, token.balanceOf(party.address), party.sends())
    token.transfer(vip.address, LARGEST, vip.sends())
    token.freeze(vip.address, {"from": world.compliance})
    assert tuple(token.getAccount(vip.address)) == (LARGEST, LARGEST, 5, True)
    with reverts_with("FrozenAccount", vip.address):
        token.transfer(alice.address, 1, vip.sends())
    token.setTier(vip.address, 0, {"from": world.compliance})
    assert tuple(token.getAccount(vip.address)) == (LARGEST, LARGEST, 0, True)
    token.unfreeze(vip.address, {"from": world.compliance})
    assert tuple(token.getAccount(vip.address)) == (LARGEST, LARGEST, 0, False)
    token.setTier(vip.address, 5, {"from": world.compliance})
    token.transfer(alice.address, LARGEST, vip.sends())
    assert tuple(token.getAccount(vip.address)) == (0, LARGEST, 5, False)
    assert token.balanceOf(alice.address) == token.totalSupply() == LARGEST
