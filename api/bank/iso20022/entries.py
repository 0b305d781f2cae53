"""Bank: one camt entry (``Ntry``) and its details become lines, each booked, bad or skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from xml.etree.ElementTree import Element

from api.bank.iso20022.bank_ids import BankIds, own_reference
from api.bank.iso20022.details import Detail, code_of, direction_of, kind_of
from api.bank.iso20022.fields import Fault, amount, choice, day, text
from api.bank.iso20022.records import BadLine, BookedLine, Direction, SkippedLine
from api.bank.iso20022.references import find_reference
from api.kernel.money import Money
from wallet.money import shorten

__all__ = ["Entries"]

_T = TypeVar("_T")

_NOT_BOOKED = {
    "PDNG": "the bank has not booked it yet; it comes again when it is booked",
    "INFO": "it only informs; no money moved",
    "FUTR": "it lies in the future; it comes again when it is booked",
}
_ZERO = "its amount is zero: no money moved"
_FLAGS = {"true": True, "1": True, "false": False, "0": False, None: False}


@dataclass(frozen=True, slots=True)
class _Entry:
    """The fields of an ``Ntry`` that a booked line needs, all present and sound."""

    amount: Money
    direction: Direction
    reversal: bool
    booked_on: date
    value_on: date | None
    reference: str | None
    information: str | None
    code: str | None


@dataclass(slots=True)
class Entries:
    """Turns the entries of one statement into lines; counts them and gives them ids."""

    ids: BankIds
    currencies: frozenset[str]
    """What the account, and the bridge, deal in; a line in any other currency is bad."""
    lines: int = 0
    entries: int = 0
    details: list[Detail | Fault] = field(default_factory=list)
    """Details of the entry that is being read; they end before it does."""

    def take(self, element: Element) -> Iterator[BookedLine | BadLine | SkippedLine]:
        """The lines of one ``Ntry`` whose details were collected before."""
        self.entries += 1
        details, self.details = self.details, []
        try:
            status = _status(element)
            if status != "BOOK":
                reason = _NOT_BOOKED[status]
                yield SkippedLine(self._number(), status, reason, self.entries)
                return
            money = amount(element, "Amt")
            if money is not None and money.minor == 0:
                yield SkippedLine(self._number(), "ZERO", _ZERO, self.entries)
                return
            booked = self._booked(self._entry(element, money), details)
        except Fault as fault:
            yield self._bad(element, fault)
            return
        yield from booked

    def _bad(self, element: Element, fault: Fault) -> BadLine:
        """With what can be read all the same: the sum of the statement may still be checked."""
        return BadLine(
            self._number(),
            fault.field,
            fault.problem,
            self.entries,
            moved=_moved(element, self.currencies),
            bank_id=_readable(lambda: own_reference(text(element, "AcctSvcrRef"))),
        )

    def _number(self) -> int:
        self.lines += 1
        return self.lines

    def _entry(self, element: Element, told: Money | None) -> _Entry:
        money = _required(told, "Amt")
        for currency in self.currencies - {money.currency}:
            raise Fault("Amt@Ccy", f"is {money.currency}, but only {currency} is dealt in here")
        flag = text(element, "RvslInd")
        if flag not in _FLAGS:
            raise Fault("RvslInd", "is neither true nor false")
        return _Entry(
            amount=money,
            direction=_required(direction_of(element), "CdtDbtInd"),
            reversal=_FLAGS[flag],
            booked_on=_required(day(element, "BookgDt"), "BookgDt"),
            value_on=day(element, "ValDt"),
            reference=own_reference(text(element, "AcctSvcrRef")),
            information=text(element, "AddtlNtryInf"),
            code=code_of(element),
        )

    def _booked(self, entry: _Entry, given: Sequence[Detail | Fault]) -> list[BookedLine]:
        details = [_sound(ordinal, detail) for ordinal, detail in enumerate(given, 1)]
        if len(details) > 1:
            return self._batch(entry, details)
        if not details:
            details = [Detail(structured_reference=find_reference(entry.information or ""))]
        return [self._single(entry, details[0])]

    def _single(self, entry: _Entry, detail: Detail) -> BookedLine:
        """The entry's own amount is what was booked; the detail may differ by charges or rate."""
        if detail.direction not in {None, entry.direction}:
            raise Fault("NtryDtls/TxDtls/CdtDbtInd", "contradicts the entry")
        named = detail.amount
        if (
            isinstance(named, Money)
            and entry.direction is Direction.CREDIT
            and named.currency == entry.amount.currency
            and named.minor < entry.amount.minor
        ):
            # the rest came from somebody else: this payer must not be credited with all of it
            raise Fault("NtryDtls/TxDtls/Amt", f"explains {named} of {entry.amount}")
        reference = entry.reference or detail.servicer_reference
        if reference:
            bank_id = self.ids.referenced(reference, reversal=entry.reversal)
        else:
            bank_id = self.ids.from_content(_content(entry, entry.amount, detail))
        return self._line(entry, entry.amount, entry.direction, bank_id, detail)

    def _batch(self, entry: _Entry, details: Sequence[Detail]) -> list[BookedLine]:
        """A line for each payment, provided that together they are exactly the entry."""
        parts = [_part(entry, ordinal, detail) for ordinal, detail in enumerate(details, 1)]
        total = sum(m.minor if d is entry.direction else -m.minor for m, d in parts)
        if total != entry.amount.minor:
            explained = Money(total, entry.amount.currency)
            raise Fault("NtryDtls/TxDtls", f"payments come to {explained}, not {entry.amount}")
        servicer_uses = Counter(detail.servicer_reference for detail in details)
        seen: Counter[str] = Counter()
        lines = []
        for ordinal, (detail, (money, direction)) in enumerate(zip(details, parts, strict=True), 1):
            own = detail.own_id or f"#{ordinal}"
            seen[own] += 1
            reference = entry.reference or detail.servicer_reference
            if entry.reference is None and servicer_uses[reference] == 1 and reference:
                bank_id = self.ids.referenced(reference, reversal=entry.reversal)
            elif reference:
                label = own if seen[own] == 1 else f"{own}#{seen[own]}"
                bank_id = self.ids.in_batch(reference, label, reversal=entry.reversal)
            else:
                bank_id = self.ids.from_content(_content(entry, money, detail))
            lines.append(self._line(entry, money, direction, bank_id, detail))
        return lines

    def _line(
        self, entry: _Entry, money: Money, direction: Direction, bank_id: str, detail: Detail
    ) -> BookedLine:
        return BookedLine(
            number=self._number(),
            bank_id=bank_id,
            amount=money,
            direction=direction,
            booked_on=entry.booked_on,
            value_on=entry.value_on,
            end_to_end_id=detail.end_to_end_id,
            structured_reference=detail.structured_reference,
            payer_account=detail.payer_account,
            payer_name=detail.payer_name,
            payee_account=detail.payee_account,
            remittance=detail.remittance or entry.information,
            reversal=entry.reversal,
            return_reason=detail.return_reason,
            entry=self.entries,
            kind=kind_of(detail.code or entry.code),
            transaction_id=detail.transaction_id,
            original_reference=_original(entry, detail) if entry.reversal else None,
        )


