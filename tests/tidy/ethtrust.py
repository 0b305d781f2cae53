"""Tidy: docs/security/ethtrust.md against the standard's list and the sources."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.tidy.solidity import BLANKED
from tests.tidy.sources import ROOT, Source

PAGE = "docs/security/ethtrust.md"
LIST = ROOT / "tests" / "tidy" / "ethtrust_v3.txt"
SECTIONS = {"S": "Level S", "M": "Level M", "Q": "Level Q", "GP": "Recommended good practices"}
MET, INSTEAD = "met", "met by an overriding requirement"
STATES = {MET, INSTEAD, "not applicable", "not met"}
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
EVIDENCE = re.compile(rf"{LINK.pattern}|\breq-\w")
IMPORT = re.compile(r'^import\s[^;]*?"([^"]+)";', re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
DIRECTIONS = re.compile("[\u2029\u202a-\u202e\u2066-\u2069]")
PACKED = re.compile(r"abi\.encodePacked\(([^()]*)\)")
DECLARED = re.compile(r"^ *(?:function|event|error|struct|interface)\s+(\w+)", re.MULTILINE)

# What the page calls special code, and how it looks in a source without comments.
SPECIAL = {
    "assembly": re.compile(r"\bassembly\b"),
    "unchecked": re.compile(r"\bunchecked\b"),
    "block data": re.compile(r"\bblock\.(?:timestamp|number)\b"),
    "external call": re.compile(
        r"\bIAccessManager\(|\bAuthorityUtils\.|\btoken\.\w+\(|\baddress\(token\)|\w*[cC]all\{|\bstaticcall\("
    ),
}


@dataclass(frozen=True)
class Row:
    """A requirement as the page answers it."""

    id: str
    level: str
    state: str
    why: str


def requirements() -> dict[str, str]:
    """Every id of the standard up to level Q, with its level."""
    lines = [line.split() for line in LIST.read_text().splitlines() if not line.startswith("#")]
    return {name: level for level, name in lines}


def rows(text: str) -> Iterator[Row]:
    """The page's rows, each under the level of its section."""
    for level, title in SECTIONS.items():
        for line in section(text, title).splitlines():
            if line.startswith("| req-"):
                name, _, state, why = (cell.strip() for cell in line.strip("|\n ").split(" | "))
                yield Row(name, level, state, why)


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one."""
    _, _, rest = text.partition(f"\n## {title}\n")
    return rest.partition("\n## ")[0]


def rows_answer_the_standard(text: str, wanted: Mapping[str, str]) -> list[str]:
    """Each id once, under its level, with a known state, and a reason; evidence where it is met."""
    found = list(rows(text))
    breaches = [f"{name} has no row" for name in wanted.keys() - {row.id for row in found}]
    for row in found:
        if wanted.get(row.id) != row.level:
            breaches.append(f"{row.id} is no requirement of {SECTIONS[row.level]}")
        if sum(other.id == row.id for other in found) > 1:
            breaches.append(f"{row.id} has two rows")
        if row.state not in STATES:
            breaches.append(f"{row.id} is «{row.state}»")
        if not row.why or (row.state in {MET, INSTEAD} and not EVIDENCE.search(row.why)):
            breaches.append(f"{row.id} gives no evidence")
    return breaches


def levels_rest_on_each_other(text: str) -> list[str]:
    """A level counts as passed only when nothing below it is «not met»."""
    found = {row.id: row for row in rows(text)}
    open_ = {row.level for row in found.values() if row.state == "not met"}
    breaches = []
    for name, below in (("req-2-pass-l1", {"S"}), ("req-3-pass-l2", {"S", "M"})):
        if (found[name].state == MET) == bool(open_ & below):
            breaches.append(f"{name} does not follow from the rows below it")
    return breaches


def counts_are_right(text: str) -> list[str]:
    """The summary on top counts the rows."""
    states = ("met", INSTEAD, "not applicable", "not met")
    found = [(row.level, row.state) for row in rows(text)]
    breaches = []
    for level, name in zip(
        SECTIONS, ("level S", "level M", "level Q", "good practices"), strict=True
    ):
        line = f"| {name} | " + " | ".join(str(found.count((level, s))) for s in states) + " |"
        if line not in text:
            breaches.append(f"the summary lacks: {line}")
    return breaches


def special_code_is_listed(text: str, contracts: tuple[Source, ...]) -> list[str]:
    """Every file with special code is named for it, and none is named without."""
    table = section(text, "Special code")
    breaches = []
    for what, looks in SPECIAL.items():
        listed = {
            (ROOT / PAGE).parent.joinpath(link).resolve().relative_to(ROOT).as_posix()
            for line in table.splitlines()
            if line.startswith(f"| {what} |")
            for link in LINK.findall(line)
        }
        has = {source.path for source in contracts if looks.search(BLANKED.sub("", source.text))}
        breaches += [f"{path} has special code that is not listed: {what}" for path in has - listed]
        breaches += [f"{path} is listed without having any: {what}" for path in listed - has]
    return breaches


def compiled(contracts: tuple[Source, ...]) -> dict[str, str]:
    """Every file that the contracts consist of, OpenZeppelin's too: its path and text."""
    found: dict[str, str] = {}
    waiting = [ROOT / source.path for source in contracts]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(ROOT).as_posix()
        if name in found:
            continue
        found[name] = path.read_text()
        waiting += [_resolved(path, target) for target in IMPORT.findall(found[name])]
    return found


def _resolved(importer: Path, target: str) -> Path:
    if target.startswith("@"):
        return ROOT / "node_modules" / target
    # Not resolve(): node_modules may be a link to another folder.
    return Path(os.path.normpath(importer.parent / target))


def code_is_what_it_looks_like(files: Mapping[str, str]) -> list[str]:
    """No characters that turn text round; beyond ASCII only in comments."""
    breaches = [
        f"{path} turns text round" for path, text in files.items() if DIRECTIONS.search(text)
    ]
    for path, text in files.items():
        if not COMMENT.sub("", text).isascii():
            breaches.append(f"{path} has code beyond ASCII")
    return breaches


def packed_arguments(contracts: tuple[Source, ...]) -> set[str]:
    """What is given to `abi.encodePacked`."""
    return {one for source in contracts for one in PACKED.findall(source.text)}


def interfaces_are_documented(contracts: tuple[Source, ...]) -> list[str]:
    """A comment stands above every interface, function, event, error and struct."""
    breaches = []
    for source in contracts:
        if not source.path.startswith("contracts/interfaces/"):
            continue
        for found in DECLARED.finditer(source.text):
            above = source.text[: found.start()].rstrip("\n").rpartition("\n")[2].strip()
            if not above.startswith("///"):
                breaches.append(f"{source.path} {found[1]} has no comment")
    return breaches
