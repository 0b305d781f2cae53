"""Bench: `python -m scripts.bench.bridge.audited` — what the audit of so many lines costs.

A bridge of one process takes in one statement, issues all of it on a local chain, and is audited
by `jiaozi-bridge audit`, a process of its own: its CPU seconds, and the most memory that it held.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from api.kernel.counter import at_least
from api.kernel.database import Database
from api.kernel.money import Money
from api.ledger import Account, balances
from scripts.bench import BenchError
from scripts.bench.bridge.chain import HOLDERS, chain
from scripts.bench.bridge.money import AMOUNT, RESERVE, statement
from scripts.bench.bridge.usage import Usage, usage_of
from scripts.bench.bridge.world import STORES, link_everybody
from scripts.postgres import start_postgres
from scripts.toolchain import ROOT
from tests.api.contracts import Deployed
from tests.api.stage import Stage
from tests.api.world import KEY, OPERATOR

__all__ = ["main"]

_ROUNDS = 5_000
_LOOK_EVERY = 0.05
_START = "import sys; from api.cli import main; sys.exit(main())"
_SETTINGS = """
database.url = "{url}"
chain.rpc_url = "{rpc}"
chain.deployment = "{deployment}"
chain.depth = 2
http.port = 8080
bank = {{adapter = "simulated", path = "{folder}/bank.sqlite3", reserve_account = "{reserve}", \
reserve_owner = "Jiaozi Reserve", bic = "JIAONL2A"}}
deposits.reference_key_file = "{folder}/reference"
access.operator_token_file = "{folder}/operator"
"""


def _measure(store: str, lines: int, folder: Path) -> Mapping[str, Any]:
    with ExitStack() as stack:
        deployed = stack.enter_context(chain(folder))
        url = f"sqlite:///{folder}/bridge.sqlite3"
        if store == "postgresql":
            url = stack.enter_context(start_postgres(durable=True)).create_database()
        _issue(deployed, url, lines, folder)
        return {"store": store, "lines": lines, **_audit(deployed, url, folder)}


def _issue(deployed: Deployed, url: str, lines: int, folder: Path) -> None:
    """One statement with so many lines, until all of its tokens are final."""
    deployed.mine(5)  # the last holders' tiers are final
    link_everybody(url)
    database = Database(url)
    with database.transaction() as connection:
        at_least(connection, "link", HOLDERS)
    database.close()
    content = statement("LARGE", lines)
    (folder / "archive").mkdir()
    (folder / "archive" / "camt.053-0001.xml").write_bytes(content)
    stage = Stage(deployed, url, folder)
    try:
        stage.bank.booked += Money(lines * AMOUNT, "EUR")
        stage.bank.deliver("camt.053", content)
        stage.run(lambda: _tokens(stage) == lines * AMOUNT, rounds=_ROUNDS)
    finally:
        stage.close()


def _tokens(stage: Stage) -> int:
    with stage.parts.bridge.database.reading() as connection:
        return balances(connection, "EUR")[Account.TOKENS]


def _audit(deployed: Deployed, url: str, folder: Path) -> Mapping[str, Any]:
    (folder / "reference").write_bytes(KEY.reveal())
    (folder / "operator").write_text(OPERATOR, "utf-8")
    settings = folder / "bridge.toml"
    words = {"url": url, "rpc": deployed.anvil.url, "deployment": deployed.file}
    settings.write_text(_SETTINGS.format(folder=folder, reserve=RESERVE, **words), "utf-8")
    argv = ["--config", str(settings), "audit", "--files", str(folder / "archive"), "--json"]
    with (folder / "audit.json").open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-c", _START, *argv],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=out,
        )
        used = Usage(0, 0)
        while child.poll() is None:
            used = max(used, usage_of([child.pid]), key=lambda each: each.cpu)
            time.sleep(_LOOK_EVERY)
    said = json.loads((folder / "audit.json").read_text("utf-8"))
    if child.returncode or said["findings"]:
        raise BenchError(f"the audit found: {said['findings'][:5]}")
    return {
        "events": said["looked_at"]["events"],
        "cpu_seconds": round(used.cpu, 1),
        "peak_mb": round(used.peak),
    }


def main() -> int:
    """0 when it was measured."""
    parser = argparse.ArgumentParser(prog="bench-audit", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--store", choices=STORES, default="sqlite")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiaozi-audit-") as folder:
        print(json.dumps(_measure(args.store, args.lines, Path(folder)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
