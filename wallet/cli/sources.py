"""Wallet: what `jiaozi init` makes a wallet of: a phrase, a key file, an xpub or an address.

Secrets come from a hidden prompt, a file or a pipe, never from an argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as File
from typing import Final

from wallet import mnemonic
from wallet.address import Address, parse_address
from wallet.base58 import decode_check
from wallet.book.accounts import KEY, LEDGER, PHRASE, TREZOR, WATCH, Account, Accounts
from wallet.book.config import Network
from wallet.book.derive import child
from wallet.cli.session import Session, check_new_password
from wallet.cli.sheets import ask_phrase
from wallet.coins import coin_type_of
from wallet.discovery import used_count
from wallet.errors import DamagedFile, InputError, SecretError
from wallet.hardware.common import check_address
from wallet.hd import PrivateNode, PublicNode
from wallet.path import Hardened, Normal, Path, account_root
from wallet.plain import show
from wallet.secret import Secret
from wallet.signer import LocalSigner
from wallet.strict_json import read_json

#: The options that say what the wallet is made of; a new phrase without any of them.
OPTIONS: Final = ("--restore", "--keystore", "--watch", "--ledger", "--trezor")
_DEVICES: Final = {"--ledger": LEDGER, "--trezor": TREZOR}
_MOST_WORDS: Final = 24
_MOST_COIN: Final = 2**31 - 1
_HARDENED: Final = 2**31
_ACCOUNT_DEPTH: Final = 3
#: What looks like a private key, where something public is expected.
_SECRET: Final = re.compile(r"\s*([xyzt]prv\w+|(0x)?[0-9a-fA-F]{64}|\w+(\s+\w+){7,})\s*")

IsUsed = Callable[[Address], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """The accounts, the vault's contents (None where there is no secret), and a new phrase."""

    accounts: Accounts
    secret: Secret | None = None
    new_phrase: Secret | None = None


def chosen_source(session: Session) -> str | None:
    """Which of OPTIONS was given; InputError for two of them."""
    given = [option for option in OPTIONS if session.line.has(option)]
    if session.line.has("--phrase-file") and "--restore" not in given:
        given.append("--restore")
    if len(given) > 1:
        raise InputError("init.one", options=", ".join(given))
    return given[0] if given else None


def read_source(session: Session, coin_type: int, is_used: IsUsed) -> Source:
    """Make the accounts of what was given; used ones are found by asking the chain."""
    match chosen_source(session):
        case None:
            words = session.line.number("--words", 12, _MOST_WORDS)
            phrase = mnemonic.generate(words, session.line.get("--word-list") or "english")
            source = from_phrase(phrase, given_passphrase(session), coin_type)
            return Source(source.accounts, source.secret, phrase)
        case "--restore":
            source = from_phrase(_given_phrase(session), given_passphrase(session), coin_type)
        case "--keystore":
            return _from_keystore(session)
        case "--watch":
            source = Source(_watched(session, coin_type))
        case option:
            source = Source(_on_device(session, _DEVICES[option], coin_type))
    return Source(with_used(session, source.accounts, is_used), source.secret)


def coin_type_for(session: Session, network: Network) -> int:
    """The coin type of the paths: --coin-type, else the chain's."""
    return session.line.number("--coin-type", coin_type_of(network.chain_id), _MOST_COIN)


def from_phrase(phrase: Secret, passphrase: Secret, coin_type: int) -> Source:
    """The first account of a phrase; the vault keeps the phrase and its passphrase together."""
    root = account_root(coin_type)
    master = PrivateNode.from_seed(mnemonic.seed(phrase, passphrase.reveal().decode()))
    secret = phrase
    if passphrase.reveal():
        secret = Secret(phrase.reveal() + b"\n" + passphrase.reveal())
    return Source(_below(PHRASE, master.derive(root).public(), root, coin_type), secret)


def with_used(session: Session, accounts: Accounts, is_used: IsUsed) -> Accounts:
    """With the further addresses below the xpub that were used (BIP-44's gap)."""
    if accounts.xpub is None:
        return accounts
    if not session.as_json:  # the node is asked some sixty times
        print(session.text("init.looking"), file=session.environment.stderr, flush=True)
    found = accounts
    for number in range(1, used_count(lambda n: child(accounts, n)[0], is_used)):
        found = found.added(*child(accounts, number))
    return found


