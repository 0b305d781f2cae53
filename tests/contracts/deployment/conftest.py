"""Tests: a folder with the files that the deploy script reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.deployment.support import EUR, keys
from tests.contracts.support import undone


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with roles.json and parameters.json that the script reads; undone on chain, too."""
    (tmp_path / "roles.json").write_text(json.dumps(keys()))
    (tmp_path / "parameters.json").write_text(EUR.read_text())
    monkeypatch.setenv("JIAOZI_ROLES", str(tmp_path / "roles.json"))
    monkeypatch.setenv("JIAOZI_PARAMETERS", str(tmp_path / "parameters.json"))
    monkeypatch.setenv("JIAOZI_DEPLOYMENTS", str(tmp_path / "deployments"))
    monkeypatch.delenv("JIAOZI_DEPLOYER_KEYSTORE", raising=False)
    with undone():
        yield tmp_path
