"""Bench: a bridge of real processes on a real chain: API, workers, attestor, over one store."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from pathlib import Path

from api.bank import Debtor, Direction
from api.bank.simulated import SimulatedBank
from api.bank.simulated.bookings import Booking, book
from api.bank.simulated.store import Store
from api.kernel.clock import SystemClock
from api.kernel.database import Database
from api.kernel.ids import LinkId
from api.links.model import Link, LinkState, deposit_reference
from api.links.store import add_link
from api.migrations import upgrade
from scripts.bench import BenchError
from scripts.bench.bridge.chain import HOLDERS, chain, every_second, holder
from scripts.bench.bridge.money import RESERVE, account
from scripts.bench.bridge.usage import Usage, family, usage_of
from scripts.postgres import start_postgres
from scripts.processes import free_port, stop, tied, wait_until
from scripts.toolchain import CACHE, ROOT
from tests.api.contracts import KEYS, Deployed
from wallet.keystore import encrypt_key

__all__ = ["STORES", "World", "world"]

STORES = ("sqlite", "postgresql")
WORKERS = 2
DEPTH = 2
_PLENTY = 10**13
_READY_SECONDS = 180.0
_SCRYPT_N = 2**12
_START = "import sys; from api.cli import main; sys.exit(main())"


@dataclass
class World:
    """What a row may use. Everything in it ends with the world."""

    store: str
    folder: Path
    database_url: str
    deployed: Deployed
    port: int
    token: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    postgres: int | None = None

    @property
    def url(self) -> str:
        """Where the API listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings_file(self) -> Path:
        """The bridge's settings."""
        return self.folder / "bridge.toml"

    def hand_in(self, name: str, content: bytes) -> dict[str, object]:
        """Lay a statement where the attestor reads the bank's files, and POST it; the report."""
        file = self.folder / "bank-files" / f"{name}.xml"
        file.with_suffix(".part").write_bytes(content)
        file.with_suffix(".part").rename(file)
        request = urllib.request.Request(  # noqa: S310 - our own http:// address
            f"{self.url}/v1/statements",
            content,
            {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/xml",
                "Idempotency-Key": name,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - see above
                report: dict[str, object] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise BenchError(f"the API answered {error.code}: {error.read()[:500]!r}") from error
        return report

    def usage(self) -> Mapping[str, Usage]:
        """What each process has used until now, with what it has started."""
        pids = {name: child.pid for name, child in self.processes.items()}
        pids["anvil"] = self.deployed.anvil.process.pid
        if self.postgres is not None:
            pids["postgres"] = self.postgres
        return {name: usage_of(family(pid)) for name, pid in pids.items()}

    def check(self) -> None:
        """Raise when a process has ended by itself."""
        for name, child in self.processes.items():
            if child.poll() is not None:
                log = (self.folder / f"{name}.log").read_text("utf-8", "replace")[-3000:]
                raise BenchError(f"{name} ended with {child.returncode}:\n{log}")


@contextmanager
def world(store: str, folder: Path, *, workers: int = WORKERS) -> Iterator[World]:
    """A bridge with a thousand linked holders; it ends with every process it started."""
    with ExitStack() as stack:
        deployed = stack.enter_context(chain(folder))
        postgres: int | None = None
        database_url = f"sqlite:///{folder}/bridge.sqlite3"
        if store == "postgresql":
            server = stack.enter_context(start_postgres(durable=True))
            postgres, database_url = server.process.pid, server.create_database()
        made = World(
            store, folder, database_url, deployed, free_port(), secrets.token_hex(32),
            postgres=postgres,
        )  # fmt: skip
        _write_settings(made)
        _found_bank(folder)
        link_everybody(database_url)
        every_second(deployed)
        for name in ("serve", *(f"worker-{n + 1}" for n in range(workers)), "attest"):
            stack.callback(stop, _start(made, name))
        _await_ready(made)
        yield made


def link_everybody(database_url: str) -> None:
    """Migrate a database and put an active link of every holder into it."""
    upgrade(database_url)
    database, now = Database(database_url), SystemClock().now()
    with database.transaction() as connection:
        for number in range(HOLDERS):
            link = Link(
                id=LinkId(f"link_{number:032x}"),
                number=number + 1,
                wallet=holder(number),
                account=account(number),
                name=f"Customer {number}",
                issued_at=1,
                nonce=f"{number:064x}",
                state=LinkState.ACTIVE,
                deposit_reference=deposit_reference(number + 1),
                tier=2,
                reason=None,
                tx_id=None,
                attempts=0,
                waits=0,
                not_before=None,
                virtual_account=None,
                lines_due=None,
                created_at=now,
                updated_at=now,
            )
            if not add_link(connection, link):
                raise BenchError(f"link {number} was there before")
    database.close()


def _found_bank(folder: Path) -> None:
    """A simulated bank that has booked more than will ever be told: it stands in nobody's way."""
    reserve = Debtor(name="Jiaozi Reserve", account=RESERVE, bic="JIAONL2A")
    file = folder / "bank.sqlite3"
    SimulatedBank.open(
        file, clock=SystemClock(), currency="EUR", reserve=reserve, first_day=date(2026, 11, 19)
    )
    with Store(file).writing() as connection:
        book(connection, Booking(Direction.CREDIT, _PLENTY))


def _start(made: World, name: str) -> subprocess.Popen[bytes]:
    command = name.partition("-")[0]
    argv = [sys.executable, "-c", _START, "--config", str(made.settings_file), command]
    with (made.folder / f"{name}.log").open("wb") as log:
        child = subprocess.Popen(
            tied(argv),
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    made.processes[name] = child
    return child


def _environment() -> dict[str, str]:
    """Ours, but with compiled modules kept: a start must not cost a minute of compiling."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(CACHE / "pycache")}


def _await_ready(made: World) -> None:
    def ready() -> bool:
        made.check()
        try:
            with urllib.request.urlopen(f"{made.url}/readyz", timeout=5) as answer:  # noqa: S310 - our own
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            return False

    if not wait_until(ready, made.processes["serve"], _READY_SECONDS):
        raise BenchError("the API was not ready in three minutes")


def _write_settings(made: World) -> None:
    folder = made.folder
    (folder / "bank-files").mkdir()
    _secret(folder / "operator-token", made.token)
    _secret(folder / "reference-key", secrets.token_hex(32))
    lines = [
        f'database.url = "{made.database_url}"',
        f'chain.rpc_url = "{made.deployed.anvil.url}"',
        f'chain.deployment = "{made.deployed.file}"',
        f"chain.depth = {DEPTH}",
        "chain.poll_ms = 50",
        (
            f'bank = {{adapter = "simulated", path = "{folder}/bank.sqlite3", '
            f'reserve_account = "{RESERVE}", reserve_owner = "Jiaozi Reserve", bic = "JIAONL2A"}}'
        ),
        f'deposits.reference_key_file = "{folder}/reference-key"',
        f'access.operator_token_file = "{folder}/operator-token"',
        f"http.port = {made.port}",
        "attest.every_seconds = 10",
        f'attest.files = ["{folder}/bank-files"]',
    ]
    for name in ("operator", "compliance", "relayer", "attestor"):
        _secret(folder / f"{name}.password", "password")
        keystore = folder / f"{name}.json"
        keystore.write_text(json.dumps(encrypt_key(KEYS[name], "password", n=_SCRYPT_N)), "utf-8")
        lines.append(
            f'keys.{name} = {{keystore = "{keystore}", password_file = "{folder}/{name}.password"}}'
        )
    made.settings_file.write_text("\n".join(lines) + "\n", "utf-8")


def _secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text + "\n", "utf-8")
