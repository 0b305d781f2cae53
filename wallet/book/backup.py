"""Wallet: a whole wallet in one sealed file: its secret, accounts, networks, contacts and orders.

The file is a vault (`wallet.vault`) around canonical JSON, so that no bit of it can change
unseen. It opens with the password that the wallet had when the backup was made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wallet.book.accounts import KEY, PHRASE, Accounts
from wallet.errors import DamagedFile, SetupError, WrongPassword
from wallet.hd import PrivateNode
from wallet.mnemonic import seed
from wallet.path import Path
from wallet.secret import Secret
from wallet.signer import LocalSigner
from wallet.strict_json import read_json
from wallet.vault import seal, unseal

if TYPE_CHECKING:
    from wallet.address import Address
    from wallet.book.home import Home

_FORMAT: Final = "jiaozi-backup-1"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a wallet consists of; `secret` is the vault's contents, None where there is no vault.

    `config` and `book` are the bytes of config.toml and book.json.
    """

    accounts: Accounts
    secret: Secret | None
    config: bytes
    book: bytes

    @classmethod
    def of(cls, home: Home, password: Secret) -> Backup:
        """The backup of a wallet; SecretError if the password does not open it."""
        accounts = home.accounts(lambda: password)
        secret = home.secret(password) if accounts.has_vault else None
        return cls(accounts, secret, *home.other_files())

    def to_file(self, password: Secret) -> bytes:
        """The sealed file."""
        whole = {
            "format": _FORMAT,
            "accounts": self.accounts.to_dict(),
            "private": self.accounts.is_private,
            "secret": None if self.secret is None else self.secret.reveal().hex(),
            "config": self.config.decode(),
            "book": self.book.decode(),
        }
        return seal(Secret(json.dumps(whole).encode()), password)

    @classmethod
    def from_file(cls, data: bytes, password: Secret) -> Backup:
        """Open a sealed file: WrongPassword, or DamagedFile if it is no backup of a wallet."""
        inside: bytes | None = None
        try:
            inside = unseal(data, password).reveal()
            whole: dict[str, Any] = read_json(inside)
            if whole["format"] != _FORMAT:
                raise DamagedFile("backup.damaged")  # noqa: TRY301  # told apart by nobody
            secret = whole["secret"]
            backup = cls(
                Accounts.from_dict(whole["accounts"], is_private=whole["private"] is True),
                None if secret is None else Secret(bytes.fromhex(secret)),
                whole["config"].encode(),
                whole["book"].encode(),
            )
        except WrongPassword:
            raise WrongPassword("backup.password") from None
        except (DamagedFile, SetupError, ValueError, KeyError, TypeError, AttributeError):
            # What was read may be a secret: the error does not go on from what could show it.
            raise DamagedFile("backup.damaged") from None
        if (backup.secret is not None) is not backup.accounts.has_vault:
            raise DamagedFile("backup.damaged")
        return backup

    def rehearsed(self) -> list[tuple[Address, Address]]:
        """Each account's address as it is written, and as the secret gives it anew."""
        return [(entry.address, made) for entry, made in zip(
            self.accounts.entries, addresses(self.secret, self.accounts), strict=True
        )]  # fmt: skip


def addresses(secret: Secret | None, accounts: Accounts) -> list[Address]:
    """The addresses of all accounts, made anew from the vault's contents.

    Where there is no secret there is nothing to make them of: they are as they are written.
    """
    if secret is None or accounts.kind not in (PHRASE, KEY):
        return [entry.address for entry in accounts.entries]
    if accounts.kind == KEY:
        return [LocalSigner(secret).address for _ in accounts.entries]
    node = master_of(secret)
    paths = [Path.parse(entry.path or "m") for entry in accounts.entries]
    return [node.derive(path).public().address for path in paths]


def master_of(secret: Secret) -> PrivateNode:
    """The master node of what the vault of a wallet of kind phrase holds."""
    phrase, _, passphrase = secret.reveal().partition(b"\n")
    return PrivateNode.from_seed(seed(Secret(phrase), Secret(passphrase)))
