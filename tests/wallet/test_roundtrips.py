"""Tests that a phrase comes back, and a changed bit does not, over every way of keeping it.

The ways are the phrase itself, SLIP-39 shares, the vault, a backup file and the key file.
"""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.wallet.world import ADDRESS
from wallet import kdf, mnemonic, vault
from wallet.address import parse_address
from wallet.book.accounts import PHRASE, Account, Accounts
from wallet.book.backup import Backup, addresses
from wallet.errors import WalletError
from wallet.kdf import Argon2id
from wallet.keystore import decrypt_key, encrypt_key
from wallet.secret import Secret
from wallet.shares import Plan, Shares, split
from wallet.strict_json import read_json
from wallet.words import LANGUAGES

CHEAP = Argon2id(8, 1, 1)
PASSWORD = Secret(b"correct horse")
ACCOUNTS = Accounts(PHRASE, (Account(0, parse_address(ADDRESS), "m/44'/60'/0'/0/0"),))
KEY = b"\x42" * 32


@pytest.fixture(autouse=True, scope="module")
def _cheap() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "USUAL", CHEAP)
        yield


def through_words(phrase: Secret) -> Secret:
    return mnemonic.parse("\u3000".join(mnemonic.shown(phrase)))


def through_entropy(phrase: Secret) -> Secret:
    return mnemonic.from_entropy(mnemonic.entropy(phrase), mnemonic.language_of(phrase))


def through_shares(phrase: Secret) -> Secret:
    shares = Shares()
    for share in split(mnemonic.entropy(phrase), Plan.parse("2of3"))[0][1:]:
        shares.add(share.reveal().decode())
    return mnemonic.from_entropy(shares.entropy(), mnemonic.language_of(phrase))


def through_vault(phrase: Secret) -> Secret:
    return vault.unseal(vault.seal(phrase, PASSWORD, cost=CHEAP), PASSWORD)


def through_backup(phrase: Secret) -> Secret:
    data = Backup(ACCOUNTS, phrase, b"", b"").to_file(PASSWORD)
    secret = Backup.from_file(data, PASSWORD).secret
    assert secret is not None
    return secret


WAYS = (through_words, through_entropy, through_shares, through_vault, through_backup)


@given(
    st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(list(permutations(WAYS, 2))),
)
def test_any_two_ways_give_the_phrase_back(
    entropy: bytes, language: str, ways: tuple[object, object]
) -> None:
    phrase = mnemonic.from_entropy(Secret(entropy), language)
    for way in ways:
        assert callable(way)
        assert way(phrase) == phrase
    one, other = ways
    assert callable(one)
    assert callable(other)
    assert other(one(phrase)) == phrase
    assert addresses(other(one(phrase)), ACCOUNTS) == addresses(phrase, ACCOUNTS)


BACKUP = vault.seal(Secret(b'{"format":"jiaozi-backup-1"}'), PASSWORD, cost=CHEAP)
FILE = json.dumps(encrypt_key(KEY, PASSWORD, n=2)).encode()


@given(st.integers(0, len(BACKUP) * 8 - 1))
@settings(max_examples=max(300, settings().max_examples))
def test_a_flipped_bit_of_a_backup_is_refused(bit: int) -> None:
    changed = bytearray(BACKUP)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WalletError):
        Backup.from_file(bytes(changed), PASSWORD)


@given(st.integers(0, len(FILE) * 8 - 1))
@example(FILE.index(b'"dklen": 32') * 8 + 80)
@settings(max_examples=max(300, settings().max_examples))
def test_a_flipped_bit_of_a_key_file_never_gives_another_key(bit: int) -> None:
    """Refused; or, in what the standard leaves without meaning (its id, capitals), the same key."""
    changed = bytearray(FILE)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        keystore = read_json(bytes(changed))
        assert decrypt_key(keystore, PASSWORD) == KEY
    except (WalletError, ValueError):
        return
    assert _means_the_same(json.loads(FILE), keystore)


def _means_the_same(one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether two key files differ only in the id, in capitals, or in a name nobody reads.

    Or in how many bytes are derived: of more than are used, the first are the same.
    """
    lower = [json.loads(json.dumps(each).lower()) for each in (one, other)]
    for each in lower:
        each["crypto"]["kdfparams"].pop("dklen")
    same = sum(lower[0].get(name) != lower[1].get(name) for name in lower[0])
    return same <= 1 and all(lower[0][name] == lower[1].get(name) for name in ("version", "crypto"))
