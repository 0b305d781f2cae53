"""Tests of scripts.docs.commands: the pages name every command, option and exit code of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.docs import commands
from wallet.cli.commands import COMMANDS
from wallet.cli.help import EXIT_CODES


def test_the_pages_are_of_today() -> None:
    """After a change of commands or texts: `python -m scripts.docs.commands`."""
    assert commands.main(["--check"]) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_has_everything(language: str) -> None:
    page = commands.page(language)
    for name, command in COMMANDS.items():
        assert f"\n## jiaozi {name}\n" in page
        assert f"(json/{name}.json)" in page
        for option in command.options:
            assert f"| `{option.flag}" in page
    for code in EXIT_CODES:
        assert f"| {code} | " in page


def test_a_stale_page_is_told_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "GUIDE", tmp_path)
    assert commands.main(["--check"]) == 1
    assert "scripts.docs.commands" in capsys.readouterr().out
    assert commands.main([]) == 0
    assert commands.main(["--check"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(commands.PAGES.values())
