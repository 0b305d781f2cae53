"""Statements: bank files in; each line is stored under the bank's id before anything acts on it."""

from api.statements.flow import ALONE, explain, refuse, take_in
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
from api.statements.named import OUR_PREFIX, lines_under, waiting_ours, waiting_undone
from api.statements.reports import find_report
from api.statements.store import (
    find_line,
    hold_waiting,
    lines_naming,
    unmatched_lines,
    waiting_lines,
)
from api.statements.sums import net_after

__all__ = [
    "ALONE",
    "OUR_PREFIX",
    "Explained",
    "FileState",
    "LineState",
    "Matching",
    "NewLine",
    "Problem",
    "StatementReport",
    "StoredLine",
    "explain",
    "find_line",
    "find_report",
    "hold_waiting",
    "lines_naming",
    "lines_under",
    "net_after",
    "refuse",
    "take_in",
    "unmatched_lines",
    "waiting_lines",
    "waiting_ours",
    "waiting_undone",
]
