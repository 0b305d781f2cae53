"""Bank: status reports on payment orders (pain.002), read from the bank, written by the simulated.

Read in the versions that go with pain.001.001.03 and .09; written as pain.002.001.10.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element

from api.bank.errors import StatementRefused
from api.bank.iso20022.fields import Fault, choice, text
from api.bank.iso20022.records import PaymentStatus
from api.bank.iso20022.xml_stream import Layout, Unit, open_document
from api.bank.iso20022.xml_writer import XmlWriter
from wallet.money import shorten

__all__ = ["PAIN002_LAYOUTS", "StatusReport", "read_pain002", "write_pain002"]

_WRITTEN: Final = "pain.002.001.10"
PAIN002_LAYOUTS: Final = {
    name: Layout(name, {2: "CstmrPmtStsRpt", 3: "OrgnlPmtInfAndSts"})
    for name in ("pain.002.001.03", _WRITTEN)
}
_JOINED: Final = "; "
"""Between several reasons of one payment."""
_PARTLY = "PART"
"""Some payments of the order were accepted and some not: their own statuses follow."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One pain.002 on one order; every status belongs to `original_message_id`."""

    message_id: str
    created_at: datetime
    original_message_id: str
    statuses: tuple[PaymentStatus, ...]


def read_pain002(stream: BinaryIO) -> Iterator[PaymentStatus]:
    """The status of each payment in the report, and of the order where the bank tells only that.

    Raises `StatementRefused` while it is iterated; what came before it stands.
    """
    layout, units = open_document(stream, PAIN002_LAYOUTS)
    reader = _Reader()
    for unit in units:
        try:
            yield from reader.take(unit)
        except Fault as fault:
            raise StatementRefused(
                f"{layout.name}: {unit.path[-1]}/{fault}.",
                "Ask the bank for the status report as it left its system.",
            ) from fault
    if reader.original is None:
        raise StatementRefused(
            f"The {layout.name} file does not say which order it speaks of.",
            "Ask the bank for a complete status report.",
        )


class _Reader:
    """The order that is being reported on, and the group of payments that is being read."""

    def __init__(self) -> None:
        self.original: str | None = None
        self._group_status: str | None = None
        self._group_reasons: list[str] = []

    def take(self, unit: Unit) -> Iterator[PaymentStatus]:
        """Statuses that one unit completes."""
        match unit.path[2:]:
            case ("OrgnlGrpInfAndSts",):
                self.original = text(unit.element, "OrgnlMsgId")
                status = choice(unit.element, "GrpSts")
                yield from self._whole(status, _reasons(unit.element))
            case ("OrgnlPmtInfAndSts", "TxInfAndSts"):
                yield self._one(unit.element)
            case ("OrgnlPmtInfAndSts", "OrgnlPmtInfId"):
                self._require_ours(text(unit.element))
            case ("OrgnlPmtInfAndSts", "PmtInfSts"):
                self._group_status = text(unit.element)
            case ("OrgnlPmtInfAndSts", "StsRsnInf"):
                self._group_reasons += filter(None, [_reason(unit.element)])
            case ("OrgnlPmtInfAndSts",):
                reason = _JOINED.join(self._group_reasons) or None
                yield from self._whole(self._group_status, reason)
                self._group_status, self._group_reasons = None, []

    def _whole(self, status: str | None, reason: str | None) -> Iterator[PaymentStatus]:
        if status is not None and status != _PARTLY:
            yield PaymentStatus(self._order(), None, status, reason)

    def _one(self, element: Element) -> PaymentStatus:
        end_to_end_id = text(element, "OrgnlEndToEndId")
        status = choice(element, "TxSts")
        if end_to_end_id is None:
            raise Fault("OrgnlEndToEndId", "is missing")
        if status is None:
            raise Fault("TxSts", "is missing")
        return PaymentStatus(self._order(), end_to_end_id, status, _reasons(element))

    def _require_ours(self, group: str | None) -> None:
        # our orders have one group, named like the order: another one's word is not on all of it
        if group is not None and group != self._order():
            raise Fault("OrgnlPmtInfId", f"is «{shorten(group)}», which the order does not have")

    def _order(self) -> str:
        if self.original is None:
            raise Fault("OrgnlMsgId", "is missing")
        return self.original


def _reasons(element: Element) -> str | None:
    """Every reason that the bank gives, each with its words, in the bank's order."""
    told = filter(None, map(_reason, element.findall("StsRsnInf")))
    return _JOINED.join(told) or None


def _reason(element: Element | None) -> str | None:
    """The bank's code, and its words behind it."""
    words = [] if element is None else [text(line) for line in element.findall("AddtlInf")]
    return " ".join(filter(None, [choice(element, "Rsn"), *words])) or None


def write_pain002(report: StatusReport) -> bytes:
    """The report as a file; statuses of the whole order (no end-to-end id) come first."""
    out = io.BytesIO()
    xml = XmlWriter(out, _WRITTEN)
    whole = [status for status in report.statuses if status.end_to_end_id is None]
    single = [status for status in report.statuses if status.end_to_end_id is not None]
    with xml.document(), xml.inside("CstmrPmtStsRpt"):
        with xml.inside("GrpHdr"):
            xml.put("MsgId", report.message_id)
            xml.put("CreDtTm", report.created_at.astimezone(UTC).isoformat(timespec="seconds"))
        with xml.inside("OrgnlGrpInfAndSts"):
            xml.put("OrgnlMsgId", report.original_message_id)
            xml.put("OrgnlMsgNmId", "pain.001.001.09")
            for status in whole[:1]:
                xml.put("GrpSts", status.status)
                _put_reason(xml, status.reason)
        if single:
            with xml.inside("OrgnlPmtInfAndSts"):
                xml.put("OrgnlPmtInfId", report.original_message_id)
                for status in single:
                    with xml.inside("TxInfAndSts"):
                        xml.put("OrgnlEndToEndId", status.end_to_end_id)
                        xml.put("TxSts", status.status)
                        _put_reason(xml, status.reason)
    return out.getvalue()


def _put_reason(xml: XmlWriter, reason: str | None) -> None:
    for each in (reason or "").split(_JOINED):
        code, _, words = each.partition(" ")
        if code:
            with xml.inside("StsRsnInf"):
                xml.put("Rsn/Cd", code)
                xml.put("AddtlInf", words or None)
