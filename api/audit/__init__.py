"""Audit: the books derived a second time, from the bank's files and the chain alone.

Its own small reading: of the bridge it uses the ISO 20022 reader and no flow; of the database it
believes nothing, and compares every table with what the evidence says.
"""

from api.audit.flow import CHAIN_CHECKS, CHECKS, audit, gather
from api.audit.model import Finding
from api.audit.moment import same_moment
from api.evidence import Evidence

__all__ = ["CHAIN_CHECKS", "CHECKS", "Evidence", "Finding", "audit", "gather", "same_moment"]
