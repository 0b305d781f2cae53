"""Tests of recalls: the shared fixtures with real contracts."""

from tests.api.fixtures import deployed, sqlite_stage, stage

__all__ = ["deployed", "sqlite_stage", "stage"]
