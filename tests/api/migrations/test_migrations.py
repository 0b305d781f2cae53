"""Tests of the migrations: they make exactly the tables that the rooms describe, on both stores."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Inspector, inspect, text

from api.kernel import postgresql
from api.kernel.database import Database
from api.kernel.errors import Misconfigured, Unavailable
from api.migrations import current, newest, require_current, upgrade
from api.migrations.schema import metadata


@pytest.fixture
def plain(database_url: str) -> Iterator[Database]:
    """An empty database."""
    made = Database(database_url)
    yield made
    made.close()


def shape(connection: Connection) -> dict[str, Any]:
    """Everything that the store itself can tell of its tables."""
    found: Inspector = inspect(connection)
    names = [name for name in found.get_table_names() if name != "alembic_version"]
    return {
        name: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c.get("default") is not None)
                for c in found.get_columns(name)
            },
            "primary": found.get_pk_constraint(name),
            "unique": _sorted(found.get_unique_constraints(name)),
            "indexes": _sorted(found.get_indexes(name)),
            "foreign": _sorted(found.get_foreign_keys(name)),
            "checks": _sorted(found.get_check_constraints(name)),
        }
        for name in sorted(names)
    }


def _sorted(found: Any) -> list[str]:
    # as text: a partial index's condition is an object that compares by identity
    return sorted(json.dumps(item, sort_keys=True, default=str) for item in found)


def test_migrated_equals_described(database_url: str, plain: Database) -> None:
    """Column by column, index by index, check by check; and as alembic compares them."""
    with plain.transaction() as connection:
        metadata.create_all(connection)
        described = shape(connection)
        metadata.drop_all(connection)
    upgrade(database_url)
    with plain.transaction() as connection:
        assert shape(connection) == described
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_difference_would_be_seen(database_url: str, plain: Database) -> None:
    """The control of the test above: a missing column, index or check shows."""
    with plain.transaction() as connection:
        metadata.create_all(connection)
        described = shape(connection)
        metadata.drop_all(connection)
    upgrade(database_url)
    for change in (
        "DROP INDEX uq_deposits_line_id",
        "ALTER TABLE links DROP COLUMN reason",
        "ALTER TABLE deposits ADD COLUMN extra INTEGER",
    ):
        with plain.engine.begin() as connection:
            connection.execute(text(change))
            assert shape(connection) != described
            connection.rollback()


def test_upgrading_twice_changes_nothing(database_url: str, plain: Database) -> None:
    """The second run finds the newest step."""
    assert upgrade(database_url) == newest()
    with plain.transaction() as connection:
        connection.execute(text("INSERT INTO counters (name, last) VALUES ('kept', 7)"))
    assert upgrade(database_url) == newest()
    with plain.reading() as connection:
        assert connection.execute(text("SELECT last FROM counters")).scalar_one() == 7


def test_processes_that_start_together_upgrade_once(database_url: str) -> None:
    """One migrates, the others wait and find it done."""
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(upgrade, [database_url] * 6)) == {newest()}


def test_an_upgrade_waits_for_another_as_long_as_it_takes(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And may think in between: the limits of other transactions are not for it."""
    monkeypatch.setattr(postgresql, "_LOCKED", timedelta(milliseconds=1))
    monkeypatch.setattr(postgresql, "_IDLE", timedelta(milliseconds=500))
    real = Config.set_main_option

    def slowly(config: Config, *given: str) -> None:
        time.sleep(1.5)
        real(config, *given)

    monkeypatch.setattr(Config, "set_main_option", slowly)
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(upgrade, [postgres_url] * 2)) == {newest()}


def test_a_failed_step_leaves_nothing(database_url: str, plain: Database) -> None:
    """All steps are one transaction: a half-made schema cannot be met."""
    with plain.transaction() as connection:
        connection.execute(text("CREATE TABLE deposits (id INTEGER)"))
    with pytest.raises(Exception, match="deposits"):
        upgrade(database_url)
    with plain.reading() as connection:
        assert inspect(connection).get_table_names() == ["deposits"]


def test_an_older_database_is_refused(database_url: str, plain: Database) -> None:
    """With the command that mends it."""
    with pytest.raises(Misconfigured, match="jiaozi-bridge migrate"):
        require_current(plain)
    upgrade(database_url)
    require_current(plain)
    with plain.reading() as connection:
        assert current(connection) == newest()


def test_the_steps_are_one_chain() -> None:
    """No branches: each step has one successor."""
    directory = ScriptDirectory("api/migrations")
    assert len(directory.get_heads()) == 1
    assert len(directory.get_bases()) == 1
    assert all(not script.is_branch_point for script in directory.walk_revisions())


def test_no_database_is_said_plainly() -> None:
    """Nothing listens there."""
    with pytest.raises(Unavailable, match="did not answer"):
        upgrade("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
