"""Wallet: the signer of an account, whatever its kind: from the vault, or on a device."""

from __future__ import annotations

from collections.abc import Callable

from wallet.address import Address
from wallet.book.accounts import KEY, LEDGER, WATCH, Account, Accounts
from wallet.book.derive import child
from wallet.book.home import Home
from wallet.errors import DamagedFile, SetupError
from wallet.hd import PrivateNode
from wallet.hints import TYPE_CHECKING
from wallet.mnemonic import seed
from wallet.path import Path
from wallet.secret import Secret
from wallet.signer import LocalSigner, Signer

if TYPE_CHECKING:
    from wallet.hardware.common import Owner
    from wallet.hardware.ledger import Ledger
    from wallet.hardware.trezor import Trezor


def open_signer(
    home: Home,
    accounts: Accounts,
    account: Account,
    password: Callable[[], Secret],
    owner: Owner | None = None,
) -> Signer:
    """The signer of one account; `password` is asked where the key lies in the vault, and
    `owner` is who holds the device where it lies there.

    SetupError for a watching wallet or an absent device, SecretError if the vault does not open,
    DamagedFile if it holds another wallet's key.
    """
    if accounts.kind == WATCH:
        raise SetupError("account.watch", address=account.address)
    if not accounts.has_vault:
        if owner is None:
            raise SetupError("device.nobody", kind=accounts.kind)
        device = open_device(accounts.kind, owner)
        return device.signer(Path.parse(account.path or "m"), account.address)
    return LocalSigner(private_key(home, accounts, account, password()))


def private_key(home: Home, accounts: Accounts, account: Account, password: Secret) -> Secret:
    """The private key of one account out of the vault; DamagedFile if it, or
    what account.json says of any other account, is another wallet's."""
    if accounts.kind == KEY:
        key = home.secret(password)
    else:
        node = master(home, password)
        _check_tree(accounts, node)
        key = node.derive(Path.parse(account.path or "m")).private_key()
    _check(account.address, LocalSigner(key).address)
    return key


def _check_tree(accounts: Accounts, node: PrivateNode) -> None:
    """DamagedFile if another account, or the xpub, is not of this tree.

    account.json lies in clear: whoever changed it could have a stranger's address shown as one of
    the owner's own, or have the next account made from a stranger's xpub.
    """
    for each in accounts.entries:
        _check(each.address, node.derive(Path.parse(each.path or "m")).public().address)
    if accounts.xpub is not None:
        address, path = child(accounts, 0)
        _check(address, node.derive(Path.parse(path)).public().address)


def _check(written: Address, made: Address) -> None:
    if made != written:
        raise DamagedFile("home.mismatch", address=written, actual=made)


def address_at(
    home: Home,
    accounts: Accounts,
    path: Path,
    password: Callable[[], Secret],
    owner: Owner | None = None,
) -> Address:
    """The address at any path of a wallet that has a whole tree of keys."""
    if accounts.kind in (KEY, WATCH):
        raise SetupError("account.single", kind=accounts.kind)
    if owner is not None and not accounts.has_vault:
        return open_device(accounts.kind, owner).address(path, show=True)
    return master(home, password()).derive(path).public().address


def open_device(kind: str, owner: Owner) -> Ledger | Trezor:
    """The device of a kind that is plugged in; SetupError if there is none."""
    if kind == LEDGER:
        from wallet.hardware.apdu import open_hid  # noqa: PLC0415  # most wallets have no device
        from wallet.hardware.ledger import Ledger  # noqa: PLC0415  # as above

        return Ledger(open_hid(), owner)
    from wallet.hardware.trezor import open_trezor  # noqa: PLC0415  # as above

    return open_trezor(owner)


def master(home: Home, password: Secret) -> PrivateNode:
    """The master node of a wallet of kind phrase; SetupError for another kind."""
    phrase, passphrase = home.phrases(password)
    return PrivateNode.from_seed(seed(phrase, passphrase))
