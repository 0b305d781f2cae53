"""Statements: bank files in; each line is stored under the bank's id before anything acts on it."""

from api.statements.apart import LARGE, Apart, Job
from api.statements.booking import OWN_FUNDS
from api.statements.chain import Doubt, Sheet, SheetState
from api.statements.flow import ALONE, explain, refuse, take_in
from api.statements.held import acknowledge as acknowledge_line
from api.statements.model import (
    Explained,
    FileState,
    LineState,
    Matching,
    NewLine,
    Problem,
    StatementReport,
    StoredLine,
)
from api.statements.named import (
    OUR_PREFIX,
    ids_undone_by,
    lines_under,
    waiting_ours,
    waiting_undone,
)
from api.statements.own import take_as_own
from api.statements.quarantine import dismiss as dismiss_statement
from api.statements.quarantine import follow_decisions
from api.statements.quarantine import release as release_statement
from api.statements.reports import find_report
from api.statements.sheets import in_quarantine, missing_numbers
from api.statements.store import (
    find_line,
    hold_waiting,
    lines_naming,
    unmatched_lines,
    waiting_lines,
)
from api.statements.sums import net_after
from api.statements.taken_back import candidates_for, taking_back, unmatched_credits

__all__ = [
    "ALONE",
    "LARGE",
    "OUR_PREFIX",
    "OWN_FUNDS",
    "Apart",
    "Doubt",
    "Explained",
    "FileState",
    "Job",
    "LineState",
    "Matching",
    "NewLine",
    "Problem",
    "Sheet",
    "SheetState",
    "StatementReport",
    "StoredLine",
    "acknowledge_line",
    "candidates_for",
    "dismiss_statement",
    "explain",
    "find_line",
    "find_report",
    "follow_decisions",
    "hold_waiting",
    "ids_undone_by",
    "in_quarantine",
    "lines_naming",
    "lines_under",
    "missing_numbers",
    "net_after",
    "refuse",
    "release_statement",
    "take_as_own",
    "take_in",
    "taking_back",
    "unmatched_credits",
    "unmatched_lines",
    "waiting_lines",
    "waiting_ours",
    "waiting_undone",
]
