"""Wallet: what a signature would do, in the terms in which risks and rules speak of it.

One message or transaction is one act or several: money is paid, an allowance is given, an order
is cancelled. `known` says what messages and calls do; a text and a sign-in are told here.
"""

from __future__ import annotations

from enum import StrEnum

from wallet.consent.siwe import SignIn, parse_sign_in
from wallet.errors import InputError
from wallet.hints import Final
from wallet.money import MAX_AMOUNT
from wallet.record import Record

#: From here on an allowance is without limit: no balance of the token can be larger.
UNLIMITED: Final = MAX_AMOUNT


class ActKind(StrEnum):
    """What a signature does."""

    PAY = "pay"  # money leaves for a payee
    ALLOW = "allow"  # a spender may take money later
    REDEEM = "redeem"  # money leaves for the owner's bank account
    CANCEL = "cancel"  # something signed earlier loses its force
    LINK = "link"  # a bank account is named as the owner's, or no longer
    ISSUE = "issue"  # an officer's approval
    POLICY = "policy"  # the wallet's own rules
    TEXT = "text"  # a text for people
    SIGN_IN = "sign-in"  # a session with a web site
    OTHER = "other"  # whatever else


class Act(Record):
    """One thing that a signature does.

    `name` is the message's type, or the function; `contract` the domain's contract, or the
    transaction's target; `account` whose money or name it is (None: the signer's); `party` the
    payee or spender; `amount` minor units of `token` (None: of no amount that is known), or wei
    where `token` is None; `until` the last second, chain time, at which it is good.
    """

    kind: ActKind
    name: str
    chain_id: int | None = None
    contract: str | None = None
    account: str | None = None
    party: str | None = None
    amount: int | None = None
    token: str | None = None
    until: int | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether this allows to take whatever there is, now and later."""
        return self.kind is ActKind.ALLOW and (self.amount is None or self.amount >= UNLIMITED)


def acts_of_text(text: bytes) -> tuple[Act, ...]:
    """What a text for people does: by its first words, a sign-in, or nothing that is known."""
    try:
        found = parse_sign_in(text.decode())
    except (UnicodeDecodeError, InputError):
        return (Act(ActKind.TEXT, "text"),)
    return acts_of_sign_in(found)


def acts_of_sign_in(message: SignIn) -> tuple[Act, ...]:
    """What a sign-in does: it opens a session of an account at a site."""
    return (
        Act(
            ActKind.SIGN_IN,
            "sign-in",
            message.chain_id,
            account=message.address,
            party=message.domain,
            until=message.expires,
        ),
    )
