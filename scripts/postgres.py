"""Scripts: a real PostgreSQL server for as long as it is needed, from the machine's own programs.

It listens on a Unix socket only, in a folder that nobody else can enter, so there is no port to
collide on and no password to leak. PostgreSQL refuses to run as root: root's server runs as
`postgres`, or else `nobody`. `python -m scripts.postgres` starts one by hand.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from scripts.processes import StartError, stop, tied, wait_until

START_SECONDS = 30.0
OWNER = "jiaozi"
PROGRAMS = ("initdb", "postgres", "createdb", "dropdb", "pg_isready")
PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")
REMEDY = (
    "no PostgreSQL server is installed: on Debian or Ubuntu `apt install postgresql`, on macOS "
    "`brew install postgresql`. It is only run for the tests, never as a service."
)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(folder)))


def programs_folder(places: Sequence[str] = PLACES) -> Path:
    """The folder of the newest installed server's programs. Raises StartError."""
    folders = [found for place in places for found in Path("/").glob(place.lstrip("/"))]
    folders.sort(key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if all((folder / name).exists() for name in PROGRAMS):
            return folder
    raise StartError(REMEDY)


@dataclass(frozen=True)
class _User:
    """Who the server runs as: ourselves (all None), unless we are root."""

    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] | None = None


def _runs_as() -> _User:
    if os.geteuid() != 0:
        return _User()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _User(entry.pw_uid, entry.pw_gid, ())
    raise StartError("PostgreSQL cannot run as root, and there is no user postgres or nobody")


@dataclass(frozen=True)
class PostgresServer:
    """A running server; each database it gives is new and empty."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int]

    def create_database(self, like: str | None = None) -> str:
        """Make an empty database, or a copy of the one at the URL `like`; its SQLAlchemy URL."""
        name = f"test{next(self._numbers)}"
        argv: list[str | Path] = [self.programs / "createdb", "-h", self.folder, "-U", OWNER, name]
        if like is not None:
            argv += ["-T", _name_of(like)]
        made = subprocess.run(argv, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise StartError(f"createdb failed: {made.stderr.strip()}")
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    @contextmanager
    def database(self, like: str | None = None) -> Iterator[str]:
        """The same for as long as it is needed: hundreds of them would fill a disk."""
        url = self.create_database(like)
        try:
            yield url
        finally:
            self._drop(_name_of(url))

    def _drop(self, name: str) -> None:
        argv: list[str | Path] = [self.programs / "dropdb", "-h", self.folder, "-U", OWNER, name]
        # a test may have killed its processes a moment ago, and the server not noticed yet
        done = subprocess.run([*argv, "--force"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StartError(f"dropdb failed: {done.stderr.strip()}")


def _name_of(url: str) -> str:
    return url.rpartition("@/")[2].partition("?")[0]


def _short_folder() -> Path:
    """A folder whose path leaves room for a socket's name (about 100 characters in all)."""
    place = "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108 - mkdtemp makes it private
    return Path(tempfile.mkdtemp(prefix="jiaozi-pg-", dir=place))


def _make_cluster(folder: Path, programs: Path, user: _User) -> None:
    """Let initdb write the data folder, as the unprivileged user."""
    if user.uid is not None and user.gid is not None:
        os.chown(folder, user.uid, user.gid)
    argv: list[str | Path] = [programs / "initdb", "-D", folder / "data", "-U", OWNER]
    made = subprocess.run(
        [*argv, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True,
        text=True,
        cwd=folder,
        user=user.uid,
        group=user.gid,
        extra_groups=user.groups,
        check=False,
    )
    if made.returncode != 0:
        raise StartError(f"initdb failed: {made.stderr.strip()[-600:]}")


def _serve(
    folder: Path, programs: Path, user: _User, log: Path, *, durable: bool
) -> subprocess.Popen[bytes]:
    """Start the server on its socket in `folder`, as the unprivileged user."""
    argv: list[str | Path] = [programs / "postgres", "-D", folder / "data", "-k", folder]
    # processes are killed in tests, machines are not: the kernel keeps what was written
    fsync = f"fsync={'on' if durable else 'off'}"
    with log.open("wb") as sink:
        return subprocess.Popen(
            tied([*argv, "-c", "listen_addresses=", "-c", fsync], on_death="INT"),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=folder,
            user=user.uid,
            group=user.gid,
            extra_groups=user.groups,
        )


@contextmanager
def start_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a new, empty server until the block ends, then remove all of it. Raises StartError.

    A `durable` one waits for the disk at each commit, as a bank's does.
    """
    programs, user = programs_folder(), _runs_as()
    folder = _short_folder()
    log = folder / "log"
    ask: list[str | Path] = [programs / "pg_isready", "-q", "-h", folder, "-U", OWNER]

    def answers() -> bool:
        return subprocess.run(ask, check=False).returncode == 0

    try:
        _make_cluster(folder, programs, user)
        child = _serve(folder, programs, user, log, durable=durable)
        try:
            if not wait_until(answers, child, START_SECONDS):
                tail = log.read_text(errors="replace")[-600:]
                raise StartError(f"PostgreSQL did not start:\n{tail}")
            yield PostgresServer(folder, programs, child, count(1))
        finally:
            stop(child, signal.SIGINT)  # "fast": ends sessions, keeps the data sound
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Start a server, print the URL of an empty database, and hold it until Ctrl-C."""
    try:
        with start_postgres() as server, contextlib.suppress(KeyboardInterrupt):
            print(server.create_database(), flush=True)
            signal.pause()
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
