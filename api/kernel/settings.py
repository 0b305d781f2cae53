"""Kernel: the bridge's settings, read once from one TOML file.

Every value is checked when it is read; a wrong one is named with its remedy. Paths are relative
to the file. Secrets are never in the file: it names files that hold them, readable by the bridge
alone. `docs/guide/configuration.md` shows a whole file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.kernel.errors import Misconfigured
from api.kernel.groups import (
    GWEI,
    MOST_MINOR,
    BankSettings,
    ChainSettings,
    KeySettings,
    PayoutSettings,
)
from api.kernel.operators import is_operator_name, operator_digests
from wallet.secret import Secret

__all__ = [
    "BankSettings",
    "ChainSettings",
    "KeySettings",
    "PayoutSettings",
    "Secrets",
    "Settings",
    "load",
    "load_reference_key",
    "load_secrets",
    "read_secret",
]

ENV_CONFIG = "JIAOZI_BRIDGE_CONFIG"
ENV_DATABASE = "JIAOZI_DATABASE_URL"
DEFAULT_FILE = "bridge.toml"

MAX_DEPTH = 10_000
MIN_SECRET = 32
"""Characters that the bridge's own secrets have at least."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the bridge's processes need to know, checked."""

    database_url: str
    chain: ChainSettings
    bank: BankSettings
    keys: Mapping[str, KeySettings]
    operator_token_file: Path
    reference_key_file: Path
    """The key under which bank line ids become the references that the chain sees."""
    http_host: str
    http_port: int
    redemption_fee: int
    """Minor units taken from each redemption; what is paid out is the amount less this."""
    attest_every: timedelta
    attest_files: tuple[Path, ...] = ()
    """Directories with files of the bank that the attestor reads beside the bank's own archive."""
    operators: Mapping[str, Path] = field(default_factory=dict)
    """The operators by name, each with the file of their token or of its hash."""
    payouts: PayoutSettings = field(default_factory=PayoutSettings)
    metrics_token_file: Path | None = None
    """Whoever shows this token sees GET /metrics; None: nobody does."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the files hold that the settings name; it prints nothing of it."""

    operator_token: Secret
    reference_key: Secret
    operators: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """SHA-256 of each named operator's token."""
    metrics_token: Secret | None = None


def load_secrets(settings: Settings) -> Secrets:
    """Read the bridge's own secrets; `Misconfigured` for a missing, empty or short one."""
    shared = _long_secret(settings.operator_token_file, "access.operator_token_file")
    return Secrets(
        operator_token=shared,
        reference_key=load_reference_key(settings),
        operators=operator_digests(
            {
                name: read_secret(file, f"operators.{name}.token_file")
                for name, file in settings.operators.items()
            },
            shared=shared.reveal().decode(),
            shortest=MIN_SECRET,
        ),
        metrics_token=None
        if settings.metrics_token_file is None
        else _long_secret(settings.metrics_token_file, "metrics.token_file"),
    )


def load_reference_key(settings: Settings) -> Secret:
    """The key under which lines become references. Errors as for `load_secrets`."""
    return _long_secret(settings.reference_key_file, "deposits.reference_key_file")


def _long_secret(file: Path, field: str) -> Secret:
    text = read_secret(file, field)
    if len(text) < MIN_SECRET:
        raise Misconfigured(
            field,
            f"The secret in the file for {field} is shorter than {MIN_SECRET} characters.",
            remedy="Write a random one, for example the output of: openssl rand -hex 32.",
        )
    return Secret(text.encode())


