"""Tests of `jiaozi-bridge`: one plain line for what goes wrong, an exit code, never a traceback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.bank import PaymentStatus
from api.bank.iso20022 import StatusReport, write_pain002
from api.cli import main
from api.migrations import newest
from scripts.toolchain import ROOT
from tests.api.world import NOW, RESERVE, TELLER, TOKEN, camt, credit

SETTINGS = """
[database]
url = "{database}"
[chain]
rpc_url = "http://127.0.0.1:1"
deployment = "31337.json"
depth = 2
[bank]
adapter = "simulated"
path = "bank.db"
reserve_account = "{reserve}"
reserve_owner = "Jiaozi Reserve"
bic = "JIAONL2A"
[deposits]
reference_key_file = "reference"
[access]
operator_token_file = "operator"
[http]
port = {port}
"""
DEPLOYMENT = {
    "chainId": 31337,
    "caip2": "eip155:31337",
    "accessManager": {"address": "0x" + "33" * 20, "codeHash": "0x00"},
    "token": {
        "address": TOKEN,
        "name": "Jiaozi Euro",
        "symbol": "EURJ",
        "currency": "EUR",
        "decimals": 2,
        "codeHash": "0x00",
    },
    "teller": {"address": TELLER, "codeHash": "0x00"},
    "block": 1,
    "roles": {},
}


@pytest.fixture
def config(tmp_path: Path, database_url: str, free_port: Callable[[], int]) -> Path:
    """A settings file with everything that it names; nothing listens on the chain's address."""
    (tmp_path / "reference").write_text("r" * 40)
    (tmp_path / "operator").write_text("o" * 40)
    (tmp_path / "31337.json").write_text(json.dumps(DEPLOYMENT))
    file = tmp_path / "bridge.toml"
    file.write_text(SETTINGS.format(database=database_url, reserve=RESERVE, port=free_port()))
    return file


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with those settings; exit code, output, errors."""

    def command(*words: str) -> tuple[int, str, str]:
        code = main(["--config", str(config), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command is listed, each has its own help with an example."""
    commands = ("serve", "worker", "attest", "hand-in", "status", "migrate")
    for words in (["--help"], *([command, "--help"] for command in commands)):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        assert "example:" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("jiaozi ")


@pytest.mark.parametrize(
    "words", [[], ["bogus"], ["status", "--bogus"], ["attest", "--every", "x"]]
)
def test_wrong_usage_is_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What and what to do; exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("jiaozi-bridge: ")
    assert "\n" not in said
    assert "--help" in said


def test_no_settings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The file is named, and how to give one."""
    assert main(["--config", str(tmp_path / "none.toml"), "status"]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("jiaozi-bridge: There is no settings file at")
    assert "\n" not in said


def test_migrate_then_status(run: Run) -> None:
    """Status before the tables are there says what to run; after it, with the chain away."""
    code, _, said = run("status")
    assert (code, "jiaozi-bridge migrate" in said) == (2, True)
    code, out, _ = run("migrate", "--json")
    assert (code, json.loads(out)) == (0, {"step": newest()})
    assert run("migrate")[0] == 0
    code, out, _ = run("status", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["deposits"] == shown["redemptions"] == {}
    assert set(shown["lanes"]) == {"operator", "compliance", "relayer"}
    assert "does not answer" in shown["chain"]["problem"]
    assert shown["ledger"]["RESERVE"] == "0.00 EUR"
    code, out, _ = run("status")
    assert code == 0
    assert "documents refused: 0" in out
    assert "unmatched lines: none" in out


def test_handing_a_statement_in(run: Run, tmp_path: Path) -> None:
    """Taken in, then known; a bad line ends with 1 and the good ones are kept."""
    run("migrate")
    file = tmp_path / "camt.xml"
    file.write_bytes(camt([credit("L1", 100), credit("L2", 200)]).getvalue())
    code, out, _ = run("hand-in", str(file))
    assert (code, "2 new" in out) == (0, True)
    code, out, _ = run("hand-in", str(file), "--json")
    assert (code, json.loads(out)["repeated"]) == (0, True)
    spoiled = camt([credit("L3", 100), credit("L4", 200)], message_id="M2").getvalue()
    file.write_bytes(spoiled.replace(b"2.00", b"2.00001", 1))
    code, out, _ = run("hand-in", str(file))
    assert code == 1
    assert "1 bad" in out
    assert "line 2 (bad)" in out
    shown = json.loads(run("status", "--json")[1])
    assert shown["lines"] == {"STORED": 3}
    unmatched = shown["waiting"]["unmatched_lines"]
    assert unmatched["count"] == 3
    assert [item["bank_reference"] for item in unmatched["items"]] == ["L1", "L2", "L3"]
    out = run("status")[1]
    assert "unmatched lines: 3\n" in out
    assert "bank reference L2, direction CREDIT, amount 2.00 EUR, booked on 2026-11-19, " in out


def test_a_doubtful_statement_is_said_when_it_is_handed_in_and_in_status(
    run: Run, tmp_path: Path
) -> None:
    """With its figures; its lines are there, and nothing acts on them."""
    run("migrate")
    file = tmp_path / "camt.xml"
    file.write_bytes(camt([credit("L1", 100)], opening=0, closing=99).getvalue())
    out = run("hand-in", str(file))[1]
    assert "statement 1 is in quarantine (sum): it opens with 0.00 EUR" in out
    shown = json.loads(run("status", "--json")[1])
    [doubtful] = shown["statements"]["quarantined"]
    assert (doubtful["statement"], doubtful["doubt"], doubtful["lines"]) == (1, "sum", 1)
    assert shown["lines"] == {"QUARANTINED": 1}
    assert shown["recalls"] == {"by_state": {}, "open": []}
    assert "quarantined: 1\n" in run("status")[1]


def test_status_lists_twenty_and_counts_the_rest(run: Run, tmp_path: Path) -> None:
    """And no text of a bank's breaks a line or colours a terminal."""
    run("migrate")
    file = tmp_path / "camt.xml"
    odd = "L\x9b31mX"
    lines = [credit(odd, 100), *(credit(f"L{number}", 100) for number in range(22))]
    file.write_bytes(camt(lines).getvalue())
    assert run("hand-in", str(file))[0] == 0
    out = run("status")[1]
    assert "unmatched lines: 23\n" in out
    assert out.count("bank reference ") == 20
    assert "… and 3 more" in out
    assert "bank reference L?31mX, " in out


