"""E2E tests: what stands in a demo's way is said in one sentence, with the way out."""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import toolchain
from scripts.demo.processes import only_one


def demo(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A demo in a process of its own, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.demo", "--once"],
        cwd=toolchain.ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_taken_port_is_named(world_env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(world_env["CHAIN_PORT"]))):
        done = demo(world_env)
    assert done.returncode == 1
    assert world_env["CHAIN_PORT"] in done.stdout
    assert "make demo CHAIN_PORT=" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_port_that_is_none_is_refused(world_env: dict[str, str]) -> None:
    done = demo(world_env | {"API_PORT": "80"})
    assert done.returncode == 1
    assert "API_PORT=80" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_second_demo_says_that_there_is_one(world_env: dict[str, str], folder: Path) -> None:
    with only_one(folder):
        done = demo(world_env)
    assert done.returncode == 1
    assert "Another demo is running" in done.stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *itertools.product(
            ("state.json", "chain/state.json", "deployments/31337.json"),
            ("", "{half", "[]", "[" * 100_000),
        ),
        ("state.json", '{"runs": null}'),
    ],
)
def test_a_garbled_file_says_what_to_do(
    world_env: dict[str, str], folder: Path, name: str, content: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content, "utf-8")
    done = demo(world_env)
    assert done.returncode == 1
    assert "make clean" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_lost_database_is_named(world_env: dict[str, str], folder: Path) -> None:
    memory = {"chain_port": 18545, "api_port": 18080, "runs": 1}
    (folder / "state.json").write_text(json.dumps(memory), "utf-8")
    done = demo(world_env | {"JIAOZI_DEMO_DATABASE": ""})
    assert done.returncode == 1
    assert "bridge.db is gone" in done.stdout
