"""Bank: a simulated core bank in one SQLite file, behind the same port as a real one."""

from __future__ import annotations

from api.bank.simulated.core import Deposit, SimulatedBank
from api.bank.simulated.customers import Customer, NewCode

__all__ = ["Customer", "Deposit", "NewCode", "SimulatedBank"]
