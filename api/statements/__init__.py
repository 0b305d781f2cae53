"""Statements: bank files in; each line is stored under the bank's id before anything acts on it."""

from api.statements.flow import explain, refuse, take_in
from api.statements.model import FileState, LineState, Problem, StatementReport, StoredLine
from api.statements.store import find_line, find_report, unmatched_lines, waiting_lines

__all__ = [
    "FileState",
    "LineState",
    "Problem",
    "StatementReport",
    "StoredLine",
    "explain",
    "find_line",
    "find_report",
    "refuse",
    "take_in",
    "unmatched_lines",
    "waiting_lines",
]
