"""Tests of faults, row 5: the database's disk is full, or does not keep what it was given.

A full disk is a real one: of this process's files for SQLite, a small file system of its own for
PostgreSQL where this user may mount one. That writing through to the disk fails (fsync, EIO) cannot
be had from a kernel without a device for it: there the driver says so at the commit, before it or
after. A PostgreSQL server ends itself then, and recovers: it is made to, by killing a backend.
"""

from __future__ import annotations

import os
import pwd
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from api.kernel.errors import Broken, Unavailable
from scripts.postgres import PostgresServer
from tests.api.stage import Stage
from tests.api.world import ADA
from tests.faults.kills import Kills
from tests.faults.oracles import judge
from tests.faults.runs import gather, tell
from tests.faults.story import Story
from tests.faults.test_database import (
    administering,
    careless,
    failing_commits,
    hang_up,
    outside,
    queue_something,
    rounds,
)

DISK = 24 << 20


def disk_error(stage: Stage) -> Exception:
    """As the store's driver says that a write did not reach the disk."""
    if stage.parts.bridge.database.is_sqlite:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        return error
    return psycopg.errors.IoError("could not fsync file: Input/output error")


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_does_not_reach_the_disk(stage: Stage, texts: list[str], when: str) -> None:
    """503 and nothing sent while it lasts; then everything goes on from what the disk has."""
    story = Story(stage)
    for _ in range(3):
        rounds(stage, story, 3)
        before = outside(stage)
        with failing_commits(disk_error(stage), when) as failed:
            for _ in range(3):
                stage.worker.cycle()
            answer = stage.post("/v1/links", stage.link_body(ADA))
            assert answer.status_code == 503, answer.text
        assert len(failed) > 3
        if when == "before":
            assert outside(stage) == before
        stage.restart()
    tell(stage, story, Kills())
    assert judge(gather(stage, story, texts)) == []


def test_without_heeding_the_commit_something_would_be_sent(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a commit that failed is taken for done, and the chain hears of it."""
    stage = sqlite_stage
    before = queue_something(stage)
    with failing_commits(disk_error(stage), "before"):
        stage.worker.cycle()
    assert outside(stage) == before
    stage.restart()
    careless(monkeypatch, lambda: failing_commits(disk_error(stage), "before"))
    with suppress(Broken):  # it is found out in the next step, and has been sent
        stage.worker.cycle()
    assert outside(stage) != before


@contextmanager
def small_disk(stage: Stage, folder: Path) -> Iterator[Path | None]:
    """The PostgreSQL database on a file system of its own; None where none may be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "jiaozi-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        stage.close()
        with administering(stage) as (say, name):
            say(f"CREATE TABLESPACE small LOCATION '{folder}'")
            hang_up(say, name)
            say(f'ALTER DATABASE "{name}" SET TABLESPACE small')
            stage.restart()
            try:
                yield folder
            finally:
                stage.close()
                hang_up(say, name)
                say(f'ALTER DATABASE "{name}" SET TABLESPACE pg_default')
                say("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte is left."""
    waste = folder / "waste"
    with waste.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 65_536):
            pass
    try:
        yield
    finally:
        waste.unlink()


def test_a_full_disk_of_a_server(
    postgres_url: str, deployed: Any, tmp_path: Path, texts: list[str]
) -> None:
    """What fits in half-filled pages is stored, the rest is refused: 503, and nothing is lost."""
    place = Path("/tmp") / f"jiaozi-disk-{os.getpid()}"
    stage = Stage(deployed, postgres_url, tmp_path)
    try:
        with small_disk(stage, place) as disk:
            story = Story(stage)
            for _ in range(3):
                rounds(stage, story, 3)
                with filled(disk) if disk else failing_commits(disk_error(stage), "before"):
                    for _ in range(6):
                        with suppress(Unavailable):  # of what an operator does without HTTP
                            rounds(stage, story, 1)
            tell(stage, story, Kills())
            assert judge(gather(stage, story, texts)) == []
            if disk:
                assert any("No space left on device" in line for line in texts)
    finally:
        stage.close()
        place.rmdir()


def test_a_server_that_ends_itself_and_recovers(
    postgres_url: str,
    postgres_server: PostgresServer,
    deployed: Any,
    tmp_path: Path,
    texts: list[str],
) -> None:
    """As it does when its log cannot be written through: a backend dies, all begin again."""
    stage = Stage(deployed, postgres_url, tmp_path)
    story = Story(stage)
    for _ in range(4):
        rounds(stage, story, 3)
        other = psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)
        with suppress(Unavailable), stage.parts.bridge.database.transaction() as connection:
            connection.execute(text("UPDATE counters SET last = last + 1000"))
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            os.kill(int(pid), signal.SIGKILL)
            connection.execute(text("SELECT 1"))
        stage.worker.cycle()
        with suppress(psycopg.OperationalError):  # all connections end with it, this one too
            while other.execute("SELECT 1"):
                time.sleep(0.05)
        while subprocess.run(
            [postgres_server.programs / "pg_isready", "-q", "-h", postgres_server.folder],
            check=False,
        ).returncode:
            time.sleep(0.1)
        stage.restart()
    tell(stage, story, Kills())
    assert judge(gather(stage, story, texts)) == []
    stage.close()
