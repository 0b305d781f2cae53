"""Chain: a contract's no, as an answer that a person can act on.

What a holder hands in is judged here, once for every kind of message: whose signature it bears,
and what a trial run of the very call says. The slugs are stable: wallets and programs know a
refusal by them.
"""

from __future__ import annotations

from collections.abc import Sequence

from api.chain.abi import Revert
from api.chain.relaying import Relayed
from api.chain.view import ChainView
from api.kernel.errors import Conflict, InvalidInput
from api.kernel.ids import Address
from api.kernel.money import Money
from wallet.errors import SignatureError
from wallet.signer import recover

__all__ = ["RefusedByToken", "check_signature", "check_trial", "check_trials", "refused_by_token"]

_LIMITS = {
    "PaymentLimitExceeded": ("payment-limit", "One payment of {value} is above the limit {limit}"),
    "DailyLimitExceeded": (
        "daily-limit",
        "With it, {value} would be spent today; the limit is {limit}",
    ),
    "BalanceLimitExceeded": (
        "balance-limit",
        "With it, the balance would be {value}; the limit is {limit}",
    ),
}
_VALUES = {
    "PaymentLimitExceeded": "amount",
    "DailyLimitExceeded": "spent",
    "BalanceLimitExceeded": "balance",
}
_OTHERS = {
    "TokenPaused": ("paused", "The token is paused.", "Try again when the bank has lifted it."),
    "InvalidSignature": (
        "invalid-signature",
        "The signature is not the holder's over this message.",
        "Sign again, for this chain and this token.",
    ),
    "AuthorizationExpired": ("expired", "The authorization has expired.", "Sign a new one."),
    "AuthorizationNotYetValid": (
        "not-yet-valid",
        "The authorization is not valid yet.",
        "Send it again later.",
    ),
    "AuthorizationUsedOrCanceled": (
        "authorization-used",
        "This authorization was used or cancelled before.",
        "Look at the holder's history before you sign another one.",
    ),
    "OrderExpired": ("expired", "The order has expired.", "Sign a new one."),
    "OrderUsed": (
        "order-used",
        "This order was burned or cancelled before.",
        "Look at the holder's history before you sign another one.",
    ),
    "FeeExceedsAmount": (
        "fee-exceeds-amount",
        "The fee is larger than the amount.",
        "Redeem a larger amount.",
    ),
    "ZeroAmount": ("zero-amount", "The amount is zero.", "Give an amount above zero."),
    "ERC20InvalidReceiver": (
        "invalid-recipient",
        "The recipient cannot hold tokens.",
        "Check the recipient's address.",
    ),
}


class RefusedByToken(Conflict):
    """The rules of the money say no. Nothing was sent."""

    slug = "refused-by-token"


def check_signature(chain: ChainView, signer: Address, digest: bytes, signature: bytes) -> bool:
    """Whether the signature recovers to `signer`; False for one that its contract takes (ERC-1271).

    Raises `InvalidInput` for everybody else's, `Unavailable` when the chain must be asked and
    does not answer.
    """
    try:
        if recover(digest, signature) == signer:
            return True
        detail = "The signature is not the signer's over this message."
        remedy = "Sign exactly these values, for this chain and this token, with the holder's key."
    except SignatureError as error:
        detail, remedy = f"The signature cannot be used: {error}", error.remedy()
    if chain.takes_signature(signer, digest, signature):
        return False
    raise InvalidInput("signature", detail, remedy=remedy, slug="invalid-signature")


def check_trial(chain: ChainView, call: bytes, currency: str) -> None:
    """Run a call to the token in the next block without sending it; `RefusedByToken` says why."""
    refusal = chain.try_out(call)
    if refusal is not None:
        raise refused_by_token(refusal, chain, currency)


def check_trials(
    chain: ChainView, kind: Relayed, entries: Sequence[bytes], currency: str
) -> list[RefusedByToken | None]:
    """Try messages out, in their order; for each, why the token refuses it, or None.

    Many together on the newest block first, which is cheap. What a node has in its pool counts
    only where that says no: running it is dear, and it may hold what lets the message through.
    """
    reverts = _reverts(chain, kind, entries)
    return [None if each is None else refused_by_token(each, chain, currency) for each in reverts]


def _reverts(chain: ChainView, kind: Relayed, entries: Sequence[bytes]) -> list[Revert | None]:
    if chain.try_relay(kind.together(entries), pool=False) == len(entries):
        return [None] * len(entries)
    if len(entries) == 1:
        return [chain.try_out(kind.alone(entries[0]))]
    middle = len(entries) // 2
    return _reverts(chain, kind, entries[:middle]) + _reverts(chain, kind, entries[middle:])


def refused_by_token(revert: Revert, chain: ChainView, currency: str) -> RefusedByToken:
    """The answer to a trial run that failed.

    An address in tier 0 is told apart from one over its limits: it is not registered at all.
    """
    if revert.name in _LIMITS:
        account = Address(revert.args["account"])
        if chain.account(account).tier == 0:
            return _unregistered(account)
        slug, text = _LIMITS[revert.name]
        values = {
            "value": Money(revert.args[_VALUES[revert.name]], currency),
            "limit": Money(revert.args["limit"], currency),
        }
        return RefusedByToken(
            f"{text.format_map(values)} (account {account}).",
            remedy="Take a smaller amount, or ask the bank for a higher tier.",
            slug=slug,
        )
    if revert.name == "FrozenAccount":
        return RefusedByToken(
            f"The account {revert.args['account']} is frozen.",
            remedy="Its holder must speak to the bank.",
            slug="account-frozen",
        )
    if revert.name == "ERC20InsufficientBalance":
        have, need = (Money(revert.args[name], currency) for name in ("balance", "needed"))
        return RefusedByToken(
            f"The account holds {have}, but {need} are needed.",
            remedy="Take a smaller amount, or wait until an incoming payment is final.",
            slug="insufficient-balance",
        )
    slug, detail, remedy = _OTHERS.get(
        revert.name,
        ("refused-by-token", f"The token refused: {revert}.", "Ask the bank what it means."),
    )
    return RefusedByToken(detail, remedy=remedy, slug=slug)


def _unregistered(account: Address) -> RefusedByToken:
    return RefusedByToken(
        f"The account {account} is not registered with the bank.",
        remedy="Its holder must link it to a bank account first: jiaozi link.",
        slug="account-unregistered",
    )
