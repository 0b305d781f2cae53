"""Tests of the operators' commands: who asks, what is done at once, what takes two persons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.bank.memory import FakeBank
from api.chain import AlarmKind, Stranger, raise_alarm
from api.chain.desk import Unsettled
from api.chain.strangers import note_seen
from api.cli import rebuild as rebuild_command
from api.deposits import DepositState
from api.kernel.database import Database
from api.links.store import links
from api.migrations import upgrade
from api.rebuilding import Rebuilt
from api.statements.store import bank_lines
from api.texts import speak
from tests.api.cli.test_cli import Run, config, run
from tests.api.deposits.steps import every, link, match, receive
from tests.api.world import ADA, BO, NOW, RESERVE
from tests.faults.kills import Killed, Kills

__all__ = ["config", "run"]

NAMED = """
[operators.ada]
token_file = "ada"
[operators.bo]
token_file = "bo"
"""


@pytest.fixture
def desk(config: Path, database_url: str, bank: FakeBank) -> Iterator[Database]:
    """Two operators, Ada's queued deposit, and a line of nobody."""
    config.write_text(config.read_text() + NAMED)
    for name in ("ada", "bo"):
        (config.parent / name).write_text(name * 20)
    upgrade(database_url)
    database = Database(database_url)
    link(database, bank)
    receive(database, [100])
    receive(database, [70], BO)
    match(database)
    yield database
    database.close()


@pytest.fixture
def as_ada(config: Path) -> list[str]:
    """How Ada shows who she is."""
    return ["--operator", "ada", "--token-file", str(config.parent / "ada")]


@pytest.fixture
def as_bo(config: Path) -> list[str]:
    """How Bo shows who he is."""
    return ["--token-file", str(config.parent / "bo"), "--json"]


def _unmatched(database: Database) -> str:
    with database.reading() as connection:
        row = connection.execute(bank_lines.select().where(bank_lines.c.state == "STORED")).one()
    return str(row.id)


def _link(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.execute(links.select()).one().id)


def test_held_and_released(run: Run, desk: Database, as_ada: list[str], as_bo: list[str]) -> None:
    """At once, by number, by id or by line; the history says who and why."""
    code, out, _ = run("hold", "1", "--reason", "odd payer", *as_ada)
    deposit = every(desk)[0]
    assert (code, deposit.state, deposit.reason) == (0, DepositState.HELD, "odd payer")
    assert f"Held: deposit {deposit.id}, number 1, state HELD" in out
    code, out, _ = run("release", deposit.line_id, "--reason", "known", *as_bo)
    assert (code, json.loads(out)["done"]["state"]) == (0, "QUEUED")
    assert run("retry", deposit.id, "--reason", "x", *as_bo)[0] == 0
    code, out, _ = run("history", "--json")
    entries = json.loads(out)["entries"]
    assert [(e["operator"], e["step"], e["action"], e["reason"]) for e in entries] == [
        ("ada", "done", "hold", "odd payer"),
        ("bo", "done", "release", "known"),
        ("bo", "done", "retry", "x"),
    ]
    assert "ada" in run("history")[1]


