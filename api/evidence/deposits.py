"""Evidence: which credits of the bank became tokens, and which are about to.

An issue on chain names its line by a reference that only the line's own words give. A deposit on
its way is the bridge's claim: it counts if a file of the bank tells the credit with that amount,
nothing else has it, the line names the link that the deposit is of (or two persons assigned it),
and compliance has put the link's wallet into a tier on chain.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from api.bank import creditor_reference
from api.evidence.bank_words import BankWords, Line
from api.evidence.event_sums import EventSums

__all__ = ["Claim", "Deposits", "names_link"]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A deposit, and the link that it is of, as the bridge has them. `amount`: minor units."""

    number: int
    line_id: str
    holder: str
    amount: int
    wallet: str
    account: str
    virtual_account: str | None
    link_number: int
    assigned: bool | None
    """Whether two persons gave the line to this link; None: they gave it to none."""


@dataclass(slots=True)
class Deposits:
    """Credits by what has become of them."""

    bank: BankWords
    chain: EventSums
    sent_back: Mapping[str, int]
    """By credit: minor units that went back to its payer; they back nothing any more."""
    came_back: Container[str]
    """Lines that are accounted for: a credit among them is what came back of something else."""
    proven: int = field(default=0, init=False)
    """Minor units of deposits on their way."""
    _claims: dict[int, Claim] = field(default_factory=dict, init=False)
    """On their way, proven or not."""
    _holders: dict[str, int] = field(default_factory=dict, init=False)
    """By line: the number of the deposit on its way that has it."""
    _doubtful: dict[int, str] = field(default_factory=dict, init=False)
    """Numbers that count for nothing, and why."""
    _issued: set[str] = field(default_factory=set, init=False)
    """Lines whose tokens were issued."""
    _unpaid: list[tuple[bytes, int]] = field(default_factory=list, init=False)
    """Issues whose line no paper has told of."""

    @property
    def unpaid_tokens(self) -> int:
        """Minor units that were issued, and that no line of the bank paid for."""
        return sum(amount for _, amount in self._unpaid)

    def holds(self, line_id: str) -> bool:
        """Whether a line's money is tokens, or about to be."""
        return line_id in self._issued or line_id in self._holders

    def follow(self, claims: Sequence[Claim]) -> None:
        """Take in new claims, and what the chain has ended since the last time."""
        for claim in claims:
            if claim.number not in self.chain.ended and claim.number not in self._claims:
                self._claims[claim.number] = claim
                self._doubtful[claim.number] = "it was not looked at"
        for number in self.chain.fresh:
            self._end(number)
        self.chain.fresh.clear()
        waiting = [*self._unpaid, *self.chain.issued]
        self.chain.issued.clear()
        self._unpaid = [each for each in waiting if not self._settles(*each)]
        for number in list(self._doubtful):
            self._prove(self._claims[number])

    def problems(self) -> list[str]:
        """What the bridge claims and nobody else can confirm, the first few of it."""
        found = [
            f"deposit {number} does not count: {why}"
            for number, why in list(self._doubtful.items())[:_SHOWN]
        ]
        if self._unpaid:
            found.append(
                f"{len(self._unpaid)} issues on chain, of {self.unpaid_tokens} minor units, name "
                f"lines that no file of the bank tells of"
            )
        return found

    def _end(self, number: int) -> None:
        claim = self._claims.pop(number, None)
        if claim is not None and self._doubtful.pop(number, None) is None:
            self.proven -= claim.amount
            del self._holders[claim.line_id]

    def _settles(self, reference: bytes, amount: int) -> bool:
        line = self.bank.by_reference.get(reference)
        if line is None or line.id in self._issued or self._is_used(line.id):
            return False
        if not self.bank.told(line, amount):
            return False
        self._issued.add(line.id)
        return True

    def _prove(self, claim: Claim) -> None:
        why = self._doubt(claim, self.bank.lines.get(claim.line_id))
        if why is not None:
            self._doubtful[claim.number] = why
            return
        # nothing is doubtful: of several amounts the line has this one
        self.bank.told(self.bank.lines[claim.line_id], claim.amount)
        del self._doubtful[claim.number]
        self._holders[claim.line_id] = claim.number
        self.proven += claim.amount

    def _doubt(self, claim: Claim, line: Line | None) -> str | None:
        if line is None:
            return f"no file of the bank tells of {claim.line_id}"
        if (elsewhere := self._elsewhere(line.id)) is not None:
            return elsewhere
        if not line.credit or line.own or not self.bank.has_told(line, claim.amount):
            return f"{line.id} is no credit of {claim.amount} minor units"
        if claim.holder != claim.wallet or claim.wallet not in self.chain.registered:
            return f"{claim.holder} is not registered on chain as its link's wallet"
        return _not_its_links(claim, line)

    def _elsewhere(self, line_id: str) -> str | None:
        if self.holds(line_id):
            return f"the money of {line_id} is another deposit's"
        if line_id in self.came_back:
            return f"the money of {line_id} is what came back of something else"
        if self._is_used(line_id):
            return f"the money of {line_id} went back to its payer"
        return None

    def _is_used(self, line_id: str) -> bool:
        return line_id in self.came_back or self.sent_back.get(line_id, 0) > 0


def _not_its_links(claim: Claim, line: Line) -> str | None:
    """Why the money is not of the claim's link: two persons' word stands above the line's."""
    if claim.assigned is False:
        return f"two persons gave {line.id} to another link"
    words = (line.structured_reference, line.payer_account, line.payee_account)
    if claim.assigned is None and not names_link(*words, claim):
        return f"{line.id} does not name its link"
    return None


def names_link(reference: str | None, payer: str | None, payee: str | None, link: Claim) -> bool:
    """Whether a line's words name a link, in one of the three ways."""
    return (
        _plain(reference) == creditor_reference(f"{link.link_number:08d}")
        or (payer is not None and _plain(payer) == _plain(link.account))
        or (payee is not None and _plain(payee) == _plain(link.virtual_account))
    )


def _plain(text: str | None) -> str:
    return "".join((text or "").split()).upper()
