"""Web: the types of problems that the bridge answers with, for the API document.

A type never changes its meaning once published. A refusal by the token has the status 409 when
the chain said it, and 422 when the bridge could tell before it asked.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["PREFIX", "TYPES", "listed"]

PREFIX: Final = "urn:jiaozi:problem:"

TYPES: Final[dict[str, tuple[tuple[int, ...], str]]] = {
    # the request itself
    "bad-request": ((400,), "The request is not HTTP that the bridge understands."),
    "malformed-request": ((400,), "The request cannot be read."),
    "malformed-json": ((400,), "The body is not one JSON object, or says something twice."),
    "empty-body": ((400,), "A statement without a body."),
    "idempotency-key-missing": ((400,), "A POST without Idempotency-Key."),
    "idempotency-key-invalid": ((400,), "The key is not 1 to 128 visible ASCII characters."),
    "idempotency-key-running": ((409,), "The first request with this key has not ended yet."),
    "idempotency-key-reused": ((422,), "The key was used before for another request."),
    "idempotency-claim-lost": ((409,), "A repetition of this request took over; ask it."),
    "unauthorised": ((401,), "The operator's token is missing or wrong."),
    "not-found": ((404,), "There is no such thing, or it is not the asker's."),
    "method-not-allowed": ((405,), "The path has other methods; Allow names them."),
    "too-large": ((413,), "The body is larger than the bridge reads."),
    "unsupported-media-type": ((415,), "The body is not declared as JSON."),
    "invalid-shape": ((422,), "Fields are missing, unknown or of another kind; `fields` has all."),
    # its values
    "invalid-input": ((422,), "A field holds a value that cannot be used."),
    "invalid-address": ((422,), "Not an address, or its EIP-55 checksum is wrong."),
    "invalid-hex": ((422,), "Not 0x and as many hex digits as the field has."),
    "invalid-iban": ((422,), "Not an IBAN, or its check digits are wrong."),
    "invalid-number": ((422,), "Not decimal digits, or too large."),
    "invalid-text": ((422,), "Empty, too long, or with characters that nobody sees."),
    "invalid-signature": ((409, 422), "Not the signer's signature over this message."),
    "link-not-fresh": (
        (422,),
        "A link, or its end, was not signed within the last quarter of an hour.",
    ),
    "expired": ((409, 422), "Signed with a time that has passed."),
    "not-yet-valid": ((409, 422), "Signed for a time that has not come."),
    "deadline-too-far": ((422,), "The order would be good for too long."),
    "wrong-fee": ((422,), "The order has another fee than /v1/info says."),
    "nothing-to-pay": ((422,), "The fee leaves nothing to pay out."),
    "statement-refused": ((400,), "The file cannot be trusted as a whole; nothing was taken."),
    # the state of things
    "conflict": ((409,), "The present state does not allow it."),
    "nonce-used": ((409,), "The nonce was used for another message."),
    "try-again": ((409,), "Two requests met; the same request again finds its answer."),
    "link-running": ((409,), "The same link is being made at this moment."),
    "wallet-not-empty": ((409,), "A link cannot end while its wallet holds tokens."),
    "already-linked": ((409,), "The account or the wallet has a link already."),
    "account-not-linked": ((409,), "The payout's account is not the one linked to the wallet."),
    "fee-not-paid": ((409,), "The order was burned with less than the bank's fee."),
    "too-many-tries": ((409,), "Too many links of this account were asked for within a day."),
    "other-order-burned": ((409,), "The chain has burned another order under this nonce."),
    "line-not-returnable": ((409,), "The line's money cannot go back: it is accounted for."),
    "bank-refused": ((409, 422), "The bank will not do this."),
    # what operators do
    "deposit-not-waiting": ((409,), "The deposit is on its way to the chain, or has ended."),
    "line-not-waiting": ((409,), "The line's money is accounted for already."),
    "link-not-active": ((409,), "Nothing can be issued to the wallet of this link."),
    "second-person-needed": ((409,), "It takes two operators: propose it."),
    "same-person": ((409,), "Whoever proposed it cannot approve it."),
    "proposed-already": ((409,), "Another operator has proposed exactly this: approve that."),
    "proposal-decided": ((409,), "The proposal has ended; it is decided once."),
    "proposal-expired": ((409,), "Nobody decided on the proposal in time."),
    "proposal-changed": ((409,), "The digest given is not that of the proposal."),
    "address-not-halted": ((409,), "No foreign transaction halts the address."),
    "strangers-changed": ((409,), "What halts the address is not what was looked at."),
    "not-in-doubt": ((409,), "No restore waits for the word that the statements were read."),
    "decided-before": ((409,), "Two operators decided this before; there is nothing to decide."),
    "alarm-stands": ((409,), "An alarm stands on it: it is looked at and acknowledged first."),
    "file-not-stoppable": ((409,), "The payout file is not saved, or the bank has spoken of it."),
    "file-not-stopped": ((409,), "Only a payout file that is stopped or held is withdrawn."),
    "file-under-way": ((409,), "The payout file may still be on its way to the bank: wait."),
    "file-moved-on": ((409,), "What the payout file pays has moved on: see how it stands."),
    "payouts-frozen": ((409,), "Payouts are frozen by an alarm that stands."),
    "recall-not-frozen": ((409,), "The recall's account is not frozen: no loss waits for a word."),
    "document-not-refused": ((409,), "No refused document of the bank has this name."),
    "no-alarm": ((409,), "No alarm stands on the payment: there is none to acknowledge."),
    "line-moved-on": ((409,), "Somebody else has just accounted for the line."),
    "nothing-to-give-back": ((409,), "The line named is no debit that own funds bear."),
    "more-than-was-taken": ((409,), "The credit is more than the debit that it gives back."),
    # the token's own rules
    "account-frozen": ((409,), "An account is frozen."),
    "account-unregistered": ((409,), "An address is linked to no bank account."),
    "insufficient-balance": ((409,), "The holder has too few tokens."),
    "payment-limit": ((409,), "Above the limit of one payment."),
    "daily-limit": ((409,), "Above what may be spent in a day."),
    "balance-limit": ((409,), "The recipient would hold more than the tier allows."),
    "paused": ((409,), "The token is paused."),
    "authorization-used": ((409,), "The authorization was used or cancelled before."),
    "order-used": ((409,), "The order was burned or cancelled before."),
    "fee-exceeds-amount": ((409,), "The fee is larger than the amount."),
    "zero-amount": ((409,), "The amount is zero."),
    "invalid-recipient": ((409,), "The recipient cannot hold tokens."),
    "refused-by-token": ((409,), "The token refuses for another reason; `detail` names it."),
    # others that the bridge needs
    "unavailable": ((503,), "Something that the bridge needs did not answer."),
    "not-ready": ((503,), "/readyz alone: `detail` says what is missing."),
    "database-unavailable": ((503,), "The database did not answer."),
    "chain-unavailable": ((503,), "The chain's node did not answer."),
    "node-refused": ((503,), "The chain's node answered with an error of its own."),
    "chain-not-read": ((503,), "The bridge has not read the chain yet."),
    "reader-died": ((503,), "The process that read the file died; hand the file in again."),
    "bank-unreachable": ((503,), "The bank did not answer."),
    "internal-error": ((500,), "A fault of the bridge; its log has it under `instance`."),
}
"""Slug → the statuses that it comes with, and its meaning."""


def listed() -> list[dict[str, Any]]:
    """The types as the API document lists them."""
    return [
        {"type": f"{PREFIX}{slug}", "status": list(statuses), "meaning": meaning}
        for slug, (statuses, meaning) in TYPES.items()
    ]
