"""Wallet: the guard before a signer: it asks the policy, writes the answer down, then signs.

It has the face of a Signer, so whatever signs, a command or the agent, cannot go round it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wallet.address import Address
from wallet.consent.acts import Act, acts_of_text
from wallet.consent.known import acts_of_transaction, acts_of_typed
from wallet.errors import InputError, SetupError
from wallet.money import shorten
from wallet.policy.decide import decide, name_of
from wallet.policy.log import DecisionLog, Entry, spent
from wallet.policy.model import ANY, Decision, Hours, Place, Policy, Request
from wallet.policy.parse import parse_policy
from wallet.policy.seal import Seal, check_seal
from wallet.signer import Signer, text_digest
from wallet.typed_json import TypedData

if TYPE_CHECKING:
    from wallet.book.accounts import Account, Accounts
    from wallet.eip712 import Domain, Struct
    from wallet.transaction import Transaction

FILE: Final = "policy.toml"
SEAL: Final = "policy.sig"


def load_policy(directory: Path, accounts: Accounts) -> tuple[Policy, Seal] | None:
    """The policy of a wallet with its seal; None where it has none.

    SetupError for one that its owner, the wallet's first account, has not signed as it is;
    InputError if it cannot be read.
    """
    data, sealed = _file(directory / FILE), _file(directory / SEAL)
    if data is None:
        if sealed is None:
            return None
        raise SetupError("policy.missing", home=directory)
    if sealed is None:
        raise SetupError("policy.unsigned")
    seal = check_seal(accounts.entries[0].address, data, sealed)
    return read_policy(data, accounts), seal


def read_policy(data: bytes, accounts: Accounts) -> Policy:
    """A policy that names accounts of this wallet only; InputError for another."""
    policy = parse_policy(data)
    known = {ANY}.union(*map(names_of, accounts.entries))
    tokens = (rule.accounts or () for rule in policy.tokens.values())
    for name in (*policy.accounts, *(each for names in tokens for each in names)):
        if name not in known:
            raise InputError("policy.unknown_account", name=shorten(name))
    return policy


def names_of(account: Account) -> frozenset[str]:
    """The ways in which a policy may call an account: its number, address and name."""
    named = (account.name,) if account.name else ()
    return frozenset((str(account.index), account.address, *named))


class Guard:
    """The judge of one account's signatures, on one network, for one asker."""

    def __init__(
        self,
        directory: Path,
        policy: Policy,
        seal: Seal,
        account: Account,
        *,
        place: Place,
        now: Callable[[], int],
    ) -> None:
        """`now` gives seconds since 1970."""
        self.policy = policy
        self._seal = seal
        self._log = DecisionLog(directory)
        self._account, self._place = account, place
        self._now = now
        self._token: str | None = None

    def for_token(self, secret: bytes) -> Guard:
        """The same for whoever brings this secret; SetupError if it is no token's."""
        offered = hashlib.sha256(secret).digest()
        for name, rule in self.policy.tokens.items():
            if rule.secret_hash is not None and hmac.compare_digest(rule.secret_hash, offered):
                found = Guard.__new__(Guard)
                found.__dict__.update(self.__dict__, _token=name)
                return found
        raise SetupError("policy.no_token")

    def would(self, acts: tuple[Act, ...], digest: bytes, fee: int = 0) -> Decision:
        """What the policy says now, nothing written down."""
        return self._decide(self._log.entries(), acts, digest, fee)

    def permit(self, acts: tuple[Act, ...], digest: bytes, fee: int = 0) -> Decision:
        """Decide and write it down; RefusedError with the reason for a no."""
        found: list[Decision] = []

        def judgment(entries: list[Entry]) -> Entry:
            found.append(self._decide(entries, acts, digest, fee))
            return self._entry(found[0], acts, digest)

        self._log.judge(judgment)
        if not found[0].allowed:
            raise found[0].error()
        return found[0]

    def refuse(self, acts: tuple[Act, ...], digest: bytes, code: str) -> None:
        """Write down a no that no rule had to be asked for: to a token that is none."""
        decision = Decision(allowed=False, code=code)
        self._log.judge(lambda _: self._entry(decision, acts, digest))

    def _decide(
        self, entries: list[Entry], acts: tuple[Act, ...], digest: bytes, fee: int
    ) -> Decision:
        now = self._now()
        request = Request(
            names=names_of(self._account),
            account=self._account.address,
            acts=acts,
            place=self._place,
            now=now,
            contacts=self._seal.contacts,
            token=self._token,
            fee=fee,
        )
        rule = decide(self.policy, request).rule
        hours = Hours() if rule is None else rule.hours
        # What was signed before is not counted against signing the very same again.
        others = [each for each in entries if each.digest != "0x" + digest.hex()]
        today = spent(
            others,
            self._actor,
            self._place.currency.code,
            lambda time: hours.day(time) == hours.day(now),
        )
        return decide(self.policy, replace(request, spent=today))

    @property
    def _actor(self) -> str:
        return f"account {self._account.address}" if self._token is None else f"token {self._token}"

    def _entry(self, decision: Decision, acts: tuple[Act, ...], digest: bytes) -> Entry:
        return Entry(
            time=self._now(),
            actor=self._actor,
            account=self._account.address,
            what=",".join(map(name_of, acts)),
            to=",".join(act.party for act in acts if act.party),
            amount=str(decision.amount),
            currency=self._place.currency.code,
            digest="0x" + digest.hex(),
            allowed=decision.allowed,
            reason=decision.code,
            rule="" if decision.rule is None else decision.rule.name,
        )


class GuardedSigner:
    """A signer that signs only what its guard permits."""

    def __init__(self, signer: Signer, guard: Guard) -> None:
        self._signer, self._guard = signer, guard

    @property
    def address(self) -> Address:
        """The address that the signatures are of."""
        return self._signer.address

    def sign_transaction(self, transaction: Transaction) -> bytes:
        """See Signer.sign_transaction."""
        fee = transaction.gas_limit * transaction.max_fee_per_gas
        self._guard.permit(acts_of_transaction(transaction), transaction.digest(), fee)
        return self._signer.sign_transaction(transaction)

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """See Signer.sign_message."""
        acts = acts_of_typed(TypedData.of(message, domain))
        self._guard.permit(acts, message.digest(domain))
        return self._signer.sign_message(message, domain)

    def sign_typed(self, message: TypedData) -> bytes:
        """See Signer.sign_typed."""
        self._guard.permit(acts_of_typed(message), message.digest())
        return self._signer.sign_typed(message)

    def sign_text(self, text: bytes) -> bytes:
        """See Signer.sign_text."""
        self._guard.permit(acts_of_text(text), text_digest(text))
        return self._signer.sign_text(text)


def _file(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