def _original(entry: _Entry, detail: Detail) -> str | None:
    """A reversal names the line that it takes back by that line's own reference."""
    return detail.servicer_reference or entry.reference


def _moved(element: Element, currencies: frozenset[str]) -> int | None:
    money = _readable(lambda: amount(element, "Amt"))
    direction = _readable(lambda: direction_of(element))
    if money is None or direction is None or currencies - {money.currency}:
        return None
    return money.minor if direction is Direction.CREDIT else -money.minor


def _readable(read: Callable[[], _T | None]) -> _T | None:
    try:
        return read()
    except Fault:
        return None  # that it cannot be read is the line's own problem, reported already


def _required(value: _T | None, name: str) -> _T:
    if value is None:
        raise Fault(name, "is missing")
    return value


def _status(element: Element) -> str:
    status = _required(choice(element, "Sts"), "Sts")
    if status != "BOOK" and status not in _NOT_BOOKED:
        raise Fault("Sts", f"is «{shorten(status)}», which says nothing of the booking")
    return status


def _sound(ordinal: int, detail: Detail | Fault) -> Detail:
    if isinstance(detail, Fault):
        raise Fault(f"NtryDtls/TxDtls[{ordinal}]/{detail.field}", detail.problem)
    return detail


def _part(entry: _Entry, ordinal: int, detail: Detail) -> tuple[Money, Direction]:
    where = f"NtryDtls/TxDtls[{ordinal}]/Amt"
    money = detail.amount
    if money is None:
        raise Fault(where, "is missing: a batch entry cannot be split without it")
    if isinstance(money, Fault):
        raise Fault(where, money.problem)
    if money.currency != entry.amount.currency or money.minor == 0:
        raise Fault(where, f"is {money}, which cannot be a part of {entry.amount}")
    return money, detail.direction or entry.direction


def _content(entry: _Entry, money: Money, detail: Detail) -> list[str | None]:
    return [
        entry.booked_on.isoformat(),
        str(money),
        entry.direction,
        str(entry.reversal),
        detail.end_to_end_id,
        detail.transaction_id,
        detail.structured_reference,
        detail.remittance or entry.information,
        detail.payer_account,
        detail.payer_name,
        detail.payee_account,
    ]