def load(path: Path | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """Read `path`, else the file that JIAOZI_BRIDGE_CONFIG names, else ./bridge.toml."""
    file = path or Path(env.get(ENV_CONFIG, DEFAULT_FILE))
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured(
            "config",
            f"There is no settings file at {file}.",
            remedy=f"Give one with --config FILE or {ENV_CONFIG}=FILE.",
        ) from error
    except OSError as error:
        raise Misconfigured(
            "config",
            f"The settings file {file} cannot be read ({error.strerror}).",
            remedy="Name a file, and let the bridge read it.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            "config", f"{file} is not valid TOML: {error}.", remedy="Mend that line."
        ) from error
    reader = _Reader(data, file.resolve().parent)
    settings = reader.settings(env)
    reader.require_known()
    return settings


def read_secret(file: Path, field: str) -> str:
    """The one-line secret in `file`, without its line end; an empty one is refused."""
    try:
        secret = file.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise Misconfigured(
            field,
            f"The file for {field} cannot be read ({error.strerror}): {file}.",
            remedy="Create it, readable by the bridge alone (chmod 600).",
        ) from error
    except UnicodeDecodeError as error:
        raise Misconfigured(
            field,
            f"The file for {field} is no text in UTF-8: {file}.",
            remedy="Write the secret as text, for example the output of: openssl rand -hex 32.",
        ) from error
    if not secret:
        raise Misconfigured(
            field, f"The file for {field} is empty: {file}.", remedy="Write the secret into it."
        )
    return secret


class _Reader:
    """Walks the parsed TOML and names a setting by its full path when it is wrong."""

    def __init__(self, data: Mapping[str, Any], base: Path) -> None:
        self._data = data
        self._base = base
        # it is not asked for when the environment names the database
        self._asked = {"database.url"}

    def settings(self, env: Mapping[str, str]) -> Settings:
        return Settings(
            database_url=env.get(ENV_DATABASE) or self._database_url(),
            chain=self._chain(),
            bank=BankSettings(
                adapter=self._one_of("bank.adapter", ("simulated", "files")),
                path=self._path("bank.path"),
                reserve_account=self._text("bank.reserve_account"),
                reserve_owner=self._text("bank.reserve_owner"),
                bic=self._text("bank.bic"),
                cut_off=self._time("bank.cut_off", "16:00"),
                time_zone=self._time_zone("bank.time_zone", "UTC"),
                holidays=self._days("bank.holidays"),
                signers=self._paths("bank.signers"),
            ),
            keys=self._keys(),
            operator_token_file=self._path("access.operator_token_file"),
            reference_key_file=self._path("deposits.reference_key_file"),
            http_host=self._text("http.host", "127.0.0.1"),
            http_port=self._whole("http.port", 1, 65_535, 8080),
            redemption_fee=self._whole("redemption.fee", 0, 10**12, 0),
            attest_every=timedelta(seconds=self._whole("attest.every_seconds", 1, 86_400, 60)),
            attest_files=self._paths("attest.files"),
            payouts=PayoutSettings(
                most_payments=self._whole("payouts.most_payments", 1, 10_000, 500),
                file_total=self._whole("payouts.file_total", 0, MOST_MINOR, MOST_MINOR),
                day_total=self._whole("payouts.day_total", 0, MOST_MINOR, MOST_MINOR),
                park_after=timedelta(
                    minutes=self._whole("payouts.park_after_minutes", 1, 100_000, 60)
                ),
            ),
            operators=self._operators(),
            metrics_token_file=self._path("metrics.token_file")
            if self._find("metrics.token_file", "")
            else None,
        )

    def require_known(self) -> None:
        """`Misconfigured` for what nobody asked for: misspelt, a ceiling would be none at all."""
        unknown = sorted(self._unknown(self._data, ""))
        if not unknown:
            return
        near = get_close_matches(unknown[0], sorted(self._asked), 1)
        raise Misconfigured(
            unknown[0],
            f"The settings file has what is no setting: {', '.join(unknown)}.",
            remedy=f"Perhaps it should be {near[0]}: mend its spelling, or take it out."
            if near
            else "Mend its spelling, or take it out.",
        )

    def _unknown(self, table: Mapping[str, Any], prefix: str) -> Iterator[str]:
        for key, value in table.items():
            name = f"{prefix}{key}"
            within = any(asked.startswith(f"{name}.") for asked in self._asked)
            if isinstance(value, dict) and within:
                yield from self._unknown(value, f"{name}.")
            elif name not in self._asked:
                yield name

    def _chain(self) -> ChainSettings:
        return ChainSettings(
            rpc_url=self._text("chain.rpc_url"),
            deployment=self._path("chain.deployment"),
            depth=self._whole("chain.depth", 0, MAX_DEPTH),
            poll=timedelta(milliseconds=self._whole("chain.poll_ms", 10, 60_000, 500)),
            more_nodes=self._texts("chain.more_nodes"),
            payouts_wait_for=self._one_of(
                "chain.payouts_wait_for", ("finalized", "depth"), "finalized"
            ),
            fee_ceiling=GWEI * self._whole("chain.fee_ceiling_gwei", 1, 10**9, 500),
            bump_after=timedelta(seconds=self._whole("chain.bump_after_seconds", 1, 86_400, 30)),
            bump_after_blocks=self._whole("chain.bump_after_blocks", 1, 10_000, 3),
            lag=self._whole("chain.max_lag_blocks", 1, 10_000, 20),
            max_skew=timedelta(seconds=self._whole("chain.max_skew_seconds", 1, 10**9, 300)),
        )

    def _database_url(self) -> str:
        url = self._text("database.url")
        prefix = "sqlite:///"
        if url.startswith(prefix) and not url.startswith(prefix + "/"):
            return prefix + str(self._base / url.removeprefix(prefix))
        return url

    def _keys(self) -> Mapping[str, KeySettings]:
        keys = self._find("keys", {})
        if not isinstance(keys, dict):
            raise self._wrong("keys", "must be a table of tables", "Write [keys.operator] …")
        return {
            name: KeySettings(
                keystore=self._path(f"keys.{name}.keystore"),
                password_file=self._path(f"keys.{name}.password_file"),
            )
            for name in keys
        }

    def _operators(self) -> Mapping[str, Path]:
        operators = self._find("operators", {})
        if not isinstance(operators, dict):
            raise self._wrong("operators", "must be a table of tables", "Write [operators.ada] …")
        for name in operators:
            if not is_operator_name(name):
                raise self._wrong(
                    f"operators.{name}",
                    "is no name of a person",
                    "Use lower-case letters, digits, dots and dashes, beginning with a letter.",
                )
        return {name: self._path(f"operators.{name}.token_file") for name in operators}

    def _find(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        value: Any = self._data
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            if default is None:
                raise self._wrong(name, "is missing", "Add it to the settings file.")
            return default
        return value

    def _text(self, name: str, default: str | None = None) -> str:
        value = self._find(name, default)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(name, "must be a text that is not empty", "Put it in quotes.")
        return value

    def _path(self, name: str) -> Path:
        return self._base / Path(self._text(name)).expanduser()

    def _paths(self, name: str) -> tuple[Path, ...]:
        return tuple(self._base / Path(each).expanduser() for each in self._texts(name))

    def _whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self._find(name, default)
        if type(value) is not int or not low <= value <= high:
            raise self._wrong(
                name, f"must be a whole number from {low} to {high}", "Write it without quotes."
            )
        return value

    def _texts(self, name: str) -> tuple[str, ...]:
        values = self._find(name, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise self._wrong(name, "must be a list of texts", 'Write ["…", "…"].')
        return tuple(values)

    def _time(self, name: str, default: str) -> time:
        value = self._text(name, default)
        try:
            found = time.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            raise self._wrong(name, f"is «{value}», no time of day", 'Write "16:00", in quotes.')
        return found

    def _time_zone(self, name: str, default: str) -> ZoneInfo:
        value = self._text(name, default)
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise self._wrong(
                name, f"is «{value}», which is no time zone", 'Write "Europe/Berlin", say.'
            ) from error

    def _days(self, name: str) -> frozenset[date]:
        value = self._find(name, [])
        if not isinstance(value, list) or not all(type(day) is date for day in value):
            raise self._wrong(name, "must be a list of dates", "Write [2026-12-25], no quotes.")
        return frozenset(value)

    def _one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self._text(name, default)
        if value not in choices:
            raise self._wrong(name, f"is «{value}»", f"Write one of: {', '.join(choices)}.")
        return value

    def _wrong(self, name: str, problem: str, remedy: str) -> Misconfigured:
        return Misconfigured(name, f"Setting {name} {problem}.", remedy=remedy)
