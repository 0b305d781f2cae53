"""The file adapter's own business: whole files, foreign files, crashes between two steps."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.bank import BankRefused, BankUnreachable, LinkAnswer, LinkOutcome, LinkRequest
from api.bank import files as files_module
from api.bank.files import FileBank
from api.bank.iso20022 import write_pain001
from api.kernel.money import Money
from tests.api.bank.contract.kit import OTHER_IBAN, RESERVE, WALLET, batch, payment
from tests.api.bank.folders import arrive, bank, refused, root, statement

__all__ = ["bank", "root"]

ORDER = batch("P-1", payment("R-1"))
REQUEST = LinkRequest(OTHER_IBAN, "Ada Love", WALLET, "SECRET-CODE")


def take(bank: FileBank, root: Path, name: str, content: bytes) -> None:
    """Let a file arrive, and acknowledge it."""
    (root / "inbox" / name).write_bytes(content)
    for document in bank.collect():
        bank.acknowledge(document.id)


# --- orders ---------------------------------------------------------------------------------


def test_an_order_lies_in_the_outbox_whole_and_readable_by_us_alone(
    bank: FileBank, root: Path
) -> None:
    """Under its message id; nothing half-written stays behind."""
    submitted = bank.submit_payouts(ORDER)
    [path] = (root / "outbox").iterdir()
    assert (path.name, submitted.where) == ("P-1.xml", str(path))
    assert path.read_bytes() == write_pain001(ORDER, RESERVE)
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in (root / "sent").iterdir()] == ["P-1.xml"]


def test_an_order_that_the_bank_has_taken_is_not_laid_out_again(bank: FileBank, root: Path) -> None:
    """The record in `sent` outlives the file in `outbox`."""
    first = bank.submit_payouts(ORDER)
    (root / "outbox" / "P-1.xml").unlink()
    assert bank.submit_payouts(ORDER) == first
    assert list((root / "outbox").iterdir()) == []


@pytest.mark.parametrize("step", range(4))
def test_a_crash_at_any_step_of_submitting_is_healed_by_submitting_again(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """The four renames: our record, the file, the outbox, the record final. The bytes stay."""
    real, calls = files_module._move, []

    def dying(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == step + 1:
            raise KeyboardInterrupt  # as a kill: nothing of ours runs any more
        real(source, target)

    monkeypatch.setattr(files_module, "_move", dying)
    with pytest.raises(KeyboardInterrupt):
        bank.submit_payouts(ORDER)
    monkeypatch.setattr(files_module, "_move", real)
    if step > 0:  # from the first durable step on, the id stands for these bytes
        with pytest.raises(BankRefused, match="other content"):
            bank.submit_payouts(batch("P-1", payment("R-1", 501)))
    assert {path.name for path in (root / "outbox").iterdir()} <= {"P-1.xml"}
    bank.submit_payouts(ORDER)
    assert len(calls) > step
    assert (root / "outbox" / "P-1.xml").read_bytes() == write_pain001(ORDER, RESERVE)
    assert (root / "sent" / "P-1.xml").exists()
    assert not (root / "sent" / "P-1.pending").exists()


@pytest.mark.parametrize("taken", [False, True])
def test_an_order_that_may_have_gone_has_passed(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    """The machine dies before our record is final; the bank may have emptied the outbox. Whoever
    asks what was given hears of it, once, and under the same id when it was submitted again."""
    real = files_module._move

    def dying(source: Path, target: Path) -> None:
        if source.suffix == ".pending":
            raise KeyboardInterrupt  # as a kill: nothing of ours runs any more
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(files_module, "_move", dying)
        with pytest.raises(KeyboardInterrupt):
            bank.submit_payouts(ORDER)
    if taken:
        (root / "outbox" / "P-1.xml").unlink()
    [paper] = bank.passed(set())
    with paper.open() as stream:
        assert stream.read() == write_pain001(ORDER, RESERVE)
    bank.submit_payouts(ORDER)
    assert [each.id for each in bank.passed(set())] == [paper.id]


def test_a_directory_that_cannot_be_used_is_a_bank_that_does_not_answer(tmp_path: Path) -> None:
    """Whatever the call."""
    (tmp_path / "file").write_text("in the way", "utf-8")
    bank = FileBank(tmp_path / "file" / "bank", RESERVE)
    for call in (
        bank.collect,
        bank.balance,
        lambda: bank.submit_payouts(ORDER),
        lambda: bank.acknowledge("x"),
        lambda: bank.confirm_link(REQUEST),
    ):
        with pytest.raises(BankUnreachable, match="cannot be used"):
            call()


# --- documents ------------------------------------------------------------------------------


def test_documents_come_by_time_of_arrival(bank: FileBank, root: Path) -> None:
    """Then by name; unfinished and hidden files are left alone."""
    for name, second in (("b.xml", 1), ("a.xml", 2), ("c.xml", 1)):
        path = root / "inbox" / name
        path.write_bytes(statement(date(2026, 1, 5), second))
        os.utime(path, (second, second))
    for name in ("d.xml.part", "e.tmp", ".f.xml"):
        (root / "inbox" / name).write_bytes(b"<Doc")
    assert [d.id.partition("-")[2] for d in bank.collect()] == ["b.xml", "c.xml", "a.xml"]
    assert list((root / "refused").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not XML", "not well-formed"),
        (b"<!DOCTYPE a><Document/>", "DOCTYPE"),
        (write_pain001(ORDER, RESERVE), "pain.001.001.09 message"),
    ],
)
def test_a_foreign_file_is_set_aside_with_its_reason(
    bank: FileBank, root: Path, content: bytes, reason: str
) -> None:
    """It neither stands in the way of the others nor disappears."""
    (root / "inbox" / "a.xml").write_bytes(content)
    (root / "inbox" / "b.xml").write_bytes(statement(date(2026, 1, 5), 1))
    assert [document.kind for document in bank.collect()] == ["camt.053"]
    [(kept, said)] = refused(root)
    assert kept.name.endswith("-a.xml")
    assert kept.read_bytes() == content
    assert reason in said


def test_a_file_that_is_too_large_is_set_aside(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would have to lie in memory as a whole."""
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", 100)
    (root / "inbox" / "a.xml").write_bytes(statement(date(2026, 1, 5), 1))
    assert bank.collect() == []
    [(_, said)] = refused(root)
    assert "too large" in said


