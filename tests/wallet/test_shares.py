"""Tests of wallet.shares: the official vectors, every plan, and shares that are wrong."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from tests.wallet.vectors import VECTORS, load
from wallet.errors import InputError, SecretLeak, ShareError
from wallet.hd import PrivateNode
from wallet.secret import Secret
from wallet.shares import Plan, Shares, nearest_share_words, slip, split

pytestmark = pytest.mark.integration  # takes seconds

OFFICIAL = load("slip39/vectors.json")
ENTROPY = Secret(bytes(range(16)))
MADE = [share.reveal().decode() for share in split(ENTROPY, Plan.parse("2of3"))[0]]


def gathered(*texts: str) -> Shares:
    shares = Shares()
    for text in texts:
        shares.add(text)
    return shares


@pytest.mark.parametrize("case", OFFICIAL, ids=lambda case: case[0])
def test_official_vectors(case: tuple[str, list[str], str, str]) -> None:
    """Shares restore the secret and the master node; what is invalid is refused, some way."""
    _, texts, secret, xprv = case
    if not secret:
        with pytest.raises(ShareError):
            gathered(*texts).entropy()
        return
    entropy = gathered(*texts).entropy(b"TREZOR")
    assert entropy.reveal().hex() == secret
    assert PrivateNode.from_seed(entropy).to_xprv().reveal().decode() == xprv


def test_the_librarys_words_are_the_official_ones() -> None:
    assert (VECTORS / "slip39/wordlist.txt").read_text().split() == list(WORDLIST)


PLANS = st.lists(
    st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.integers(n, 6 if n > 1 else 1))),
    min_size=1,
    max_size=3,
)


@given(PLANS, st.sampled_from([16, 20, 24, 28, 32]), st.data())
def test_any_sufficient_shares_restore_and_fewer_do_not(
    groups: list[tuple[int, int]], size: int, data: st.DataObject
) -> None:
    needed = data.draw(st.integers(1, len(groups)))
    secret = Secret(data.draw(st.binary(min_size=size, max_size=size)))
    text = ",".join(f"{least}of{count}" for least, count in groups)
    made = split(secret, Plan.parse(text, needed))
    taken = data.draw(st.permutations(range(len(groups))))[:needed]
    chosen = [
        share.reveal().decode()
        for group in taken
        for share in data.draw(st.permutations(made[group]))[: groups[group][0]]
    ]
    order = data.draw(st.permutations(chosen))
    shares = gathered(*order[:-1])
    assert not shares.is_complete
    with pytest.raises(ShareError) as caught:
        shares.entropy()
    assert caught.value.values == {"count": len(order) - 1}
    shares.add(order[-1])
    assert shares.is_complete
    assert shares.entropy() == secret


def test_two_splits_share_nothing() -> None:
    other = split(ENTROPY, Plan.parse("2of3"))[0][0].reveal().decode()
    shares = gathered(MADE[0])
    with pytest.raises(ShareError) as caught:
        shares.add(other)
    assert (caught.value.code, caught.value.values) == ("share.other_set", {"share": 2})
    shares.add(MADE[2])  # what was read before stays
    assert shares.entropy() == ENTROPY


def test_a_share_given_twice_is_named() -> None:
    shares = gathered(MADE[0])
    with pytest.raises(ShareError) as caught:
        shares.add(MADE[0].upper())
    assert (caught.value.code, caught.value.values) == ("share.twice", {"share": 2})


@given(st.sampled_from(MADE), st.integers(0, 19), st.integers(0, 9))
def test_any_flipped_bit_is_refused_and_its_word_named(text: str, place: int, bit: int) -> None:
    words = text.split()
    right = words[place]
    words[place] = WORDLIST[WORDLIST.index(right) ^ 1 << bit]
    with pytest.raises(ShareError) as caught:
        gathered(" ".join(words))
    assert caught.value.code == "share.suspect"
    assert caught.value.values == {"share": 1, "place": place + 1}
    assert slip(words) == (place + 1, right)
    assert not any(word in str(caught.value).split() for word in words)


@given(st.data())
def test_two_wrong_words_are_refused(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(MADE)).split()
    for place in data.draw(st.lists(st.integers(0, 19), min_size=2, max_size=2, unique=True)):
        words[place] = data.draw(st.sampled_from([w for w in WORDLIST if w != words[place]]))
    with pytest.raises(ShareError):
        gathered(" ".join(words))


def test_an_unknown_word_is_named_by_its_place() -> None:
    words = MADE[0].split()
    words[4] = "canaryword"
    with pytest.raises(ShareError) as caught:
        gathered(" ".join(words))
    assert (caught.value.code, caught.value.values) == ("share.word", {"share": 1, "place": 5})
    assert "canary" not in str(caught.value) + caught.value.remedy("zh")
    assert slip(words) is None


@pytest.mark.parametrize(("typed", "meant"), [("acadamic", "academic"), ("duck", "duckling")])
def test_the_share_word_that_was_meant_comes_first(typed: str, meant: str) -> None:
    assert nearest_share_words(typed)[0] == meant
    assert nearest_share_words("xqxqxq") == []


@given(st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(ShareError):
        gathered(text)


@pytest.mark.parametrize(
    "text", ["", "3of2", "0of1", "1of2", "2of17", "2", "2of3,", "2von3", "-1of3", "2of3 or 3of5"]
)
def test_what_cannot_be_split_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Plan.parse(text)
    assert caught.value.code == "shares.plan"


@pytest.mark.parametrize("needed", [0, 3])
def test_too_many_or_no_groups_are_refused(needed: int) -> None:
    with pytest.raises(InputError) as caught:
        Plan.parse("2of3, 3OF5", needed)
    assert caught.value.code == "shares.groups"
    assert Plan.parse("2of3, 3OF5") == Plan(2, ((2, 3), (3, 5)))


def test_shares_are_never_shown_or_copied() -> None:
    shares = gathered(MADE[0])
    assert repr(shares) == f"{shares}" == "Shares(1)"
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SecretLeak):
            leak(shares)


def test_a_share_that_would_keep_the_machine_busy_is_refused() -> None:
    from shamir_mnemonic import generate_mnemonics

    ((text,),) = generate_mnemonics(1, [(1, 1)], bytes(16), iteration_exponent=0)
    assert gathered(text).entropy() == Secret(bytes(16))
    share = text.split()
    share[1] = WORDLIST[WORDLIST.index(share[1]) | 15]
    for last in _checksum(share):
        share[-3:] = last
    with pytest.raises(ShareError) as caught:
        gathered(" ".join(share))
    assert caught.value.code == "share.damaged"


def _checksum(share: list[str]) -> list[list[str]]:
    from shamir_mnemonic.rs1024 import create_checksum

    numbers = [WORDLIST.index(word) for word in share[:-3]]
    return [[WORDLIST[number] for number in create_checksum(numbers, b"shamir_extendable")]]
