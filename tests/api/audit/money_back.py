"""Tests of the audit: the play's money that goes back, is taken back, or is in doubt.

Refunds in five states, recalls before and after the issue, statements that do not fit, and what a
database that was older than the chain took over.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from api.approvals import Action, act, approve, propose
from api.bank import BookedLine
from api.bank.iso20022 import Statement, write_camt
from api.bank.memory import FakeCustomer
from api.chain import resume
from api.deposits.adopted import adopted_issues
from api.deposits.store import deposits
from api.kernel.ids import LineId
from api.kernel.money import Money
from api.links.store import links
from api.operations import build_actions
from api.recalls.store import recalls
from api.redemptions.store import redemptions
from api.refunds.store import refunds
from api.reserve import clear, standing_breaks
from api.statements.model import line_id
from api.statements.sheets import sheets
from api.statements.store import bank_lines
from tests.api.stage import Stage
from tests.api.world import ADA, BO, NOW, RESERVE, Customer, camt, credit, debit
from wallet.signer import LocalSigner

CLEO = Customer("Cleo Ray", "DE02120300000000202051", "cleo-553311", LocalSigner(b"\x03" * 32))
"""Whose account is frozen, because the bank takes back what she was credited."""
PAYER = "BE68539007547034"
REFUSING = "BE71096123456769"
"""An account that no payment reaches."""


def decide(stage: Stage, deed: str, subject: str, **parameters: Any) -> None:
    """One proposes, another approves, and it is done."""
    bridge, now = stage.parts.bridge, stage.clock.now()
    actions = build_actions(bridge.secrets.reference_key, lambda: bridge.bank)
    with bridge.database.transaction() as connection:
        action = Action(deed, subject, parameters)
        made = propose(connection, actions, action, maker="ada", reason="seen to", now=now)
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=now)


def told(stage: Stage, line: BookedLine) -> LineId:
    """The bank books a line and tells of it; our id of it, unless it undoes another."""
    sign = 1 if line.direction == "CREDIT" else -1
    stage.bank.booked += Money(sign * line.amount.minor, "EUR")
    content = camt([line], message_id=f"G-{line.bank_id}").getvalue()
    stage.bank.deliver("camt.053", content)
    stage.run(lambda: not stage.bank.collect())
    return line_id(RESERVE, line.bank_id)


def column(stage: Stage, table: Any, name: str, key: str = "id") -> dict[Any, Any]:
    """One column of a table by another."""
    with stage.parts.bridge.database.reading() as connection:
        rows = connection.execute(table.select()).mappings().all()
    return {row[key]: row[name] for row in rows}


def another_life(stage: Stage, copy: Callable[[], str]) -> None:
    """A backup is made; what is issued and refused then is lost with the database of that time.

    The bank tells of those lines again, to the backup, which finds the chain ahead of itself.
    """
    stage.close()
    lost = Stage(stage.deployed, copy(), stage.deployed.file.parent)
    lost.bank, lost.clock = stage.bank, stage.clock
    lost.restart()
    papers = []
    for minor, payer in ((700, BO), (600_000, ADA)):
        line = credit(f"LOST{minor}", minor, payer_account=payer.account)
        lost.bank.booked += line.amount
        papers.append(camt([line], message_id=f"L{minor}").getvalue())
        lost.bank.deliver("camt.053", papers[-1])
    ends = {"ISSUED", "REFUSED"}
    lost.run(lambda: set(column(lost, deposits, "state").values()) == ends)
    lost.close()
    stage.restart()
    stage.run(lambda: len(column(stage, adopted_issues, "event", "number")) == 2)
    for paper in papers:
        stage.bank.deliver("camt.053", paper)
    stage.run(lambda: all(column(stage, adopted_issues, "deposit_id", "number").values()))
    _understood(stage)


def _understood(stage: Stage) -> None:
    def all_ended() -> bool:
        with stage.parts.bridge.database.reading() as connection:
            return all(each.ended_at for each in standing_breaks(connection))

    stage.run(all_ended)
    with stage.parts.bridge.database.transaction() as connection:
        resume(connection)
        for each in standing_breaks(connection):
            clear(connection, each.number, by="ann", why="restored", now=stage.clock.now())


def pay_cleo(stage: Stage) -> None:
    """A third customer, and the credit that will be taken back."""
    stage.bank.customers[CLEO.account] = FakeCustomer(CLEO.name, CLEO.code, tier=1)
    stage.link(CLEO)
    told(stage, credit("CLEO1", 9_000, payer_account=CLEO.account))
    stage.run(lambda: stage.balance(CLEO) == 9_000)


def go_back(stage: Stage) -> None:
    """One refund is paid, one rejected, one paid after its deposit's number was closed; one waits
    for an account, until its credit is taken back."""
    stage.bank.rejects[REFUSING] = "AC04"
    named = {"payer_account": PAYER, "payer_name": "Dee Foe"}
    lines = {
        "SETTLED": told(stage, credit("BACK1", 1_100, **named)),
        "REJECTED": told(stage, credit("BACK2", 1_200, **named | {"payer_account": REFUSING})),
        "AWAITING_ACCOUNT": told(stage, credit("BACK3", 1_300, payer_account=PAYER)),
    }
    lines["CLOSED"] = held(stage, "BACK4", 1_400)
    for key in lines.values():
        decide(stage, "return-line", key, reason="not ours")
    ends = {lines[end]: end for end in ("SETTLED", "REJECTED", "AWAITING_ACCOUNT")}
    ends[lines["CLOSED"]] = "SETTLED"
    stage.run(lambda: column(stage, refunds, "state", "line_id") == ends)
    told(stage, debit("UNDO3", 1_300, reversal=True, original_reference="BACK3"))
    waiting = lines["AWAITING_ACCOUNT"]
    stage.run(lambda: column(stage, refunds, "state", "line_id")[waiting] == "TAKEN_BACK")


def held(stage: Stage, bank_id: str, minor: int) -> LineId:
    """A line that two persons gave to a link, and one held; its id."""
    key = told(stage, credit(bank_id, minor, payer_account=PAYER, payer_name="Dee Foe"))
    wallet = column(stage, links, "id", "wallet")[BO.wallet]
    bridge, now = stage.parts.bridge, stage.clock.now()
    decide(stage, "assign", key, link=wallet)
    deposit = column(stage, deposits, "id", "line_id")[key]
    actions = build_actions(bridge.secrets.reference_key, lambda: bridge.bank)
    words: Mapping[str, str] = {"reason": "odd payer"}
    with bridge.database.transaction() as connection:
        act(
            connection,
            actions,
            Action("hold", deposit, words),
            operator="bo",
            reason="odd",
            now=now,
        )
    return key


def be_silent(stage: Stage) -> None:
    """A refund of what the token refused goes into a file, and the bank says nothing."""
    refused = column(stage, bank_lines, "id", "state")["REFUSED"]
    decide(stage, "return-line", refused, reason="over a limit")
    if column(stage, refunds, "state", "line_id")[refused] == "AWAITING_ACCOUNT":
        refund = column(stage, refunds, "id", "line_id")[refused]
        decide(stage, "refund-account", refund, account=ADA.account, name=ADA.name)
    stage.run(lambda: column(stage, refunds, "state", "line_id")[refused] == "SUBMITTED")


def book_otherwise(stage: Stage) -> None:
    """The bank books two payments by other sums: of a burn without its id, of a refund under that
    of the burn. Two persons say which is which."""
    line = told(stage, credit("BACK5", 1_500, payer_account=PAYER, payer_name="Dee Foe"))
    decide(stage, "return-line", line, reason="not ours")
    body = stage.redemption_body(ADA, stage.order(ADA, 2_500))
    burn = stage.post("/v1/redemptions", body).json()["id"]
    stage.run(lambda: column(stage, refunds, "state", "line_id")[line] == "SUBMITTED")
    stage.run(lambda: stage.state("/v1/redemptions", burn) == "SUBMITTED")
    payout = column(stage, redemptions, "end_to_end_id")[burn]
    refund = column(stage, refunds, "end_to_end_id", "line_id")[line]
    less = told(stage, debit("LESS", 1_460, end_to_end_id=payout))
    decide(stage, "booked-as", less, payment=refund)
    more = told(stage, debit("MORE", 2_540))
    decide(stage, "booked-as", more, payment=payout)


def lose(stage: Stage) -> None:
    """Debits that pay nothing of ours: one is a cost, one is claimed, one is given back in part."""
    for bank_id, minor, deed in (("LOST1", 310, "own-cost"), ("LOST2", 320, "claim")):
        decide(stage, deed, told(stage, debit(bank_id, minor)))
    claimed = told(stage, debit("LOST3", 330))
    decide(stage, "claim", claimed)
    back = told(stage, credit("FOUND3", 329, return_reason="AM05"))
    decide(stage, "gives-back", back, line=claimed)


def book_again(stage: Stage) -> None:
    """The bank sends a payout back and books it once more, by another sum."""
    body = stage.redemption_body(ADA, stage.order(ADA, 2_600))
    burn = stage.post("/v1/redemptions", body).json()["id"]
    stage.run(lambda: stage.state("/v1/redemptions", burn) == "SETTLED")
    with stage.parts.bridge.database.reading() as connection:
        [row] = connection.execute(redemptions.select().where(redemptions.c.id == burn)).all()
    paid, key = row.amount - row.fee, row.end_to_end_id
    again = told(stage, debit("AGAIN", paid + 40, end_to_end_id=key))
    told(stage, credit("SENTBACK", paid, end_to_end_id=key, return_reason="AC04"))
    stage.run(lambda: stage.state("/v1/redemptions", burn) == "RETURNED_BY_BANK")
    decide(stage, "booked-as", again, payment=key)
    assert stage.state("/v1/redemptions", burn) == "SETTLED"


def take_back(stage: Stage) -> None:
    """Unmatched money, a deposit before its issue, and one after it."""
    told(stage, credit("UN1", 2_100))
    held(stage, "UN2", 2_200)
    for bank_id, minor in (("UN1", 2_100), ("UN2", 2_200), ("CLEO1", 9_000)):
        told(stage, debit(f"R-{bank_id}", minor, reversal=True, original_reference=bank_id))
    ends = ["FROZEN", "REVERSED", "REVERSED"]
    stage.run(lambda: sorted(column(stage, recalls, "state").values()) == ends)


def doubt(stage: Stage) -> None:
    """A sound statement with balances; one in quarantine until its neighbour came, one that two
    persons accepted, one that they dismissed, one of which nobody has said anything. What those two
    tell another one tells, too: of the dismissed one's it is accepted."""
    opening = 1_000_000
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(9)]

    def state_of(number: int) -> str:
        return str(column(stage, sheets, "state", "sequence").get(number))

    def deliver(
        number: int, opens: int, closes: int, state: str, *, wrong: int = 0, told: int = 0
    ) -> str:
        again, told = told > 0, told or number
        line = credit(f"SHEET{told}", closes - opens + wrong, booked_on=days[told])
        if not again:
            stage.bank.booked += line.amount
        head = Statement(
            dialect="camt.053.001.08",
            message_id=f"S{number}",
            statement_id=f"S{number}-1",
            created_at=NOW + timedelta(days=number),
            account=RESERVE,
            owner="Jiaozi Reserve",
            currency="EUR",
            sequence=number,
            legal_sequence=100 + number,
            period=(days[number], days[number]),
            opening=(Money(opens, "EUR"), days[number]),
            closing=(Money(closes, "EUR"), days[number]),
        )
        out = io.BytesIO()
        write_camt(out, head, [line])
        stage.bank.deliver("camt.053", out.getvalue())
        stage.run(lambda: state_of(number) == state)
        return str(column(stage, sheets, "file_id", "sequence")[number])

    deliver(1, opening, opening + 10, "SOUND")
    deliver(3, opening + 30, opening + 60, "QUARANTINED")
    deliver(2, opening + 10, opening + 30, "SOUND")
    stage.run(lambda: state_of(3) == "SOUND")
    accepted = deliver(4, opening + 60, opening + 100, "QUARANTINED", wrong=7)
    decide(stage, "accept-statement", accepted, statement="1")
    dismissed = deliver(5, opening + 500, opening + 550, "QUARANTINED")
    true = deliver(7, opening + 600, opening + 650, "QUARANTINED", told=5)
    decide(stage, "dismiss-statement", dismissed, statement="1")
    decide(stage, "accept-statement", true, statement="1")
    deliver(6, opening + 700, opening + 760, "QUARANTINED")
    deliver(8, opening + 800, opening + 860, "QUARANTINED", told=6)
