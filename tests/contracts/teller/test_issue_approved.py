"""Tests: issueApproved: past the bucket by k of n officers, never past the headroom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scripts.deployment.wiring import Role
from tests.contracts.compiled import Compiled
from tests.contracts.conftest import World
from tests.contracts.signers import Mode, delegate
from tests.contracts.support import (
    APPROVALS_NEEDED,
    CAPACITY,
    MAX_AGE,
    ZERO,
    Party,
    at,
    events,
    raw,
    reverts_with,
    selector,
)
from tests.contracts.teller.approvals import (
    approval,
    bring,
    entry,
    proof,
    proofs,
    rising,
    rows,
)
from tests.contracts.test_signatures import malleable
from wallet.address import Address
from wallet.typed_data import IssueApproval

Officers = tuple[Party, ...]
LARGE = 5 * CAPACITY


@pytest.fixture
def message(vip: Party) -> IssueApproval:
    """Five times what the bucket holds."""
    return approval(entry(10, vip, LARGE - 1), entry(11, vip, 1))


def test_two_of_three_issue_past_the_bucket(
    world: World, token: Any, teller: Any, officers: Officers, message: IssueApproval, vip: Party
) -> None:
    room = teller.headroom()
    chosen = (officers[0], officers[2])
    done = bring(world, message, proofs(world, message, chosen))
    assert token.balanceOf(vip.address) == 1_000_000 + LARGE
    assert len(events(done, "Issued")) == 2
    (approved,) = events(done, "IssueApproved")
    assert raw(approved["digest"]) == message.digest(world.teller_domain)
    assert list(approved["officers"]) == [officer.address for officer in chosen]
    assert teller.headroom() == room - LARGE


def test_the_bucket_is_left_alone(
    world: World, teller: Any, officers: Officers, message: IssueApproval
) -> None:
    teller.setBucket(0, 0, {"from": world.governor})
    bring(world, message, proofs(world, message, officers[:2]))
    assert teller.bucketLevel() == 0
    teller.setBucket(CAPACITY, 0, {"from": world.governor})
    assert teller.bucketLevel() == CAPACITY


def test_all_of_them_may_sign(world: World, officers: Officers, message: IssueApproval) -> None:
    done = bring(world, message, proofs(world, message, officers))
    assert len(events(done, "IssueApproved")[0]["officers"]) == len(officers) == 3


@pytest.mark.parametrize("given", range(APPROVALS_NEEDED))
def test_too_few(
    world: World, token: Any, officers: Officers, message: IssueApproval, given: int
) -> None:
    with reverts_with("TooFewApprovals", given, APPROVALS_NEEDED):
        bring(world, message, proofs(world, message, officers[:given]))
    assert not token.depositNumberUsed(10)


def test_one_officer_counts_once(world: World, officers: Officers, message: IssueApproval) -> None:
    one = proof(world, message, officers[1])
    other_form = (one[0], malleable(one[1]))
    for twice in ([one, one], [one, other_form]):
        with reverts_with("OfficersNotRising", officers[1].address):
            bring(world, message, twice)


def test_in_the_order_of_their_addresses(
    world: World, officers: Officers, message: IssueApproval
) -> None:
    first, second, third = proofs(world, message, officers)
    with reverts_with("OfficersNotRising", first[0]):
        bring(world, message, [second, first])
    with reverts_with("OfficersNotRising", second[0]):
        bring(world, message, [first, third, second])


def test_nobody_is_no_officer(world: World, officers: Officers, message: IssueApproval) -> None:
    with reverts_with("OfficersNotRising", ZERO):
        bring(world, message, [(Address(ZERO), b""), proof(world, message, officers[0])])


def test_whoever_else_signs(
    world: World, officers: Officers, message: IssueApproval, vip: Party
) -> None:
    with reverts_with("NotOfficer", vip.address):
        bring(world, message, proofs(world, message, [officers[0], vip]))


def test_one_bad_word_among_enough_good_ones(
    world: World, officers: Officers, message: IssueApproval, vip: Party
) -> None:
    """Whoever brings a stranger's word, or a wrong one, has made a mistake worth stopping for."""
    with reverts_with("NotOfficer", vip.address):
        bring(world, message, proofs(world, message, [*officers, vip]))
    first, second, third = proofs(world, message, officers)
    with reverts_with("InvalidApproval", third[0]):
        bring(world, message, [first, second, (third[0], first[1])])


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ATTESTOR, Role.GOVERNOR, Role.ADMIN])
def test_no_other_role_approves(
    world: World, officers: Officers, message: IssueApproval, vip: Party, role: Role
) -> None:
    world.manager.grantRole(role.value, vip.address, 0, {"from": world.admin})
    with reverts_with("NotOfficer", vip.address):
        bring(world, message, proofs(world, message, [officers[0], vip]))


