"""Tests of `jiaozi-bridge audit`: what it says of a sound database and of one that is not."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from api.cli.main import main
from scripts.toolchain import ROOT
from tests.api.audit.conftest import Played
from tests.api.cli.test_cli import SETTINGS
from tests.api.world import KEY, OPERATOR, RESERVE

pytestmark = pytest.mark.integration  # a whole world is played first, on a real chain


def config_of(world: Played, folder: Path) -> str:
    """A settings file for the world's database and chain."""
    (folder / "reference").write_bytes(KEY.reveal())
    (folder / "operator").write_text(OPERATOR)
    (folder / "31337.json").write_text(world.deployed.file.read_text())
    settings = SETTINGS.format(database=world.url, reserve=RESERVE, port=8080)
    file = folder / "bridge.toml"
    file.write_text(settings.replace("http://127.0.0.1:1", world.deployed.anvil.url))
    return str(file)


def test_sound_and_tampered(
    world: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 and a sentence; then 1 and the very row."""
    words = ["--config", config_of(world, tmp_path), "audit", "--files", str(world.archive)]
    assert main(words) == 0
    assert "Every row of every table follows from them." in capsys.readouterr().out
    engine = create_engine(world.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE deposits SET holder = 'nobody' WHERE number = 2"))
    engine.dispose()
    assert main([*words, "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert {(each["table"], each["row"]) for each in shown["findings"]} == {("deposits", "2")}
    assert shown["looked_at"]["lines"] > 5
    assert main(words) == 1
    assert "deposits, row 2, holder: it is nobody, by its link 0x" in capsys.readouterr().out


def test_no_files_and_no_node(
    world: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line each: an audit of nothing is no audit."""
    config = config_of(world, tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    for files in (empty, tmp_path / "none"):
        assert main(["--config", config, "audit", "--files", str(files)]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    words = ["audit", "--files", str(world.archive), "--rpc", "http://127.0.0.1:1"]
    assert main(["--config", config, *words]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_the_simulated_banks_database_is_an_archive(world: Played, tmp_path: Path) -> None:
    """What it handed over and what it was given; what nobody took is not evidence yet."""
    file = tmp_path / "bank.db"
    bank = sqlite3.connect(file)
    bank.execute("CREATE TABLE documents (sequence INTEGER, kind, content, acknowledged_at)")
    bank.execute("CREATE TABLE orders (content)")
    for number, path in enumerate(sorted(world.archive.iterdir())):
        if path.name.startswith("pain001"):
            bank.execute("INSERT INTO orders VALUES (?)", (path.read_bytes(),))
        else:
            kind = path.name.rpartition("-")[0]
            row = (number, kind, path.read_bytes(), "2026-01-01")
            bank.execute("INSERT INTO documents VALUES (?, ?, ?, ?)", row)
    bank.execute("INSERT INTO documents VALUES (99, 'camt.053', 'not taken yet', NULL)")
    bank.commit()
    bank.close()
    config = config_of(world, tmp_path)
    assert main(["--config", config, "audit", "--files", str(file)]) == 0


def test_without_files_it_reads_where_the_attestor_does(world: Played, tmp_path: Path) -> None:
    """The bank's own place, and the directories of what comes by other ways."""
    config = Path(config_of(world, tmp_path))
    (tmp_path / "bank.db").mkdir()
    assert main(["--config", str(config), "audit"]) == 1
    config.write_text(f"{config.read_text()}\n[attest]\nfiles = [{str(world.archive)!r}]\n")
    assert main(["--config", str(config), "audit"]) == 0


def test_as_a_process_of_its_own(world: Played, tmp_path: Path) -> None:
    """Nothing that a test has loaded before is there: no table may be taken as empty."""
    command = "from api.cli import main; raise SystemExit(main())"
    words = [
        "--config",
        config_of(world, tmp_path),
        "audit",
        "--files",
        str(world.archive),
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-c", command, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["findings"] == []