def _below(kind: str, node: PublicNode, root: Path, coin_type: int) -> Accounts:
    first, path = node, root
    for step in (Normal(0),) * (5 - len(root.steps)):
        first, path = first.child(step), path / step
    account = Account(0, first.address, str(path))
    xpub = node.to_xpub()
    return Accounts(kind, (account,), coin_type=coin_type, root=str(root), xpub=xpub)


def _given_phrase(session: Session) -> Secret:
    """The phrase from --phrase-file, a hidden prompt, or a pipe."""
    file = session.line.get("--phrase-file")
    try:
        given = session.secret_file("--phrase-file")
        if given is not None:
            return mnemonic.parse(given.decode("utf-8"))
        if session.environment.stdin.isatty():
            return ask_phrase(session)
        return mnemonic.parse(session.environment.stdin.read())
    except UnicodeDecodeError as error:
        raise InputError("file.text", file=file or "stdin") from error


def given_passphrase(session: Session) -> Secret:
    """The BIP-39 passphrase from --passphrase-file, or asked twice; empty where none is used.

    A wrong one opens another, empty wallet without any error: hence twice.
    """
    given = session.secret_file("--passphrase-file")
    if given is not None:
        text = given.rstrip(b"\r\n")
    elif session.line.has("--passphrase"):
        text = session.ask_secret("init.passphrase").encode("utf-8", "surrogateescape")
        again = session.ask_secret("init.passphrase_again")
        if again.encode("utf-8", "surrogateescape") != text:
            raise SecretError("password.differ")
    else:
        return Secret(b"")
    try:
        wrong = show(text.decode("utf-8")) != text.decode("utf-8")
    except UnicodeDecodeError:
        wrong = True
    if wrong:
        raise SecretError("init.passphrase")
    return Secret(text)


def _from_keystore(session: Session) -> Source:
    """The key of a Web3 Secret Storage file."""
    from wallet.keystore import decrypt_key  # noqa: PLC0415  # for this source alone

    name = session.line.get("--keystore") or ""
    try:
        keystore = read_json(File(name).read_bytes())
    except ValueError:
        keystore = None
    if not isinstance(keystore, dict):
        raise DamagedFile("keystore.json", file=name)
    key = Secret(decrypt_key(keystore, key_file_password(session, new=False)))
    return Source(Accounts(KEY, (Account(0, LocalSigner(key).address, None),)), key)


def key_file_password(session: Session, *, new: bool) -> Secret:
    """A key file's own password: --key-password-file, else asked for; a new one twice."""
    given = session.secret_file("--key-password-file")
    if given is not None:
        password = Secret(given.rstrip(b"\r\n"))
        if new:
            check_new_password(password)
        return password
    if new:
        return session.ask_new_password("password.key_file_new")
    typed = session.ask_secret("password.key_file")
    return Secret(typed.encode("utf-8", "surrogateescape"))


def _on_device(session: Session, kind: str, coin_type: int) -> Accounts:
    """The account of a device; its first address is compared on the device's own screen."""
    from wallet.book.keys import open_device  # noqa: PLC0415  # for this source alone
    from wallet.cli.holder import Holder  # noqa: PLC0415  # as above

    device, root = open_device(kind, Holder(session)), account_root(coin_type)
    accounts = _below(kind, PublicNode.from_xpub(device.xpub(root)), root, coin_type)
    first = accounts.chosen
    session.say([session.text("device.compare", address=first.address)])
    check_address(first.address, device.address(Path.parse(first.path or "m"), show=True))
    return accounts


def _watched(session: Session, coin_type: int) -> Accounts:
    """An address, or all addresses of an xpub."""
    given = session.line.get("--watch") or ""
    if _SECRET.fullmatch(given):
        raise InputError("watch.secret")
    if given.startswith("0x"):
        return Accounts(WATCH, (Account(0, parse_address(given), None),), coin_type=coin_type)
    node, raw = PublicNode.from_xpub(given), decode_check(given) or b""
    depth, last = raw[4], int.from_bytes(raw[9:13])
    if depth == _ACCOUNT_DEPTH and last >= _HARDENED:
        root = Path((Hardened(44), Hardened(coin_type), Hardened(last - _HARDENED)))
    elif depth == _ACCOUNT_DEPTH + 1 and last == 0:
        root = account_root(coin_type) / Normal(0)
    else:
        raise InputError("watch.depth", depth=depth)
    return _below(WATCH, node, root, coin_type)
