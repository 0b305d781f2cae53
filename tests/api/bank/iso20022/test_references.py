"""ISO 11649 references: the standard's own example, and how people write them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bank.iso20022 import creditor_reference, find_reference, valid_reference
from tests.api.bank.iso20022.camt import booked, statement, with_details

EXAMPLE = "RF18539007547034"
OTHER = creditor_reference("OTHER1")


@given(st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=21))
def test_what_is_made_is_valid_and_one_wrong_character_is_not(body: str) -> None:
    """Modulo 97 notices every letter taken for another, and every digit."""
    reference = creditor_reference(body)
    assert valid_reference(reference) == reference
    kind = string.digits if reference[-1].isdigit() else string.ascii_uppercase
    for wrong in set(kind) - {reference[-1]}:
        assert valid_reference(reference[:-1] + wrong) is None


def test_the_published_example_is_valid() -> None:
    """In capitals or not, with or without blanks."""
    assert creditor_reference("539007547034") == EXAMPLE
    assert valid_reference("rf18 5390 0754 7034") == EXAMPLE


@pytest.mark.parametrize("wrong", ["", "RF18", "RF19539007547034", "XX18539007547034", "RF1８5"])
def test_what_is_no_reference_is_none(wrong: str) -> None:
    """Never an error: it is free text of strangers."""
    assert valid_reference(wrong) is None


@pytest.mark.parametrize("body", ["", "A" * 22, "a", "Ä", "A B"])
def test_a_body_that_the_standard_does_not_allow_is_refused(body: str) -> None:
    """A reference that no bank would carry must not be handed out."""
    with pytest.raises(ValueError, match="1 to 21"):
        creditor_reference(body)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (EXAMPLE, EXAMPLE),
        (f"thanks {EXAMPLE.lower()}!", EXAMPLE),
        ("RF18 5390 0754 7034", EXAMPLE),
        ("ref RF18 5390 0754 7034 for March", EXAMPLE),
        (f"{EXAMPLE} {EXAMPLE}", EXAMPLE),
        (f"{creditor_reference('AB1')[:4]} AB1 rest", creditor_reference("AB1")),
        (f"{EXAMPLE} {OTHER}", None),
        ("RF19539007547034", None),
        (f"X{EXAMPLE}", None),
        ("RF18 5390 0754 7035", None),
        ("", None),
    ],
)
def test_a_reference_is_found_in_free_text(text: str, found: str | None) -> None:
    """One is found; none and two are not decided by the machine."""
    assert find_reference(text) == found


def strd(*references: str) -> str:
    """Structured remittance with these references."""
    blocks = "".join(f"<Strd><CdtrRefInf><Ref>{r}</Ref></CdtrRefInf></Strd>" for r in references)
    return f"<RmtInf><Ustrd>rent</Ustrd><Ustrd>{OTHER}</Ustrd>{blocks}</RmtInf>"


@pytest.mark.parametrize(
    ("references", "found"),
    [
        ((EXAMPLE,), EXAMPLE),
        ((EXAMPLE, EXAMPLE), EXAMPLE),
        ((), OTHER),
        (("123",), OTHER),
        ((EXAMPLE, creditor_reference("THIRD")), None),
    ],
)
def test_a_line_has_at_most_one_reference(references: tuple[str, ...], found: str | None) -> None:
    """Structured before free text; two different valid ones are as good as none."""
    [line] = booked(statement(with_details(strd(*references))))
    assert line.structured_reference == found
    assert line.remittance == f"rent {OTHER}"


def test_a_national_reference_is_kept_when_there_is_no_other() -> None:
    """It matches nothing of ours, but a person may recognise it."""
    detail = strd("ISR 42").replace(f"<Ustrd>{OTHER}</Ustrd>", "")
    [line] = booked(statement(with_details(detail)))
    assert line.structured_reference == "ISR 42"


def test_a_reference_in_the_entrys_own_text_counts_too() -> None:
    """Some banks tell no details at all."""
    content = statement(with_details()).replace(
        b"<NtryDtls></NtryDtls>", f"<AddtlNtryInf>for {EXAMPLE}</AddtlNtryInf>".encode()
    )
    [line] = booked(content)
    assert (line.structured_reference, line.remittance) == (EXAMPLE, f"for {EXAMPLE}")
