"""Statements: over HTTP, for the bank's operator. Files stream to disk, up to 1 GB."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict
from typing import IO, Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.access import Answer, OperatorDep, with_key
from api.bank import Direction
from api.kernel.errors import Malformed, TooLarge
from api.kernel.fields import read_id, unknown_id
from api.kernel.log import note
from api.statements import store
from api.statements.flow import take_in
from api.statements.model import FileState, StatementReport, StoredLine
from api.web.bodies import AmountBody, Body
from api.web.context import Bridge, BridgeDep

__all__ = ["MAX_FILE", "router"]

MAX_FILE = 1_000_000_000
_IN_MEMORY = 1 << 20

router = APIRouter(prefix="/v1", tags=["statements (operator)"])


class ProblemView(Body):
    """A line of the file that was not taken."""

    statement: int
    line: int
    kind: str
    field: str
    problem: str


class ReportView(Body):
    """What became of a file: lines = new + known + conflicting + bad + skipped."""

    id: str
    state: FileState
    repeated: bool
    source: str
    sha256: str
    statements: int
    lines: int
    new: int
    known: int
    conflicting: int
    bad: int
    skipped: int
    adds_up: bool | None
    taken_at: str
    problems: list[ProblemView]


class LineView(Body):
    """A line that nobody has explained yet."""

    id: str
    bank_id: str
    amount: AmountBody
    direction: Direction
    booked_on: str
    structured_reference: str | None
    payer_account: str | None
    payer_name: str | None
    remittance: str | None
    reversal: bool
    position: int


class LinesView(Body):
    """A page of lines; `next` goes into `after` for the page behind it."""

    lines: list[LineView]
    next: int | None


@router.post(
    "/statements",
    status_code=201,
    response_model=ReportView,
    summary="Hand in a camt.053 or camt.054 file",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/xml": {"schema": {}}}}
    },
)
async def post_statement(
    request: Request,
    bridge: BridgeDep,
    operator: OperatorDep,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """The file itself as the body. The same file again is answered 200 and changes nothing."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        once = with_key(bridge, idempotency_key, request.url.path, await _receive(request, file))

        def work() -> Answer:
            report = _take(bridge, cast("BinaryIO", file))
            return Answer(200 if report.repeated else 201, _report(report))

        return await run_in_threadpool(once.around, operator, work)


@router.get("/statements/{file_id}", response_model=ReportView, summary="The report on a file")
def get_statement(file_id: str, bridge: BridgeDep, _operator: OperatorDep) -> dict[str, Any]:
    """As it was when the file was taken in first."""
    with bridge.database.reading() as connection:
        report = store.find_report(connection, read_id("statement", file_id))
    if report is None:
        raise unknown_id("statement")
    return _report(report)


@router.get("/lines", response_model=LinesView, summary="Lines that wait for an explanation")
def get_lines(
    bridge: BridgeDep,
    _operator: OperatorDep,
    direction: Direction = Direction.CREDIT,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Money that the bank has booked and that no link, payout or operator accounts for yet."""
    with bridge.database.reading() as connection:
        lines = store.waiting_lines(connection, direction, limit, after=after)
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


def _take(bridge: Bridge, stream: BinaryIO) -> StatementReport:
    stream.seek(0)
    report = take_in(
        bridge.database,
        stream,
        currency=bridge.currency,
        reserve_account=bridge.settings.bank.reserve_account,
        now=bridge.clock.now(),
        source="handed in by the operator",
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


def _report(report: StatementReport) -> dict[str, Any]:
    return asdict(report) | {
        "taken_at": report.taken_at.isoformat(),
        "problems": [asdict(problem) for problem in report.problems],
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
        "reversal": line.reversal,
        "position": line.position,
    }
