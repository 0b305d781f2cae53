"""Tests of wallet.typed_json: what could be understood in two ways is refused by its name."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.wallet.test_typed_json import MAIL, message, oracle, parse
from wallet.errors import InputError
from wallet.typed_json import TypedData


def changed(path: str, value: object) -> dict[str, Any]:
    """MAIL with another value at a path."""
    whole: Any = copy.deepcopy(MAIL)
    *way, last = path.split(".")
    inner = whole
    for name in way:
        inner = inner[name]
    inner[last] = value
    return dict(whole)


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("extra", 1, "typed.extra", "extra"),
        ("primaryType", "Letter", "typed.primary", None),
        ("primaryType", "EIP712Domain", "typed.primary", None),
        ("primaryType", ["Mail"], "typed.primary", None),
        ("message", None, "typed.value", "message"),
        ("message.to", "Bob", "typed.value", "message.to"),
        ("message.cc", {}, "typed.extra", "message.cc"),
        ("message.to.wallet", "0x12", "typed.value", "message.to.wallet"),
        ("message.to.wallet", "0x" + "Ab" * 20, "typed.value", "message.to.wallet"),
        ("message.to.wallet", 5, "typed.value", "message.to.wallet"),
        ("message.to.name", None, "typed.value", "message.to.name"),
        ("message.to.name", "\ud800", "typed.value", "message.to.name"),
        ("message.to.age", 5, "typed.extra", "message.to.age"),
        ("domain.chainId", 1.0, "typed.value", "domain.chainId"),
        ("domain.chainId", "1e3", "typed.value", "domain.chainId"),
        ("domain.chainId", "01", "typed.value", "domain.chainId"),
        ("domain.chainId", "１", "typed.value", "domain.chainId"),
        ("domain.chainId", True, "typed.value", "domain.chainId"),
        ("domain.chainId", -1, "typed.value", "domain.chainId"),
        ("domain.chainId", 2**256, "typed.value", "domain.chainId"),
        ("domain.salt", "0x" + "00" * 32, "typed.extra", "domain.salt"),
        ("domain.nonce", 1, "typed.extra", "domain.nonce"),
        ("types.Mail", {}, "typed.type", "types.Mail"),
        ("types.Mail", [{"name": "a"}], "typed.type", "types.Mail"),
        ("types.Mail", [{"name": "a", "type": 5}], "typed.type", "types.Mail"),
        ("types.Mail", [{"name": "a", "type": "uint"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "uint7"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "uint08"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "bytes33"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "bytes0"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "Ghost"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "bool[0]"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "bool[-1]"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "bool[]]"}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a", "type": "bool" + "[]" * 9}], "typed.type", "types.Mail.a"),
        ("types.Mail", [{"name": "a,bool b", "type": "bool"}], "typed.type", "types.Mail.a,bool b"),
        ("types.Mail", [{"name": "a", "type": "bool"}] * 2, "typed.type", "types.Mail"),
        ("types.uint256", [], "typed.type", "types.uint256"),
        ("types.A(bool b)", [], "typed.type", "types.A(bool b)"),
        ("types.EIP712Domain", [{"name": "chainId", "type": "uint8"}], "typed.domain", None),
        ("types.EIP712Domain", [{"name": "id", "type": "uint256"}], "typed.domain", None),
        ("types.EIP712Domain", MAIL["types"]["EIP712Domain"][::-1], "typed.domain", None),
        ("types.EIP712Domain", MAIL["types"]["EIP712Domain"][:3], "typed.extra", None),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(
    path: str, value: object, code: str, field: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        parse(changed(path, value))
    assert caught.value.code == code
    if field is not None:
        assert caught.value.values["field"] == field


@pytest.mark.parametrize("key", sorted(MAIL))
def test_each_part_must_be_there(key: str) -> None:
    with pytest.raises(InputError) as caught:
        parse({name: value for name, value in MAIL.items() if name != key})
    assert (caught.value.code, caught.value.values["field"]) == ("typed.missing", key)


def test_a_key_that_stands_twice_is_refused() -> None:
    text = json.dumps(MAIL).replace('"contents": "Hello, Bob!"', '"contents": "a", "contents": "b"')
    with pytest.raises(InputError) as caught:
        TypedData.parse(text.encode())
    assert caught.value.code == "typed.json"


def test_arrays_have_the_length_of_their_type() -> None:
    for value in ([1], [1, 2, 3], "12", {"0": 1, "1": 2}):
        with pytest.raises(InputError) as caught:
            parse(message({"A": {"pair": "uint8[2]"}}, {"pair": value}))
        assert caught.value.values == {"field": "message.pair", "kind": "uint8[2]"}


def test_the_way_to_a_value_in_an_array_is_named() -> None:
    whole = message(
        {"A": {"rows": "B[][]"}, "B": {"n": "uint8"}}, {"rows": [[], [{"n": 1}, {"n": 256}]]}
    )
    with pytest.raises(InputError) as caught:
        parse(whole)
    assert caught.value.values == {"field": "message.rows[1][1].n", "kind": "uint8"}


def test_nothing_that_is_signed_goes_unsaid() -> None:
    whole = message(
        {"A": {"none": "B", "empty": "uint8[]", "rows": "bool[][]"}, "B": {"n": "uint8"}},
        {"none": None, "empty": [], "rows": [[], [True]]},
    )
    leaves = parse(whole).fields()
    assert [(leaf.path, leaf.value) for leaf in leaves] == [
        ("none", None),
        ("empty", ()),
        ("rows[0]", ()),
        ("rows[1][0]", True),
    ]


def test_a_domain_without_declared_fields_has_those_that_it_has() -> None:
    types = {name: each for name, each in MAIL["types"].items() if name != "EIP712Domain"}
    assert parse({**MAIL, "types": types}).digest() == parse(MAIL).digest()


def test_a_struct_named_for_its_area() -> None:
    whole = message({"Area:Send": {"to": "string"}}, {"to": "Bo"}, name="x")
    assert parse(whole).digest() == oracle(whole)


@pytest.mark.parametrize("depth", [70, 5000, 400_000])
def test_depth_is_bounded(depth: int) -> None:
    with pytest.raises(InputError) as caught:
        TypedData.parse(b"[" * depth + b"]" * depth)
    assert caught.value.code == "typed.json"


def test_size_is_bounded() -> None:
    with pytest.raises(InputError) as caught:
        parse(changed("message.contents", "x" * 1_000_000))
    assert caught.value.code == "typed.json"


def test_a_hostile_name_is_shown_escaped() -> None:
    with pytest.raises(InputError) as caught:
        parse(changed("message.a\u202eb\x1b[2J", 1))
    assert str(caught.value).isprintable()