def test_assigned_by_two(run: Run, desk: Database, as_ada: list[str], as_bo: list[str]) -> None:
    """Proposed by one, approved by the other with the digest that they saw."""
    line, to = _unmatched(desk), _link(desk)
    code, out, _ = run("assign", line, "--to", to, "--reason", "payer called", *as_ada)
    assert code == 0
    assert "jiaozi-bridge approve proposal_" in out
    assert len(every(desk)) == 1
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    code, _, said = run("approve", proposal["id"], "--digest", proposal["digest"], *as_ada)
    assert (code, "ada proposed" in said) == (1, True)
    code, _, said = run("approve", proposal["id"], *as_bo)
    assert (code, "Nobody is at the terminal" in said) == (1, True)
    code, _, said = run("approve", proposal["id"], "--digest", "0" * 64, *as_bo)
    assert (code, "is not that of" in said) == (1, True)
    assert len(every(desk)) == 1
    code, out, _ = run("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)
    assert (code, json.loads(out)["proposal"]["state"]) == (0, "APPROVED")
    assert [each.number for each in every(desk)] == [1, 2]
    code, _, said = run("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)
    assert (code, "decided once" in said) == (1, True)
    assert run("proposals")[1] == "Nothing waits for a second person.\n"
    assert "APPROVED" in run("proposals", "--all")[1]


def test_a_person_types_what_they_agree_to(
    run: Run, desk: Database, as_ada: list[str], as_bo: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown in words first; anything else typed is no agreement."""
    run("assign", _unmatched(desk), "--to", _link(desk), "--reason", "payer called", *as_ada)
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    code, _, said = run("approve", proposal["id"], *as_ada)
    assert (code, "ada proposed" in said, "because" in said) == (1, True, False)
    typed: list[str] = []

    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return typed.pop() + "\n"

    monkeypatch.setattr("sys.stdin", Terminal())
    typed.append("yes")
    code, _, said = run("approve", proposal["id"], *as_bo)
    assert (code, "because: payer called" in said, "You did not agree" in said) == (1, True, True)
    typed.append(proposal["digest"][:8])
    assert run("approve", proposal["id"], *as_bo)[0] == 0
    assert len(every(desk)) == 2


def test_declined(run: Run, desk: Database, as_ada: list[str], as_bo: list[str]) -> None:
    """With a reason; it is not done afterwards."""
    run("assign", _unmatched(desk), "--to", _link(desk), "--reason", "payer called", *as_ada)
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    code, out, _ = run("decline", proposal["id"], "--reason", "no", *as_bo)
    assert (code, json.loads(out)["proposal"]["checker"]) == (0, "bo")
    code, _, _ = run("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)
    assert code == 1
    assert len(every(desk)) == 1


def test_nobody_acts_without_a_name(
    run: Run, desk: Database, config: Path, as_ada: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No token, the shared one, a wrong one, another's: refused, and nothing is changed."""
    words = ("hold", "1", "--reason", "x")
    monkeypatch.delenv("JIAOZI_OPERATOR_TOKEN_FILE", raising=False)
    code, _, said = run(*words)
    assert (code, "have not shown who you are" in said) == (2, True)
    code, _, said = run(*words, "--token-file", str(config.parent / "operator"))
    assert (code, "nobody's name" in said) == (1, True)
    (config.parent / "wrong").write_text("w" * 40)
    code, _, said = run(*words, "--token-file", str(config.parent / "wrong"))
    assert (code, "No operator has this token" in said) == (1, True)
    code, _, said = run(*words, *as_ada, "--operator", "bo")
    assert (code, "not that of the operator" in said) == (1, True)
    assert every(desk)[0].state is DepositState.QUEUED
    monkeypatch.setenv("JIAOZI_OPERATOR_TOKEN_FILE", str(config.parent / "ada"))
    assert run(*words)[0] == 0
    assert every(desk)[0].state is DepositState.HELD


def test_what_is_none(run: Run, desk: Database, as_ada: list[str]) -> None:
    """One line each, with the way to what is meant."""
    for words in (("hold", "99"), ("hold", _unmatched(desk)), ("retry", "line_x")):
        code, out, said = run(*words, "--reason", "x", *as_ada)
        assert (code, out, said.count("\n")) == (1, "", 1)
    code, _, said = run("explain", "nothing-like-it")
    assert (code, "Nothing here is called" in said) == (1, True)
    assert run("approve", "proposal_x", *as_ada)[0] == 1


def test_explained_from_each_of_its_ids(run: Run, desk: Database, as_ada: list[str]) -> None:
    """The line, the bank's reference, the deposit, its number, a posting: the same story."""
    run("hold", "1", "--reason", "odd payer", *as_ada)
    deposit = every(desk)[0]
    bank_id = f"{ADA.name}-0"
    for word in (deposit.id, "1", deposit.line_id, bank_id, "deposit:1"):
        code, out, _ = run("explain", word, "--json")
        assert code == 0
        story = json.loads(out)
        told = [(each["kind"], each["says"]) for each in story["story"]]
        assert any(f"under the bank's {bank_id}" in says for _, says in told)
        assert deposit.id in {each["id"] for each in story["story"]}
        assert [kind for kind, _ in told if kind == "posting"] == ["posting"] * 2
        assert "odd payer" in dict(told)["operator"]
        [ahead] = [each for each in story["ahead"] if each["kind"] == "deposit"]
        assert (ahead["state"], "release" in ahead["command"]) == ("HELD", True)
    out = run("explain", "1")[1]
    assert "way out:  jiaozi-bridge release deposit_" in out
    assert ADA.account not in out
    assert ADA.name not in out.replace(bank_id, "")
    assert NOW.strftime("%Y-%m-%d") in out
    assert RESERVE not in out


def test_a_rebuild_takes_two(run: Run, desk: Database, as_ada: list[str], as_bo: list[str]) -> None:
    """Proposed and approved first; without that the chain is not even asked."""
    code, _, said = run("rebuild", "--reason", "x", "--approved", "proposal_x", *as_ada)
    assert (code, "no rebuild that was approved" in said) == (1, True)
    assert run("rebuild", "--reason", "deep reorganisation", *as_ada)[0] == 0
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    words = ("rebuild", "--reason", "x", "--approved", proposal["id"])
    assert "no rebuild that was approved" in run(*words, *as_ada)[2]
    assert run("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)[0] == 0
    code, _, said = run(*words, *as_ada)
    assert (code, "does not answer" in said) == (1, True)
    assert len(every(desk)) == 1


@pytest.mark.parametrize("vanished", [(), ("eip155:31337:0xab:0",)])
def test_a_rebuild_says_what_the_chain_refused_to_take_back(
    run: Run,
    desk: Database,
    as_ada: list[str],
    as_bo: list[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    vanished: tuple[str, ...],
) -> None:
    """Each with its cause and what to do, beside what was put back, in either language."""
    refused = Unsettled(
        "The chain lost 0xab, which it had done, and would refuse it now: HeadroomExceeded",
        remedy="See that the attestor posts its backing, then try again; after an hour it is "
        "given up.",
    )
    found = Rebuilt(1, (refused,), 5, vanished, read_again=not vanished)
    monkeypatch.setattr(rebuild_command, "build", lambda *_: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(rebuild_command, "rebuild", lambda *_: found)
    assert run("rebuild", "--reason", "deep reorganisation", *as_ada)[0] == 0
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    assert run("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)[0] == 0
    words = ("rebuild", "--reason", "x", "--approved", proposal["id"], *as_ada)
    code, out, _ = run(*words)
    assert code == (1 if vanished else 0)
    assert "1 transactions" in out
    assert f"\n  {refused.detail} {refused.remedy}\n" in out
    assert json.loads(run(*words, "--json")[1])["refused"] == [f"{refused.detail} {refused.remedy}"]
    out = run("--lang", "zh", *words)[1]
    assert "未能重新发送" in out
    assert "请确认证明进程已公布储备" in out
    speak("en")


def test_an_address_is_freed_by_two(
    run: Run, desk: Database, as_ada: list[str], as_bo: list[str]
) -> None:
    """Whoever proposes sees by what it is halted; so does whoever agrees, and nothing else."""
    stranger = Stranger(ADA.wallet, 7, "0x" + "ab" * 32, BO.wallet)
    code, _, said = run("free", ADA.wallet, "--reason", "by hand", *as_ada)
    assert (code, "No foreign transaction halts" in said) == (1, True)
    with desk.transaction() as connection:
        note_seen(connection, [stranger], NOW)
        raise_alarm(connection, AlarmKind.FOREIGN, ADA.wallet, "used", NOW)
    out = run("explain", ADA.wallet)[1]
    assert f"nonce 7 of our {ADA.wallet} was used by {stranger.tx_hash} to {BO.wallet}" in out
    assert f"jiaozi-bridge free {stranger.id} " in out
    alarm = json.loads(run("status", "--json")[1])["alarms"][0]
    assert f"free {ADA.wallet}" in alarm["way_out"]
    code, _, said = run("free", stranger.id, "--reason", "by hand", *as_ada)
    assert (code, f"nonce 7 was used by {stranger.tx_hash}" in said) == (0, True)
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    assert stranger.tx_hash in proposal["parameters"]
    with desk.transaction() as connection:
        note_seen(connection, [replace(stranger, nonce=8)], NOW)
    approve = ("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)
    code, _, said = run(*approve)
    assert (code, "is not what was looked at" in said) == (1, True)
    run("free", ADA.wallet, "--reason", "both by hand", *as_ada)
    newest = json.loads(run("proposals", "--json")[1])["proposals"][0]
    code, out, _ = run("approve", newest["id"], "--digest", newest["digest"], *as_bo)
    assert (code, json.loads(out)["proposal"]["result"]["excused"]) == (0, 2)
    assert json.loads(run("status", "--json")[1])["alarms"] == []
    out = run("explain", stranger.tx_hash)[1]
    assert "two persons know of it" in out
    assert f"bo approved free of {ADA.wallet}" in out


@pytest.mark.parametrize("when", ["before", "after"])
def test_it_dies_while_it_approves(  # noqa: PLR0917 - pytest passes them by name
    run: Run,
    desk: Database,
    as_ada: list[str],
    as_bo: list[str],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    """All of it or nothing, and whoever types it again learns which."""
    run("assign", _unmatched(desk), "--to", _link(desk), "--reason", "payer called", *as_ada)
    [proposal] = json.loads(run("proposals", "--json")[1])["proposals"]
    approve = ("approve", proposal["id"], "--digest", proposal["digest"], *as_bo)
    kills = Kills(plan=lambda death, _number: death.when == when)
    with monkeypatch.context() as patched:
        kills.install(patched, FakeBank)
        with pytest.raises(Killed):
            run(*approve)
    done = when == "after"
    assert (kills.died, len(every(desk))) == (1, 2 if done else 1)
    code, _, said = run(*approve)
    assert (code, "decided once" in said) == (int(done), done)
    assert len(every(desk)) == 2
