"""Tests of scripts.setup: done once, done again when it must be, honest when it cannot be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.setup import builds, clean, compiler, console, node
from scripts.setup.console import SetupError, remedy_for, run, stand_in
from scripts.setup.step import Step
from scripts.toolchain import ROOT


class Counting:
    """An action that counts its calls and leaves a file behind."""

    def __init__(self, leaves: Path) -> None:
        self.leaves, self.calls = leaves, 0

    def __call__(self) -> None:
        """Do it once more."""
        self.calls += 1
        self.leaves.touch()


def step_on(tmp_path: Path, action: Counting, *facts: str) -> Step:
    """A step that depends on one file."""
    lock = tmp_path / "lock"
    if not lock.exists():
        lock.write_text("v1")
    stamps = tmp_path / "stamps"
    return Step("it", "it", action, (lock,), facts, (action.leaves,), stamps)


def test_a_step_is_done_once(tmp_path: Path) -> None:
    """What has been done, and is still there, is not done again."""
    step = step_on(tmp_path, Counting(tmp_path / "made"))
    assert not step.is_done()
    step.do()
    assert step.is_done()


def test_a_step_is_done_again_when_its_lock_or_a_fact_changed(tmp_path: Path) -> None:
    """The stamp holds what the result depends on."""
    action = Counting(tmp_path / "made")
    step_on(tmp_path, action).do()
    assert not step_on(tmp_path, action, "another Node").is_done()
    (tmp_path / "lock").write_text("v2")
    assert not step_on(tmp_path, action).is_done()


def test_a_step_is_done_again_when_its_result_is_gone(tmp_path: Path) -> None:
    """A stamp alone proves nothing."""
    action = Counting(tmp_path / "made")
    step = step_on(tmp_path, action)
    step.do()
    action.leaves.unlink()
    assert not step.is_done()


def test_a_step_that_breaks_off_is_not_done(tmp_path: Path) -> None:
    """Neither the first time nor after a time that went well."""
    fine = step_on(tmp_path, Counting(tmp_path / "made"))
    fine.do()

    def breaks() -> None:
        raise SetupError("no network")

    broken = Step("it", "it", breaks, fine.files, (), fine.leaves, fine.stamps)
    with pytest.raises(SetupError, match="no network"):
        broken.do()
    assert not fine.is_done()


def test_a_failed_program_is_told_with_its_last_words(tmp_path: Path) -> None:
    """The error says what ended how, what it said, and what to do."""
    code = "import sys; print('getaddrinfo ENOTFOUND registry'); sys.exit(3)"
    with pytest.raises(SetupError) as caught:
        run([sys.executable, "-c", code], tmp_path / "log" / "it.log")
    text = str(caught.value)
    assert "ended with 3" in text
    assert "ENOTFOUND" in text
    assert "Check the network" in text


def test_a_long_program_shows_that_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dot now and then, so that nobody takes a slow download for a standstill."""
    monkeypatch.setattr(console, "HEARTBEAT_SECONDS", 0.05)
    run([sys.executable, "-c", "import time; time.sleep(0.3)"], tmp_path / "log")
    assert ".." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the locked one"),
        ("error: Failed to fetch: `https://example.org/simple`", "Check the network"),
        ("The virtual environment was not created because ensurepip is not available", "venv"),
        ("npm error code EACCES", "owner of the files"),
        ("error: command 'gcc' failed: No such file or directory", "C compiler"),
    ],
)
def test_known_causes_have_a_remedy(output: str, says: str) -> None:
    """For each the sentence that a person needs."""
    assert says in remedy_for(output)


def test_an_unknown_cause_points_to_the_log(tmp_path: Path) -> None:
    """Rather than guess."""
    assert str(tmp_path) in remedy_for("strange", tmp_path)


