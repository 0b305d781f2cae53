"""Wallet: what every command does before it signs: show it, name its risks, ask.

`Approval` gathers what this wallet knows — contacts, earlier payments, the chain where it
answers — and hands it to `wallet.consent`, which decides what is shown and what is dangerous.
"""

from __future__ import annotations

from wallet import consent
from wallet.address import ZERO_ADDRESS, Address
from wallet.cli.views import moment, rows
from wallet.consent.acts import ActKind, acts_of_text
from wallet.errors import ChainError, IbanError, InputError, Unreachable
from wallet.hints import TYPE_CHECKING
from wallet.plain import show
from wallet.signer import text_digest

# `consent` loads what is asked of it: a text needs little.
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wallet.cli.access import Wallet
    from wallet.consent import Act, Facts, Risk, Row, Shown, View
    from wallet.eip712 import Struct
    from wallet.transaction import Transaction
    from wallet.typed_json import TypedData


class Approval:
    """The consent of one wallet's owner to one signature."""

    def __init__(self, wallet: Wallet) -> None:
        self.wallet = wallet
        self.text: Callable[..., str] = wallet.session.text

    def message(
        self, message: Struct, extra: Sequence[Row] = (), *, note: str | None = None
    ) -> None:
        """Show one of our own messages under the token's domain, and ask."""
        from wallet.typed_json import TypedData  # noqa: PLC0415  # see above

        self.typed(TypedData.of(message, self.wallet.network.domain()), extra, note=note)

    def typed(
        self, typed: TypedData, extra: Sequence[Row] = (), *, note: str | None = None
    ) -> None:
        """Show anybody's typed message, and ask."""
        acts = consent.acts_of_typed(typed)
        self._judge(acts, typed.digest())
        known = any(act.kind is not ActKind.OTHER for act in acts)
        risks = () if known else consent.risks_of_typed(typed)
        if not known and note is None:
            note = self._signing_as()
        self._ask(consent.show_typed(typed, self.view()), acts, extra, risks, note)

    def transaction(
        self,
        transaction: Transaction,
        extra: Sequence[Row] = (),
        *,
        title: str | None = None,
        note: str | None = None,
    ) -> None:
        """Show a transaction, and ask. With `title`, the sender knows better what it is for: it
        and the `extra` rows then say it, and of the transaction itself only its fee is shown.
        """
        self.wallet.check_can_sign()
        shown, acts = (
            consent.show_transaction(transaction, self.view()),
            consent.acts_of_transaction(transaction),
        )
        fee = transaction.gas_limit * transaction.max_fee_per_gas
        self._judge(acts, transaction.digest(), fee)
        if title is None:
            self._ask(shown, acts, extra)
            return
        fees = [row for row in shown.rows if row[0] == self.text("label.fee")]
        lines = [*self.wallet.retired_warning(), title, *rows([*extra, *fees])]
        self.wallet.session.confirm([*lines, note] if note else lines)

    def message_text(self, text: bytes) -> None:
        """Show a text or a sign-in, and ask."""
        acts = acts_of_text(text)
        self._judge(acts, text_digest(text))
        note = self._signing_as()
        try:
            found = consent.parse_sign_in(text.decode())
        except (UnicodeDecodeError, InputError):
            shown, risks = consent.show_text(text, self.view()), consent.risks_of_sign_in(text)
        else:
            shown, risks = (
                consent.show_sign_in(found, self.wallet.session.clock.now(), self.view()),
                (),
            )
        self._ask(shown, acts, (), (*risks, *consent.risks_of_text(text)), note)

    def _signing_as(self) -> str:
        """By which account, for what does not say it itself."""
        return self.text("sign.as", account=self._named(self.wallet.address))

    def risks(self, risks: Sequence[Risk]) -> list[tuple[str, list[str]]]:
        """Each risk's name, and its sentence in the user's language."""
        return [(risk.name, ["", self.text(f"risk.{risk.name}", **risk.values)]) for risk in risks]

    def accept(self, risks: Sequence[Risk]) -> None:
        """Go on only where each risk is accepted by its name."""
        self.wallet.session.accept_risks(self.risks(risks))

    def facts(self, acts: Sequence[Act]) -> Facts:
        """What this wallet knows that bears on these acts."""
        wallet, book = self.wallet, self.wallet.home.book()
        own = frozenset(entry.address for entry in wallet.accounts.entries)
        network = wallet.network
        trusted = {network.token} | ({network.teller} if network.teller else set())
        payees = {act.party for act in acts if act.kind is ActKind.PAY and act.party}
        return consent.Facts(
            account=wallet.address,
            chain_id=network.chain_id,
            own=own,
            contacts=book.contacts,
            paid=frozenset(each.to for each in book.transfers if each.sender in own),
            trusted=frozenset(trusted),
            codes={payee: self._code(payee) for payee in sorted(payees)},
        )

    def view(self) -> View:
        """How this wallet's owner sees things."""
        wallet, network = self.wallet, self.wallet.network
        return consent.View(
            text=self.text,
            money=wallet.money,
            address=self._named,
            account=_bank_account,
            moment=moment,
            token=network.token,
            teller=network.teller,
            symbol=network.symbol,
            chain_id=network.chain_id,
        )

    def _judge(self, acts: tuple[Act, ...], digest: bytes, fee: int = 0) -> None:
        """RefusedError, written down, where the policy says no: before anybody is asked."""
        guard = self.wallet.guard
        if guard is not None and not guard.would(acts, digest, fee).allowed:
            guard.permit(acts, digest, fee)

    def _named(self, address: str) -> str:
        """An address in full, with what it is to this wallet: an account, the bank's, a contact."""
        wallet, text = self.wallet, self.text
        for entry in wallet.accounts.entries:
            if entry.address == address:
                return f"{address} ({text('address.own', account=entry.label)})"
        if address == wallet.network.token:
            return f"{address} ({wallet.network.symbol})"
        if address == wallet.network.teller:
            return f"{address} ({text('address.teller')})"
        return wallet.named(address)

    def _ask(
        self,
        shown: Shown,
        acts: Sequence[Act],
        extra: Sequence[Row],
        risks: Sequence[Risk] = (),
        note: str | None = None,
    ) -> None:
        self.wallet.check_can_sign()
        facts = self.facts(acts)
        payees = [row for act in acts for row in self._payee(act, facts)]
        after = [row for act in acts for row in self._consequences(act, facts)]
        every = [*shown.rows, *payees, *extra, *shown.place, *after]
        is_revoked = any(act.kind is ActKind.ALLOW and act.amount == 0 for act in acts)
        intent = self.text("intent.revoke") if is_revoked and len(acts) == 1 else shown.title
        title = self.text("consent.title", intent=intent)
        lines = [*self.wallet.retired_warning(), title, *rows(every), *([note] if note else [])]
        found = (*risks, *consent.risks_of_acts(acts, facts))
        self.wallet.session.confirm(lines, self.risks(found))

    def _payee(self, act: Act, facts: Facts) -> list[Row]:
        """Who it is that is paid, as far as this wallet and the bank know."""
        if act.kind is not ActKind.PAY or act.party is None:
            return []
        return [
            (self.text("label.standing_of_payee"), self._standing(act.party, facts)),
            (self.text("label.payee_check"), self.text("payee.not_checked")),
        ]

    def _consequences(self, act: Act, facts: Facts) -> list[Row]:
        """Whether it will go through, and what stays afterwards."""
        own = act.token == self.wallet.network.token and act.chain_id == facts.chain_id
        if not own or act.amount is None or act.account not in (None, facts.account):
            return []
        return self._money(act, act.amount, facts)

    def _standing(self, payee: str, facts: Facts) -> str:
        if payee in facts.own:
            return self.text("payee.own")
        sent = [each for each in self.wallet.home.book().transfers if each.to == payee]
        if sent:
            last = moment(max(each.created_at for each in sent))
            return self.text("payee.paid", count=len(sent), last=last)
        return self.text("payee.contact" if facts.name_of(payee) else "payee.first")

    def _money(self, act: Act, amount: int, facts: Facts) -> list[Row]:
        """What the token says to it now; without an answer from the chain, that there is none."""
        if act.kind is ActKind.ALLOW:
            key = "after.allowance" if amount else "after.no_allowance"
            return [(self.text("label.afterwards"), self.text(key))]
        if act.kind not in (ActKind.PAY, ActKind.REDEEM):
            return []
        found: list[Row] = []
        try:
            balance = self.wallet.token.account(facts.account).balance
            found.append((self.text("label.simulation"), self._simulated(act, amount)))
        except (Unreachable, ChainError):
            return [(self.text("label.simulation"), self.text("simulation.none"))]
        if balance >= amount:
            left = self.wallet.money(balance - amount)
            found.append((self.text("label.balance_after"), left))
        return found

    def _simulated(self, act: Act, amount: int) -> str:
        """Whether the token would take the payment or the burn now, and why not.

        A burn is judged by the rules of what leaves an account, as a payment to oneself is; that
        nothing may come in, because the account holds more than it may, does not stop it.
        """
        own, is_burn = self.wallet.address, act.kind is ActKind.REDEEM
        to = own if is_burn else Address(act.party or ZERO_ADDRESS)
        refusal = self.wallet.token.transfer_check(own, to, amount)
        if refusal is None or (is_burn and refusal.name == "BalanceLimitExceeded"):
            return self.text("simulation.passes")
        return refusal.error(self.wallet.network.currency).message(self.wallet.session.language)

    def _code(self, address: str) -> bytes:
        """The code at an address; none where the chain does not answer, which the rows tell."""
        try:
            return self.wallet.token.rpc.code(Address(address))
        except (Unreachable, ChainError):
            return b""


def _bank_account(text: str) -> str:
    """An IBAN in groups of four; what is none, as it is."""
    from wallet.iban import format_iban, parse_iban  # noqa: PLC0415  # as above

    try:
        return format_iban(parse_iban(text))
    except IbanError:
        return show(text)
