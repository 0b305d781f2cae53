"""Wallet: `jiaozi password`: another password for the vault, whose cost is tuned anew."""

from __future__ import annotations

from wallet.book import Home
from wallet.cli.patience import working
from wallet.cli.session import Result, Session
from wallet.kdf import tuned


def run(session: Session) -> Result:
    """Change the password; a stop at any moment leaves either the old or the new one valid."""
    home = Home(session.place)
    accounts = home.accounts(session.password)
    old = session.password()
    if accounts.has_vault:
        home.secret(old)  # a wrong one is told before a new one is asked for
    new = session.new_password("--new-password-file")
    with working(session):
        cost = tuned()
        home.change_password(old, new, cost)
    data = {"kdf": "argon2id", "memory_kib": cost.memory, "passes": cost.passes}
    return Result(data, [session.text("password.changed")])
