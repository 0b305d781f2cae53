"""Evidence: what bank files and chain alone leave as backing, kept up to date in small steps.

Everything that may be tokens is counted, each from its own source:

    supply at a final block                          the token's events
    − tokens that no credit of the bank paid for     each issue's reference names its line
    + deposits on their way                          the bridge says which; see `Deposits`
    + burns that are to be credited again            the bank refused, or sent the money back
    − debits that nothing accounts for               recalled deposits among them

That is `reserve − payouts − unmatched − own funds` of the design: every line of the bank is in
one of these, or is a payment's, a refund's, the bank's own or unmatched. What the bank's own funds
cannot bear of charges and differences is subtracted, as is what the bank's balance lacks.

The bridge is asked only what neither bank nor chain can tell: which link a credit is of, and what
a debit is for where the bank does not name its payment. Nothing that it says is believed unless
bank and chain have room for it, so that a lie can move money between no two of these terms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.evidence.bank_words import ACCEPTED, REFUSED, BankWords, Line
from api.evidence.deposits import Claim, Deposits
from api.evidence.event_sums import EventSums

__all__ = ["Answer", "Figures", "Owed", "OwnBooks"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bridge says of a line that the bank's files do not explain by themselves."""

    state: str
    by: str | None = None
    """``redemption``, ``refund`` or ``reversal``: what it is of; ``recall``: it took back what had
    become tokens, or may have; ``own``: own funds bear it, or are given it back; None: it is of
    nothing."""
    key: str = ""
    """The burn's end-to-end id, the id of the credit that went back, or of the debit that own
    funds bear."""
    approved: bool = False
    """Whether two persons said so of this very line."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A burn whose tokens are to be credited again, by the bridge's word."""

    redemption: str
    end_to_end_id: str
    whole: bool
    """Whether all of it; else as much as the bank has sent back."""
    decided: bool
    """Whether two persons let the bank's own funds bear what is lacking, or wrote the bank's
    word down."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Minor units."""

    supply: int
    unpaid_tokens: int
    """Tokens that no line of the bank paid for."""
    deposits: int
    returns: int
    unexplained: int
    """Debits that nothing accounts for."""
    unread: int
    """Those of them that the bridge has not read yet."""
    own_funds: int
    missing: int
    """What the bank's balance lacks, and no payment that it has accepted explains."""
    problems: Sequence[str]
    """What the bridge says and neither bank nor chain has room for."""

    @property
    def of_tokens(self) -> int:
        """What is tokens or about to be, before what is missing: to be set against the ledger's."""
        read = self.unexplained - self.unread
        return self.supply - self.unpaid_tokens + self.deposits + self.returns - read

    @property
    def backing(self) -> int:
        """What may be attested."""
        left = self.of_tokens - self.unread + min(self.own_funds, 0) - self.missing
        return max(left, 0)


