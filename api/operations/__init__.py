"""Operations: what the bank's operators can do about each thing that waits, and over which route.

The rooms do it; here stands what it is called, and whether it takes one person or two.
"""

from api.operations.actions import build_actions
from api.operations.desk import Outcome, ask

__all__ = ["Outcome", "ask", "build_actions"]
