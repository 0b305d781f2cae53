"""Tests of the local chain, the throw-away PostgreSQL and the locator, with the real programs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy

from scripts import localnet, postgres, toolchain
from scripts.processes import StartError, free_port, stop, tied, wait_until
from tests.conftest import StartAnvil


def test_a_chain_takes_no_fees_and_keeps_its_state(start_anvil: StartAnvil, tmp_path: Path) -> None:
    """What a first run mined, a second one on the same file knows."""
    state = tmp_path / "state.json"
    with start_anvil(state=state) as chain:
        assert chain.rpc("eth_chainId") == hex(localnet.CHAIN_ID)
        assert chain.rpc("eth_gasPrice") == "0x0"
        penniless = "0x" + "11" * 20
        chain.rpc("anvil_impersonateAccount", penniless)
        free = {"from": penniless, "to": penniless, "gasPrice": "0x0"}
        sent = chain.rpc("eth_sendTransaction", free)
        assert wait_until(lambda: chain.rpc("eth_blockNumber") == "0x1", chain.process, 5)
        assert chain.rpc("eth_getTransactionReceipt", sent)["status"] == "0x1"
    assert chain.process.poll() is not None
    with start_anvil(state=state) as again:
        assert again.rpc("eth_blockNumber") == "0x1"


@pytest.mark.integration
def test_a_chain_leaves_nothing_in_its_users_home(
    start_anvil: StartAnvil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes the states of old blocks to a folder that goes with it, also when it is killed."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with start_anvil() as chain:
        # more than it keeps in memory
        chain.rpc("anvil_mine", hex(2_000))
        chain.process.kill()
        chain.process.wait()
        kept = list(chain.log.parent.rglob("*"))
        assert len(kept) > 2, f"nothing to clean up, only {kept}"
    assert list(tmp_path.iterdir()) == []
    assert not chain.log.parent.exists()


def test_a_chains_refusal_is_an_error(anvil: localnet.Anvil) -> None:
    """With the node's own words."""
    with pytest.raises(localnet.RpcError, match="eth_nonsense"):
        anvil.rpc("eth_nonsense")


def test_a_port_in_use_is_said(anvil: localnet.Anvil, start_anvil: StartAnvil) -> None:
    """Rather than talking to whoever has it."""
    with (
        pytest.raises(StartError, match=f"did not start on port {anvil.port}"),
        start_anvil(port=anvil.port),
    ):
        pytest.fail("two programs on one port")


def test_each_database_is_new_and_private(postgres_server: postgres.PostgresServer) -> None:
    """Two URLs, two databases, and nobody listens on a port."""
    for _ in range(2):
        engine = sqlalchemy.create_engine(postgres_server.create_database())
        with engine.begin() as session:
            session.execute(sqlalchemy.text("create table t (x int)"))
            assert session.execute(sqlalchemy.text("show listen_addresses")).scalar() == ""
        engine.dispose()


def test_a_database_goes_with_its_test(postgres_server: postgres.PostgresServer) -> None:
    """Even while somebody is still connected, as a process that was just killed may be."""
    names = sqlalchemy.text("select datname from pg_database where datname ~ '^test'")
    lasting = sqlalchemy.create_engine(postgres_server.create_database())
    with lasting.connect() as session, postgres_server.database() as url:
        left_open = sqlalchemy.create_engine(url).connect()
        name = left_open.engine.url.database
        assert name in session.execute(names).scalars()
    with lasting.connect() as session:
        assert name not in session.execute(names).scalars()
    lasting.dispose()
    left_open.engine.dispose()


def test_nobody_else_can_enter_the_servers_folder(postgres_server: postgres.PostgresServer) -> None:
    """There is no password, so the folder is the lock."""
    assert postgres_server.folder.stat().st_mode & 0o077 == 0


@pytest.mark.integration
def test_a_server_leaves_nothing_behind() -> None:
    """Neither a process nor a folder."""
    with postgres.start_postgres() as server:
        assert server.folder.is_dir()
    assert server.process.poll() is not None
    assert not server.folder.exists()


@pytest.mark.integration
def test_a_durable_server_waits_for_the_disk(postgres_server: postgres.PostgresServer) -> None:
    """What is measured is measured so; tests, which kill no machine, need not wait."""
    with postgres.start_postgres(durable=True) as durable:
        for server, expected in ((durable, "on"), (postgres_server, "off")):
            engine = sqlalchemy.create_engine(server.create_database())
            with engine.connect() as session:
                assert session.execute(sqlalchemy.text("SHOW fsync")).scalar() == expected
            engine.dispose()


def test_without_postgresql_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails; it never passes for want of a server."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartError, match="apt install postgresql"):
        postgres.programs_folder(places=(f"{tmp_path}/*/bin",))


def test_the_newest_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """9 is older than 15, whatever the alphabet says; a folder without a server is passed over."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for version in ("9", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in postgres.PROGRAMS:
            if (version, name) != ("17", "initdb"):
                (folder / name).touch()
    assert postgres.programs_folder((f"{tmp_path}/*/bin",)) == tmp_path / "15" / "bin"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child to its parent")
def test_a_tied_program_ends_with_us() -> None:
    """Even when we are killed and can clean nothing up."""
    assert shutil.which("setpriv"), "setpriv (util-linux) is missing"
    argv = tied([sys.executable, "-c", "import time; time.sleep(60)"])
    code = f"import subprocess, time; print(subprocess.Popen({argv!r}).pid, flush=True)\n"
    parent = subprocess.Popen(
        [sys.executable, "-c", code + "time.sleep(60)"], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)  # let the child reach its own program
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_stop_insists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that will not listen is killed, and collected."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True)"
    child = subprocess.Popen(
        [sys.executable, "-c", code + "; time.sleep(60)"], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.readline()
    child.stdout.close()
    monkeypatch.setattr("scripts.processes.STOP_SECONDS", 0.2)
    stop(child)
    assert child.returncode == -signal.SIGKILL


def test_a_free_port_can_be_taken() -> None:
    """It is in the range that needs no rights."""
    assert free_port() > 1023


def test_the_tools_are_real_programs() -> None:
    """Not launchers: what is killed is what runs."""
    for name in toolchain.FOUNDRY:
        path = toolchain.program(name)
        assert ".bin" not in path.parts
        assert path.read_bytes()[:2] != b"#!"
        shown = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
        assert toolchain.FOUNDRY_VERSION in shown.stdout


def test_the_compiler_answers_as_py_solc_x_asks() -> None:
    """The version line of a native compiler, without Node on PATH."""
    shown = subprocess.run(
        [toolchain.program("solc"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath},
    )
    assert f"Version: {toolchain.SOLC_VERSION}+commit." in shown.stdout


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "linux-amd64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "darwin-arm64"),
        ("darwin", "x86_64", "darwin-amd64"),
    ],
)
def test_platforms_are_spelled_as_foundry_does(system: str, machine: str, name: str) -> None:
    """So that the package's path is right on each."""
    assert toolchain.platform_name(system, machine) == name


def test_a_missing_tool_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a platform that Foundry has no build for, and for a name that is none."""
    monkeypatch.setattr(toolchain, "packaged", lambda _: tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(toolchain.ToolMissingError, match="make setup"):
        toolchain.program("anvil")
    with pytest.raises(toolchain.ToolMissingError, match="no tool is called"):
        toolchain.program("hammer")
    with pytest.raises(toolchain.ToolMissingError, match="use Linux or macOS"):
        toolchain.platform_name("win32", "x86_64")
