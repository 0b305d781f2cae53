"""Tests of what waits: each kind item by item, in the order in which a person needs it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.bank.memory import FakeBank
from api.chain.memory import MemoryChain
from api.deposits.store import deposits
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.paying import KINDS
from api.payouts import Limits, prepare, release_file
from api.redemptions.store import redemptions
from api.statements import refuse, take_in
from api.waiting import LONGEST, waiting
from tests.api.deposits.steps import every, link, match, receive
from tests.api.redemptions.desk import RULES, SECONDS, Desk, order
from tests.api.refunds.steps import Counter
from tests.api.world import ADA, NOW, RESERVE, camt, credit, debit
from tests.api.world import bank as bank_of


def shown(database: Database, days: int = 0) -> dict[str, Any]:
    """What waits, some days after the tests' day; JSON can carry it."""
    today = (NOW + timedelta(days=days)).date()
    with database.reading() as connection:
        found = waiting(connection, currency="EUR", today=today)
    assert json.loads(json.dumps(found)) == found
    return found


def test_nothing_waits(database: Database) -> None:
    """Every kind says so."""
    nothing = {"count": 0, "items": []}
    kinds = ("unmatched_lines", "deposits", "redemptions", "refunds", "payout_files")
    assert shown(database) == dict.fromkeys((*kinds, "bank_documents"), nothing)


def test_lines_that_nobody_has_explained(database: Database, bank: FakeBank) -> None:
    """By the bank's reference and for how long; an explained one is gone, a refused one is back."""
    lines = [
        credit("C1", 1050, payer_name="Ada Lovelace", payer_account=ADA.account),
        debit("D1", 20),
    ]
    taken = camt(lines)
    take_in(database, taken, currency="EUR", reserve_account=RESERVE, now=NOW, source="test")
    found = shown(database, days=3)["unmatched_lines"]
    assert found["count"] == 2
    line = found["items"][0].pop("id")
    assert found["items"][0].pop("way_out").startswith(f"jiaozi-bridge assign {line} --to LINK")
    assert found["items"][0] == {
        "bank_reference": "C1",
        "direction": "CREDIT",
        "amount": "10.50 EUR",
        "booked_on": "2026-11-19",
        "days_waiting": 3,
        "state": "STORED",
        "reason": None,
    }
    assert shown(database, days=-1)["unmatched_lines"]["items"][0]["days_waiting"] == 0
    link(database, bank)
    assert match(database) == 1
    assert [i["bank_reference"] for i in shown(database)["unmatched_lines"]["items"]] == ["D1"]
    [deposit] = every(database)
    with database.transaction() as connection:
        refuse(connection, deposit.line_id, ref=deposit.id, reason="frozen")
    first, _ = shown(database)["unmatched_lines"]["items"]
    assert (first["bank_reference"], first["state"]) == ("C1", "REFUSED")
    assert first["reason"] == "frozen"


def test_deposits_that_have_not_ended(database: Database, bank: FakeBank) -> None:
    """Held first, then queued, then refused; with the reason or what they wait for."""
    link(database, bank)
    receive(database, [100, 200, 300, 400, 500, 600])
    match(database)
    first, *_ = every(database)
    changes: tuple[dict[str, str], ...] = (
        {"state": "QUEUED", "waiting_for": "backing"},
        {"state": "REFUSED", "reason": "frozen"},
        {"state": "ISSUED"},
        {"state": "REFUSED", "reason": "limit"},
        {"state": "HELD", "reason": "reverted"},
        {"state": "ISSUING"},
    )
    with database.transaction() as connection:
        for number, values in enumerate(changes, start=first.number):
            connection.execute(update(deposits).where(deposits.c.number == number).values(**values))
    found = shown(database)["deposits"]
    assert found["count"] == 4
    assert [(i["state"], i["amount"]) for i in found["items"]] == [
        ("HELD", "5.00 EUR"),
        ("QUEUED", "1.00 EUR"),
        ("REFUSED", "4.00 EUR"),
        ("REFUSED", "2.00 EUR"),
    ]
    held, queued, *_ = found["items"]
    assert (held["reason"], held["waiting_for"]) == ("reverted", None)
    assert (queued["reason"], queued["waiting_for"]) == (None, "backing")
    assert queued["since"] == "2026-11-19T09:00:00+00:00"


