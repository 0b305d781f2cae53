"""Tests of the bridge as processes: they stop when asked, and go on after kill -9."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.bank import Debtor
from api.bank.simulated import Deposit, SimulatedBank
from api.kernel.clock import SystemClock
from api.kernel.money import Money
from api.migrations.schema import metadata
from api.statements import LARGE
from scripts.toolchain import ROOT
from tests.api.contracts import KEYS, Deployed
from tests.api.world import ADA, RESERVE, camt, credit, link_body
from wallet.keystore import encrypt_key
from wallet.typed_data import Domain

SETTINGS = """
[database]
url = "{database}"
[chain]
rpc_url = "{rpc}"
deployment = "31337.json"
depth = 1
poll_ms = 50
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
[attest]
every_seconds = 1
"""
KEY = """
[keys.{name}]
keystore = "{name}.json"
password_file = "password"
"""
PATIENCE = 45.0


class Bridge:
    """Settings and processes over one chain and one simulated bank."""

    def __init__(self, deployed: Deployed, folder: Path, database_url: str, port: int) -> None:
        self.deployed, self.folder, self.port = deployed, folder, port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        for name, content in (("reference", "r" * 40), ("operator", "o" * 40), ("password", "pw")):
            (folder / name).write_text(content)
        settings = SETTINGS.format(
            database=database_url, rpc=deployed.anvil.url, reserve=RESERVE, port=port
        )
        for name in ("operator", "compliance", "relayer", "attestor"):
            keystore = encrypt_key(KEYS[name], "pw", n=2)
            (folder / f"{name}.json").write_text(json.dumps(keystore))
            settings += KEY.format(name=name)
        (folder / "bridge.toml").write_text(settings)
        self.bank = SimulatedBank.open(
            folder / "bank.db",
            clock=SystemClock(),
            currency="EUR",
            reserve=Debtor("Jiaozi Reserve", RESERVE, "JIAONL2A"),
        )

    def start(self, *names: str, options: tuple[str, ...] = ()) -> None:
        """Start processes."""
        for name in names:
            self.processes[name] = subprocess.Popen(
                [
                    *(sys.executable, "-c", "from api.cli import main; raise SystemExit(main())"),
                    *("--config", str(self.folder / "bridge.toml"), name, *options),
                ],
                cwd=ROOT,
                stderr=(self.folder / f"{name}.log").open("ab"),
            )

    def kill(self, *names: str) -> None:
        """Kill -9."""
        for name in names:
            self.processes[name].send_signal(signal.SIGKILL)
            self.processes[name].wait()

    def stop(self, name: str) -> int:
        """Ask a process to end; its exit code."""
        self.processes[name].terminate()
        return self.processes[name].wait(timeout=PATIENCE)

    def said(self, event: str) -> int:
        """How often the worker has logged this."""
        return (self.folder / "worker.log").read_text().count(f'"{event}"')

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a key of its own; None while nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
            request.add_header("Idempotency-Key", os.urandom(8).hex())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            return None

    def hand_in(self, content: bytes) -> Any:
        """POST a statement as the operator."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/statements",
            content,
            {
                "Content-Type": "application/xml",
                "Authorization": f"Bearer {'o' * 40}",
                "Idempotency-Key": os.urandom(8).hex(),
            },
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - our own address
            return json.load(answer)

    def until(self, done: Callable[[], Any]) -> Any:
        """Let blocks be made until it is done."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.deployed.mine()
            answer = done()
            if answer:
                return answer
            time.sleep(0.1)
        logs = {file.name: file.read_text()[-2000:] for file in self.folder.glob("*.log")}
        raise AssertionError(f"not done in {PATIENCE} s: {json.dumps(logs, indent=1)}")


@pytest.fixture
def bridge(
    deployed: Deployed, tmp_path: Path, database_url: str, free_port: Callable[[], int]
) -> Iterator[Bridge]:
    """A bridge whose processes do not outlive the test."""
    made = Bridge(deployed, tmp_path, database_url, free_port())
    yield made
    for process in made.processes.values():
        process.kill()
        process.wait()


def test_killed_and_started_again(bridge: Bridge) -> None:
    """Serve and worker start at once on an empty database; kill -9 in the middle; it converges."""
    bridge.start("serve", "worker", "attest")
    bridge.until(lambda: bridge.ask("/readyz"))
    given = bridge.bank.add_customer(ADA.name, tier=2, account=ADA.account, code=ADA.code)
    domain = Domain("Jiaozi Euro", 31337, bridge.deployed.deployment.token)
    body = link_body(ADA, issued_at=SystemClock().now(), domain=domain, code=given.code)
    link = bridge.ask("/v1/links", body)
    bridge.kill("worker", "serve")
    bridge.bank.book_deposit(
        Deposit(ADA.account, ADA.name, Money(12_345, "EUR"), link["deposit_reference"], None)
    )
    bridge.bank.close_day()
    bridge.bank.open_day()
    bridge.start("serve", "worker")
    bridge.until(lambda: bridge.ask("/readyz"))
    balance = bridge.deployed.token.functions.balanceOf(ADA.wallet)
    bridge.until(lambda: balance.call() == 12_345)
    bridge.kill("worker")
    before = bridge.said("worker started")
    bridge.start("worker")
    bridge.until(lambda: bridge.said("worker started") > before)
    proof = bridge.until(lambda: _balanced(bridge.ask("/v1/reserve")))
    assert proof["tokens_outstanding"]["amount"] == "123.45"
    assert balance.call() == 12_345
    for name in ("attest", "worker", "serve"):
        assert bridge.stop(name) == 0, name
    for name in ("attest", "worker", "serve"):
        text = (bridge.folder / f"{name}.log").read_text()
        assert "Traceback" not in text
        for line in text.splitlines():
            json.loads(line)
        for secret in ("r" * 40, "o" * 40, given.code, ADA.account, KEYS["operator"].hex()):
            assert secret not in text


def _balanced(proof: Any) -> Any:
    done = proof and proof["balanced"] and proof["tokens_outstanding"]["amount"] != "0.00"
    return proof if done else None


def test_several_processes_answer_on_one_port(bridge: Bridge) -> None:
    """They end together when they are asked to, and when one of them is killed."""
    bridge.start("serve", options=("--processes", "2"))
    bridge.until(lambda: bridge.ask("/healthz"))
    assert bridge.stop("serve") == 0
    bridge.start("serve", options=("--processes", "2"))
    bridge.until(lambda: bridge.ask("/healthz"))
    _kill_one(bridge)
    assert bridge.processes["serve"].wait(timeout=PATIENCE) == 1


@pytest.mark.parametrize("wait", [0.0, 0.4, 0.8, 1.2])
def test_asked_to_end_while_it_starts(bridge: Bridge, wait: float) -> None:
    """Whatever it is at, several of them end, and a child that was killed ends the others."""
    for ask, code in ((_ask_all, 0), (_kill_one, 1)):
        bridge.start("serve", options=("--processes", "2"))
        bridge.until(lambda: len(_children(bridge)) == 2)
        time.sleep(wait)
        ask(bridge)
        assert bridge.processes["serve"].wait(timeout=PATIENCE) == code


def test_a_parent_that_was_killed_leaves_nobody_on_the_port(bridge: Bridge) -> None:
    """It could not tell its children; they see it, and the next one finds the port free."""
    bridge.start("serve", options=("--processes", "2"))
    bridge.until(lambda: bridge.ask("/healthz"))
    bridge.kill("serve")
    bridge.until(lambda: bridge.ask("/healthz") is None)
    bridge.start("serve", options=("--processes", "2"))
    bridge.until(lambda: bridge.ask("/healthz"))
    assert bridge.stop("serve") == 0


def _ask_all(bridge: Bridge) -> None:
    bridge.processes["serve"].terminate()


def _kill_one(bridge: Bridge) -> None:
    os.kill(_children(bridge)[0], signal.SIGKILL)


def _children(bridge: Bridge) -> list[int]:
    """The processes that `serve` has started."""
    threads = Path(f"/proc/{bridge.processes['serve'].pid}/task").iterdir()
    return [int(pid) for each in threads for pid in (each / "children").read_text().split()]


def test_a_large_file_is_read_beside_the_process_that_answers(bridge: Bridge) -> None:
    """A small one is not worth a process; the one that was started ends with `serve`."""
    bridge.start("serve")
    bridge.until(lambda: bridge.ask("/healthz"))
    small = camt([credit("small", 1)]).getvalue()
    assert bridge.hand_in(small)["new"] == 1
    assert _children(bridge) == []
    count = LARGE // 700
    large = camt([credit(f"large-{n}", 1) for n in range(count)], message_id="M2").getvalue()
    assert len(large) > LARGE
    assert bridge.hand_in(large)["new"] == count
    beside = _children(bridge)
    assert beside
    assert bridge.stop("serve") == 0
    bridge.until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in beside))


def test_the_attestor_knows_every_table() -> None:
    """It reads by name what every room says; a process that loads fewer rooms would stop."""
    asked = "import api.cli.attesting, api.kernel.database as d; print(*d.metadata.tables)"
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert set(said.stdout.split()) == set(metadata.tables)
