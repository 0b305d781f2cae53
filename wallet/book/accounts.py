"""Wallet: account.json, which accounts this wallet has and where their keys live.

    kind      phrase | key | watch | ledger | trezor: what signs, or that nothing here does
    xpub      the public node at `root` (m/44'/coin'/0'), from which addresses follow; None where
              there is a single key or address only
    accounts  in the order they were made: number, address, path, name, whether it is retired

With `init --private` the file holds all this as one sealed text, and even reading an address
needs the password. This module is loaded by the quickest commands, so it imports little.
"""

from __future__ import annotations

from wallet.address import Address, parse_address
from wallet.errors import AddressError, InputError, SecretError, SetupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from wallet.secret import Secret

PHRASE = "phrase"
KEY = "key"
WATCH = "watch"
LEDGER = "ledger"
TREZOR = "trezor"
KINDS = (PHRASE, KEY, WATCH, LEDGER, TREZOR)
#: The kinds whose secret lies in vault.json.
WITH_VAULT = (PHRASE, KEY)

_VERSION = 2
_LONGEST_NAME = 40


class Account:
    """One account: its number in this wallet, its address, its path (None for a lone key), the
    name its owner gave it ("" for none), and whether it is retired. Immutable by habit.
    """

    __slots__ = ("address", "index", "name", "path", "retired")

    def __init__(
        self,
        index: int,
        address: Address,
        path: str | None,
        name: str = "",
        *,
        retired: bool = False,
    ) -> None:
        self.index = index
        self.address = address
        self.path = path
        self.name = name
        self.retired = retired

    @property
    def label(self) -> str:
        """How people call it: its name, else its number."""
        return self.name or str(self.index)

    def changed(self, *, name: str | None = None, retired: bool | None = None) -> Account:
        """The same account under another name, or retired, or in use again."""
        return Account(
            self.index,
            self.address,
            self.path,
            self.name if name is None else name,
            retired=self.retired if retired is None else retired,
        )

    def to_dict(self) -> dict[str, object]:
        """Its JSON form."""
        return {
            name: getattr(self, name) for name in ("index", "address", "path", "name", "retired")
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Account:
        """Read its JSON form; ValueError, TypeError, KeyError or AddressError if it is none."""
        index, path, name = fields["index"], fields["path"], fields["name"]
        wrong = (
            type(index) is not int
            or index < 0
            or not isinstance(path, str | None)
            or not isinstance(name, str)
            or not _is_name(name)
            or not isinstance(fields["retired"], bool)
            or len(fields) != len(cls.__slots__)
        )
        if wrong:
            raise ValueError("account")
        return cls(index, parse_address(fields["address"]), path, name, retired=fields["retired"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Account) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.index, self.address))

    def __repr__(self) -> str:
        return f"Account({self.index}, {self.address}, {self.name!r})"


def _is_name(name: str) -> bool:
    """Whether an account may be called so: by what is shown as it is written (no line's end, no
    escape, nothing invisible), and is no number and no address.
    """
    if name.isdigit() or name[:2] in ("0x", "0X"):
        return False
    if name.isascii():
        return name.isprintable()
    from wallet.plain import show  # noqa: PLC0415  # a table that an ASCII name needs not

    return show(name) == name