@dataclass(slots=True)
class OwnBooks:
    """The attestor's own books."""

    bank: BankWords
    chain: EventSums
    deposits: Deposits = field(init=False)
    _paid: dict[str, int] = field(default_factory=dict)
    """By burn: what the bank debited for it, less what it sent back."""
    _back: set[str] = field(default_factory=set)
    """Burns of which the bank has sent something back."""
    _refunded: dict[str, int] = field(default_factory=dict)
    """By credit: what went back to its payer, likewise."""
    _borne: dict[str, int] = field(default_factory=dict)
    """By burn or credit: what the bank's own funds bear of it."""
    _booked: set[str] = field(default_factory=set)
    """Payments that the bank has debited, by end-to-end id."""
    _own: dict[str, int] = field(default_factory=dict)
    """By debit that is no payment: what own funds bear of it."""
    _of: dict[str, tuple[dict[str, int], str]] = field(default_factory=dict)
    """By line that is accounted for: in which of these sums, and under which key."""

    def __post_init__(self) -> None:
        self.deposits = Deposits(self.bank, self.chain, self._refunded, self._of)

    def follow(self, claims: Sequence[Claim]) -> None:
        """Take in what bank and chain have told since the last time, and new claims."""
        self.deposits.follow(claims)
        for line in list(self.bank.debits.values()):
            burn = self.chain.burns.get(line.end_to_end_id or "")
            key = line.end_to_end_id or ""
            if burn is not None and line.amount == burn.payable and key not in self._paid:
                self._account(line, "redemption", key)
        for key in self.chain.returned:
            self._bear(key)
        self.chain.returned.clear()

    def open_lines(self) -> list[str]:
        """Lines of which the bridge is asked what they are for."""
        borne = (key for key, minor in self._own.items() if minor > 0)
        return [*self.bank.debits, *self.bank.undoing, *borne]

    def lacking(self, owed: Sequence[Owed]) -> list[str]:
        """Redemptions of which the bridge is asked which lines are theirs."""
        return [each.redemption for each in owed if self._paid.get(each.end_to_end_id, 0) > 0]

    def of_several_amounts(self) -> list[str]:
        """Lines that the bank has told with more than one amount."""
        return list(self.bank.otherwise)

    def take(self, amounts: Mapping[str, int]) -> None:
        """Let lines have the amounts that the bridge has of them, as far as the bank told these.

        What is tokens, or about to be, has the amount of these. What a line is accounted for moves
        with its amount: else less of the reserve would be missed than went out.
        """
        for key, amount in amounts.items():
            line = self.bank.lines.get(key)
            if line is None or self.deposits.holds(key):
                continue
            before = line.net
            self.bank.told(line, amount)
            if key in self._of:
                kept, owner = self._of[key]
                kept[owner] += before - line.net
                self._bear(owner)
            if key in self._refunded:
                self._bear(key)

    def hear(self, answers: Mapping[str, Answer]) -> None:
        """Account for lines as the bridge says, where bank and chain have room for it."""
        came_back = []
        for key, answer in answers.items():
            line = self.bank.lines.get(key)
            if line is None or key in self._of:  # once: the same answer comes at every look
                continue
            if line.credit:
                came_back.append((line, answer))
            else:
                self._believe(line, answer)
        for each in came_back:  # what went out, before what came back of it
            self._believe(*each)

    def figures(
        self,
        answers: Mapping[str, Answer],
        owed: Sequence[Owed],
        *,
        balance: int,
        closed_on: date | None,
        unsound: Collection[tuple[str, int]],
    ) -> Figures:
        """The sums; `unsound` are statements that do not count, by file and number."""
        shut = self._shut(unsound)
        debits = [each for each in self.bank.debits.values() if each.id not in shut]
        returns, problems = self._returns(owed)
        after = 0
        if closed_on is not None:
            after = sum(net for day, net in self.bank.days.items() if day > closed_on)
        net_shut = sum(
            line.net for line in shut.values() if closed_on is None or line.booked_on <= closed_on
        )
        gap = max(self.bank.reserve - after - net_shut - balance, 0)
        held = sum(line.amount for line in shut.values() if self.deposits.holds(line.id))
        own_shut = sum(line.net for line in shut.values() if line.own)
        return Figures(
            supply=self.chain.supply,
            unpaid_tokens=self.deposits.unpaid_tokens,
            deposits=self.deposits.proven - held,
            returns=returns,
            unexplained=sum(line.amount for line in debits),
            unread=sum(line.amount for line in debits if line.id not in answers),
            own_funds=self.bank.own
            - own_shut
            + self.chain.fees
            - sum(self._borne.values())
            - sum(minor for key, minor in self._own.items() if key not in shut),
            missing=gap - min(gap, self._accepted() if gap else 0),
            problems=[*self.deposits.problems(), *problems, *self._unfit(answers)],
        )

    def _believe(self, line: Line, answer: Answer) -> None:
        if answer.by is None or line.own or answer.by == "recall":
            return
        if self._gives(line, answer) if line.credit else self._takes(line, answer):
            self._account(line, answer.by, answer.key)

    def _takes(self, line: Line, answer: Answer) -> bool:
        """Whether a debit may be what it is said to be; money of the bank's own, or that is used
        already, is no payer's to get back."""
        if answer.by == "redemption":
            return answer.key in self.chain.burns
        if answer.by == "own":
            return line.id == answer.key
        credit = self.bank.lines.get(answer.key)
        if credit is None or not credit.credit or credit.own or credit.id in self._of:
            return False
        if self.deposits.holds(credit.id):
            return False
        if answer.by == "reversal":
            return line.amount == credit.amount and credit.id not in self._refunded
        return True

    def _gives(self, line: Line, answer: Answer) -> bool:
        """Whether a credit may be what came back of something that went out: nothing else has its
        money, and the bank marks it as sent back or two persons said so. A stranger's would do as
        well otherwise."""
        if self.deposits.holds(line.id) or line.id in self._refunded:
            return False
        if answer.by == "redemption":
            return answer.key in self._paid and (line.undoes or answer.approved)
        if answer.by == "own":
            return answer.approved and line.amount <= self._own.get(answer.key, 0)
        return answer.by == "refund" and answer.key in self._refunded and line.undoes

    def _account(self, line: Line, by: str, key: str) -> None:
        """A line is a payment's: it is neither unexplained nor unmatched any more."""
        kept = {"redemption": self._paid, "own": self._own}.get(by, self._refunded)
        kept[key] = kept.get(key, 0) - line.net
        self._of[line.id] = (kept, key)
        if line.credit:
            self._back.add(key)
        elif line.end_to_end_id is not None:
            self._booked.add(line.end_to_end_id)
        self.bank.debits.pop(line.id, None)
        self.bank.undoing.pop(line.id, None)
        self._bear(key)

    def _bear(self, key: str) -> None:
        """What went out beyond what was owed is the bank's own loss."""
        burn = self.chain.burns.get(key)
        if burn is not None:
            due = 0 if burn.returned else burn.payable
            lost = self._paid.get(key, 0) - due
        else:
            lost = self._refunded.get(key, 0) - self.bank.lines[key].amount
        self._borne.pop(key, None)
        if lost > 0:
            self._borne[key] = lost

    def _returns(self, owed: Sequence[Owed]) -> tuple[int, list[str]]:
        """What is to be credited again; and what is said to be, without the bank's word on it.

        What is not read yet may hold the order and the debit: until then, nothing is.
        """
        if not self.bank.complete:
            return 0, []
        total, problems = 0, []
        for each in owed:
            key = each.end_to_end_id
            burn = self.chain.burns.get(key)
            if burn is None or burn.returned:
                continue
            out = self._paid.get(key, 0)
            if not each.whole:
                total += max(burn.payable - out, 0) if key in self._back else 0
                continue
            refused = self.bank.words_on(key) & REFUSED or key not in self.bank.ordered
            if each.decided or (out == 0 and (refused or key in self._back)):
                total += burn.payable
                if out > 0:
                    self._borne[key] = out
            else:
                problems.append(
                    f"the bridge credits redemption {each.redemption} again, and no paper of the "
                    f"bank says that its payment ({key}) failed or came back"
                )
        return total, problems

    def _unfit(self, answers: Mapping[str, Answer]) -> list[str]:
        return [
            f"the bridge accounts for {line.id}, a debit of {line.amount} minor units, by what "
            "neither bank nor chain has room for"
            for line in self.bank.debits.values()
            if (answer := answers.get(line.id)) is not None
            and (answer.state, answer.by != "recall") == ("EXPLAINED", True)
        ]

    def _accepted(self) -> int:
        """Payments that the bank has said it carries out, and has not told the booking of."""
        return sum(
            amount
            for key, (_, amount) in self.bank.ordered.items()
            if key not in self._booked and self.bank.words_on(key) & ACCEPTED
        )

    def _shut(self, unsound: Collection[tuple[str, int]]) -> dict[str, Line]:
        """Lines that only statements tell of which do not count."""
        if not unsound:
            return {}
        lines = self.bank.lines.values()
        return {line.id: line for line in lines if all(t in unsound for t in line.told_by)}
