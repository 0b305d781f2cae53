"""Demo: where everything of it lies, on which ports it listens, and what it remembers.

All of it is under one folder (`.demo`, or JIAOZI_DEMO_DIR). `make clean` removes it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import toolchain
from scripts.demo.processes import DemoError

__all__ = [
    "CHAIN_ID",
    "CURRENCY",
    "DEPTH",
    "Customer",
    "Memory",
    "World",
    "read_object",
    "secret_file",
]

CHAIN_ID = 31337
CURRENCY = "EUR"
DEPTH = 1
"""Blocks that must follow an event before it counts; one is enough where no block is ever lost."""
_CHAIN_PORT = 18545
_API_PORT = 18080
_PORTS = range(1024, 65536)


@dataclass(frozen=True)
class Customer:
    """A person of the story: a customer of the simulated bank with a wallet of their own."""

    key: str
    name: str
    tier: int


@dataclass
class Memory:
    """What a demo hands on to the next one."""

    chain_port: int
    api_port: int
    runs: int = 0

    def save(self, file: Path) -> None:
        """Write it whole or not at all."""
        temporary = file.with_suffix(".tmp")
        temporary.write_text(json.dumps(vars(self), indent=2) + "\n", "utf-8")
        temporary.replace(file)

    @classmethod
    def load(cls, file: Path, env: Mapping[str, str]) -> Memory:
        """What was remembered; ports named in the environment win."""
        known = read_object(file) if file.exists() else {}
        if not all(type(value) is int for value in known.values()):
            raise _garbled(file, "a number is wanted everywhere in it")
        return cls(
            chain_port=_port(env, "CHAIN_PORT", known.get("chain_port", _CHAIN_PORT)),
            api_port=_port(env, "API_PORT", known.get("api_port", _API_PORT)),
            runs=known.get("runs", 0),
        )


class World:
    """Paths, addresses and the environment that the demo's programs run in."""

    def __init__(self, root: Path, env: Mapping[str, str]) -> None:
        self.root = root
        self.env = dict(env)
        for folder in ("chain", "keys", "bridge", "bank", "wallets", "statements"):
            (root / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.memory = Memory.load(root / "state.json", env)

    @classmethod
    def here(cls, env: Mapping[str, str] = os.environ) -> World:
        """The world that JIAOZI_DEMO_DIR names, else `.demo` in the checkout."""
        return cls(Path(env.get("JIAOZI_DEMO_DIR", str(toolchain.ROOT / ".demo"))), env)

    @property
    def rpc_url(self) -> str:
        """The local chain's JSON-RPC address."""
        return f"http://127.0.0.1:{self.memory.chain_port}"

    @property
    def api_url(self) -> str:
        """The bridge's HTTP address."""
        return f"http://127.0.0.1:{self.memory.api_port}"

    @property
    def chain_state(self) -> Path:
        """Where anvil keeps the chain."""
        return self.root / "chain" / "state.json"

    @property
    def deployments(self) -> Path:
        """The folder with the deployment's record."""
        return self.root / "deployments"

    @property
    def deployment(self) -> Path:
        """The record that `brownie run deploy` writes."""
        return self.deployments / f"{CHAIN_ID}.json"

    @property
    def bridge_config(self) -> Path:
        """The bridge's settings file."""
        return self.root / "bridge" / "bridge.toml"

    @property
    def operator_token(self) -> Path:
        """The file with the token by which the bank's operator is known to the API."""
        return self.root / "bridge" / "operator.token"

    @property
    def database_url(self) -> str:
        """Embedded SQLite beside the settings, or what JIAOZI_DEMO_DATABASE names."""
        return self.env.get("JIAOZI_DEMO_DATABASE") or "sqlite:///bridge.db"

    def require_whole(self) -> None:
        """Refuse to go on with a world of which a part is gone or half written."""
        database = self.root / "bridge" / "bridge.db"
        if self.memory.runs and self.store == "SQLite" and not database.exists():
            raise DemoError(
                f"The bridge's database {database} is gone, but its customers and chain are not.",
                "Put it back, or run `make clean` to begin afresh.",
            )
        for file in (self.chain_state, self.deployment):
            if file.exists():
                read_object(file)

    @property
    def store(self) -> str:
        """The kind of database, for people."""
        return "PostgreSQL" if self.database_url.startswith("postgresql") else "SQLite"

    def wallet_home(self, customer: Customer) -> Path:
        """JIAOZI_HOME of a customer."""
        return self.root / "wallets" / customer.key

    def password_file(self, customer: Customer) -> Path:
        """The file with a customer's wallet password: so that a demo need not ask."""
        return self.root / "wallets" / f"{customer.key}.password"

    def shown(self, path: Path) -> str:
        """A path as a person types it from the checkout."""
        try:
            return str(path.relative_to(toolchain.ROOT))
        except ValueError:
            return str(path)

    def remember(self) -> None:
        """Save what the next demo must know."""
        self.memory.save(self.root / "state.json")


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object in a file of the demo's; DemoError, with the way out, when it is none."""
    try:
        value = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _garbled(file, str(error)) from error
    if not isinstance(value, dict):
        raise _garbled(file, "it holds no JSON object")
    return value


def _garbled(file: Path, problem: str) -> DemoError:
    return DemoError(f"{file} cannot be read ({problem}).", "Run `make clean` to begin afresh.")


def secret_file(file: Path) -> Path:
    """`file` with a random one-line secret that only its owner can read; kept when it exists."""
    if not file.exists():
        temporary = file.with_suffix(".new")
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as out:
            out.write(secrets.token_hex(24) + "\n")
        temporary.replace(file)
    return file


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) not in _PORTS:
        raise DemoError(f"{name}={text} is not a port.", "Give a number from 1024 to 65535.")
    return int(text)