class Accounts:
    """All of account.json. A change gives a new value; `Home.change_accounts` stores it."""

    __slots__ = ("coin_type", "current", "entries", "is_private", "kind", "root", "xpub")

    def __init__(
        self,
        kind: str,
        entries: tuple[Account, ...],
        *,
        coin_type: int = 60,
        root: str | None = None,
        xpub: str | None = None,
        current: int = 0,
        is_private: bool = False,
    ) -> None:
        """`root` is the path of `xpub`; `current` is the number of the account in use."""
        numbers = [entry.index for entry in entries]
        if kind not in KINDS or current not in numbers or numbers != list(range(len(numbers))):
            raise ValueError("accounts")
        self.kind = kind
        self.entries = entries
        self.coin_type = coin_type
        self.root = root
        self.xpub = xpub
        self.current = current
        self.is_private = is_private

    @property
    def chosen(self) -> Account:
        """The account in use."""
        return self.entries[self.current]

    @property
    def has_vault(self) -> bool:
        """Whether a password guards the keys here."""
        return self.kind in WITH_VAULT

    def pick(self, text: str | None) -> Account:
        """The account with this name, number or address; the one in use for None.

        InputError if there is none; AddressError for an address with a wrong checksum.
        """
        if text is None:
            return self.chosen
        for entry in self.entries:
            if text.isascii() and text.isdigit() and str(entry.index) == text:
                return entry
            if entry.name and entry.name.casefold() == text.casefold():
                return entry
        if text.startswith("0x"):
            address = parse_address(text)
            for entry in self.entries:
                if entry.address == address:
                    return entry
        from wallet.money import shorten  # noqa: PLC0415  # for the error alone

        known = ", ".join(entry.label for entry in self.entries)
        raise InputError("account.unknown", account=shorten(text), known=shorten(known))

    def added(self, address: Address, path: str | None, name: str = "") -> Accounts:
        """With one more account, which gets the next number; InputError if it is there already."""
        for entry in self.entries:
            if entry.address == address:
                raise InputError("account.present", address=address, account=entry.label)
        entry = Account(len(self.entries), address, path, self.checked_name(name))
        return self._with((*self.entries, entry))

    def replaced(self, account: Account) -> Accounts:
        """With this account in place of the one with its number."""
        changed = [account if each.index == account.index else each for each in self.entries]
        return self._with(tuple(changed))

    def using(self, account: Account) -> Accounts:
        """With this account as the one in use."""
        return self._with(self.entries, account.index)

    def checked_name(self, name: str, beside: Account | None = None) -> str:
        """A name that no other account has and that is no number and no address; "" is none."""
        if not name:
            return name
        from wallet.plain import read_line  # noqa: PLC0415  # seldom needed

        read_line("--name", name, _LONGEST_NAME)
        others = [each.name.casefold() for each in self.entries if each is not beside]
        if name.casefold() in others or name.isdigit() or name[:2] in ("0x", "0X"):
            raise InputError("account.name", name=name)
        return name

    def to_dict(self) -> dict[str, object]:
        """All of it as JSON, nothing sealed."""
        return {
            "version": _VERSION,
            "kind": self.kind,
            "coin_type": self.coin_type,
            "root": self.root,
            "xpub": self.xpub,
            "current": self.current,
            "accounts": [entry.to_dict() for entry in self.entries],
        }

    @classmethod
    def from_dict(cls, whole: Mapping[str, Any], *, is_private: bool = False) -> Accounts:
        """Read `to_dict`'s form or version 1's; SetupError if it is neither."""
        try:
            if whole["version"] == 1:
                return _first_version(whole)
            coin_type, root, xpub = whole["coin_type"], whole["root"], whole["xpub"]
            if whole["version"] != _VERSION or type(coin_type) is not int:
                raise ValueError("version")  # noqa: TRY301  # told apart by nobody
            if not all(text is None or isinstance(text, str) for text in (root, xpub)):
                raise ValueError("xpub")  # noqa: TRY301  # told apart by nobody
            return cls(
                whole["kind"],
                tuple(Account.from_dict(each) for each in whole["accounts"]),
                coin_type=coin_type,
                root=root,
                xpub=xpub,
                current=whole["current"],
                is_private=is_private,
            )
        except (ValueError, LookupError, TypeError, AttributeError, AddressError) as error:
            raise SetupError("home.account") from error

    def _with(self, entries: tuple[Account, ...], current: int | None = None) -> Accounts:
        return Accounts(
            self.kind,
            entries,
            coin_type=self.coin_type,
            root=self.root,
            xpub=self.xpub,
            current=self.current if current is None else current,
            is_private=self.is_private,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accounts) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(self.entries)

    def __repr__(self) -> str:
        return f"Accounts({self.kind}, {len(self.entries)})"


def _first_version(whole: Mapping[str, Any]) -> Accounts:
    """Version 1: a phrase and its first account."""
    path, xpub = whole["path"], whole["xpub"]
    root, coin_type = path.removesuffix("/0/0"), int(path.split("/")[2].rstrip("'"))
    if not isinstance(xpub, str) or path != f"m/44'/{coin_type}'/0'/0/0":
        raise ValueError("path")
    account = Account(0, parse_address(whole["address"]), path)
    return Accounts(PHRASE, (account,), coin_type=coin_type, root=root, xpub=xpub)


def encode(accounts: Accounts, password: Secret | None) -> bytes:
    """The file's bytes; a private one is sealed under the password, SecretError without it."""
    import json  # noqa: PLC0415  # reading, which is what must be quick, does without

    whole = accounts.to_dict()
    if accounts.is_private:
        from wallet.secret import Secret  # noqa: PLC0415  # most files are not sealed
        from wallet.vault import seal  # noqa: PLC0415  # slow to load

        if password is None:
            raise SecretError("account.private")
        sealed = seal(Secret(json.dumps(whole).encode()), password).decode()
        whole = {"version": _VERSION, "kind": accounts.kind, "sealed": sealed}
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def decode(data: bytes, password: Callable[[], Secret] | None) -> Accounts:
    """Read the file; `password` is asked only for a sealed one, SecretError where it is None."""
    from wallet.strict_json import read_json  # noqa: PLC0415  # the names above need it not

    try:
        whole = read_json(data)
        if "sealed" not in whole:
            return Accounts.from_dict(whole)
        sealed = whole["sealed"].encode()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError("home.account") from error
    if password is None:
        raise SecretError("account.private")
    from wallet.vault import unseal  # noqa: PLC0415  # slow to load

    inside = Accounts.from_dict(read_json(unseal(sealed, password()).reveal()), is_private=True)
    if inside.kind != whole.get("kind"):
        raise SetupError("home.account")
    return inside


def kind_of(data: bytes) -> str | None:
    """The kind that a file states in clear, sealed or not; None if it is no such file."""
    from wallet.strict_json import read_json  # noqa: PLC0415  # as above

    try:
        whole = read_json(data)
        kind = PHRASE if whole["version"] == 1 else whole["kind"]
    except (ValueError, KeyError, TypeError):
        return None
    return kind if kind in KINDS else None
