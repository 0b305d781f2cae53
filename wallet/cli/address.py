"""Wallet: `jiaozi address`, from the stored account, without a password or a network."""

from __future__ import annotations

from wallet.cli.chosen import chosen_account
from wallet.cli.session import Result, Session
from wallet.hints import Final

_MOST: Final = 100_000


def run(session: Session) -> Result:
    """The address of the chosen account; with --count, the first ones below the xpub."""
    accounts, account = chosen_account(session)
    if session.line.get("--count") is None:
        return Result({"address": account.address, "path": account.path}, [account.address])
    from wallet.book.derive import children  # noqa: PLC0415  # one stored address needs no curve

    found = children(accounts, session.line.number("--count", 1, _MOST))
    listed = [{"address": address, "path": path} for address, path in found]
    width = max(len(path) for _, path in found)
    return Result({"addresses": listed}, [f"{path:<{width}}  {each}" for each, path in found])
