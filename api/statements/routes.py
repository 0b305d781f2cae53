"""Statements: over HTTP, for the bank's operator. Files stream to disk, up to 1 GB."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path as FilePath
from typing import IO, Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from api.access import Answer, OperatorDep, with_key
from api.bank import Direction, LineKind
from api.kernel.errors import Malformed, TooLarge
from api.kernel.fields import read_id, unknown_id
from api.kernel.log import note
from api.kernel.money import Money
from api.statements import reports, store
from api.statements.apart import LARGE, Job
from api.statements.chain import Doubt, Sheet, SheetState
from api.statements.flow import take_in
from api.statements.held import quarantined_lines
from api.statements.model import FileState, LineState, StatementReport, StoredLine
from api.web.bodies import AfterQuery, AmountBody, Body, LimitQuery
from api.web.context import Bridge, BridgeDep

__all__ = ["MAX_FILE", "router"]

MAX_FILE = 1_000_000_000
_SOURCE = "handed in by the operator"

router = APIRouter(prefix="/v1", tags=["statements (operator)"])


class ProblemView(Body):
    """A line of the file that was not taken."""

    statement: int = Field(description="Which statement of the file, from 1")
    line: int = Field(description="Which line of that statement, from 1")
    kind: str = Field(
        description="“bad”: cannot be trusted; “conflicting”: a known id with other content; "
        "“zero”: no money moved; “other account”: a whole statement, of another account"
    )
    field: str = Field(description="The field that is wrong")
    problem: str = Field(description="What is wrong with it")


class SheetView(Body):
    """One statement of the file, and whether the bridge acts on its lines."""

    number: int = Field(description="Which statement of the file, from 1; with the file its name")
    statement_id: str = Field(description="The bank's own id of it")
    dialect: str = Field(description="Such as camt.053.001.08")
    sequence: int | None = Field(description="Electronic (else legal) sequence number")
    legal_sequence: int | None = Field(description="Legal sequence number")
    from_on: str | None = Field(description="First day that it speaks of")
    to_on: str | None = Field(description="Last day that it speaks of")
    opening: AmountBody | None = Field(description="Booked balance before its lines")
    closing: AmountBody | None = Field(description="Booked balance behind its lines")
    closing_on: str | None = Field(description="The day of the closing balance")
    lines: int = Field(description="Lines in it")
    state: SheetState = Field(
        description="SOUND: its lines count; QUARANTINED: they are stored and nothing acts on "
        "them; RELEASED, DISMISSED: two operators decided that they do, or never will"
    )
    doubt: Doubt | None = Field(description="Why it is, or was, in quarantine")
    said: str | None = Field(description="The doubt with its figures")
    remarks: str | None = Field(description="Gaps and repeats of its number, late arrival")
    decided_by: str | None = Field(description="Who or what ended the quarantine")


class ReportView(Body):
    """What became of a file: lines = new + known + conflicting + bad + skipped."""

    id: str = Field(description="Id of the file")
    state: FileState = Field(
        description="How far it was read; READING after a crash: hand it in again"
    )
    repeated: bool = Field(description="This very file was taken before; nothing was changed")
    source: str = Field(description="How it came")
    sha256: str = Field(description="Hash of the file, hex")
    statements: int = Field(description="Statements in it")
    lines: int = Field(description="Lines in it")
    new: int = Field(description="Lines stored now")
    known: int = Field(description="Lines that another file brought before")
    conflicting: int = Field(
        description="Lines under a known id with other content: an alarm, never booked"
    )
    bad: int = Field(description="Lines that cannot be trusted")
    skipped: int = Field(description="Lines that moved no money: not booked yet, or of zero")
    adds_up: bool | None = Field(
        description="Opening balance plus lines is closing balance; null when it does not say both"
    )
    taken_at: str = Field(description="When it was taken in: ISO 8601, UTC")
    problems: list[ProblemView] = Field(
        description="The lines that were not taken, the first hundred"
    )
    sheets: list[SheetView] = Field(description="The statements of the file, the first hundred")


class LineView(Body):
    """A line whose money is unmatched, or that nothing acts on."""

    id: str = Field(description="Id of the line")
    bank_id: str = Field(description="The bank's own reference")
    amount: AmountBody = Field(description="Always above zero")
    direction: Direction = Field(description="Whether the money came or went")
    booked_on: str = Field(description="The day on which the bank booked it")
    structured_reference: str | None = Field(description="ISO 11649 reference that the payer gave")
    payer_account: str | None = Field(description="The payer's IBAN")
    payer_name: str | None = Field(description="The payer's name")
    remittance: str | None = Field(description="What the payer wrote")
    payee_account: str | None = Field(description="The account that was paid to, where it is told")
    reversal: bool = Field(description="It takes an earlier line back")
    return_reason: str | None = Field(description="ISO code of a payment that was sent back")
    kind: LineKind = Field(description="What the bank says it is: payment, charge or interest")
    state: LineState = Field(
        description="STORED: nobody explained it; REFUSED: its deposit was, an operator decides; "
        "QUARANTINED: its statement is doubtful, so it is not booked"
    )
    reason: str | None = Field(description="Why the token refused it")
    explained_ref: str | None = Field(description="Id of the deposit that was refused")
    position: int = Field(description="Grows with every line; for `after`")


class LinesView(Body):
    """A page of lines; `next` goes into `after` for the page behind it."""

    lines: list[LineView] = Field(description="Oldest first")
    next: int | None = Field(description="For `after`; null on the last page")


@router.post(
    "/statements",
    status_code=201,
    response_model=ReportView,
    summary="Hand in a camt.053 or camt.054 file",
    openapi_extra={
        "requestBody": {
            "description": "The file as the bank made it, up to 1 GB",
            "required": True,
            "content": {"application/xml": {"schema": {"type": "string"}}},
        }
    },
)
async def post_statement(
    request: Request,
    bridge: BridgeDep,
    operator: OperatorDep,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """The file itself as the body. The same file again is answered 200 and changes nothing."""
    with tempfile.NamedTemporaryFile(prefix="jiaozi-statement-") as file:
        once = with_key(bridge, idempotency_key, request.url.path, await _receive(request, file))

        def work() -> Answer:
            report = _take(bridge, cast("BinaryIO", file), FilePath(file.name))
            return Answer(200 if report.repeated else 201, _report(report, bridge.currency))

        return await run_in_threadpool(once.around, operator, work)


@router.get("/statements/{file_id}", response_model=ReportView, summary="The report on a file")
def get_statement(
    file_id: Annotated[str, Path(description="Id of the file")],
    bridge: BridgeDep,
    _operator: OperatorDep,
) -> dict[str, Any]:
    """As it was when the file was taken in first."""
    with bridge.database.reading() as connection:
        report = reports.find_report(connection, read_id("statement", file_id))
    if report is None:
        raise unknown_id("statement")
    return _report(report, bridge.currency)


@router.get("/lines", response_model=LinesView, summary="Lines that wait for an explanation")
def get_lines(
    bridge: BridgeDep,
    _operator: OperatorDep,
    direction: Annotated[
        Direction, Query(description="Money that came, or that went")
    ] = Direction.CREDIT,
    after: AfterQuery = 0,
    limit: LimitQuery = 100,
    quarantined: Annotated[
        bool, Query(description="The lines of doubtful statements instead, which are not booked")
    ] = False,
) -> dict[str, Any]:
    """Money that the bank has booked and that no link, payout or operator accounts for yet."""
    lines_of = quarantined_lines if quarantined else store.unmatched_lines
    with bridge.database.reading() as connection:
        lines = lines_of(connection, direction, limit, after=after)
    return {
        "lines": [_line(line) for line in lines],
        "next": lines[-1].position if len(lines) == limit else None,
    }


async def _receive(request: Request, file: IO[bytes]) -> bytes:
    """Write the body to `file`; its SHA-256. Memory stays bounded whatever is sent."""
    digest, size = hashlib.sha256(), 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_FILE:
            raise TooLarge(
                f"The file is larger than {MAX_FILE} bytes.",
                remedy="Ask the bank for several smaller files.",
            )
        digest.update(part)
        await run_in_threadpool(file.write, part)
    if size == 0:
        raise Malformed(
            "The body is empty.", remedy="Send the camt file as the body.", slug="empty-body"
        )
    file.seek(0)
    return digest.digest()


def _take(bridge: Bridge, stream: BinaryIO, file: FilePath) -> StatementReport:
    stream.flush()
    if bridge.apart is not None and file.stat().st_size >= LARGE:
        report = bridge.apart.take_in(
            Job(
                database_url=bridge.settings.database_url,
                file=file,
                currency=bridge.currency,
                reserve_account=bridge.settings.bank.reserve_account,
                now=bridge.clock.now(),
                source=_SOURCE,
                matching=bridge.matching,
                signed=not bridge.settings.bank.signers,
            )
        )
    else:
        stream.seek(0)
        report = take_in(
            bridge.database,
            stream,
            currency=bridge.currency,
            reserve_account=bridge.settings.bank.reserve_account,
            now=bridge.clock.now(),
            source=_SOURCE,
            matching=bridge.matching,
            signed=not bridge.settings.bank.signers,
        )
    note(
        bridge.log,
        "statement taken in",
        statement=report.id,
        repeated=report.repeated,
        lines=report.lines,
        new=report.new,
        conflicting=report.conflicting,
        bad=report.bad,
    )
    return report


def _report(report: StatementReport, currency: str) -> dict[str, Any]:
    return asdict(report) | {
        "taken_at": report.taken_at.isoformat(),
        "problems": [asdict(problem) for problem in report.problems],
        "sheets": [_sheet(sheet, currency) for sheet in report.sheets],
    }


def _sheet(sheet: Sheet, currency: str) -> dict[str, Any]:
    def money(minor: int | None) -> dict[str, str] | None:
        return None if minor is None else Money(minor, currency).to_json()

    def day(value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "number": sheet.number,
        "statement_id": sheet.statement_id,
        "dialect": sheet.dialect,
        "sequence": sheet.sequence,
        "legal_sequence": sheet.legal_sequence,
        "from_on": day(sheet.from_on),
        "to_on": day(sheet.to_on),
        "opening": money(sheet.opening),
        "closing": money(sheet.closing),
        "closing_on": day(sheet.closing_on),
        "lines": sheet.lines,
        "state": sheet.state,
        "doubt": sheet.doubt,
        "said": sheet.said,
        "remarks": sheet.remarks,
        "decided_by": sheet.decided_by,
    }


def _line(line: StoredLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "bank_id": line.bank_id,
        "amount": line.amount.to_json(),
        "direction": line.direction,
        "booked_on": line.booked_on.isoformat(),
        "structured_reference": line.structured_reference,
        "payer_account": line.payer_account,
        "payer_name": line.payer_name,
        "remittance": line.remittance,
        "payee_account": line.payee_account,
        "reversal": line.reversal,
        "return_reason": line.return_reason,
        "kind": line.kind,
        "state": line.state,
        "reason": line.reason,
        "explained_ref": line.explained_ref,
        "position": line.position,
    }
