"""Wallet: the directory of one wallet, read and changed safely by several commands at once."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from wallet.address import Address, parse_address
from wallet.book.config import Network
from wallet.book.records import Book
from wallet.errors import AddressError, SetupError
from wallet.files import PRIVATE_DIRECTORY_MODE, PRIVATE_MODE, create_private, write_private
from wallet.secret import Secret
from wallet.strict_json import read_json
from wallet.vault import unseal

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Account:
    """The wallet's account: its first address, that address's path, and the account's xpub."""

    address: Address
    path: str
    xpub: str


class Home:
    """The files of one wallet. SetupError where one is missing or cannot be read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def exists(self) -> bool:
        """Whether there is a wallet: the vault is written last, so it decides."""
        return self._path("vault.json").exists()

    def create(self, vault: bytes, account: Account, network: Network) -> None:
        """Write a new wallet; SetupError if there is one already, which is left alone."""
        with self._locked():
            if self.exists:
                raise SetupError("home.exists", home=self.directory)
            record = {"version": _VERSION, **asdict(account)}
            write_private(self._path("config.toml"), network.to_toml().encode())
            write_private(self._path("account.json"), json.dumps(record, indent=1).encode())
            write_private(self._path("book.json"), Book({}).to_json())
            create_private(self._path("vault.json"), vault)

    def network(self) -> Network:
        """What config.toml says."""
        try:
            return Network.from_toml(self._read("config.toml").decode())
        except UnicodeDecodeError as error:
            raise SetupError("config.syntax", reason=str(error)) from error

    def account(self) -> Account:
        """The account, without a password."""
        try:
            whole = read_json(self._read("account.json"))
            address, path, xpub = whole["address"], whole["path"], whole["xpub"]
            if whole["version"] != _VERSION or not isinstance(path, str):
                raise ValueError("version")  # noqa: TRY301  # told apart by nobody
            return Account(parse_address(address), path, str(xpub))
        except (ValueError, KeyError, TypeError, AddressError) as error:
            raise SetupError("home.account") from error

    def phrase(self, password: Secret) -> Secret:
        """The recovery phrase, out of the vault; SecretError if it does not open."""
        return unseal(self._read("vault.json"), password)

    def book(self) -> Book:
        """What book.json says now."""
        return Book.from_json(self._read("book.json"))

    def update(self, change: Callable[[Book], Book]) -> Book:
        """Change the book under the lock: what others wrote meanwhile is kept."""
        with self._locked():
            book = change(self.book())
            write_private(self._path("book.json"), book.to_json())
        return book

    def _path(self, name: str) -> Path:
        return self.directory / name

    def _read(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            if self.exists:
                raise SetupError("home.file", home=self.directory, file=name) from None
            raise SetupError("home.missing", home=self.directory) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the directory's lock; the system lets it go when this process ends."""
        self.directory.mkdir(mode=PRIVATE_DIRECTORY_MODE, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._path(".lock"), flags, PRIVATE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
