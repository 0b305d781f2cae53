"""Bank: a simulated core bank in one SQLite file, behind the same port as a real one."""

from __future__ import annotations

from api.bank.simulated.calendar import Pace
from api.bank.simulated.core import Deposit, SimulatedBank
from api.bank.simulated.customers import Customer, NewCode
from api.bank.simulated.rehearsal import Rehearsal
from api.bank.simulated.wishes import Wish

__all__ = ["Customer", "Deposit", "NewCode", "Pace", "Rehearsal", "SimulatedBank", "Wish"]
