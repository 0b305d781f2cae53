"""Tests of wallet.consent.siwe against the vectors of its authors."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tidy.sources import ROOT
from wallet.consent.siwe import SignIn, looks_like_sign_in, parse_sign_in
from wallet.errors import InputError, SignatureError
from wallet.signer import recover, text_digest

VECTORS = ROOT / "tests/vectors/siwe"
NAMES = {
    "chainId": "chain_id",
    "issuedAt": "issued_at",
    "expirationTime": "expiration_time",
    "notBefore": "not_before",
    "requestId": "request_id",
}


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


def known(values: dict[str, Any]) -> dict[str, Any]:
    """A vector's fields under our names."""
    ours = {NAMES.get(name, name): value for name, value in values.items()}
    if "resources" in ours:
        ours["resources"] = tuple(ours["resources"])
    return {name: ours[name] for name in {each.name for each in fields(SignIn)} & set(ours)}


POSITIVE = vectors("parsing_positive")


@pytest.mark.parametrize("case", sorted(POSITIVE))
def test_what_is_one_is_read_and_written_back(case: str) -> None:
    text, expected = POSITIVE[case]["message"], known(POSITIVE[case]["fields"])
    found = parse_sign_in(text)
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.to_text() == text
    assert looks_like_sign_in(text)


NEGATIVE = vectors("parsing_negative")


@pytest.mark.parametrize("case", sorted(NEGATIVE))
def test_what_is_none_is_refused_and_yet_recognized(case: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_sign_in(NEGATIVE[case])
    assert caught.value.code == "siwe.part"
    assert looks_like_sign_in(NEGATIVE[case])


OBJECTS = vectors("parsing_negative_objects")


@pytest.mark.parametrize("case", sorted(OBJECTS))
def test_a_message_made_of_wrong_parts_is_refused(case: str) -> None:
    blank = {each.name: "" for each in fields(SignIn)[:7]}
    with pytest.raises(InputError):
        parse_sign_in(SignIn(**(blank | known(OBJECTS[case]))).to_text())


SIGNED = vectors("verification_positive")


@pytest.mark.parametrize("case", sorted(SIGNED))
def test_the_text_is_what_others_signed(case: str) -> None:
    """The signature is only over our text if our text is theirs, letter for letter."""
    vector = SIGNED[case]
    message = SignIn(**known(vector))
    signature = bytes.fromhex(vector["signature"][2:])
    signature = signature[:64] + bytes(
        [signature[64] + 27 if signature[64] < 27 else signature[64]]
    )
    assert recover(text_digest(message.to_text().encode()), signature) == vector["address"]
    assert parse_sign_in(message.to_text()) == message


CONTRACTS = vectors("eip1271")


@pytest.mark.parametrize("case", sorted(CONTRACTS))
def test_what_contracts_signed_is_read(case: str) -> None:
    assert parse_sign_in(CONTRACTS[case]["message"]).chain_id == 1


WRONG = vectors("verification_negative")


@pytest.mark.parametrize("case", ["malformed signature", "wrong signature"])
def test_a_wrong_signature_is_not_theirs(case: str) -> None:
    vector = WRONG[case]
    digest = text_digest(SignIn(**known(vector)).to_text().encode())
    try:
        signer = recover(digest, bytes.fromhex(vector["signature"][2:]))
    except (SignatureError, ValueError):  # ValueError: it is not even hex
        return
    assert signer != vector["address"]


@pytest.mark.parametrize(
    "case", ["invalid issuedAt", "invalid notBefore", "invalid expirationTime"]
)
def test_a_day_that_is_not_in_the_calendar(case: str) -> None:
    with pytest.raises(InputError):
        parse_sign_in(SignIn(**known(WRONG[case])).to_text())


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("2021-09-30T16:25:24Z", 1633019124),
        ("2021-09-30T16:25:24.999Z", 1633019124),
        ("2021-09-30t18:25:24+02:00", 1633019124),
        ("2021-09-30T11:55:24-04:30", 1633019124),
        ("2016-12-31T23:59:60Z", 1483228799),
    ],
)
def test_times_are_seconds(time: str, seconds: int) -> None:
    fields = known(WRONG["expired message"]) | {"expiration_time": time, "not_before": time}
    found = parse_sign_in(SignIn(**fields).to_text())
    assert (found.expires, found.begins) == (seconds, seconds)


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01"])
def test_a_year_that_no_calendar_here_has(time: str) -> None:
    for field in ("expiration_time", "not_before"):
        with pytest.raises(InputError):
            parse_sign_in(SignIn(**(known(WRONG["expired message"]) | {field: time})).to_text())


def test_the_times_of_the_vectors() -> None:
    assert (parse_sign_in(POSITIVE["no optional field"]["message"]).expires) is None
    expired = SignIn(**known(WRONG["expired message"]))
    assert expired.expires == 1641340800 - 365 * 86400


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, POSITIVE["no statement"]["message"] + text):
        try:
            found = parse_sign_in(whole)
        except InputError as error:
            said = str(error)
        else:
            said = found.to_text().replace("\n", "") if found.to_text() == whole else "\n"
        assert said.isprintable()


@given(st.data())
def test_a_changed_letter_is_seen_in_what_is_read(data: st.DataObject) -> None:
    text = POSITIVE["couple of optional fields"]["message"]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters())
    changed = text[:place] + letter + text[place + 1 :]
    try:
        assert parse_sign_in(changed).to_text() == changed
    except InputError:
        assert changed != text


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "a@" * 50_000, "https://" + "a:" * 50_000, "- " * 50_000]
)
def test_long_lines_take_no_long_time(text: str) -> None:
    vector = POSITIVE["no statement"]["message"]
    for broken in (text + vector, vector.replace("https://service.org/login", text), vector + text):
        with pytest.raises(InputError):
            parse_sign_in(broken + "\x00")
