"""Tests of api.texts: both languages say the same, and nothing is left in English under zh."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from api.cli.main import COMMANDS, parser_of
from api.texts import Told, reading, speak, text, told
from api.texts.catalogue import Catalogue
from api.ways import ALARMS, WAYS, Way, alarm_way, way_on
from tests.api.texts.spoken import (
    has_words,
    literals,
    pairs,
    places,
    plain,
    plain_source,
    said_of_errors,
    sentences,
    told_forms,
)
from wallet.cli.views import width

CHINESE = re.compile(r"[\u3001-\u9fff\uff01-\uff5e]")
PAIRS = pairs()
FORMS = dict(PAIRS)
# what Python writes, not a source of ours
PYTHONS_OWN = {"True", "False"}
# Errors that reach nobody at a terminal, by where they are raised.
OVER_HTTP = "answers over HTTP alone, which are in English"
IN_TESTS = "a fake for tests"
ELSEWHERE = {
    "web/": OVER_HTTP,
    "access/": OVER_HTTP,
    "links/flow.py": OVER_HTTP,
    "links/proof.py": OVER_HTTP,
    "links/routes.py": OVER_HTTP,
    "deposits/routes.py": OVER_HTTP,
    "operations/routes.py": OVER_HTTP,
    "proofs/routes.py": OVER_HTTP,
    "redemptions/flow.py": OVER_HTTP,
    "redemptions/relayed.py": OVER_HTTP,
    "redemptions/routes.py": OVER_HTTP,
    "refunds/routes.py": OVER_HTTP,
    "reserve/routes.py": OVER_HTTP,
    "statements/routes.py": OVER_HTTP,
    "transfers/flow.py": OVER_HTTP,
    "transfers/routes.py": OVER_HTTP,
    "bank/memory.py": IN_TESTS,
    "chain/memory.py": IN_TESTS,
}


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    speak("zh")
    yield
    speak("en")


def is_typed(sentence: str) -> bool:
    """A command line with nothing else in it stays as it is in every language."""
    rest = re.sub(r'"[^"]*"', "", sentence)
    return rest.startswith("jiaozi-bridge ") and not re.search(r"[;,(]| (or|then|to) ", rest)


def test_a_form_stands_once() -> None:
    assert [form for form, count in Counter(form for form, _ in PAIRS).items() if count > 1] == []


def test_both_languages_have_the_same_places() -> None:
    assert [form for form, chinese in PAIRS if places(form) != places(chinese)] == []


def test_chinese_is_chinese() -> None:
    english = [c for _, c in PAIRS if not CHINESE.search(c) and not is_typed(c)]
    assert english == []


def test_every_sentence_that_is_told_has_its_chinese() -> None:
    missing = {
        (place, form)
        for place, form in told_forms()
        if has_words(form) and form not in FORMS and not is_typed(form)
    }
    assert missing == set()


def test_nothing_is_translated_that_nobody_says() -> None:
    said = set(literals()) | PYTHONS_OWN
    whole = {found[0] for each in said_of_ways() if (found := Catalogue(FORMS).recognise(each))}
    silent = [form for form in FORMS if plain(form) not in said and form not in said]
    assert [form for form in silent if FORMS[form] not in whole] == []


def test_every_error_has_its_chinese() -> None:
    """What happened and what to do, of each error that a command can meet."""
    known = {plain(form) for form in FORMS}
    found = list(said_of_errors())
    left_out = tuple(ELSEWHERE)
    missing = {
        (place, form)
        for place, form in found
        if plain_source(form) not in known and not place.startswith(left_out)
    }
    assert len(found) > 400
    assert missing == set()


def test_every_finding_of_the_audit_has_its_chinese() -> None:
    known = {plain(form) for form in FORMS}
    # why a column is not compared stands in the code alone: no command says it
    found = [each for each in sentences("audit/") if not each[0].startswith("audit/columns.py")]
    assert len(found) > 100
    assert {(place, form) for place, form in found if plain_source(form) not in known} == set()


def helps(parser: argparse.ArgumentParser) -> Iterator[str]:
    """All that the help of a parser and of its commands says."""
    yield from filter(None, (parser.description, parser.epilog))
    for action in parser._actions:
        if action.help:
            yield action.help
        if isinstance(action, argparse._SubParsersAction):
            yield from (each.help or "" for each in action._choices_actions)
            for each in action.choices.values():
                yield from helps(each)


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_no_help_is_left_in_english(name: str | None) -> None:
    """The page of the command with all its options, and of each of its own commands."""
    said = list(helps(parser_of(name)))
    assert said
    assert [each for each in said if not CHINESE.search(reading(each))] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_page_fits_a_terminal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be typed is never broken; all else keeps to the columns, wide ones doubled."""
    monkeypatch.setenv("COLUMNS", "80")
    parser = parser_of(name)
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    page = commands.choices[name].format_help()
    assert page.startswith("用法： jiaozi-bridge")
    body = page[page.index("\n\n") :]
    typed = ("  jiaozi-bridge", "jiaozi-bridge")
    assert [
        line for line in body.splitlines() if width(line) > 80 and not line.startswith(typed)
    ] == []


def ways() -> Iterator[Way]:
    """Every way on that anything can have."""
    for thing, states in WAYS.items():
        for state in states:
            yield way_on(thing, state, "thing_1")
            yield way_on(thing, state, "thing_1", alarm="paid twice")
    yield from (alarm_way(kind, "0x5aAe") for kind in ALARMS)
    for waits in ("backing", "bucket", "paused", "authority", "chain", "retry"):
        yield way_on("deposit", "QUEUED", "deposit_1", waits)


def said_of_ways() -> Iterator[str]:
    """What the ways say; some of it is put together from parts."""
    for way in ways():
        yield way.waits_for
        yield way.command or ""


def test_every_way_on_is_said() -> None:
    """What is waited for, and the command with what stands around it."""
    for way in ways():
        assert CHINESE.search(reading(way.waits_for)), way
        if way.command is not None and not is_typed(way.command):
            assert CHINESE.search(reading(way.command)), way
        typed = re.compile(r"jiaozi-bridge [a-z-]+|--[a-z-]+|thing_1|0x5aAe")
        assert typed.findall(way.command or "") == typed.findall(reading(way.command or ""))


def test_every_state_and_thing_has_a_name() -> None:
    words = {word for thing, states in WAYS.items() for word in (thing, *states)}
    assert {word for word in words if reading(word) == word} == set()


def test_values_are_found_again_and_read_where_they_are_sentences() -> None:
    assert reading("next batch of nobody") == "next batch of nobody"
    assert reading(text("next: {kind:said} {id} is {state:said}", kind="deposit", id="deposit_1", state="HELD")) == "下一步：存款 deposit_1 处于暂扣（HELD）"  # fmt: skip  # noqa: E501
    catalogue = Catalogue({"{what} is {state}, says {what}.": "{what}: {state}", "Port {n}": "{n}"})
    assert catalogue.recognise("it is open, says it.") == (
        "{what}: {state}",
        {"what": "it", "state": "open"},
    )
    assert catalogue.recognise("it is open, says she.") is None


def test_a_told_sentence_is_english_text() -> None:
    """Whatever language is spoken: so it can be stored, logged and sent."""
    made = told("next: {kind:said} {id} is {state:said}", kind="deposit", id="d", state="HELD")
    assert isinstance(made, Told)
    assert made == "next: deposit d is HELD"
    assert reading(made) == "下一步：存款 d 处于暂扣（HELD）"
    speak("en")
    assert reading(made) == made
