"""Tests of `jiaozi-bridge rebuild --check`: the chain's tables beside those that are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from api.cli.main import main
from tests.api.audit.conftest import Played
from tests.api.audit.tampering import bypass_guards
from tests.api.audit.test_command import config_of

pytestmark = pytest.mark.integration  # a whole world is played first, on a real chain

CASES = (
    ("UPDATE deposits SET state = 'REFUSED' WHERE number = 4", "deposits", "4", "state"),
    ("DELETE FROM postings WHERE number = 2", "balances", "", "minor"),
    (
        "UPDATE redemptions SET burn_block = 1 WHERE state = 'SETTLED'",
        "redemptions",
        "",
        "burn_block",
    ),
    ("UPDATE links SET tier = 5 WHERE number = 1", "links", "", "tier"),
    ("UPDATE transfers SET state = 'FAILED'", "transfers", "", "state"),
    ("UPDATE chain_positions SET block_number = block_number - 9", "chain_positions", "reader", ""),
)
"""What was changed; the table, row and column that must be named. Empty: whichever."""


def test_a_sound_database_is_what_the_chain_comes_to(
    world: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0, in words and as JSON; no operator and no reason is asked for."""
    words = ["--config", config_of(world, tmp_path), "rebuild", "--check"]
    assert main(words) == 0
    assert "The tables are what they come to." in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["differences"] == []
    assert shown["events"] > 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]}: {case[3]}")
def test_what_differs_is_named_and_left(
    world: Played,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    case: tuple[str, str, str, str],
) -> None:
    """1 and the very row; a second look finds the same: nothing was mended."""
    change, table, row, column = case
    engine = create_engine(world.url)
    with engine.begin() as connection:
        bypass_guards(connection)
        connection.execute(text(change))
    engine.dispose()
    words = ["--config", config_of(world, tmp_path), "rebuild", "--check", "--json"]
    assert main(words) == 1
    first = json.loads(capsys.readouterr().out)["differences"]
    named = {(each["table"], each["row"], each["field"]) for each in first}
    assert any(
        (found[0], row or found[1], column or found[2]) == (table, found[1], found[2])
        for found in named
    ), named
    assert main(words) == 1
    assert json.loads(capsys.readouterr().out)["differences"] == first


def test_to_read_again_takes_a_reason(
    world: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a look does without one."""
    assert main(["--config", config_of(world, tmp_path), "rebuild"]) == 1
    assert "--reason" in capsys.readouterr().err
