"""Wallet: `jiaozi address`, from the stored account, without a password or a network."""

from __future__ import annotations

from wallet.cli.chosen import chosen_account
from wallet.cli.session import Result, Session


def run(session: Session) -> Result:
    """The address of the chosen account."""
    _, account = chosen_account(session)
    return Result({"address": account.address, "path": account.path}, [account.address])
