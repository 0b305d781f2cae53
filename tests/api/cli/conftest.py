"""Tests of the bridge's command: empty databases, and the shared fixtures with real contracts."""

from tests.api.empty_databases import postgres_url, sqlite_url
from tests.api.fixtures import deployed

__all__ = ["deployed", "postgres_url", "sqlite_url"]