def test_a_refused_file_stays_when_another_has_its_name(bank: FileBank, root: Path) -> None:
    """Each with its own reason."""
    for content in (b"not XML", b"<!DOCTYPE a><Document/>"):
        (root / "inbox" / "a.xml").write_bytes(content)
        assert bank.collect() == []
    assert {kept.read_bytes() for kept, _ in refused(root)} == {
        b"not XML",
        b"<!DOCTYPE a><Document/>",
    }
    assert len({said for _, said in refused(root)}) == 2


def test_the_whole_inbox_is_never_in_memory(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many at a look as one file may be large; the rest comes at the next."""
    contents = [statement(date(2026, 1, day), 1) for day in (5, 6, 7)]
    for number, content in enumerate(contents):
        arrive(root, b"%d.xml" % number, content)
        os.utime(root / "inbox" / f"{number}.xml", (number, number))
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", len(contents[0]) * 2)
    looks = []
    while documents := bank.collect():
        looks.append(len(documents))
        for document in documents:
            bank.acknowledge(document.id)
    assert looks == [2, 1]
    assert len(list((root / "archive").glob("*.xml"))) == 3


def test_a_name_used_again_is_another_document(bank: FileBank, root: Path) -> None:
    """Banks call each day's file the same; none is overwritten in the archive."""
    take(bank, root, "statement.xml", statement(date(2026, 1, 5), 1))
    take(bank, root, "statement.xml", statement(date(2026, 1, 6), 2))
    assert len(list((root / "archive").glob("*-statement.xml"))) == 2


def test_what_was_never_collected_is_not_acknowledged(bank: FileBank, root: Path) -> None:
    """What is archived is what was read."""
    (root / "inbox" / "a.xml").write_bytes(statement(date(2026, 1, 5), 1))
    [document] = bank.collect()
    (root / "inbox" / "a.xml").write_bytes(statement(date(2026, 1, 5), 2))
    with pytest.raises(BankRefused, match="no such document"):
        FileBank(root, RESERVE).acknowledge(document.id)


# --- balance --------------------------------------------------------------------------------


def test_the_balance_is_the_newest_statements(bank: FileBank, root: Path) -> None:
    """Not the last file's, nor another account's, nor a damaged or balanceless one's."""
    with pytest.raises(BankUnreachable, match=r"No camt\.053"):
        bank.balance()
    take(bank, root, "2.xml", statement(date(2026, 1, 6), -200))
    take(bank, root, "1.xml", statement(date(2026, 1, 5), 100))
    take(bank, root, "3.xml", statement(date(2026, 1, 7), 300, account=OTHER_IBAN))
    take(bank, root, "4.xml", statement(date(2026, 1, 8), None))
    take(bank, root, "5.xml", statement(date(2026, 1, 9), 500)[:-20])
    balance = bank.balance()
    assert balance.amount == Money(-200, "EUR")
    assert balance.as_of == datetime(2026, 1, 6, 18, tzinfo=UTC)
    assert balance.read_from.endswith("-2.xml")
    take(bank, root, "6.xml", statement(date(2026, 1, 6), 600))  # corrected on the same day
    assert bank.balance().amount == Money(600, "EUR")


def test_a_balance_of_a_day_to_come_is_none(bank: FileBank, root: Path) -> None:
    """A slip of the year would be the newest for ever; one day is what time zones differ by."""
    take(bank, root, "1.xml", statement(date(2026, 1, 5), 100))
    slip = statement(date(2026, 1, 6), 200, closes=date(2062, 1, 6))
    take(bank, root, "2.xml", slip)
    take(bank, root, "3.xml", statement(date(2026, 1, 6), 300, closes=date(2026, 1, 8)))
    take(bank, root, "4.xml", statement(date(9999, 12, 31), 400, account=OTHER_IBAN))
    assert bank.balance().amount == Money(100, "EUR")
    take(bank, root, "5.xml", statement(date(2026, 1, 6), 500, closes=date(2026, 1, 7)))
    assert bank.balance().amount == Money(500, "EUR")


def test_a_kept_balance_of_a_day_to_come_is_none(bank: FileBank, root: Path) -> None:
    """An older version kept it: until the next statement there is no balance, and then its own."""
    take(bank, root, "1.xml", statement(date(2026, 1, 5), 100))
    kept = root / "archive" / "balance.json"
    words = json.loads(kept.read_bytes())
    kept.write_text(json.dumps(words | {"minor": 200, "day": "2062-01-06"}), "utf-8")
    with pytest.raises(BankUnreachable, match="No camt"):
        bank.balance()
    take(bank, root, "2.xml", statement(date(2026, 1, 6), 300))
    assert bank.balance().amount == Money(300, "EUR")


def test_a_damaged_balance_is_said_to_be_damaged(bank: FileBank, root: Path) -> None:
    """Never read as zero."""
    (root / "archive" / "balance.json").write_text('{"minor": "many"}', "utf-8")
    with pytest.raises(BankUnreachable, match="damaged"):
        bank.balance()


# --- links ----------------------------------------------------------------------------------


def answer_file(root: Path) -> Path:
    """Where the bank answers the only question."""
    [question] = (root / "links").glob("*.json")
    return question.with_suffix(".answer.json")


def test_a_question_waits_for_the_banks_answer(bank: FileBank, root: Path) -> None:
    """One question however often it is asked; its code is ours alone, and goes with the answer."""
    assert bank.confirm_link(REQUEST) == LinkAnswer(LinkOutcome.PENDING)
    assert bank.confirm_link(REQUEST) == LinkAnswer(LinkOutcome.PENDING)
    answer = answer_file(root)
    [question] = (root / "links").iterdir()
    assert json.loads(question.read_bytes())["code"] == "SECRET-CODE"
    assert question.stat().st_mode & 0o077 == 0
    answer.write_text('{"outcome": "CONFIRMED", "tier": 3}', "utf-8")
    assert bank.confirm_link(REQUEST) == LinkAnswer(LinkOutcome.CONFIRMED, tier=3)
    assert not question.exists()
    assert bank.confirm_link(REQUEST) == LinkAnswer(LinkOutcome.CONFIRMED, tier=3)
    other = bank.confirm_link(replace(REQUEST, code="OTHER"))
    assert other.outcome is LinkOutcome.PENDING


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "{}",
        '"CONFIRMED"',
        '{"outcome": "YES"}',
        '{"outcome": "CONFIRMED"}',
        '{"outcome": "CONFIRMED", "tier": 0}',
        '{"outcome": "CONFIRMED", "tier": -1}',
        '{"outcome": "CONFIRMED", "tier": 6}',
        '{"outcome": "CONFIRMED", "tier": true}',
        '{"outcome": "CONFIRMED", "tier": "2"}',
        '{"outcome": "CONFIRMED", "tier": 2, "virtual_account": 7}',
        '{"outcome": "CONFIRMED", "tier": 2, "virtual_account": ""}',
        '{"outcome": "CONFIRMED", "tier": 2, "virtual_account": "NL96 JIAO"}',
        json.dumps({"outcome": "CONFIRMED", "tier": 2, "virtual_account": RESERVE.account}),
        '{"outcome": "REFUSED"}',
    ],
)
def test_an_answer_that_cannot_be_read_confirms_nothing(
    bank: FileBank, root: Path, answer: str
) -> None:
    """It is said, and the question stays."""
    bank.confirm_link(REQUEST)
    answer_file(root).write_text(answer, "utf-8")
    with pytest.raises(BankRefused, match="cannot be used") as caught:
        bank.confirm_link(REQUEST)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("tier", [1, 5])