def test_an_officer_who_must_wait(
    world: World, officers: Officers, message: IssueApproval, vip: Party
) -> None:
    """Who may act only after a delay cannot say yes to something that happens now."""
    world.manager.grantRole(Role.OFFICER.value, vip.address, 1, {"from": world.admin})
    with reverts_with("NotOfficer", vip.address):
        bring(world, message, proofs(world, message, [officers[0], vip]))


def test_an_officer_who_is_none_any_more(
    world: World, officers: Officers, message: IssueApproval
) -> None:
    words = proofs(world, message, officers[:2])
    world.manager.revokeRole(Role.OFFICER.value, officers[1].address, {"from": world.admin})
    with reverts_with("NotOfficer", officers[1].address):
        bring(world, message, words)


def test_the_last_second(world: World, officers: Officers, message: IssueApproval) -> None:
    message = replace(message, deadline=message.deadline - MAX_AGE + 100)
    words = proofs(world, message, officers[:2])
    at(message.deadline)
    world.teller.issueApproved.call(
        rows(message), message.deadline, words, {"from": world.operator}
    )
    at(message.deadline + 1)
    with reverts_with("ApprovalExpired", message.deadline):
        bring(world, message, words)


CHANGES: dict[str, Callable[[IssueApproval], IssueApproval]] = {
    "the order": lambda signed: replace(signed, entries=signed.entries[::-1]),
    "one less": lambda signed: replace(signed, entries=signed.entries[:1]),
    "one more": lambda signed: replace(signed, entries=(*signed.entries, signed.entries[0])),
    "a number": lambda signed: changed(signed, number=12),
    "a reference": lambda signed: changed(signed, ref=b"\xff" * 16),
    "the holder": lambda signed: changed(signed, holder=Address("0x" + "11" * 20)),
    "an amount": lambda signed: changed(signed, amount=2),
    "the deadline": lambda signed: replace(signed, deadline=signed.deadline + 1),
}


def changed(signed: IssueApproval, **fields: Any) -> IssueApproval:
    """The last entry is another."""
    return replace(signed, entries=(signed.entries[0], replace(signed.entries[1], **fields)))


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_it_can_be_changed(
    world: World, token: Any, officers: Officers, message: IssueApproval, change: str
) -> None:
    words = proofs(world, message, officers[:2])
    with reverts_with("InvalidApproval", officers[0].address):
        bring(world, CHANGES[change](message), words)
    assert not token.depositNumberUsed(10)


@pytest.mark.parametrize("place", ["chain_id", "verifying_contract", "name", "version"])
def test_only_this_chain_and_this_teller(
    world: World, officers: Officers, message: IssueApproval, place: str
) -> None:
    other: dict[str, Any] = {
        "chain_id": world.domain.chain_id + 1,
        "verifying_contract": world.domain.verifying_contract,  # the token's
        "name": world.domain.name,
        "version": "2",
    }
    domain = replace(world.teller_domain, **{place: other[place]})
    words = [(officer.address, officer.sign(message, domain)) for officer in officers[:2]]
    with reverts_with("InvalidApproval", officers[0].address):
        bring(world, message, words)


