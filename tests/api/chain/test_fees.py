"""Tests of the fees: what is offered first, and how much more each time, up to the ceiling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.chain.fees import Fees, outbid, raised

PRICES = st.integers(0, 10**13)


def test_what_is_offered_first() -> None:
    """A chain without a base fee takes none at all; else there is room for it to double."""
    assert Fees.of(0, 10**9) == Fees(0, 0)
    assert Fees.of(100, 3) == Fees(203, 3)


def test_within_the_ceiling() -> None:
    """As much as allowed, while a block would take that; nothing above."""
    assert Fees(203, 3).within(203, 100) == Fees(203, 3)
    assert Fees(203, 3).within(150, 100) == Fees(150, 3)
    assert Fees(203, 3).within(99, 100) is None
    assert Fees(300, 250).within(200, 25) == Fees(200, 200)


def test_a_raise_of_a_tenth_at_least() -> None:
    """Or to what the chain asks now; never above the ceiling."""
    assert raised(Fees(100, 10), Fees(50, 1), 10**6) == Fees(110, 11)
    assert raised(Fees(100, 10), Fees(500, 20), 10**6) == Fees(500, 20)
    assert raised(Fees(100, 10), Fees(500, 20), 300) == Fees(300, 20)
    assert raised(Fees(100, 10), Fees(500, 20), 110) == Fees(110, 20)
    assert raised(Fees(100, 10), Fees(500, 20), 109) is None
    assert raised(Fees(0, 0), Fees(0, 0), 10) == Fees(1, 1)


def test_against_an_unknown_offer_the_tip_grows_faster() -> None:
    """And goes on growing alone when the cap has reached the ceiling, until it is the cap."""
    assert outbid(Fees(100, 10), Fees(50, 1), 10**6) == Fees(110, 22)
    assert outbid(Fees(100, 10), Fees(500, 30), 10**6) == Fees(500, 30)
    assert outbid(Fees(100, 0), Fees(100, 0), 100) == Fees(100, 1)
    assert outbid(Fees(100, 60), Fees(100, 0), 100) == Fees(100, 100)
    assert outbid(Fees(100, 100), Fees(100, 0), 100) is None


@given(PRICES, PRICES, PRICES)
def test_offers_come_to_an_end_within_the_ceiling(highest: int, tip: int, ceiling: int) -> None:
    """Each pays more than the one before, the last one all that is allowed."""
    wanted = Fees(min(max(highest, tip), ceiling), min(highest, tip, ceiling))
    offers: list[Fees] = [wanted]
    while (more := outbid(offers[-1], wanted, ceiling)) is not None:
        assert more.tip <= more.highest <= ceiling
        assert (more.highest, more.tip) > (offers[-1].highest, offers[-1].tip)
        offers.append(more)
    assert offers[-1].tip == offers[-1].highest
    assert 11 * offers[-1].highest > 10 * ceiling - 11


@given(PRICES, PRICES, PRICES, PRICES, PRICES)
def test_every_raise_is_one_that_a_node_takes(
    highest: int, tip: int, wanted: int, wanted_tip: int, ceiling: int
) -> None:
    """Both caps grow by a tenth at least and stay within the ceiling; a tip within its cap."""
    before = Fees(max(highest, tip), min(highest, tip))
    after = raised(before, Fees(max(wanted, wanted_tip), min(wanted, wanted_tip)), ceiling)
    if after is None:
        assert before.highest * 11 > ceiling * 10 or before.highest + 1 > ceiling
        return
    assert after.tip <= after.highest <= ceiling
    assert 10 * after.highest >= 11 * before.highest
    assert 10 * after.tip >= 11 * before.tip
    assert after.highest > before.highest
    assert after.tip > before.tip
