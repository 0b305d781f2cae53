"""Tests of wallet.offline: what is carried reads back exactly, in parts or whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet import offline
from wallet.address import checksum
from wallet.errors import InputError
from wallet.offline import Prepared, Signed, from_parts, to_parts
from wallet.transaction import Transaction
from wallet.typed_data import TransferAuthorization

TOKEN, ME, YOU = (checksum(bytes((byte,)) * 20) for byte in (0x7E, 0x11, 0x22))
NETWORK = (31337, TOKEN, "Euro Deposit 欧元", "EUR")
MESSAGE = TransferAuthorization(ME, YOU, 1250, 0, 99, b"\x05" * 32)
PAYMENT = Prepared(NETWORK, ME, YOU, 1250, 5, 7, "lunch 午饭", MESSAGE)
TRANSACTION = Transaction(31337, 3, 1, 2, 60_000, TOKEN, 0, b"\xa9\x05")
DIRECT = replace(PAYMENT, message=None, memo=None, transaction=TRANSACTION)


@pytest.mark.parametrize("prepared", [PAYMENT, DIRECT])
def test_a_prepared_payment_reads_back(prepared: Prepared) -> None:
    again = Prepared.from_json(prepared.to_json())
    assert (again, again.id) == (prepared, prepared.id)


def test_each_field_is_part_of_the_id() -> None:
    others = [
        replace(PAYMENT, network=(1, *NETWORK[1:])),
        replace(PAYMENT, value=1251, message=replace(MESSAGE, value=1251)),
        replace(PAYMENT, memo=None),
        replace(PAYMENT, message=replace(MESSAGE, valid_before=100)),
        replace(PAYMENT, message=replace(MESSAGE, nonce=b"\x06" * 32)),
        replace(DIRECT, transaction=replace(TRANSACTION, nonce=4)),
        DIRECT,
    ]
    assert len({each.id for each in (PAYMENT, *others)}) == 8


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "jiaozi-prepared-2"),
        ("value", "-1"),
        ("value", "01250"),
        ("value", 1250),
        ("value", str(2**256)),
        ("created_at", True),
        ("created_at", -1),
        ("sender", "0x12"),
        ("to", TOKEN.lower()),
        ("memo", 5),
        ("extra", 1),
        ("network", {"chain_id": 31337}),
        ("authorization", {"nonce": "05"}),
        ("from_block", None),
    ],
)
def test_what_is_not_exactly_one_is_refused(field: str, value: object) -> None:
    whole = json.loads(PAYMENT.to_json()) | {field: value}
    if whole == json.loads(PAYMENT.to_json()):
        pytest.fail("nothing was changed")
    with pytest.raises(InputError) as caught:
        Prepared.from_json(json.dumps(whole).encode())
    assert caught.value.code == "offline.prepared"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"5", b"{", b"\xff"])
def test_other_json_is_refused(data: bytes) -> None:
    for read in (Prepared.from_json, Signed.from_json):
        with pytest.raises(InputError):
            read(data)


def test_an_answer_reads_back() -> None:
    for signed in (Signed("ab" * 16, signature=b"\x01" * 65), Signed("ab" * 16, raw=b"\x02\x03")):
        assert Signed.from_json(signed.to_json()) == signed
    both = {"type": "jiaozi-signed-1", "id": "ab" * 16, "raw": "01", "signature": "02"}
    for wrong in (both, both | {"id": "AB" * 16}, both | {"type": "x"}):
        with pytest.raises(InputError):
            Signed.from_json(json.dumps(wrong).encode())


@given(st.binary(max_size=4000), st.randoms())
def test_parts_come_back_in_any_order_and_twice(data: bytes, random: object) -> None:
    parts = to_parts(data)
    assert all(len(part) < 800 for part in parts)
    mixed = [*parts, *parts]
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis's Random
    assert from_parts(mixed) == data


LONG = bytes(range(256)) * 4 + b"".join(bytes((n * n % 251,)) for n in range(1200))


def test_a_long_thing_is_several_codes_and_each_is_needed() -> None:
    parts = to_parts(LONG)
    assert len(parts) > 1
    for missing in range(len(parts)):
        with pytest.raises(InputError) as caught:
            from_parts([part for number, part in enumerate(parts) if number != missing])
        expected = {"parts": str(missing + 1), "count": len(parts)}
        assert (caught.value.code, caught.value.values) == ("offline.missing", expected)


def test_parts_of_two_things_are_not_put_together() -> None:
    one, other = to_parts(LONG), to_parts(LONG[::-1])
    for mixed in ([one[0], other[1]], [*one, other[0]]):
        with pytest.raises(InputError) as caught:
            from_parts(mixed)
        assert caught.value.code == "offline.mixed"


@given(st.integers(0, 400), st.characters())
def test_a_changed_letter_is_noticed(place: int, letter: str) -> None:
    (part,) = to_parts(PAYMENT.to_json())
    place %= len(part)
    changed = part[:place] + letter + part[place + 1 :]
    if changed == part:
        return
    try:
        data = from_parts([changed])
    except InputError:
        return
    assert data == PAYMENT.to_json()  # the last letter of base64 has spare bits


def test_a_bomb_is_not_inflated() -> None:
    with pytest.raises(InputError):
        from_parts(to_parts(bytes(offline._MOST_BYTES + 1)))
    for nothing in ([], [""], ["JIAOZI1:"], ["hello"]):
        with pytest.raises(InputError):
            from_parts(nothing)


def test_what_no_code_can_carry_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "_MOST_PARTS", 1)
    with pytest.raises(InputError) as caught:
        to_parts(LONG)
    assert caught.value.code == "offline.large"