def test_a_new_teller_takes_no_old_approvals(
    project: Any, world: World, officers: Officers, message: IssueApproval
) -> None:
    """Same token, same officers, same role for the operator: the signatures name the Teller."""
    fresh = project["Teller"].deploy(world.manager, world.token, {"from": world.admin})
    fresh.setApprovalsNeeded(APPROVALS_NEEDED, {"from": world.admin})
    fresh.setMaxAge(MAX_AGE, {"from": world.admin})
    as_of = world.teller.attestation()[3]
    fresh.attest(10**9, 0, 0, as_of, 1, {"from": world.admin})
    with reverts_with("InvalidApproval", officers[0].address):
        fresh.issueApproved(
            rows(message),
            message.deadline,
            proofs(world, message, officers[:2]),
            {"from": world.admin},
        )


@pytest.mark.parametrize("signature", [b"", b"\x00" * 65, b"\x01" * 64, b"\x01" * 66])
def test_no_signature_at_all(
    world: World, officers: Officers, message: IssueApproval, signature: bytes
) -> None:
    good = proof(world, message, officers[0])
    with reverts_with("InvalidApproval", officers[1].address):
        bring(world, message, [good, (officers[1].address, signature)])


def test_the_other_form_of_a_signature(
    world: World, officers: Officers, message: IssueApproval
) -> None:
    first, second = proofs(world, message, officers[:2])
    with reverts_with("InvalidApproval", second[0]):
        bring(world, message, [first, (second[0], malleable(second[1]))])


def test_an_officer_that_is_a_contract(
    world: World,
    token: Any,
    signers: dict[str, Compiled],
    officers: Officers,
    message: IssueApproval,
    vip: Party,
) -> None:
    """A k-of-n wallet or a passkey can be an officer (ERC-1271)."""
    wallet = signers["GoodSigner"].deploy(vip.address, {"from": world.admin})
    world.manager.grantRole(Role.OFFICER.value, wallet, 0, {"from": world.admin})
    address = Address(str(wallet.address))
    good = proof(world, message, officers[0])
    with reverts_with("InvalidApproval", address):
        bring(world, message, rising([good, (address, good[1])]))
    word = (address, vip.sign(message, world.teller_domain))
    bring(world, message, rising([good, word]))
    assert token.balanceOf(vip.address) == 1_000_000 + LARGE


@pytest.mark.parametrize("mode", [Mode.REVERTS, Mode.BURNS_ALL, Mode.MEGABYTE])
def test_an_officers_contract_that_does_not_say_yes(
    world: World,
    signers: dict[str, Compiled],
    officers: Officers,
    message: IssueApproval,
    mode: Mode,
) -> None:
    wallet = signers["BadSigner"].deploy(mode, {"from": world.admin})
    world.manager.grantRole(Role.OFFICER.value, wallet, 0, {"from": world.admin})
    address = Address(str(wallet.address))
    with reverts_with("InvalidApproval", address):
        bring(world, message, rising([proof(world, message, officers[0]), (address, b"")]))


def test_an_officer_with_delegated_code_keeps_their_own_signature(
    world: World, signers: dict[str, Compiled], officers: Officers, message: IssueApproval
) -> None:
    """EIP-7702: the code's no does not matter."""
    refuses = signers["NoSigner"].deploy({"from": world.admin})
    delegate(officers[0].address, refuses)
    bring(world, message, proofs(world, message, officers[:2]))


def test_a_replay_credits_nothing(
    world: World, token: Any, officers: Officers, message: IssueApproval, vip: Party
) -> None:
    """The same approvals again, in time: every number in them is used."""
    words = proofs(world, message, officers[:2])
    bring(world, message, words)
    supply = token.totalSupply()
    again = bring(world, message, words)
    refused = events(again, "IssueRefused")
    assert {raw(one["reason"]) for one in refused} == {selector("NumberUsed(uint256)")}
    assert (len(refused), len(events(again, "Issued"))) == (2, 0)
    assert token.totalSupply() == supply
    assert token.balanceOf(vip.address) == 1_000_000 + LARGE


