"""Tests of chain: the shared fixtures with real contracts."""

from tests.api.fixtures import deployed, stage

__all__ = ["deployed", "stage"]
