"""Tests that plain `pip install .` gives working commands, with neither brownie nor uv nor lock."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.toolchain import CACHE, ROOT

SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "wallet", "api")
# Every module is imported, so that a dependency which pyproject.toml forgot is found.
IMPORT_ALL = """
import importlib, pkgutil, sys
for top in ("wallet", "api"):
    package = importlib.import_module(top)
    for module in pkgutil.walk_packages(package.__path__, top + "."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            importlib.import_module(module.name)
assert "site-packages" in package.__file__, package.__file__
found = {"brownie", "solcx", "pytest"}.intersection(sys.modules)
assert not found, found
"""


def run(*argv: str | Path, cwd: Path) -> str:
    """A program's output; a failure shows all that it said."""
    env = {**os.environ, "PIP_CACHE_DIR": str(CACHE / "pip")}
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{argv}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands' folder of a fresh environment that the project was installed into.

    From a copy of what is shipped: setuptools writes its build beside the sources.
    """
    place = tmp_path_factory.mktemp("install")
    for name in SHIPPED:
        source, target = ROOT / name, place / "source" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    run(sys.executable, "-m", "venv", place / "env", cwd=place)
    commands = place / "env" / "bin"
    run(commands / "python", "-m", "pip", "install", "-q", place / "source", cwd=place)
    return commands


@pytest.mark.parametrize("command", ["jiaozi", "jiaozi-bridge"])
def test_the_command_says_its_version(installed: Path, command: str) -> None:
    """Away from the checkout, so that no source there can help out."""
    version = run(
        installed / "python",
        "-c",
        "import importlib.metadata as m; print(m.version('jiaozi'))",
        cwd=installed,
    )
    assert version.strip() in run(installed / command, "--version", cwd=installed)


def test_every_module_can_be_imported(installed: Path) -> None:
    """All dependencies are declared, and none of the build tools is one."""
    run(installed / "python", "-c", IMPORT_ALL, cwd=installed)


def test_the_data_is_installed_too(installed: Path) -> None:
    """ABIs, type markers and migrations: what is not Python is easily left out."""
    (packages,) = (installed.parent / "lib").glob("python*/site-packages")
    for top in ("wallet", "api"):
        files = (path for path in (ROOT / top).rglob("*") if path.is_file())
        ours = {path.relative_to(ROOT) for path in files if "__pycache__" not in path.parts}
        assert [str(path) for path in sorted(ours) if not (packages / path).exists()] == []
