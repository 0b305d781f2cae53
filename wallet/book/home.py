"""Wallet: the directory of one wallet, read and changed safely by several commands at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wallet.book import accounts as accounts_file
from wallet.book.accounts import Account, Accounts
from wallet.book.config import Network
from wallet.book.networks import MAIN, Networks
from wallet.book.records import Book
from wallet.errors import SetupError
from wallet.files import PRIVATE_DIRECTORY_MODE, PRIVATE_MODE, create_private, write_private
from wallet.secret import Secret
from wallet.vault import unseal


class Home:
    """The files of one wallet. SetupError where one is missing or cannot be read."""

    def __init__(self, directory: Path, network: str | None = None) -> None:
        """The wallet of a directory, for the network of this name, or for the one in use."""
        self.directory = directory
        self._chosen = network

    @property
    def exists(self) -> bool:
        """Whether there is a wallet: its vault, or accounts of a kind that needs none.

        Either is the last file that `create` writes.
        """
        return self._path("vault.json").exists() or self._needs_no_vault()

    def _needs_no_vault(self) -> bool:
        try:
            kind = accounts_file.kind_of(self._path("account.json").read_bytes())
        except FileNotFoundError:
            return False
        return kind is not None and kind not in accounts_file.WITH_VAULT

    def create(
        self,
        vault: bytes | None,
        accounts: Accounts,
        network: Network,
        *,
        password: Secret | None = None,
    ) -> None:
        """Write a new wallet; SetupError if there is one already, which is left alone.

        `vault` is None for the kinds that have none; `password` seals private accounts.
        """
        if (vault is None) is accounts.has_vault:
            raise ValueError("a vault, and a kind that has one, go together")
        record = accounts_file.encode(accounts, password)
        with self._locked():
            if self.exists:
                raise SetupError("home.exists", home=self.directory)
            write_private(self._path("config.toml"), Networks({MAIN: network}).to_toml().encode())
            write_private(self._path("book.json"), Book({}).to_json())
            write_private(self._path("account.json"), record)
            if vault is not None:
                create_private(self._path("vault.json"), vault)

    def network(self) -> Network:
        """The network that this home was opened for."""
        return self.networks().pick(self._chosen)

    def networks(self) -> Networks:
        """What config.toml says."""
        try:
            return Networks.from_toml(self._read("config.toml").decode())
        except UnicodeDecodeError as error:
            raise SetupError("config.syntax", reason=str(error)) from error

    def change_networks(self, change: Callable[[Networks], Networks]) -> Networks:
        """Change config.toml under the lock. It is written anew: comments in it are lost."""
        with self._locked():
            networks = change(self.networks())
            write_private(self._path("config.toml"), networks.to_toml().encode())
        return networks

    def change_network(self, change: Callable[[Network], Network]) -> None:
        """Change what config.toml says of the network that this home was opened for."""
        self.change_networks(
            lambda now: now.put(self._chosen or now.used, change(now.pick(self._chosen)))
        )

    def accounts(self, password: Callable[[], Secret] | None = None) -> Accounts:
        """The accounts. `password` is asked only where they are sealed; SecretError without it."""
        return accounts_file.decode(self._read("account.json"), password)

    def account(self, password: Callable[[], Secret] | None = None) -> Account:
        """The account in use, without a password unless the accounts are sealed."""
        return self.accounts(password).chosen

    def change_accounts(
        self,
        change: Callable[[Accounts], Accounts],
        password: Callable[[], Secret] | None = None,
    ) -> Accounts:
        """Change the accounts under the lock: what others wrote meanwhile is kept.

        A file of an older version is written as the newest.
        """
        with self._locked():
            before = self.accounts(password)
            after = change(before)
            key = password() if before.is_private and password is not None else None
            write_private(self._path("account.json"), accounts_file.encode(after, key))
        return after

    def secret(self, password: Secret) -> Secret:
        """What the vault holds: by the wallet's kind, a phrase or a private key's 32 bytes."""
        return unseal(self._read("vault.json"), password)

    def phrase(self, password: Secret) -> Secret:
        """The recovery phrase, out of the vault; SecretError if it does not open.

        SetupError for a wallet that was not made from a phrase.
        """
        self._expect(accounts_file.PHRASE)
        return Secret(self.secret(password).reveal().partition(b"\n")[0])

    def passphrase(self, password: Secret) -> Secret:
        """The BIP-39 passphrase that goes with the phrase; empty where there is none."""
        self._expect(accounts_file.PHRASE)
        return Secret(self.secret(password).reveal().partition(b"\n")[2])

    def _expect(self, kind: str) -> None:
        actual = accounts_file.kind_of(self._read("account.json"))
        if actual != kind:
            raise SetupError("home.no_phrase", kind=actual or "-")

    def book(self) -> Book:
        """What book.json says now of this home's network."""
        return Book.from_json(self._read("book.json"), self.networks().section(self._chosen))

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