def test_a_stand_in_hands_its_arguments_on(tmp_path: Path) -> None:
    """Spaces and quotes survive, in the command's own path too."""
    folder = tmp_path / "a b'c"
    folder.mkdir()
    target = folder / "echo.py"
    target.write_text("import sys; print(sys.argv[1:])")
    command = tmp_path / "echo"
    stand_in(command, sys.executable, target)
    shown = subprocess.run([command, "x y", "'"], capture_output=True, text=True, check=True)
    assert shown.stdout == "['x y', \"'\"]\n"


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("0.8.37+commit.f401782d.Linux.g++", True),
        ("0.8.36+commit.12345678.Linux.g++", False),
        ("0.8.37-nightly.2026.1.1+commit.12345678", False),
        ("0.8.37+commit.f401782d.mod.Linux.g++", False),
    ],
)
def test_only_the_released_compiler_serves(tmp_path: Path, version: str, fits: bool) -> None:
    """Another compiler gives another bytecode."""
    solc = tmp_path / "solc"
    solc.write_text(f"#!/bin/sh\necho solc, the compiler\necho 'Version: {version}'\n")
    solc.chmod(0o755)
    assert compiler.is_release(solc) is fits
    assert not compiler.is_release(tmp_path / "none")


@pytest.mark.parametrize(("version", "fits"), [("20.1.0", True), ("18.19.1", False), ("", False)])
def test_an_old_node_does_not_serve(tmp_path: Path, version: str, fits: bool) -> None:
    """Then PyPI's is installed."""
    command = tmp_path / "node"
    command.write_text(f"#!/bin/sh\nprintf '{version} /real/node'\n")
    command.chmod(0o755)
    assert node.real_node(str(command)) == (Path("/real/node") if fits else None)
    assert node.real_node(None) is None


def test_clean_forgets_what_was_made_and_nothing_else(tmp_path: Path) -> None:
    """A link is removed, not what it leads to."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "kept").mkdir(parents=True)
    root = tmp_path / "checkout"
    for folder in (".demo/bank", ".cache/uv", "api/__pycache__", "deployments"):
        (root / folder).mkdir(parents=True)
    (root / "node_modules").symlink_to(elsewhere)
    for name in ("31337.json", "1.json"):
        (root / "deployments" / name).touch()
    clean.clean(root)
    left = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    assert left == ["api", "deployments", "deployments/1.json"]
    assert (elsewhere / "kept").is_dir()


def test_clean_stops_a_running_demo_and_only_that(tmp_path: Path) -> None:
    """A process id that now belongs to another program is left alone."""
    sleep = "import time; time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", sleep])
    demo = subprocess.Popen([sys.executable, "-c", sleep, "scripts.demo"])
    try:
        deadline = time.monotonic() + 5
        while "scripts.demo" not in clean.command_of(demo.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        (tmp_path / "demo.pid").write_text(f"{other.pid}\n")
        assert clean.stop_demo(tmp_path)
        assert other.poll() is None
        (tmp_path / "demo.pid").write_text(f"{demo.pid}\n")
        assert clean.stop_demo(tmp_path)
        assert demo.wait(timeout=5) != 0
        assert other.poll() is None
    finally:
        for child in (other, demo):
            child.kill()
            child.wait()


def test_builds_of_removed_sources_are_forgotten(tmp_path: Path) -> None:
    """One source gone, and all is compiled anew; nothing gone, and nothing is touched."""
    source = tmp_path / "contracts" / "Kept.sol"
    build = tmp_path / "builds" / "contracts" / "Kept.json"
    for path in (source, build):
        path.parent.mkdir(parents=True)
    source.touch()
    build.write_text(json.dumps({"allSourcePaths": {"1": "contracts/Kept.sol"}}))
    assert not builds.forget_stale(tmp_path / "builds", tmp_path)
    assert build.exists()
    source.unlink()
    assert builds.forget_stale(tmp_path / "builds", tmp_path)
    assert not (tmp_path / "builds").exists()


def test_every_download_is_pinned_by_hash() -> None:
    """What installs the rest is held to the same rule as the rest."""
    for name in ("uv.txt", "node.txt"):
        text = (ROOT / "scripts" / "setup" / name).read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert lines, name
        for line in lines:
            assert re.match(r"[\w-]+==[\d.]+ .*--hash=sha256:[0-9a-f]{64}", line), line
