"""Tests of wallet.consent.descriptors: each of our messages and calls is described, whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.tidy.sources import ROOT
from wallet import typed_data
from wallet.abi import selector
from wallet.consent.descriptors import (
    CALLS_TOKEN,
    DESCRIPTORS,
    MESSAGES_TELLER,
    MESSAGES_TOKEN,
    Parameter,
    call_formats,
    formats,
    parse_parameters,
)
from wallet.eip712 import Struct
from wallet.texts import text
from wallet.token import calls

MESSAGES = dict(formats(MESSAGES_TOKEN)) | dict(formats(MESSAGES_TELLER))
STRUCTS = [
    value
    for value in vars(typed_data).values()
    if isinstance(value, type) and issubclass(value, Struct) and value is not Struct
]
NESTED = {inner for struct in STRUCTS for inner in struct.NESTED}
ROOTS = [struct for struct in STRUCTS if struct not in NESTED]


def leaves(struct: type[Struct], way: str = "") -> Iterator[str]:
    """The ways to all single values of a message, as a descriptor writes them."""
    inner = {each.NAME: each for each in struct.NESTED}
    for _, name, kind in struct.FIELDS:
        core = kind.removesuffix("[]")
        here = way + name + (".[]" if kind != core else "")
        if core in inner:
            yield from leaves(inner[core], here + ".")
        else:
            yield here


def members(parameters: tuple[Parameter, ...], way: str = "") -> Iterator[str]:
    for each in parameters:
        if each.members:
            yield from members(each.members, f"{way}{each.name}.")
        else:
            yield way + each.name


def test_the_wallets_messages_are_found() -> None:
    assert {struct.NAME for struct in ROOTS} >= {"Permit", "RedeemOrder", "AccountLink"}
    assert {struct.NAME for struct in NESTED} == {"Payout", "IssueEntry"}


@pytest.mark.parametrize("struct", ROOTS, ids=lambda struct: struct.NAME)
def test_each_message_is_described_with_all_its_fields(struct: type[Struct]) -> None:
    found = MESSAGES[struct.encode_type()]
    paths = [field.path for field in found.fields]
    assert sorted(paths) == sorted(leaves(struct))
    assert len(set(paths)) == len(paths)


def test_no_message_is_described_that_is_none() -> None:
    assert set(MESSAGES) == {struct.encode_type() for struct in ROOTS}


@pytest.mark.parametrize("signature", calls.SIGNATURES)
def test_each_call_is_described_with_all_its_parameters(signature: str) -> None:
    found, parameters = call_formats()[selector(signature)]
    assert sorted(field.path for field in found.fields) == sorted(members(parameters))


def test_the_calls_names_are_those_of_the_abi() -> None:
    """The contract's own names of the parameters, so that a path means what it says."""
    abi: Any = json.loads((ROOT / "wallet/abi/DepositToken.json").read_text())
    ours = {each.signature for each, _ in call_formats().values()}
    for function in (each for each in abi if each["type"] == "function"):
        kinds = [_kind(each) for each in function["inputs"]]
        found = call_formats().get(selector(f"{function['name']}({','.join(kinds)})"))
        if found is not None:
            ours.discard(found[0].signature)
            names = [_named(each) for each in function["inputs"]]
            assert f"{function['name']}({','.join(names)})" == found[0].signature
    # What other tokens have and ours has not.
    assert {each.partition("(")[0] for each in ours} <= {"increaseAllowance", "permit"}


def _kind(each: Any) -> str:
    if not each["type"].startswith("tuple"):
        return str(each["type"])
    inside = ",".join(map(_kind, each["components"]))
    return f"({inside}){each['type'].removeprefix('tuple')}"


def _named(each: Any) -> str:
    if not each["type"].startswith("tuple"):
        return f"{each['type']} {each['name']}"
    inside = ",".join(map(_named, each["components"]))
    return f"({inside}){each['type'].removeprefix('tuple')} {each['name']}"


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_its_english_is_the_wallets(name: str) -> None:
    """What another wallet shows by the descriptor is what this one says in English."""
    for each in formats(name).values():
        assert text(each.key, "en") == each.intent
        for field in each.fields:
            assert field.hidden or text(field.key, "en") == field.label


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_what_is_hidden_only_makes_the_message_unique(name: str) -> None:
    allowed = {"nonce", "salt", "signature", "v", "r", "s"}
    hidden = {
        field.path.rpartition(".")[2]
        for each in formats(name).values()
        for field in each.fields
        if field.hidden
    }
    assert hidden <= allowed


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_the_files_keep_to_the_standard(name: str) -> None:
    """The keys and formats of ERC-7730's second schema, as far as these files use it."""
    path = ROOT / f"wallet/consent/descriptors/{name}.json"
    whole = json.loads(path.read_text())
    assert set(whole) == {"$schema", "$comment", "context", "metadata", "display"}
    assert whole["$schema"].endswith("erc7730-v2.schema.json")
    assert len({"contract", "eip712"} & set(whole["context"])) == 1
    for each in whole["display"]["formats"].values():
        assert set(each) == {"$id", "intent", "fields"}
        for field in each["fields"]:
            assert set(field) <= {"$id", "path", "label", "format", "params", "visible"}
            assert field.get("format", "raw") in ("raw", "tokenAmount", "addressName", "date")


def test_parameters_are_read() -> None:
    (one, two) = parse_parameters("(address a,(uint8 b,bool c)[] d) e,bytes f")
    assert (one.name, one.kind, two.name, two.kind) == (
        "e", "(address,(uint8,bool)[])", "f", "bytes",
    )  # fmt: skip
    assert [each.name for each in one.members] == ["a", "d"]
    assert one.members[1].members == (Parameter("b", "uint8"), Parameter("c", "bool"))
    assert parse_parameters("") == ()
    with pytest.raises(ValueError, match="uint8"):
        parse_parameters("uint8")


def test_all_descriptors_are_named() -> None:
    files = {path.stem for path in (ROOT / "wallet/consent/descriptors").iterdir()}
    assert files == set(DESCRIPTORS)
    assert CALLS_TOKEN in DESCRIPTORS