def test_handing_a_status_report_in(run: Run, tmp_path: Path) -> None:
    """Known by what is in it, not by its name."""
    run("migrate")
    file = tmp_path / "anything.xml"
    statuses = (PaymentStatus("M", "NOTOURS", "RJCT", None),)
    file.write_bytes(write_pain002(StatusReport("S", NOW, "M", statuses)))
    code, out, _ = run("hand-in", str(file), "--json")
    assert code == 0
    assert json.loads(out) == {"kind": "pain.002", "statuses": 1, "changed": 0}


@pytest.mark.parametrize("content", [b"", b"no XML", b"<!DOCTYPE x><Document/>", b"\xff\xfe"])
def test_a_file_that_is_none_of_the_banks(run: Run, tmp_path: Path, content: bytes) -> None:
    """One line, exit code 1, nothing stored."""
    run("migrate")
    file = tmp_path / "bad.xml"
    file.write_bytes(content)
    code, out, said = run("hand-in", str(file))
    assert (code, out) == (1, "")
    assert said.count("\n") == 1
    code, _, said = run("hand-in", str(tmp_path / "none.xml"))
    assert (code, "cannot be read" in said) == (1, True)


def test_a_port_that_is_taken(run: Run, config: Path) -> None:
    """Said before anything is begun."""
    port = int(config.read_text().rsplit("port = ", 1)[1])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        code, _, said = run("serve")
    assert code == 2
    assert f"Port {port} on 127.0.0.1 is taken by another program" in said
    assert said.count("\n") == 1


def test_a_worker_without_keys(run: Run) -> None:
    """The setting is named."""
    code, _, said = run("worker")
    assert code == 2
    assert "keys.operator" in said.splitlines()[-1]
    code, _, said = run("attest", "--once")
    assert code == 2
    assert "keys.attestor" in said.splitlines()[-1]


@pytest.mark.parametrize("words", [["status"], ["migrate", "--json"]])
def test_an_output_that_is_full(run: Run, config: Path, words: list[str]) -> None:
    """Long or short: said in one line, and not done."""
    assert run("migrate")[0] == 0
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [
                *(sys.executable, "-c", "from api.cli import main; raise SystemExit(main())"),
                *("--config", str(config), *words),
            ],
            check=False,
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (1, "jiaozi-bridge: No space left on device.\n")


def test_an_error_that_nobody_foresaw(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line without its words: they may quote a row of the database."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("api.cli.migrate.upgrade", fail)
    code, _, said = run("migrate")
    assert code == 70
    assert "secret words" not in said
    logged, told = said.splitlines()
    assert json.loads(logged)["error"] == "RuntimeError"
    assert "RuntimeError" in told
