"""Wallet: how our own messages and calls are shown: ERC-7730 descriptors, shipped as data.

They lie in `descriptors/*.json` in the standard's second form, where a format is named by
encodeType or by the function's full signature. `$id` is the key of the sentence or label in the
user's language; the standard's own `intent` and `label` are the English ones. A descriptor of
ours names no deployment: it is bound to the token and the Teller that the wallet was set up for.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache

from wallet.abi import selector
from wallet.hints import Any, Final
from wallet.record import Record

MESSAGES_TOKEN: Final = "messages-token"  # noqa: S105  # a file's name, no secret
MESSAGES_TELLER: Final = "messages-teller"
CALLS_TOKEN: Final = "calls-token"  # noqa: S105  # a file's name, no secret
DESCRIPTORS: Final = (MESSAGES_TOKEN, MESSAGES_TELLER, CALLS_TOKEN)
_FOLDER: Final = os.path.join(os.path.dirname(__file__), "descriptors")  # noqa: PTH118, PTH120
_PARAMETER: Final = re.compile(r"(?P<kind>\(.*\)(?:\[\d*\])*|[^ (]+) (?P<name>\w+)")


class Field(Record):
    """How one value is shown. `path` leads to it from the message ("payout.account").

    `hidden` fields are signed and not shown: numbers that only make the message unique, and the
    signatures of others. `unless` are values at which there is nothing to say.
    """

    path: str
    key: str
    label: str
    format: str
    params: Mapping[str, Any]
    hidden: bool
    unless: tuple[object, ...]


class Format(Record):
    """How a message or call is shown: its intent's text key, and its fields in order."""

    signature: str
    key: str
    intent: str
    fields: tuple[Field, ...]


class Parameter(Record):
    """A parameter of a function: its name, its kind, and the members of a struct's."""

    name: str
    kind: str
    members: tuple[Parameter, ...] = ()


@cache
def formats(name: str) -> Mapping[str, Format]:
    """The formats of one shipped descriptor, by their signatures."""
    # As a file beside this one: importlib.resources takes longer to load than all the rest.
    with open(f"{_FOLDER}/{name}.json", "rb") as file:  # noqa: PTH123  # and so does pathlib
        whole = json.load(file)
    return {
        signature: Format(
            signature, each["$id"], each["intent"], tuple(map(_field, each["fields"]))
        )
        for signature, each in whole["display"]["formats"].items()
    }


@cache
def call_formats() -> Mapping[bytes, tuple[Format, tuple[Parameter, ...]]]:
    """The formats of calls by their selectors, each with its parameters."""
    found = {}
    for signature, each in formats(CALLS_TOKEN).items():
        name, _, inside = signature.partition("(")
        parameters = parse_parameters(inside[:-1])
        found[selector(f"{name}({','.join(map(canonical, parameters))})")] = each, parameters
    return found


def parse_parameters(text: str) -> tuple[Parameter, ...]:
    """The parameters "address to,(uint256 a,bool b) c" of a full signature."""
    found = []
    for part in _split(text):
        match = _PARAMETER.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no parameter")
        kind, members = match["kind"], parse_parameters("")
        if kind.startswith("("):
            inside, _, arrays = kind.rpartition(")")
            members = parse_parameters(inside[1:])
            kind = f"({','.join(map(canonical, members))}){arrays}"
        found.append(Parameter(match["name"], kind, members))
    return tuple(found)


def canonical(parameter: Parameter) -> str:
    """The parameter's kind as the selector is made of it."""
    return parameter.kind


def named(parameters: tuple[Parameter, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    """Decoded values under their parameters' names, structs as dicts."""
    return {
        parameter.name: named(parameter.members, value) if parameter.members else value
        for parameter, value in zip(parameters, values, strict=True)
    }


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def _field(each: Mapping[str, Any]) -> Field:
    visible = each.get("visible", "always")
    return Field(
        path=each["path"],
        key=each.get("$id", ""),
        label=each.get("label", ""),
        format=each.get("format", "raw"),
        params=each.get("params", {}),
        hidden=visible == "never",
        unless=tuple(visible["ifNotIn"]) if isinstance(visible, dict) else (),
    )
