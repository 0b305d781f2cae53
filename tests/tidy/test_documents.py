"""Tests of the documents' links and commands, and of each rule on a text that breaks it."""

from __future__ import annotations

import pytest

from tests.tidy import documents
from tests.tidy.sources import ROOT, Source, files

DOCUMENTS = tuple(Source(path.as_posix(), (ROOT / path).read_text()) for path in files(".md"))
TARGETS = documents.make_targets((ROOT / "Makefile").read_text())


def test_every_link_leads_somewhere() -> None:
    """Relative links, in every document of the project."""
    assert "README.md" in {source.path for source in DOCUMENTS}
    breaches = [b for source in DOCUMENTS for b in documents.links_lead_somewhere(source)]
    assert breaches == []


def test_every_command_exists() -> None:
    """What a reader is told to type is there."""
    assert {"setup", "demo", "test", "check", "clean"} <= TARGETS
    breaches = [b for source in DOCUMENTS for b in documents.commands_exist(source, TARGETS)]
    assert breaches == []


@pytest.mark.parametrize(
    "text",
    [
        "see [the plan](docs/NOT-THERE.md)",
        "![picture](docs/none.svg)",
        '[titled](none.md "a title")',
        "[below](#no-such-heading)\n\n# A heading",
        "[ref]: none.md",
        "[elsewhere](LICENSE/none)",
    ],
)
def test_a_dead_link_is_found(text: str) -> None:
    """In each form that a link can have."""
    assert len(documents.links_lead_somewhere(Source("README.md", text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[the licence](LICENSE) and [the tests](tests/tidy)",
        "[below](#what-it-is-for)\n\n## What it is *for*?",
        "[out](https://example.org/x.md) [mail](mailto:a@example.org)",
        "```\n[not a link](none.md)\n```",
    ],
)
def test_a_live_link_passes(text: str) -> None:
    """Addresses elsewhere and code are no business of this rule."""
    assert documents.links_lead_somewhere(Source("README.md", text)) == []


@pytest.mark.parametrize(
    "text",
    ["run `make nothing`", "```sh\nmake demo\nmake nothing ONCE=1\n```", "`./no-such-program`"],
)
def test_a_missing_command_is_found(text: str) -> None:
    """In a line of prose and in a block."""
    assert len(documents.commands_exist(Source("README.md", text), TARGETS)) == 1


def test_a_command_that_exists_passes() -> None:
    """Variables are not targets, and prose that says «make» is not a command."""
    text = "To make sense of it, run `make demo ONCE=1` or `make setup test`, then `./LICENSE`."
    assert documents.commands_exist(Source("README.md", text), TARGETS) == []
