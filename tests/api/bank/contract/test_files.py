"""The file adapter keeps the port's promises, with a bank that works through its directories."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from api.bank import LinkRequest
from api.bank.files import FileBank
from api.bank.iso20022 import read_pain001
from tests.api.bank.contract.kit import RESERVE, BankContract, House
from tests.api.bank.contract.test_simulated import SimulatedHouse


class FileHouse:
    """A simulated core bank behind the directories: `work` is the nightly file transfer."""

    def __init__(self, path: Path) -> None:
        self.root = path / "files"
        self.bank = FileBank(self.root, RESERVE)
        self.behind = SimulatedHouse(path / "bank.db")
        self._files = 0

    def customer(self, name: str, tier: int) -> LinkRequest:
        """At the bank behind."""
        return self.behind.customer(name, tier)

    def fund(self, minor: int) -> None:
        """Money arrives, the day ends, its statement comes in and is taken."""
        self.work()
        before = {document.id for document in self.bank.collect()}
        self.behind.fund(minor)
        self.behind.bank.close_day()
        self.behind.bank.open_day()
        self.work()
        for document in self.bank.collect():
            if document.id not in before and document.kind == "camt.053":
                self.bank.acknowledge(document.id)

    def reject(self, end_to_end_id: str) -> None:
        """At the bank behind."""
        self.behind.reject(end_to_end_id)

    def work(self) -> None:
        """Take orders and questions out of the directories, put documents and answers in."""
        for path in sorted((self.root / "outbox").glob("*.xml")):
            order, _ = read_pain001(io.BytesIO(path.read_bytes()))
            self.behind.bank.submit_payouts(order)
            path.unlink()
        for document in self.behind.bank.collect():
            self._files += 1
            target = self.root / "inbox" / f"{self._files:06d}.xml"
            target.with_suffix(".part").write_bytes(document.content)
            target.with_suffix(".part").rename(target)
            self.behind.bank.acknowledge(document.id)
        for path in (self.root / "links").glob("*.json"):
            if path.name.endswith(".answer.json"):
                continue
            answer = self.behind.bank.confirm_link(LinkRequest(**json.loads(path.read_bytes())))
            told = asdict(answer)
            path.with_suffix(".answer.json").write_text(json.dumps(told), "utf-8")


class TestFileBank(BankContract):
    """See the kit."""

    @pytest.fixture
    def house(self, tmp_path: Path) -> House:
        """New directories, and a new bank behind them."""
        house = FileHouse(tmp_path)
        house.bank.collect()  # makes the directories
        return house
