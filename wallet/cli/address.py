"""Wallet: `jiaozi address`, from the stored account, without a password or a network."""

from __future__ import annotations

from wallet.book.home import Home
from wallet.cli.session import Result, Session


def run(session: Session) -> Result:
    """The wallet's address."""
    account = Home(session.directory).account()
    return Result({"address": account.address, "path": account.path}, [account.address])