def test_many_are_counted_and_the_oldest_shown(database: Database, bank: FakeBank) -> None:
    """Twenty of a kind."""
    link(database, bank)
    receive(database, [100] * (LONGEST + 2))
    match(database)
    found = shown(database)["deposits"]
    numbers = [deposit.number for deposit in every(database)]
    assert found["count"] == len(numbers) == LONGEST + 2
    assert [i["number"] for i in found["items"]] == numbers[:LONGEST]


@pytest.fixture
def desk(database: Database, clock: FixedClock, bank: FakeBank) -> Desk:
    """An open desk."""
    made = Desk(database, MemoryChain(now=SECONDS), clock, bank)
    made.open()
    return made


def test_redemptions_that_have_not_ended(database: Database, desk: Desk) -> None:
    """What was contradicted first, then the oldest; refused last; ended ones are gone."""
    ids = [desk.hand_in(order(nonce=bytes([n]) * 32)).id for n in range(6)]
    changes: tuple[dict[str, str], ...] = (
        {"state": "REFUSED", "reason": "cancelled by holder"},
        {"state": "SETTLED"},
        {"state": "NEVER_HEARD_BACK"},
        {"state": "RETURNED"},
        {"state": "SETTLED", "alarm": "the bank booked it twice"},
        {},
    )
    with database.transaction() as connection:
        for each, values in zip(ids, changes, strict=True):
            if values:
                connection.execute(
                    update(redemptions).where(redemptions.c.id == each).values(**values)
                )
    found = shown(database)["redemptions"]
    assert found["count"] == 4
    assert [i["id"] for i in found["items"]] == [ids[4], ids[2], ids[5], ids[0]]
    assert found["items"][0]["alarm"] == "the bank booked it twice"
    way = found["items"][1].pop("way_out")
    assert way.startswith(f"jiaozi-bridge payment {ids[2]} --paid")
    assert found["items"][1] | {"id": "", "end_to_end_id": ""} == {
        "id": "",
        "state": "NEVER_HEARD_BACK",
        "amount": "10.00 EUR",
        "since": "2026-11-19T09:00:00+00:00",
        "end_to_end_id": "",
        "reason": None,
        "alarm": None,
    }
    assert found["items"][3]["reason"] == "cancelled by holder"
    assert ADA.account not in json.dumps(found)
    assert ADA.name not in json.dumps(found)


def test_refunds_and_files_that_are_held(database: Database, clock: FixedClock) -> None:
    """With the way out of each; what has ended is gone."""
    counter = Counter(database, clock, bank_of(clock))
    refund = counter.decide(counter.line(payer_name=None))
    [item] = shown(database)["refunds"]["items"]
    assert (item["id"], item["state"]) == (refund.id, "AWAITING_ACCOUNT")
    assert item["amount"].startswith("7.00")
    assert "jiaozi-bridge" in item["way_out"]
    counter.name_account(refund)
    rules = replace(RULES, limits=Limits(500, 0, 0))
    with database.transaction() as connection:
        [message_id] = prepare(connection, KINDS, rules, up_to=0, now=NOW)
    [item] = shown(database)["payout_files"]["items"]
    assert (item["id"], item["state"], item["payments"]) == (message_id, "HELD", 1)
    assert "ceiling" in item["reason"]
    with database.transaction() as connection:
        release_file(connection, KINDS, message_id, now=NOW)
    counter.bank.answering = False
    counter.pay_out()
    counter.book(counter.now(refund))
    assert shown(database)["refunds"]["count"] == shown(database)["payout_files"]["count"] == 0