def test_a_voided_number_is_not_issued_by_an_old_approval(
    world: World, token: Any, teller: Any, officers: Officers, message: IssueApproval, vip: Party
) -> None:
    """The money went back to its sender while officers were still signing."""
    teller.voidNumber(10, {"from": world.operator})
    done = bring(world, message, proofs(world, message, officers[:2]))
    assert [one["number"] for one in events(done, "IssueRefused")] == [10]
    assert token.balanceOf(vip.address) == 1_000_001


def test_a_refused_entry_stops_nothing(
    world: World, token: Any, teller: Any, officers: Officers, vip: Party, carol: Party
) -> None:
    room = teller.headroom()
    message = approval(entry(10, carol, 70), entry(11, vip, LARGE))
    done = bring(world, message, proofs(world, message, officers[:2]))
    assert [one["number"] for one in events(done, "IssueRefused")] == [10]
    assert token.balanceOf(vip.address) == 1_000_000 + LARGE
    assert teller.headroom() == room - LARGE


def test_exactly_the_headroom_and_not_one_unit_more(
    world: World, token: Any, teller: Any, officers: Officers, vip: Party
) -> None:
    room = teller.headroom()
    assert room > CAPACITY
    over = approval(entry(10, vip, room), entry(11, vip, 1))
    with reverts_with("HeadroomExceeded", room + 1, room):
        bring(world, over, proofs(world, over, officers))
    assert not token.depositNumberUsed(10)
    exact = approval(entry(10, vip, room))
    bring(world, exact, proofs(world, exact, officers[:2]))
    assert teller.headroom() == 0


def test_stale_backing_closes(
    world: World, teller: Any, officers: Officers, message: IssueApproval
) -> None:
    as_of = teller.attestation()[3]
    message = replace(message, deadline=as_of + 10 * MAX_AGE)
    at(as_of + MAX_AGE + 1)
    with reverts_with("BackingStale", as_of, MAX_AGE):
        bring(world, message, proofs(world, message, officers))


def test_zero_needed_is_closed_not_free(
    world: World, teller: Any, officers: Officers, message: IssueApproval
) -> None:
    teller.setApprovalsNeeded(0, {"from": world.governor})
    for words in ([], proofs(world, message, officers)):
        with reverts_with("ApprovalsClosed"):
            bring(world, message, words)


def test_a_new_teller_is_closed(project: Any, world: World, message: IssueApproval) -> None:
    fresh = project["Teller"].deploy(world.manager, world.token, {"from": world.admin})
    fresh.setMaxAge(2**64 - 1, {"from": world.admin})
    fresh.attest(10**9, 0, 0, 1, 1, {"from": world.admin})
    assert fresh.approvalsNeeded() == 0
    with reverts_with("ApprovalsClosed"):
        fresh.issueApproved(rows(message), message.deadline, [], {"from": world.admin})


def test_only_the_operator_brings_them(
    world: World, teller: Any, officers: Officers, message: IssueApproval
) -> None:
    """An officer cannot issue, not even with the others' signatures."""
    words = proofs(world, message, officers)
    with reverts_with("AccessManagedUnauthorized", officers[0].address):
        teller.issueApproved(rows(message), message.deadline, words, officers[0].sends())


def test_while_paused(world: World, token: Any, officers: Officers, message: IssueApproval) -> None:
    token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        bring(world, message, proofs(world, message, officers))


def test_an_officers_own_account_does_not_matter(
    world: World, officers: Officers, message: IssueApproval
) -> None:
    """They are not registered as holders; one of them is even frozen."""
    world.token.freeze(officers[0].address, {"from": world.compliance})
    bring(world, message, proofs(world, message, officers[:2]))
