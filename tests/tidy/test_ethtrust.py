"""Tests of docs/security: every row is there, and says what is true of the sources."""

from __future__ import annotations

import json
import re

import pytest

from scripts.toolchain import SOLC_VERSION
from tests.tidy import ethtrust
from tests.tidy.sources import ROOT, Source, sources

CONTRACTS = sources(".sol", "contracts")
TEXT = (ROOT / ethtrust.PAGE).read_text()
WANTED = ethtrust.requirements()
ROWS = {row.id: row for row in ethtrust.rows(TEXT)}


def test_the_list_is_the_standards() -> None:
    """As many as version 3 has, up to level Q, with its good practices."""
    levels = list(WANTED.values())
    assert [levels.count(level) for level in ("S", "M", "Q", "GP")] == [22, 25, 24, 11]


def test_every_requirement_has_its_row() -> None:
    """One, under its level, with evidence or a reason. Links are followed by a rule for all."""
    assert ethtrust.rows_answer_the_standard(TEXT, WANTED) == []
    assert ethtrust.levels_rest_on_each_other(TEXT) == []
    assert ethtrust.counts_are_right(TEXT) == []


def test_special_code_is_listed() -> None:
    """A file that begins to use assembly, the time or a call must say why on the page."""
    assert ethtrust.special_code_is_listed(TEXT, CONTRACTS) == []


def test_the_code_is_what_it_looks_like() -> None:
    """OpenZeppelin's files too, of which there are some."""
    files = ethtrust.compiled(CONTRACTS)
    assert any(path.startswith("node_modules/@openzeppelin/") for path in files)
    assert ethtrust.code_is_what_it_looks_like(files) == []


def test_no_two_lengths_are_packed_together() -> None:
    """Three values of fixed length, and one array of words."""
    assert ethtrust.packed_arguments(CONTRACTS) == {"r, s, v", "hashes"}


def test_interfaces_are_documented() -> None:
    """Every public name."""
    assert ethtrust.interfaces_are_documented(CONTRACTS) == []


def test_one_modern_compiler_everywhere() -> None:
    """Brownie's, npm's and the scripts' are the same, through the IR."""
    config = (ROOT / "brownie-config.yaml").read_text()
    assert f"version: {SOLC_VERSION}\n" in config
    assert "viaIR: true" in config
    assert json.loads((ROOT / "package.json").read_text())["dependencies"]["solc"] == SOLC_VERSION
    assert f"compiled by solc {SOLC_VERSION}" in ROWS["req-1-compiler-060"].why


def test_the_row_on_versions_is_true() -> None:
    """It is met when our files name the one compiler, and not while they name a range."""
    exact = all(f"\npragma solidity {SOLC_VERSION};\n" in source.text for source in CONTRACTS)
    assert (ROWS["req-3-consistent-solidity-output"].state == ethtrust.MET) == exact


def test_every_contract_has_a_licence() -> None:
    """In its first line."""
    assert {source.text.partition("\n")[0] for source in CONTRACTS} == {
        "// SPDX-License-Identifier: Apache-2.0"
    }


def test_every_key_is_in_the_threats() -> None:
    """The roles by their names and numbers, and the keys that have none."""
    from scripts.deployment.wiring import Role

    threats = (ROOT / "docs" / "security" / "threats.md").read_text()
    table = ethtrust.section(threats, "One stolen key")
    for role in Role:
        if role is not Role.VETO:  # nobody's, by which the guardian cancels
            assert re.search(rf"^\| (?:one )?`{role.name}` \({role:d}\) \|", table, re.MULTILINE)
    for key in ("a holder's", "the deploying key", "the bridge's relaying key"):
        assert f"\n| {key} |" in table


HEAD = "\n## Level S\n\n| id | requirement | | evidence |\n|---|---|---|---|\n"
GOOD = "| req-1-a | A | met | [it](x) |\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "req-1-a has no row"),
        (GOOD + GOOD, "req-1-a has two rows"),
        (GOOD + GOOD.replace("-a", "-b"), "req-1-b is no requirement of Level S"),
        (GOOD.replace("met", "nearly"), "req-1-a is «nearly»"),
        (GOOD.replace("[it](x)", "surely"), "req-1-a gives no evidence"),
    ],
)
def test_a_wrong_table_is_found(text: str, said: str) -> None:
    """Each way in which a row can be missing or empty."""
    assert ethtrust.rows_answer_the_standard(HEAD + GOOD, {"req-1-a": "S"}) == []
    assert said in ethtrust.rows_answer_the_standard(HEAD + text, {"req-1-a": "S"})


def test_unlisted_special_code_is_found() -> None:
    """And what is listed for nothing; a word in a comment is no code."""
    code = "contract A { function f() external { uint256 x = block.timestamp; } }"
    source = Source("contracts/teller/Relay.sol", f"// unchecked\n{code}")
    page = "\n## Special code\n\n| oracle | – | |\n"
    assert ethtrust.special_code_is_listed(page, (source,)) == [
        "contracts/teller/Relay.sol has special code that is not listed: block data"
    ]
    listed = page + "| block data | [Relay](../../contracts/teller/Relay.sol) | |\n"
    assert ethtrust.special_code_is_listed(listed, (source,)) == []
    assert ethtrust.special_code_is_listed(listed, ()) == [
        "contracts/teller/Relay.sol is listed without having any: block data"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("// a \u202e b", "x.sol turns text round"),
        ("uint \u0430 = 1;", "x.sol has code beyond ASCII"),
    ],
)
def test_misleading_text_is_found(text: str, said: str) -> None:
    """A comment that runs backwards, and a letter of another alphabet in a name."""
    assert ethtrust.code_is_what_it_looks_like({"x.sol": text}) == [said]
    assert ethtrust.code_is_what_it_looks_like({"x.sol": "// − and …\nuint256 a = 1;"}) == []


def test_an_undocumented_function_is_found() -> None:
    """By its name."""
    text = "/// @title I\ninterface I {\n    /// @notice f.\n    function f() external;\n"
    source = Source("contracts/interfaces/I.sol", text + "    function g() external;\n}\n")
    assert ethtrust.interfaces_are_documented((source,)) == [
        "contracts/interfaces/I.sol g has no comment"
    ]
