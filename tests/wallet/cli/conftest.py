"""Fixtures of the commands' tests."""

from __future__ import annotations

import pytest

from wallet import kdf


@pytest.fixture(autouse=True)
def _cheap_vaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command seals costs next to nothing; tests of `wallet.vault` pay the real price."""
    monkeypatch.setattr(kdf, "USUAL", kdf.Argon2id(8, 1, 1))
