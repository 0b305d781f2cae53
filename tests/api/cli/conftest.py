"""Tests of the bridge: this room's tests begin with empty databases."""

from tests.api.empty_databases import postgres_url, sqlite_url

__all__ = ["postgres_url", "sqlite_url"]
