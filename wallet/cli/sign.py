"""Wallet: `jiaozi sign`: sign a typed message (EIP-712), a text (EIP-191) or a sign-in (EIP-4361).

What the message does is shown first. A text that is a sign-in by the standard is shown as one.
"""

from __future__ import annotations

from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.papers import Paper
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.consent import parse_sign_in
from wallet.errors import DamagedFile, InputError
from wallet.hints import Any
from wallet.signer import recover


def run(session: Session) -> Result:
    """Show the message, ask, sign it."""
    wallet, paper = Wallet(session), Paper(session)
    if paper.typed is not None:
        Approval(wallet).typed(paper.typed)
        signature = wallet.signer.sign_typed(paper.typed)
    else:
        Approval(wallet).message_text(paper.data)
        signature = wallet.signer.sign_text(paper.data)
    if recover(paper.digest, signature) != wallet.address:
        raise DamagedFile("signer.mismatch", address=wallet.address)
    digest, shown = "0x" + paper.digest.hex(), "0x" + signature.hex()
    data = {
        "kind": _kind(paper),
        "address": wallet.address,
        "digest": digest,
        "signature": shown,
        "sign_in": _sign_in(paper),
    }
    text = session.text
    lines = rows(
        [
            (text("label.address"), wallet.address),
            (text("label.digest"), digest),
            (text("label.signature"), shown),
        ]
    )
    return Result(data, [text("sign.done"), *lines])


def _kind(paper: Paper) -> str:
    if paper.typed is not None:
        return "typed"
    return "text" if _sign_in(paper) is None else "sign-in"


def _sign_in(paper: Paper) -> dict[str, Any] | None:
    """The sign-in that a text is, for programs."""
    if paper.typed is not None:
        return None
    try:
        found = parse_sign_in(paper.data.decode())
    except (UnicodeDecodeError, InputError):
        return None
    return {
        "domain": found.domain,
        "uri": found.uri,
        "chain_id": found.chain_id,
        "nonce": found.nonce,
        "expires": found.expires,
    }