def test_every_tier_that_a_link_can_have(bank: FileBank, root: Path, tier: int) -> None:
    """Tier 0 is everybody's without a link: an answer with it names the range."""
    bank.confirm_link(REQUEST)
    answer_file(root).write_text(json.dumps({"outcome": "CONFIRMED", "tier": 0}), "utf-8")
    with pytest.raises(BankRefused, match="a tier from 1 to 5"):
        bank.confirm_link(REQUEST)
    [path] = (root / "links").glob("*.answer.json")
    path.write_text(json.dumps({"outcome": "CONFIRMED", "tier": tier}), "utf-8")
    assert bank.confirm_link(REQUEST) == LinkAnswer(LinkOutcome.CONFIRMED, tier=tier)


def test_no_secret_in_any_repr() -> None:
    """Records end up in logs."""
    assert "SECRET" not in repr(REQUEST)


def test_an_answer_may_name_a_virtual_account(bank: FileBank, root: Path) -> None:
    """Where the bank gives one; a refusal gives none."""
    bank.confirm_link(REQUEST)
    answer = {"outcome": "CONFIRMED", "tier": 2, "virtual_account": "NL37JIAO9000000001"}
    path = answer_file(root)
    path.write_text(json.dumps(answer), "utf-8")
    assert bank.confirm_link(REQUEST).virtual_account == "NL37JIAO9000000001"
    answer |= {"outcome": "REFUSED", "reason": "Another name."}
    path.write_text(json.dumps(answer), "utf-8")
    assert bank.confirm_link(REQUEST).virtual_account is None
