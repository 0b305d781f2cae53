"""Tests of wallet.policy.log: written before anything is signed, whole after any crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wallet.errors import SetupError
from wallet.policy.log import DecisionLog, Entry, spent

ENTRY = Entry(
    time=100, actor="token shop", account="0x", what="Permit", to="0x", amount="500",
    currency="EUR", digest="0x01", allowed=True, reason="policy.allowed", rule="token.shop",
)  # fmt: skip


def put(log: DecisionLog, entry: Entry) -> None:
    log.judge(lambda _: entry)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "home")
    assert log.entries() == []
    put(log, ENTRY)
    put(log, replace(ENTRY, to="艾达\n"))
    assert log.entries() == [ENTRY, replace(ENTRY, to="艾达\n")]
    assert (tmp_path / "home/policy.log").stat().st_mode & 0o777 == 0o600


def test_a_judgment_sees_all_before_it(tmp_path: Path) -> None:
    log, seen = DecisionLog(tmp_path), list[int]()

    def judgment(entries: list[Entry]) -> Entry:
        seen.append(len(entries))
        return ENTRY

    for _ in range(3):
        log.judge(judgment)
    assert seen == [0, 1, 2]


def test_it_is_on_disk_before_the_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    real = os.fsync

    def fsync(file: int) -> None:
        real(file)
        synced.append((tmp_path / "policy.log").read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    put(DecisionLog(tmp_path), ENTRY)
    assert json.loads(synced[-1])["amount"] == "500"


@pytest.mark.parametrize("cut", [1, 5, 50])
def test_a_line_that_a_crash_cut_off_is_dropped(tmp_path: Path, cut: int) -> None:
    log, path = DecisionLog(tmp_path), tmp_path / "policy.log"
    put(log, ENTRY)
    put(log, ENTRY)
    path.write_bytes(path.read_bytes()[:-cut])
    assert log.entries() == [ENTRY]
    put(log, replace(ENTRY, time=200))
    assert [each.time for each in log.entries()] == [100, 200]


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b"{}",
        b"[]",
        json.dumps({"time": "100"}).encode(),
        json.dumps({**ENTRY.__class__.__annotations__, "time": 1}).encode(),
    ],
)
def test_a_damaged_line_stops(tmp_path: Path, line: bytes) -> None:
    log = DecisionLog(tmp_path)
    put(log, ENTRY)
    path = tmp_path / "policy.log"
    path.write_bytes(line + b"\n" + path.read_bytes())
    with pytest.raises(SetupError) as caught:
        put(log, ENTRY)
    assert (caught.value.code, caught.value.values) == ("policy.log", {"line": 1})
    assert path.read_bytes().startswith(line)  # and it is left as it is


@pytest.mark.parametrize("amount", ["-5", "x", "1.5"])
def test_a_sum_cannot_be_made_smaller_by_a_line(tmp_path: Path, amount: str) -> None:
    log = DecisionLog(tmp_path)
    put(log, replace(ENTRY, amount=amount))
    with pytest.raises(SetupError):
        log.entries()


def test_sums() -> None:
    def today(time: int) -> bool:
        return time >= 50

    def total(*entries: Entry) -> int:
        return spent(list(entries), "token shop", "EUR", today)

    other = replace(ENTRY, digest="0x02", amount="7")
    assert total(ENTRY, other) == 507
    assert total(ENTRY, ENTRY) == 500  # the very same again
    for left_out in (
        replace(other, allowed=False), replace(other, actor="token b"),
        replace(other, currency="USD"), replace(other, time=49),
    ):  # fmt: skip
        assert total(ENTRY, left_out) == 500


def test_two_processes_cannot_use_up_the_same_rest(tmp_path: Path) -> None:
    """Each counts what is there and writes one more; under the lock none is counted twice."""
    program = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.wallet.policy.test_log import ENTRY
from wallet.policy.log import DecisionLog
log = DecisionLog(Path(sys.argv[1]))
for _ in range(20):
    log.judge(lambda entries: replace(ENTRY, time=len(entries)))
"""
    line = [sys.executable, "-c", program, str(tmp_path)]
    for process in [subprocess.Popen(line) for _ in range(3)]:
        assert process.wait(60) == 0
    assert [each.time for each in DecisionLog(tmp_path).entries()] == list(range(60))
