"""Signatures of the bank's channel: what is not signed by it is not the bank's word."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.bank import BankRefused, LinkOutcome, LinkRequest, files
from api.bank.files import FileBank
from api.bank.signatures import Signers
from api.kernel.database import Database
from api.kernel.errors import Misconfigured
from api.ledger import Account, balances
from api.statements import (
    Doubt,
    SheetState,
    StatementReport,
    follow_decisions,
    release_statement,
    take_in,
)
from tests.api.bank.contract.kit import RESERVE, WALLET
from tests.api.bank.folders import arrive
from tests.api.world import NOW, camt, credit
from tests.api.world import RESERVE as ACCOUNT

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
CONTENT = camt([credit("a", 100)]).getvalue()
REQUEST = LinkRequest("NL62JIAO0000001001", "Ada", WALLET, "CODE")


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """The channel's public key."""
    path = tmp_path / "channel.pem"
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.write_bytes(pem)
    return path


@pytest.fixture
def bank(tmp_path: Path, public: Path) -> FileBank:
    """A file adapter that believes only this key."""
    made = FileBank(tmp_path / "bank", RESERVE, Signers.load([public]))
    made.collect()
    return made


def deliver(root: Path, signature: bytes | None, content: bytes = CONTENT) -> None:
    """A file in the inbox, its signature first."""
    if signature is not None:
        (root / "bank" / "inbox" / "day.xml.sig").write_bytes(signature)
    (root / "bank" / "inbox" / "day.xml").write_bytes(content)


@pytest.mark.parametrize("write", [bytes, base64.b64encode, base64.encodebytes])
def test_what_is_signed_is_taken_with_its_signature(
    bank: FileBank, tmp_path: Path, write: object
) -> None:
    """As bytes or as base64; both are kept."""
    assert callable(write)
    deliver(tmp_path, write(KEY.sign(CONTENT)))
    [document] = bank.collect()
    assert document.content == CONTENT
    bank.acknowledge(document.id)
    kept = {path.name for path in (tmp_path / "bank" / "archive").iterdir()}
    assert kept >= {document.id, f"{document.id}.sig"}
    assert bank.collect() == []


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        (None, "not signed"),
        (b"", "not by a key"),
        (b"x" * 64, "not by a key"),
        (OTHER.sign(CONTENT), "not by a key"),
        (KEY.sign(CONTENT + b" "), "not by a key"),
        (KEY.sign(CONTENT)[:-1], "not by a key"),
        (b"not base64 \xff", "not by a key"),
    ],
)
def test_what_is_not_signed_is_refused_with_its_reason(
    bank: FileBank, tmp_path: Path, signature: bytes | None, reason: str
) -> None:
    """Nothing of it is given to the bridge."""
    deliver(tmp_path, signature)
    assert bank.collect() == []
    [written] = (tmp_path / "bank" / "refused").glob("*-day.xml.reason.txt")
    assert reason in written.read_text("utf-8")
    assert written.with_name(written.name.removesuffix(".reason.txt")).read_bytes() == CONTENT
    assert bank.collect() == []


def test_a_crash_at_the_acknowledgement_parts_no_file_from_its_signature(
    bank: FileBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unsigned in the inbox it would be set aside, and in no archive."""
    deliver(tmp_path, KEY.sign(CONTENT))
    [document] = bank.collect()
    move = files._move

    def die(source: Path, target: Path) -> None:
        if source.name == "day.xml":
            raise RuntimeError("the machine dies")
        move(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_move", die)
        with pytest.raises(RuntimeError):
            bank.acknowledge(document.id)
    assert [each.id for each in bank.collect()] == [document.id]
    bank.acknowledge(document.id)
    assert list((tmp_path / "bank" / "inbox").iterdir()) == []
    assert len(bank.passed(set())) == 1


def test_a_file_replaced_after_it_was_collected_keeps_its_signature(
    bank: FileBank, tmp_path: Path
) -> None:
    """Both are believed: the one in the archive, and the one that has its name now."""
    deliver(tmp_path, KEY.sign(CONTENT))
    [document] = bank.collect()
    again = CONTENT + b"\n"
    deliver(tmp_path, KEY.sign(again), again)
    bank.acknowledge(document.id)
    assert len(bank.passed(set())) == 2
    assert [each.content for each in bank.collect()] == [again]


@pytest.mark.parametrize("name", [b"a" * 251 + b".xml", b"Ausz\xfcge.xml"])
def test_a_name_that_no_signature_can_have_is_refused_too(
    bank: FileBank, tmp_path: Path, name: bytes
) -> None:
    """One that leaves no room for «.sig», or cannot be told as text; others are taken."""
    arrive(tmp_path / "bank", name, CONTENT)
    deliver(tmp_path, KEY.sign(CONTENT))
    assert len(bank.passed(set())) == 1
    assert [document.id[-7:] for document in bank.collect()] == ["day.xml"]
    [written] = (tmp_path / "bank" / "refused").glob("*.xml.reason.txt")
    assert "not signed" in written.read_text("utf-8")


def test_without_signers_the_directory_is_trusted(tmp_path: Path) -> None:
    """The guard is the key, and nothing else."""
    bank = FileBank(tmp_path / "bank", RESERVE)
    bank.collect()
    deliver(tmp_path, None)
    assert len(bank.collect()) == 1


def test_an_answer_on_a_link_needs_its_signature_too(bank: FileBank, tmp_path: Path) -> None:
    """It says whose account it is."""
    assert bank.confirm_link(REQUEST).outcome is LinkOutcome.PENDING
    [question] = (tmp_path / "bank" / "links").glob("*.json")
    answer = question.with_suffix(".answer.json")
    content = json.dumps({"outcome": "CONFIRMED", "tier": 2}).encode()
    answer.write_bytes(content)
    with pytest.raises(BankRefused, match="not signed"):
        bank.confirm_link(REQUEST)
    answer.with_name(answer.name + ".sig").write_bytes(KEY.sign(content))
    assert bank.confirm_link(REQUEST).outcome is LinkOutcome.CONFIRMED


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    """Missing, garbled, or of another kind."""
    wrong = tmp_path / "wrong.pem"
    curve = generate_private_key(SECP256R1()).public_key()
    for content in (
        None,
        b"no key",
        curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ):
        if content is not None:
            wrong.write_bytes(content)
        with pytest.raises(Misconfigured, match=r"cannot be read|no Ed25519") as caught:
            Signers.load([wrong])
        assert caught.value.remedy


def test_what_is_handed_in_without_signature_takes_two_persons(database: Database) -> None:
    """Nothing of it counts until they import it; then all of it does."""

    def hand_in() -> StatementReport:
        return take_in(
            database,
            camt([credit("a", 100)]),
            currency="EUR",
            reserve_account=ACCOUNT,
            now=NOW,
            source="test",
            signed=False,
        )

    report = hand_in()
    [sheet] = report.sheets
    assert (sheet.state, sheet.doubt) == (SheetState.QUARANTINED, Doubt.UNSIGNED)
    with database.transaction() as connection:
        assert balances(connection, "EUR")[Account.RESERVE] == 0
        release_statement(connection, report.id, 1, by="ann and bob", now=NOW)
        follow_decisions(connection, now=NOW)
        assert balances(connection, "EUR")[Account.UNMATCHED] == 100
    assert hand_in().repeated
