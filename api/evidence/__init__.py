"""Evidence: what the bank's files and the chain say, put together without the bridge's books.

The auditor (`api.audit`) compares every table with it; the attestor (`api.attest`) works out the
backing from it. `archive` and `chain` read everything at once, for the auditor, and `scratch` keeps
it on disk, in order; `bank_words` and `event_sums` go on from where they stopped, for the attestor;
`backing` puts those two together.
"""

from api.evidence.archive import Listing, read_archive
from api.evidence.backing import Answer, Figures, Owed, OwnBooks
from api.evidence.bank_words import BankWords
from api.evidence.chain import ChainReader
from api.evidence.deposits import Claim
from api.evidence.event_sums import EventSums
from api.evidence.model import (
    BankFiles,
    ChainWords,
    Evidence,
    end_to_end_id,
    held_id,
    line_id,
    line_reference,
)
from api.evidence.scratch import Events, Ordered, Versions
from api.evidence.told import File, Log, Sheet, Version

__all__ = [
    "Answer",
    "BankFiles",
    "BankWords",
    "ChainReader",
    "ChainWords",
    "Claim",
    "EventSums",
    "Events",
    "Evidence",
    "Figures",
    "File",
    "Listing",
    "Log",
    "Ordered",
    "Owed",
    "OwnBooks",
    "Sheet",
    "Version",
    "Versions",
    "end_to_end_id",
    "held_id",
    "line_id",
    "line_reference",
    "read_archive",
]
