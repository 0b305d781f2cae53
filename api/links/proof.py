"""Links: the wallet's half of the proof: a fresh EIP-712 signature that names the account.

The same proof ends a link: whoever holds the wallet's key may do that alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from api.kernel.errors import InvalidInput
from api.kernel.fields import read_address, read_bytes, read_text, read_uint
from api.kernel.ids import Address
from wallet.errors import SignatureError
from wallet.signer import recover
from wallet.typed_data import AccountLink, AccountUnlink, Domain

__all__ = [
    "FRESH",
    "LinkClaim",
    "UnlinkClaim",
    "is_fresh",
    "read_claim",
    "read_unlink",
    "require_fresh",
]

FRESH = timedelta(minutes=15)
LONGEST_NAME = 70
"""Characters: what SEPA lets a payment carry, so that every payout can name its creditor."""
_LONGEST_ACCOUNT = 34
_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """A request whose signature holds. Neither account, name nor code may reach a log."""

    wallet: Address
    account: str = field(repr=False)
    """An IBAN without blanks."""
    name: str = field(repr=False)
    issued_at: int
    nonce: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnlinkClaim:
    """A wish to end a link, whose signature holds."""

    wallet: Address
    account: str = field(repr=False)
    link: str
    issued_at: int


def read_claim(
    domain: Domain,
    *,
    wallet: str,
    account: str,
    name: str,
    issued_at: str,
    nonce: str,
    signature: str,
    code: str,
) -> LinkClaim:
    """Check every field and the signature; `InvalidInput` names the first that is wrong."""
    link = AccountLink(
        wallet=read_address("wallet", wallet),
        account=read_text("account", account, longest=_LONGEST_ACCOUNT),
        name=read_text("name", name, longest=LONGEST_NAME),
        issued_at=read_uint("issued_at", issued_at, bits=40),
        nonce=read_bytes("nonce", nonce, length=32),
    )
    _require_signed(link, domain, read_bytes("signature", signature, length=65))
    return LinkClaim(
        wallet=link.wallet,
        account=_iban(account),
        name=link.name,
        issued_at=link.issued_at,
        nonce=link.nonce.hex(),
        code=read_text("code", code, longest=_LONGEST_CODE),
    )


def read_unlink(
    domain: Domain, link: str, *, wallet: str, account: str, issued_at: str, signature: str
) -> UnlinkClaim:
    """Check every field and the signature; `InvalidInput` names the first that is wrong."""
    message = AccountUnlink(
        wallet=read_address("wallet", wallet),
        account=read_text("account", account, longest=_LONGEST_ACCOUNT),
        link=link,
        issued_at=read_uint("issued_at", issued_at, bits=40),
    )
    _require_signed(message, domain, read_bytes("signature", signature, length=65))
    return UnlinkClaim(message.wallet, _iban(account), message.link, message.issued_at)


def is_fresh(claim: LinkClaim | UnlinkClaim, now: datetime) -> bool:
    """Whether the wallet signed within a quarter of an hour of `now`."""
    # in seconds: a calendar ends with the year 9999, what may be signed does not
    return abs(int(now.timestamp()) - claim.issued_at) <= FRESH // timedelta(seconds=1)


def require_fresh(claim: LinkClaim | UnlinkClaim, now: datetime) -> None:
    """`InvalidInput` unless it `is_fresh`."""
    if not is_fresh(claim, now):
        raise InvalidInput(
            "issued_at",
            "This was not signed within the last 15 minutes.",
            remedy="Check this computer's clock and sign again.",
            slug="link-not-fresh",
        )


def _require_signed(link: AccountLink | AccountUnlink, domain: Domain, signature: bytes) -> None:
    try:
        signer = recover(link.digest(domain), signature)
    except SignatureError as error:
        raise InvalidInput(
            "signature",
            f"The signature cannot be used: {error}",
            remedy=error.remedy(),
            slug="invalid-signature",
        ) from error
    if signer != link.wallet:
        raise InvalidInput(
            "signature",
            "The signature is not the wallet's over these fields for this token.",
            remedy="Sign exactly the fields that are sent, with the wallet's key, on this chain.",
            slug="invalid-signature",
        )


def _iban(account: str) -> str:
    try:
        return str(IBAN(account))
    except SchwiftyException as error:
        raise InvalidInput(
            "account",
            "The account is not a valid IBAN.",
            remedy="Copy the IBAN from the bank's papers; its check digits must fit.",
            slug="invalid-iban",
        ) from error
