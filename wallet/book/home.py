"""Wallet: the directory of one wallet, read and changed safely by several commands at once."""

from __future__ import annotations

import os

from wallet.book import accounts as accounts_file
from wallet.errors import SetupError, WrongPassword
from wallet.hints import TYPE_CHECKING

# Reading an address is the quickest command: what else a wallet has is loaded where it is used.
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.book.accounts import Account, Accounts
    from wallet.book.config import Network
    from wallet.book.networks import Networks
    from wallet.book.records import Book
    from wallet.files import Locked
    from wallet.kdf import Argon2id
    from wallet.secret import Secret

# The accounts under a new password, while the vault is not under it yet.
_NEXT = "account.next.json"


class Home:
    """The files of one wallet. SetupError where one is missing or cannot be read."""

    def __init__(self, directory: Path | str, network: str | None = None) -> None:
        """The wallet of a directory, for the network of this name, or for the one in use."""
        #: The directory, as text.
        self.place = os.fspath(directory)
        self._chosen = network

    @property
    def directory(self) -> Path:
        """The directory."""
        from pathlib import Path  # noqa: PLC0415  # slow to load

        return Path(self.place)

    @property
    def exists(self) -> bool:
        """Whether there is a wallet: its vault, or accounts of a kind that needs none.

        Either is the last file that `create` writes.
        """
        return os.access(self._path("vault.json"), os.F_OK) or self._needs_no_vault()

    def _needs_no_vault(self) -> bool:
        try:
            kind = accounts_file.kind_of(self._bytes("account.json"))
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
        from wallet.book.networks import MAIN, Networks  # noqa: PLC0415  # see above
        from wallet.book.records import Book  # noqa: PLC0415  # as above

        config, book = Networks({MAIN: network}).to_toml().encode(), Book({}).to_json()
        self.restore(vault, accounts, config, book, password=password)

    def restore(
        self,
        vault: bytes | None,
        accounts: Accounts,
        config: bytes,
        book: bytes,
        *,
        password: Secret | None = None,
    ) -> None:
        """As `create`, with the bytes of config.toml and book.json of a backup."""
        if (vault is None) is accounts.has_vault:
            raise ValueError("a vault, and a kind that has one, go together")
        record = accounts_file.encode(accounts, password)
        with self._locked():
            if self.exists:
                raise SetupError("home.exists", home=self.directory)
            self._write("config.toml", config)
            self._write("book.json", book)
            self._write("account.json", record)
            if vault is not None:
                from wallet.files import create_private  # noqa: PLC0415  # see above

                create_private(self.directory / "vault.json", vault)

    def other_files(self) -> tuple[bytes, bytes]:
        """The bytes of config.toml and book.json, as a backup keeps them."""
        return self._read("config.toml"), self._read("book.json")

    def network(self) -> Network:
        """The network that this home was opened for."""
        return self.networks().pick(self._chosen)

    def networks(self) -> Networks:
        """What config.toml says."""
        from wallet.book.networks import Networks  # noqa: PLC0415  # see above

        try:
            return Networks.from_toml(self._read("config.toml").decode())
        except UnicodeDecodeError as error:
            raise SetupError("config.syntax", reason=str(error)) from error

    def change_networks(self, change: Callable[[Networks], Networks]) -> Networks:
        """Change config.toml under the lock. It is written anew: comments in it are lost."""
        with self._locked():
            networks = change(self.networks())
            self._write("config.toml", networks.to_toml().encode())
        return networks

    def change_network(self, change: Callable[[Network], Network]) -> None:
        """Change what config.toml says of the network that this home was opened for."""
        self.change_networks(
            lambda now: now.put(self._chosen or now.used, change(now.pick(self._chosen)))
        )

    def accounts(self, password: Callable[[], Secret] | None = None) -> Accounts:
        """The accounts. `password` is asked only where they are sealed; SecretError without it."""
        data = self._read("account.json")
        if password is None or not os.access(self._path(_NEXT), os.F_OK):
            return accounts_file.decode(data, password)
        # A change of the password was stopped between its files: the vault says which is valid.
        self.secret(password())
        try:
            return accounts_file.decode(data, password)
        except WrongPassword:
            return accounts_file.decode(self._bytes(_NEXT), password)

    def change_password(self, old: Secret, new: Secret, cost: Argon2id) -> None:
        """Seal what is sealed under another password; a stop leaves either the old or the new.

        SetupError for a wallet in which nothing is sealed.
        """
        from wallet.vault import seal  # noqa: PLC0415  # see above

        with self._locked():
            accounts = self.accounts(lambda: old)
            if not accounts.has_vault and not accounts.is_private:
                raise SetupError("password.nothing", kind=accounts.kind)
            record = accounts_file.encode(accounts, new) if accounts.is_private else None
            if accounts.has_vault:
                sealed = seal(self.secret(old), new, cost=cost)
                if record is not None:
                    self._write(_NEXT, record)
                self._write("vault.json", sealed)
            if record is not None:
                self._write("account.json", record)
                if accounts.has_vault:
                    os.unlink(self._path(_NEXT))  # noqa: PTH108  # pathlib is slow to load

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
            self._write("account.json", accounts_file.encode(after, key))
        return after

    def secret(self, password: Secret) -> Secret:
        """What the vault holds: by the wallet's kind, a phrase or a private key's 32 bytes."""
        from wallet.vault import unseal  # noqa: PLC0415  # see above

        return unseal(self._read("vault.json"), password)

    def phrases(self, password: Secret) -> tuple[Secret, Secret]:
        """The recovery phrase, and the BIP-39 passphrase that goes with it (empty for none).

        SecretError if the vault does not open; SetupError for a wallet that was not made from a
        phrase.
        """
        from wallet.secret import Secret  # noqa: PLC0415  # see above

        self._expect(accounts_file.PHRASE)
        phrase, _, passphrase = self.secret(password).reveal().partition(b"\n")
        return Secret(phrase), Secret(passphrase)

    def phrase(self, password: Secret) -> Secret:
        """The recovery phrase alone; see `phrases`."""
        return self.phrases(password)[0]

    def passphrase(self, password: Secret) -> Secret:
        """The BIP-39 passphrase alone; see `phrases`."""
        return self.phrases(password)[1]

    def _expect(self, kind: str) -> None:
        actual = accounts_file.kind_of(self._read("account.json"))
        if actual != kind:
            raise SetupError("home.no_phrase", kind=actual or "-")

    def book(self) -> Book:
        """What book.json says now of this home's network."""
        from wallet.book.records import Book  # noqa: PLC0415  # see above

        return Book.from_json(self._read("book.json"), self.networks().section(self._chosen))

    def update(self, change: Callable[[Book], Book]) -> Book:
        """Change the book under the lock: what others wrote meanwhile is kept."""
        with self._locked():
            book = change(self.book())
            self._write("book.json", book.to_json())
        return book

    def _path(self, name: str) -> str:
        return f"{self.place}/{name}"

    def _write(self, name: str, data: bytes) -> None:
        from wallet.files import write_private  # noqa: PLC0415  # see above

        write_private(self.directory / name, data)

    def _bytes(self, name: str) -> bytes:
        with open(self._path(name), "rb") as file:  # noqa: PTH123  # pathlib is slow to load
            return file.read()

    def _read(self, name: str) -> bytes:
        try:
            return self._bytes(name)
        except FileNotFoundError:
            if self.exists:
                raise SetupError("home.file", home=self.directory, file=name) from None
            raise SetupError("home.missing", home=self.directory) from None

    def _locked(self) -> Locked:
        """Hold the directory's lock; the system lets it go when this process ends."""
        from wallet.files import Locked  # noqa: PLC0415  # see above

        return Locked(self.directory)
