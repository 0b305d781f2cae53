"""Demo: sets up and runs the machinery: chain, contracts, keys, the bridge's three processes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from coincurve import PrivateKey

from scripts import toolchain
from scripts.demo.bank import RESERVE
from scripts.demo.commands import Commands
from scripts.demo.processes import Child, DemoError, Supervisor, port_is_free
from scripts.demo.world import DEPTH, World, read_object, secret_file
from scripts.localnet import Anvil, start_anvil
from scripts.processes import StartError
from wallet.keystore import encrypt_key

__all__ = ["Machine", "running"]

_OFFICERS = ("officer-1", "officer-2", "officer-3")
_ROLES = ("operator", "attestor", "compliance", "seizure", "guardian", "governor", "admin")
_READY_SECONDS = 60.0
_SCRYPT_N = 2**12
"""A slow hash guards passwords that people choose; these are 192 random bits."""
_SETTINGS = """\
# The demo's bridge. docs/guide/configuration.md explains every setting.
[database]
url = "{database}"

[chain]
rpc_url = "{rpc_url}"
deployment = "{deployment}"
depth = {depth}
poll_ms = 200

[bank]
adapter = "simulated"
path = "{bank}"
reserve_account = "{account}"
reserve_owner = "{owner}"
bic = "{bic}"

[deposits]
reference_key_file = "{reference_key}"

[access]
operator_token_file = "{operator_token}"

[http]
port = {port}

[attest]
every_seconds = 1
files = ["{statements}", "{statements}/handed-in"]
"""
_KEY_SETTINGS = """
[keys.{role}]
keystore = "{keystore}"
password_file = "{password}"
"""


class Machine:
    """The bridge's processes; the chain runs beside them for as long as the demo does."""

    def __init__(self, world: World, chain: Anvil, commands: Commands) -> None:
        self._world = world
        self._chain = chain
        self._commands = commands
        self.processes = Supervisor(world.root / "logs")

    def prepare(self) -> dict[str, Any]:
        """Contracts deployed, keys made, settings written; returns the deployment's record."""
        addresses = {name: self._make_key(name) for name in (*_ROLES, *_OFFICERS, "relayer")}
        roles: dict[str, object] = {role: addresses[role] for role in _ROLES}
        roles["officers"] = [addresses[name] for name in _OFFICERS]
        self._roles_file.write_text(json.dumps(roles, indent=2) + "\n", "utf-8")
        if not self._world.deployment.exists():
            self._deploy()
        self._write_settings()
        record = read_object(self._world.deployment)
        if self._chain.rpc("eth_getCode", record["token"]["address"], "latest") == "0x":
            raise DemoError(
                f"The chain in {self._world.chain_state} has no token where "
                f"{self._world.deployment} says: it was lost or reset.",
                "Run `make clean` to begin afresh.",
            )
        return record

    def start_bridge(self) -> None:
        """API, worker and attestor; returns when the API is ready."""
        self._require_port()
        api = self._start("serve")
        for name in ("worker", "attest"):
            self._start(name)
        self._wait_for(api)

    def start_api(self) -> None:
        """The HTTP side alone."""
        self._require_port()
        self._wait_for(self._start("serve"))

    def check(self) -> None:
        """Raise when the chain or a process that should run has ended."""
        if self._chain.process.poll() is not None:
            raise DemoError(
                "The local chain has stopped by itself.",
                "Run the demo again: it goes on from the last saved block.",
            )
        self.processes.check()

    def _require_port(self) -> None:
        port = self._world.memory.api_port
        if not port_is_free(port):
            raise DemoError(
                f"Port {port} is taken by another program.",
                f"Stop that one, or choose another port: make demo API_PORT={port + 1}.",
            )

    def _wait_for(self, child: Child) -> None:
        def ready() -> bool:
            return child.alive and self._commands.ready()

        self.processes.wait_until(child, ready, _READY_SECONDS)

    def crash(self) -> None:
        """Kill -9 of API, worker and attestor, as a power cut would."""
        for name in ("serve", "worker", "attest"):
            self.processes.kill(name)

    def _start(self, name: str) -> Child:
        argv = (toolchain.DEV_BIN / "jiaozi-bridge", "--config", self._world.bridge_config, name)
        return self.processes.start(name, argv, self._world.env)

    def _make_key(self, name: str) -> str:
        file = self._world.root / "keys" / f"{name}.json"
        if not file.exists():
            password = secret_file(file.with_suffix(".password")).read_text("utf-8").strip()
            keystore = encrypt_key(PrivateKey().secret, password, n=_SCRYPT_N)
            temporary = file.with_suffix(".tmp")
            temporary.touch(mode=0o600)
            temporary.write_text(json.dumps(keystore), "utf-8")
            temporary.replace(file)
        return "0x" + str(json.loads(file.read_text("utf-8"))["address"])

    @property
    def _roles_file(self) -> Path:
        return self._world.root / "keys" / "roles.json"

    def _deploy(self) -> None:
        log = self._world.root / "logs" / "deploy.log"
        env = {
            **self._world.env,
            **toolchain.build_env(),
            "JIAOZI_ROLES": str(self._roles_file),
            "JIAOZI_DEPLOYMENTS": str(self._world.deployments),
            "JIAOZI_RPC_URL": self._world.rpc_url,
        }
        python = toolchain.CONTRACTS_BIN / "python"
        for program in (["scripts.networks"], ["scripts.deploy", "--network", "jiaozi"]):
            with log.open("ab") as out:
                done = subprocess.run(
                    [python, "-m", *program],
                    cwd=toolchain.ROOT,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            if done.returncode != 0:
                words = "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-12:])
                raise DemoError(
                    f"Deploying failed. Its last words:\n{words}\n",
                    f"The whole log is {log}; `make clean` begins afresh.",
                )

    def _write_settings(self) -> None:
        world = self._world
        settings = _SETTINGS.format(
            database=world.database_url,
            rpc_url=world.rpc_url,
            deployment=world.deployment.resolve(),
            depth=DEPTH,
            bank=(world.root / "bank" / "core.db").resolve(),
            account=RESERVE.account,
            owner=RESERVE.name,
            bic=RESERVE.bic,
            reference_key=secret_file(world.root / "bridge" / "reference.key").resolve(),
            operator_token=secret_file(world.operator_token).resolve(),
            port=world.memory.api_port,
            statements=(world.root / "statements").resolve(),
        )
        for role in ("operator", "compliance", "relayer", "attestor"):
            keystore = (world.root / "keys" / f"{role}.json").resolve()
            password = keystore.with_suffix(".password")
            settings += _KEY_SETTINGS.format(role=role, keystore=keystore, password=password)
        temporary = world.bridge_config.with_suffix(".tmp")
        temporary.write_text(settings, "utf-8")
        temporary.replace(world.bridge_config)


@contextmanager
def running(world: World, commands: Commands) -> Iterator[Machine]:
    """The local chain and a machine on it; everything is stopped when the block ends."""
    with ExitStack() as stack:
        options = ["--hardfork", "cancun", "--gas-limit", "60000000", "--state-interval", "1"]
        try:
            chain = stack.enter_context(
                start_anvil(
                    *options,
                    port=world.memory.chain_port,
                    block_time=1,
                    state=world.chain_state,
                )
            )
        except StartError as error:
            raise DemoError(
                f"The local chain did not start: {error}",
                "If its port is taken, choose others: make demo CHAIN_PORT=18546 API_PORT=18081.",
            ) from error
        machine = Machine(world, chain, commands)
        stack.callback(machine.processes.stop_all)
        commands.watch = machine.check
        yield machine
